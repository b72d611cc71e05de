"""Finding what corrects frozen months, and recording it in the month that is open (M1).

1. Derive each frozen month as things stand now, and compare it row by row with what is booked of it: what it
   froze with, and the adjustments recorded since.
2. Each row that differs becomes one numbered adjustment, counted in the first month that is not frozen.
3. Found again it is no difference any more: running twice records nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.amendments.inforce import amended_since
from app.closing.queries import adjustments_of, open_from
from app.contract.changing import hold_contract
from app.months.queries import rows_of
from models import ledger
from models.closing import Adjustment, MonthClose
from models.contract import Project
from models.duties import Occurrence, OccurrenceWork, Work
from models.people import User
from models.tickets import TicketEvent
from sla.adjustments import Counted, Difference, as_plain, booked, differences, read_back
from sla.fold import book
from sla.period import month as month_period
from sla.when import clock_text

LONGEST_REASON = 400
MOST_CAUSES = 4  # that a reason names


def record(session: Session, actor: User | None, now: datetime) -> list[Adjustment]:
    """Record every correction of a frozen month that is not recorded yet; ``actor`` is ``None`` for a job."""
    if open_from(session) is None:
        return []
    hold_contract(session)
    counts_in = open_from(session)
    assert counts_in is not None
    seqs = {seq: one for one, seq in session.execute(select(Project.id, Project.seq))}
    number = session.scalar(select(func.max(Adjustment.number))) or 0
    made: list[Adjustment] = []
    for close in session.scalars(
        select(MonthClose).where(MonthClose.frozen_at.is_not(None)).order_by(MonthClose.month)
    ).all():
        found = corrections(session, close, now)
        reasons = _reasons(session, close, found)
        for one in found:
            number += 1
            made.append(_adjustment(close.month, counts_in, number, one, reasons[one.key], seqs, actor, now))
    session.add_all(made)
    session.flush()
    for row in made:
        _witness(session, row, now)
    return made


def corrections(session: Session, close: MonthClose, now: datetime) -> list[Difference]:
    """Return how a frozen month differs from what is booked of it; a changed book is ``Damaged``."""
    assert close.book is not None
    assert close.frozen_sha256 is not None
    frozen = read_back(close.book, close.frozen_sha256)
    so_far = booked(frozen, adjustments_of(session, close.month, None, whole=True))
    return differences(so_far, book(rows_of(session, month_period(close.month), None, now)))


def _adjustment(
    of_month: date,
    in_month: date,
    number: int,
    found: Difference,
    reason: str,
    projects: Mapping[int, int],
    actor: User | None,
    now: datetime,
) -> Adjustment:
    side: Counted | None = found.after or found.before
    assert side is not None
    return Adjustment(
        number=number,
        of_month=of_month,
        in_month=in_month,
        key=found.key,
        project_id=None if side.project is None else projects[side.project],
        before=as_plain(found.before),
        after=as_plain(found.after),
        reason=reason[:LONGEST_REASON],
        recorded_at=now,
        recorded_by_id=actor.id if actor else None,
    )


def _witness(session: Session, row: Adjustment, now: datetime) -> None:
    ledger.append(
        session,
        kind="month.adjusted",
        subject=f"month:{row.of_month:%Y-%m}",
        actor_id=row.recorded_by_id,
        at=now,
        payload={
            "number": row.number,
            "in_month": row.in_month,
            "key": row.key,
            "before": row.before,
            "after": row.after,
            "reason": row.reason,
        },
    )


# -- why --------------------------------------------------------------------------------------------------


def _reasons(session: Session, close: MonthClose, found: list[Difference]) -> dict[str, str]:
    """Say for each difference what was recorded about its row since the month was frozen."""
    since = close.frozen_at
    assert since is not None
    tickets = _subjects(found, other_than=("occurrence", "attendance"))
    duties = _subjects(found, only="occurrence")
    of_tickets, of_duties = _events(session, tickets, since), _works(session, duties, since)
    documents = amended_since(session, since)
    said: dict[str, str] = {}
    for one in found:
        sort, subject = one.key.split(":")[:2]
        side = one.after or one.before
        amended = documents.get(side.project, []) if side and side.project is not None else []
        if sort == "attendance":
            causes = amended or ["冻结以后出勤记录有更正"]
        else:
            causes = (of_duties if sort == "occurrence" else of_tickets).get(int(subject), []) + amended
        said[one.key] = "；".join(causes[-MOST_CAUSES:]) or "冻结以后口径、日历或合同数据有变化"
    return said


def _subjects(found: Iterable[Difference], only: str = "", other_than: tuple[str, ...] = ()) -> set[int]:
    keys = (one.key.split(":") for one in found)
    return {int(key[1]) for key in keys if (key[0] == only if only else key[0] not in other_than)}


def _events(session: Session, tickets: set[int], since: datetime) -> dict[int, list[str]]:
    said: dict[int, list[str]] = {}
    for first in range(0, len(ids := sorted(tickets)), 500):
        rows = session.scalars(
            select(TicketEvent)
            .where(TicketEvent.ticket_id.in_(ids[first : first + 500]), TicketEvent.recorded_at >= since)
            .order_by(TicketEvent.ticket_id, TicketEvent.seq)
        )
        for row in rows:
            said.setdefault(row.ticket_id, []).append(f"{clock_text(row.recorded_at)[:16]} {row.kind.label}")
    return said


def _works(session: Session, duties: set[int], since: datetime) -> dict[int, list[str]]:
    said: dict[int, list[str]] = {}
    ids = sorted(duties)
    for first in range(0, len(ids), 500):
        chosen = ids[first : first + 500]
        for number, recorded, decided, standing in session.execute(
            select(OccurrenceWork.occurrence_id, Work.recorded_at, Work.decided_at, Work.standing)
            .join(Work, OccurrenceWork.work_id == Work.id)
            .where(
                OccurrenceWork.occurrence_id.in_(chosen),
                or_(Work.recorded_at >= since, Work.decided_at >= since),
            )
            .order_by(Work.id)
        ):
            if decided is not None and decided >= since:
                text = f"{clock_text(decided)[:16]} 工作记录{standing.label}"
            else:
                assert recorded is not None  # one of the two was found
                text = f"{clock_text(recorded)[:16]} 补录工作记录"
            said.setdefault(number, []).append(text)
        waived = select(Occurrence.id, Occurrence.waived_at).where(
            Occurrence.id.in_(chosen), Occurrence.waived_at >= since
        )
        for number, at in session.execute(waived):
            assert at is not None
            said.setdefault(number, []).append(f"{clock_text(at)[:16]} 豁免")
    return said
