"""The one list of jobs: what runs by the clock, and how often.

Each does everything due until ``now`` and may run twice harmlessly: it looks for what is, and what people
are told is told once. So hours in which nobody ran it lose nothing. A job commits at the end of each batch
of its own work; what cannot be dealt with is logged, left as it was, and stops no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.callbacks.telling import remind as callbacks
from app.payments.telling import gates
from app.reports.making import expire, make_waiting
from app.watch.closing_jobs import closing
from app.watch.duty_jobs import duties, waiting
from app.watch.night_jobs import ledger, replay, tidy
from app.watch.ticket_jobs import clocks, silence
from sla.when import start_of

HOUR = 60  # minutes
DAY = 24 * HOUR
ANCHOR = start_of(date(2000, 1, 1))


@dataclass(frozen=True)
class Job:
    """One line of the list: it runs every ``every`` minutes, from ``offset`` minutes after midnight on.

    ``run`` takes a writing session and the time and returns what came of it, in words.
    """

    name: str
    label: str
    every: int
    run: Callable[[Session, datetime], str]
    offset: int = 0

    @property
    def period(self) -> timedelta:
        """Return how much time lies between two runs."""
        return timedelta(minutes=self.every)

    def slot(self, now: datetime) -> datetime:
        """Return the slot that ``now`` lies in: anchored to the calendar, never to the last run."""
        first = ANCHOR + timedelta(minutes=self.offset)
        return first + (now - first) // self.period * self.period


JOBS = (
    Job("clocks", "计时提醒与超时", 1, clocks),
    Job("duties", "应办提醒与未完成", 5, duties),
    Job("silence", "期满默认验收", 5, silence),
    Job("waiting", "待确认提醒", DAY, waiting, offset=8 * HOUR),
    Job("callbacks", "回访提醒", DAY, callbacks, offset=8 * HOUR + 10),
    Job("reports", "生成报表", 1, make_waiting),
    Job("report_expiry", "清理过期报表", DAY, expire, offset=3 * HOUR + 20),
    Job("closing", "月度异议期和调整", HOUR, closing, offset=5),
    Job("payments", "付款条件", HOUR, gates, offset=10),
    Job("replay", "夜间复核", DAY, replay, offset=2 * HOUR),
    Job("ledger", "存证核验", DAY, ledger, offset=2 * HOUR + 30),
    Job("tidy", "清理记录", DAY, tidy, offset=3 * HOUR),
)
BY_NAME = {job.name: job for job in JOBS}
