"""Who runs the jobs, and when. Truth lies in tables; APScheduler only says: look again.

1. Every process that may run jobs ticks every few seconds.
2. A tick first takes or renews the one lease by compare-and-set. Who does not get it does nothing; a lease
   that was not renewed in time can be taken by anybody.
3. Each job has slots by the calendar. The present one is claimed by its unique row; who comes second finds
   it taken. A run that failed, or never came to an end, may be taken over a while later.
4. The job runs in a session of its own and does everything due until now, however long nobody looked.
5. What came of it is written to the row: the outcome, or the error, which stops no other job.
6. A process that ends gives the lease back.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, and_, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.watch.batches import SomeFailed
from app.watch.jobs import JOBS, Job
from app.watch.queries import affected
from models.base import Base
from models.engine import read_session, write_session
from models.watch import JobRun, Lease

log = logging.getLogger("lvyue.watch")

NAME = "jobs"
TICK_SECONDS = 20
LEASE = timedelta(minutes=2)
TRY_AGAIN = timedelta(minutes=15)  # after a run that failed or never ended, while its slot lasts
LONGEST_OUTCOME = 400

Clock = Callable[[], datetime]
Context = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Result:
    """What came of a job: ``error`` is empty when all went well."""

    job: Job
    outcome: str
    error: str


def new_holder() -> str:
    """Return a name for this process that no other has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(3)}"


# -- the lease and the claims ---------------------------------------------------------------------------


def hold(session: Session, holder: str, now: datetime) -> bool:
    """Take the lease if it is free or over, renew it if it is one's own; tell whether one holds it."""
    free = or_(Lease.holder == holder, Lease.until <= now)
    renewed = update(Lease).where(Lease.name == NAME, free).values(holder=holder, until=now + LEASE)
    return affected(session, renewed) == 1 or _insert(
        session, Lease, name=NAME, holder=holder, until=now + LEASE
    )


def give_back(session: Session, holder: str, now: datetime) -> None:
    """End one's own lease, so that another process need not wait for it."""
    mine = Lease.name == NAME, Lease.holder == holder, Lease.until > now
    session.execute(update(Lease).where(*mine).values(until=now))


def claim(session: Session, job: str, slot: datetime, holder: str, now: datetime) -> bool:
    """Claim a slot of a job for oneself; ``False`` when it is somebody's already, or done."""
    if _insert(session, JobRun, job=job, slot=slot, holder=holder, started_at=now, outcome="", error=""):
        return True
    abandoned = and_(JobRun.finished_at.is_(None), JobRun.started_at <= now - TRY_AGAIN)
    failed = and_(JobRun.error != "", JobRun.finished_at <= now - TRY_AGAIN)
    again = update(JobRun).where(JobRun.job == job, JobRun.slot == slot, or_(abandoned, failed))
    anew = {"holder": holder, "started_at": now, "finished_at": None, "outcome": "", "error": ""}
    return affected(session, again.values(anew)) == 1


def finish(session: Session, slot: datetime, holder: str, result: Result, now: datetime) -> None:
    """Write what came of a run to its row, unless somebody has taken it over."""
    mine = JobRun.job == result.job.name, JobRun.slot == slot, JobRun.holder == holder
    session.execute(
        update(JobRun).where(*mine).values(finished_at=now, outcome=result.outcome, error=result.error)
    )


