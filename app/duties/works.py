"""What people do for duties, one function a use case (O3, O4, C12, S2).

Each takes the session, the actor and ``now``, checks, writes, and appends to the ledger; none commits.
A draft is no fact yet: the ledger hears of a work when it is finished. ``submission`` is made by the
sender once for each work, so that sending it again finds the same work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import require
from app.duties import draws
from app.duties.checks import (
    NO_WORK,
    find_occurrence,
    in_scope,
    locked_works,
    may_work,
    moment,
    own_draft,
    said,
    something,
)
from app.duties.drafts import already, checklist_of, make
from app.duties.evidence import covered
from app.duties.finishing import finished, record
from app.duties.lines import Line, check_complete, put_lines
from app.duties.queries import obligations_seen, works_seen
from app.duties.settling import last_moment, settle_occurrences
from models.contract import Obligation
from models.duties import Occurrence, Work
from models.people import User
from sla.errors import Conflict, Forbidden, Invalid, NotFound
from sla.vocab import Cycle, Role, Standing
from sla.when import clock_text, day_of

LONGEST_NOTE = 4000  # characters
LONGEST_PLACE = 100
LONGEST_REASON = 400
MOST_AT_ONCE = 200  # works confirmed by one tap


@dataclass(frozen=True)
class WorkForm:
    """A work filled in as a whole, without network perhaps, and sent once or several times.

    ``device_at`` is what the device's clock said when it sent. ``checklist_version_id`` is the version
    the person had before them; without it the one in use now is meant.
    """

    occurrence_id: int
    submission: str
    lines: Sequence[Line] = ()
    occurred_at: datetime | None = None
    device_at: datetime | None = None
    note: str = ""
    place: str = ""
    checklist_version_id: int | None = None
    with_file: bool = False


def begin(
    session: Session,
    actor: User,
    occurrence_id: int,
    submission: str,
    now: datetime,
    device_at: datetime | None = None,
    place: str = "",
) -> Work:
    """Begin a work as a draft, at a place if that is known; the same ``submission`` gives the same work."""
    if made := already(session, actor, submission):
        return made
    occurrence = find_occurrence(session, actor, occurrence_id, now)
    may_work(actor, occurrence.project_id)
    if occurrence.waived_at is not None:
        raise Conflict("这项应办已经豁免，不需要再做")
    if occurrence.opens_at > now:
        raise Conflict(f"这项应办从 {clock_text(occurrence.opens_at)} 起才能做")
    if occurrence.done_at is not None and occurrence.obligation.visits == 1:
        raise Conflict("这项应办已经完成，请刷新页面查看")
    where = said(place, LONGEST_PLACE, "地点", "place")
    work = make(
        *(session, actor, occurrence.obligation, [occurrence], submission, now),
        checklist=checklist_of(session, occurrence.obligation),
        device_at=device_at,
    )
    work.place = work.place or where
    session.flush()
    return work


def save(
    session: Session,
    actor: User,
    work: Work,
    version: int | None,
    lines: Iterable[Line],
    now: datetime,
    *,
    note: str | None = None,
    place: str | None = None,
) -> Work:
    """Save a draft half-way; ``version`` is the one the person had before them, ``None`` whichever it is."""
    own_draft(session, actor, work, now, version)
    put_lines(session, work, lines)
    work.note = work.note if note is None else said(note, LONGEST_NOTE, "说明", "note")
    work.place = work.place if place is None else said(place, LONGEST_PLACE, "地点", "place")
    work.version += 1
    session.flush()
    return work


def finish(
    session: Session,
    actor: User,
    work: Work,
    now: datetime,
    lines: Iterable[Line] = (),
    occurred_at: datetime | None = None,
    device_at: datetime | None = None,
    note: str = "",
    place: str = "",
    *,
    version: int | None = None,
    with_file: bool = False,
) -> Work:
    """Finish a draft: every item answered, abnormal ones followed up by tickets (O4, C12).

    Lines given here are added to those saved before. A work without checklist needs a note or a file
    (``with_file``: one comes with it in this transaction). Finishing again changes nothing.
    """
    if work.finished_at is not None and work.by_id == actor.id:
        return work
    own_draft(session, actor, work, now, version)
    opened = max((one.opens_at for one in work.occurrences), default=None)
    at = moment(occurred_at, device_at, now, opened)
    put_lines(session, work, lines)
    work.note = said(note, LONGEST_NOTE, "说明", "note") or work.note
    work.place = said(place, LONGEST_PLACE, "地点", "place") or work.place
    check_complete(work)
    if work.checklist is None:
        something(work.note, with_file)
    return finished(session, actor, work, now, at, device_at)


def submit(session: Session, actor: User, form: WorkForm, now: datetime) -> Work:
    """Take a whole work at once, however often it is sent: the same submission is one work.

    What was really done is kept, also where somebody else was faster or the duty was waived meanwhile.
    """
    work = already(session, actor, form.submission)
    if work is None:
        occurrence = find_occurrence(session, actor, form.occurrence_id, now)
        may_work(actor, occurrence.project_id)
        work = make(
            *(session, actor, occurrence.obligation, [occurrence], form.submission, now),
            checklist=checklist_of(session, occurrence.obligation, form.checklist_version_id),
            device_at=form.device_at,
        )
    told = (form.lines, form.occurred_at, form.device_at, form.note, form.place)
    return finish(session, actor, work, now, *told, with_file=form.with_file)


def record_evidence(
    session: Session,
    actor: User,
    obligation_id: int,
    first_day: date,
    last_day: date,
    note: str,
    submission: str,
    now: datetime,
    occurred_at: datetime | None = None,
    *,
    with_file: bool = False,
    amount: int = 1,
    place: str = "",
) -> Work:
    """Record that a duty was done, by a note or a file, for every occurrence within a range of days.

    For several occurrences it says that each was done within its own window; those that have closed
    wait for the unit like any back-entry (C12), and no time may be given. For a quota it is one draw
    of ``amount``. A duty without a cycle is evidenced without any occurrence (O5).
    """
    if made := already(session, actor, submission):
        return made
    obligation = session.scalar(
        select(Obligation).where(Obligation.id == obligation_id, obligations_seen(actor, day_of(now)))
    )
    if obligation is None:
        raise NotFound("没有这项义务，或您无权办理")
    may_work(actor, obligation.project_id)
    text = said(note, LONGEST_NOTE, "说明", "note")
    something(text, with_file)
    if obligation.cycle is Cycle.QUOTA:
        served = draws.served(session, obligation, amount, now)
    else:
        served = covered(session, obligation, first_day, last_day, now)
    if served and obligation.checklist:
        raise Invalid("这项应办要按检查表逐项填写，请从应办列表进入")
    if len(served) > 1:
        if occurred_at is not None:
            raise Invalid("覆盖多次应办时不填完成时间；晚做的请单独登记", "occurred_at")
        at = min(now, last_moment(served[-1].slot))
    else:
        opened = served[0].opens_at if served else None
        at = moment(occurred_at, None, now, opened)
    work = make(session, actor, obligation, served, submission, now)
    if work.finished_at is not None:
        return work
    work.note, work.amount = text, amount
    work.place = said(place, LONGEST_PLACE, "地点", "place")
    return finished(session, actor, work, now, at, None)


def decide(
    session: Session, actor: User, work: Work, confirmed: bool, now: datetime, reason: str = ""
) -> Work:
    """Confirm a work or reject it, for the unit (S2). It settles a back-entry; a rejected one counts no more.

    The bureau may decide anew, with the reason.
    """
    in_scope(session, actor, work, now)
    require(actor, Role.CONTACT, Role.BUREAU)
    if work.by_id == actor.id:
        raise Forbidden("自己完成的记录要由别人确认")
    if work.finished_at is None:
        raise Conflict("这份记录还没有提交，不能确认")
    wanted = Standing.CONFIRMED if confirmed else Standing.REJECTED
    if work.standing is wanted:
        return work
    needed = not confirmed or work.standing is not Standing.PENDING
    why = said(reason, LONGEST_REASON, "原因", "reason", required=needed)
    if work.standing is not Standing.PENDING and actor.role is not Role.BUREAU:
        raise Conflict(f"这份记录{work.standing.label}，如有异议请由局方处理")
    _decide(session, actor, [work], wanted, why, now)
    return work


def decide_many(session: Session, actor: User, work_ids: Iterable[int], now: datetime) -> list[Work]:
    """Confirm several works at once; those decided meanwhile are left as they are. Return the confirmed."""
    require(actor, Role.CONTACT, Role.BUREAU)
    ids = set(work_ids)
    if not ids or len(ids) > MOST_AT_ONCE:
        raise Invalid(f"请选择 1 至 {MOST_AT_ONCE} 份记录", "works")
    query = locked_works().where(
        Work.id.in_(ids), works_seen(actor, day_of(now)), Work.finished_at.is_not(None)
    )
    found = session.scalars(query.order_by(Work.id)).all()
    if len(found) < len(ids):
        raise NotFound("有的记录不存在，或您无权查看")
    if any(work.by_id == actor.id for work in found):
        raise Forbidden("自己完成的记录要由别人确认")
    open_ones = [work for work in found if work.standing is Standing.PENDING]
    _decide(session, actor, open_ones, Standing.CONFIRMED, "", now)
    return open_ones


def waive(session: Session, actor: User, occurrence_id: int, reason: str, now: datetime) -> Occurrence:
    """Waive a duty that was not done in time (O3); only the bureau does, with the reason."""
    found = find_occurrence(session, actor, occurrence_id, now)
    require(actor, Role.BUREAU)
    if found.waived_at is not None:
        raise Conflict("这项应办已经豁免")
    if found.done_at is not None and found.done_at < found.closes_at:
        raise Conflict("这项应办已按时完成，不需要豁免")
    why = said(reason, LONGEST_REASON, "豁免的原因", "reason", required=True)
    found.waived_at, found.waived_by, found.waived_reason = now, actor, why
    session.flush()
    payload = {"obligation": found.obligation_id, "opens_at": found.opens_at, "reason": why}
    record(session, "duty.waived", f"occurrence:{found.id}", actor, now, payload)
    return found


def settle(session: Session, occurrences: Iterable[Occurrence]) -> None:
    """Work out anew when occurrences were done, from their finished works that were not rejected (C12)."""
    settle_occurrences(session, {one.id for one in occurrences})


def load_for_change(session: Session, actor: User, work_id: int, now: datetime) -> Work:
    """Return a work the actor may see, locked until the transaction ends; otherwise ``NotFound`` (S1)."""
    work = session.scalar(locked_works().where(Work.id == work_id, works_seen(actor, day_of(now))))
    if work is None or (work.finished_at is None and work.by_id != actor.id):
        raise NotFound(NO_WORK)
    return work


def _decide(
    session: Session, actor: User, works: Sequence[Work], standing: Standing, why: str, now: datetime
) -> None:
    for work in works:
        work.standing, work.decided_by, work.decided_at, work.decided_reason = standing, actor, now, why
    # The chain is locked last: what it tells of is locked before.
    settle(session, [one for work in works for one in work.occurrences])
    for work in works:
        payload = {"obligation": work.obligation_id, "reason": why}
        record(session, f"duty.{standing}", f"work:{work.id}", actor, now, payload)