def _insert(session: Session, table: type[Base], **values: Any) -> bool:
    """Insert a row unless its key is taken; tell whether it was inserted."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    wanted = insert(table).values(**values).on_conflict_do_nothing()
    return session.execute(wanted.returning(literal_column("1"))).first() is not None


# -- a pass ------------------------------------------------------------------------------------------------


def tick(engine: Engine, holder: str, clock: Clock, jobs: Sequence[Job] = JOBS) -> list[Result]:
    """Run every job whose present slot nobody has claimed, if this process holds the lease."""
    results = []
    for job in _to_run(engine, jobs, clock()) if _holds(engine, holder, clock()) else ():
        # A job may have taken long: the next one is only run by who still holds the lease.
        now = clock()
        if not _holds(engine, holder, now):
            break
        slot = job.slot(now)
        with write_session(engine) as session, session.begin():
            claimed = claim(session, job.name, slot, holder, now)
        if claimed:
            results.append(_run_claimed(engine, job, slot, holder, clock))
    return results


def run_now(engine: Engine, holder: str, clock: Clock, job: Job) -> Result:
    """Run a job once whatever the lease and the slots say: it may run twice harmlessly."""
    slot = clock()
    with write_session(engine) as session, session.begin():
        claim(session, job.name, slot, holder, slot)
    return _run_claimed(engine, job, slot, holder, clock)


def _run_claimed(engine: Engine, job: Job, slot: datetime, holder: str, clock: Clock) -> Result:
    result = _run(engine, job, clock())
    with write_session(engine) as session, session.begin():
        finish(session, slot, holder, result, clock())
    return result


def _run(engine: Engine, job: Job, now: datetime) -> Result:
    with write_session(engine) as session:
        try:
            outcome = job.run(session, now)
            session.commit()
        except SomeFailed as failed:
            session.commit()
            return Result(job, failed.outcome[:LONGEST_OUTCOME], str(failed))
        except Exception as error:
            session.rollback()
            log.exception("the job %s failed", job.name)
            return Result(job, "", f"{type(error).__name__}: {error}")
    return Result(job, outcome[:LONGEST_OUTCOME], "")


def _holds(engine: Engine, holder: str, now: datetime) -> bool:
    with write_session(engine) as session, session.begin():
        return hold(session, holder, now)


def _to_run(engine: Engine, jobs: Sequence[Job], now: datetime) -> list[Job]:
    """Return the jobs whose present slot is not known to be done or going on; one look for all."""
    slots = {(job.name, job.slot(now)) for job in jobs}
    with read_session(engine) as session:
        present = or_(*(and_(JobRun.job == name, JobRun.slot == slot) for name, slot in slots))
        done = select(JobRun.job).where(present, JobRun.finished_at.is_not(None), JobRun.error == "")
        names = set(session.scalars(done))
    return [job for job in jobs if job.name not in names]


# -- the scheduler ---------------------------------------------------------------------------------------


class Runner:
    """Ticks until it is stopped: in the background of the web process, or as a process of its own."""

    def __init__(
        self, engine: Engine, clock: Clock, *, blocking: bool = False, context: Context = nullcontext
    ) -> None:
        # Imported here: a command that runs no jobs does without it.
        from apscheduler.schedulers.background import BackgroundScheduler
        from apscheduler.schedulers.blocking import BlockingScheduler

        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it says when it ticks, each time
        self.engine, self.clock, self.holder = engine, clock, new_holder()
        self.context = context  # what a job may need around it: the settings of the site
        kind = BlockingScheduler if blocking else BackgroundScheduler
        # Jobs in memory, and one at a time; a tick that comes late is still made, many are made one.
        self.scheduler = kind(timezone="UTC")
        self.scheduler.add_job(
            self.tick,
            "interval",
            seconds=TICK_SECONDS,
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    def tick(self) -> None:
        """Make a pass; whatever goes wrong, the next tick tries again."""
        try:
            with self.context():
                for result in tick(self.engine, self.holder, self.clock):
                    log.debug("%s: %s", result.job.name, result.error or result.outcome)
        except Exception:
            log.exception("the jobs could not be looked at; trying again in %d seconds", TICK_SECONDS)

    def soon(self, job: Job) -> None:
        """Run a job at once, beside the ticks: somebody waits for it. It claims its own work."""
        self.scheduler.add_job(self._run_soon, args=(job,), misfire_grace_time=None)

    def _run_soon(self, job: Job) -> None:
        try:
            with self.context():
                run_now(self.engine, self.holder, self.clock, job)
        except Exception:
            log.exception("%s could not be run at once; the next slot does it", job.name)

    def start(self) -> None:
        """Begin to tick. A blocking one returns when it is interrupted."""
        self.scheduler.start()

    def stop(self) -> None:
        """Finish the tick that is going on, tick no more, and give the lease back."""
        if self.scheduler.running:
            self.scheduler.shutdown(wait=True)
        try:
            with write_session(self.engine) as session, session.begin():
                give_back(session, self.holder, self.clock())
        except Exception:
            log.exception("the lease could not be given back; it ends by itself")
