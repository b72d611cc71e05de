"""Being there, and saying so (R1): the engineer's own word, the manager's entry, the unit's month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import require
from app.contract.queries import calendar
from app.residents.queries import held_days, holds, is_required
from app.residents.roster import Post, word_of
from models import ledger
from models.contract import Posting
from models.people import User
from models.residents import Attendance, AttendanceMonth
from sla.attendance import HalfDay, half_bounds, required_days
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import Half, Presence, Role, Standing
from sla.when import day_of, month_bounds, next_month

LONGEST_SHEET = timedelta(days=30)
DECIDERS = (Role.CONTACT, Role.BUREAU)  # the unit, or the bureau for it (S2)


def be_present(session: Session, actor: User, post: Post, half: Half, now: datetime) -> Attendance | None:
    """Record that the engineer at work is there, for half of today; ``None`` if that is known already."""
    require(actor, Role.ENGINEER)
    half_day = day_of(now), half
    _ready(session, post, actor.id, half_day, now)
    last = _last(session, post, actor.id, half_day)
    if last is not None and last.presence is Presence.PRESENT:
        return None
    if last is not None:
        raise Conflict("项目经理已把您这半天登记为缺勤；如有不符，请联系项目经理更正")
    return _record(session, "attendance.present", actor, post, actor.id, half_day, now)


def enter(
    session: Session,
    actor: User,
    post: Post,
    person_id: int,
    day: date,
    halves: Iterable[Half],
    presence: Presence,
    reason: str,
    now: datetime,
) -> list[Attendance]:
    """Record by the manager who was there or not, with the reason; a correction is one more entry."""
    require(actor, Role.MANAGER)
    if not reason:
        raise Invalid("请写明为什么由项目经理登记", "reason")
    made = []
    for half in halves:
        _ready(session, post, person_id, (day, half), now)
        last = _last(session, post, person_id, (day, half))
        if last is None or last.presence is not presence:
            made.append(
                _record(
                    session,
                    "attendance.entered",
                    actor,
                    post,
                    person_id,
                    (day, half),
                    now,
                    presence=presence,
                    reason=reason,
                )
            )
    if not made:
        raise Conflict(f"已经登记为{presence.label}，没有改动")
    return made


def enter_sheet(
    session: Session,
    actor: User,
    post: Post,
    person_id: int,
    half_days: Iterable[HalfDay],
    presence: Presence,
    reason: str,
    now: datetime,
) -> list[Attendance]:
    """Record several half days at once, by the manager from a sheet: one link of the chain tells of all.

    Half days that are known already are left out; one that may not be recorded refuses the whole sheet.
    """
    require(actor, Role.MANAGER)
    if not reason:
        raise Invalid("请写明为什么由项目经理登记", "reason")
    wanted = sorted(set(half_days), key=lambda one: half_bounds(*one)[0])
    if not wanted:
        raise Conflict("这段日子不需要驻场，没有可以登记的")
    _hold_both(session, post, person_id)
    ensure_open(session, post.id, wanted[0][0], wanted[-1][0])
    seats = held_days(session, post.id, person_id)
    for half_day in wanted:
        _allowed(session, post, person_id, half_day, now, seats)
    known = _known(session, post, person_id, wanted[0][0], wanted[-1][0], wanted)
    made = [
        _entry(post, actor, person_id, half_day, presence, reason, now)
        for half_day in wanted
        if known.get(half_day) is not presence
    ]
    if not made:
        raise Conflict(f"已经登记为{presence.label}，没有改动")
    session.add_all(made)
    session.flush()
    payload = {
        "posting": post.id,
        "project": post.project.seq,
        "person": person_id,
        "half_days": [[one.day, one.half] for one in made],
        "presence": presence,
        "reason": reason,
    }
    subject = f"posting:{post.id}"
    ledger.append(
        session, kind="attendance.sheet", subject=subject, actor_id=actor.id, at=now, payload=payload
    )
    return made


def days_required(session: Session, post: Post, first: date, last: date) -> list[date]:
    """Return the days of a range, both included, on which a posting is to be held (R1)."""
    if last < first:
        raise Invalid("最后一天不能早于第一天", "last_day")
    if last - first > LONGEST_SHEET:
        raise Invalid(f"一次最多登记 {LONGEST_SHEET.days + 1} 天，请分几次", "last_day")
    return required_days(post.rules, first, last + timedelta(days=1), calendar(session))


def decide_month(
    session: Session,
    actor: User,
    post: Post,
    month: date,
    standing: Standing,
    remark: str,
    now: datetime,
) -> AttendanceMonth:
    """Record the unit's word on a posting's month as a whole: confirmed, or objected to with a remark.

    The month must be over. While it is confirmed its attendance does not change; an objection opens it.
    """
    if actor.role not in DECIDERS:
        raise Forbidden("月度出勤只能由单位（或局方代单位）确认")
    if standing is Standing.REJECTED and not remark:
        raise Invalid("请写明哪里不对，项目经理据此更正", "remark")
    if now < month_bounds(month)[1]:
        raise Conflict(f"{month:%Y-%m} 还没有结束，月底以后整月确认")
    lock(session, post.id)
    if not required_days(post.rules, month, next_month(month), calendar(session)):
        raise Conflict(f"{month:%Y-%m} 不需要驻场，没有出勤可以确认")
    word = word_of(session, post.id, month)
    if word is not None and word.standing is standing is Standing.CONFIRMED:
        raise Conflict(f"{word.decided_by.name}已经确认过 {month:%Y-%m} 的出勤")
    if word is None:
        word = AttendanceMonth(posting_id=post.id, month=month)
        session.add(word)
    word.standing, word.decided_by_id = standing, actor.id
    word.decided_at, word.remark = now, remark
    session.flush()
    ledger.append(
        session,
        kind="attendance.confirmed" if standing is Standing.CONFIRMED else "attendance.objected",
        subject=f"posting:{post.id}",
        actor_id=actor.id,
        at=now,
        payload={"posting": post.id, "project": post.project.seq, "month": month, "remark": remark},
    )
    return word


def lock(session: Session, posting_id: int) -> None:
    """Hold a posting: of two at once the second waits here and then sees what the first did."""
    session.scalar(select(Posting.id).where(Posting.id == posting_id).with_for_update())


def ensure_open(session: Session, posting_id: int, first: date, last: date) -> None:
    """Refuse a change that touches a month which the unit has confirmed."""
    confirmed = session.scalar(
        select(AttendanceMonth.month)
        .where(
            AttendanceMonth.posting_id == posting_id,
            AttendanceMonth.month >= first.replace(day=1),
            AttendanceMonth.month <= last,
            AttendanceMonth.standing == Standing.CONFIRMED,
        )
        .order_by(AttendanceMonth.month)
    )
    if confirmed is not None:
        raise Conflict(f"单位已确认 {confirmed:%Y-%m} 的出勤；要更正，请单位先在该月提出异议")


def _ready(session: Session, post: Post, person_id: int, half_day: HalfDay, now: datetime) -> None:
    """Check that a half day of somebody may be recorded; hold the posting and the person meanwhile."""
    _hold_both(session, post, person_id)
    ensure_open(session, post.id, half_day[0], half_day[0])
    _allowed(session, post, person_id, half_day, now, ())


def _hold_both(session: Session, post: Post, person_id: int) -> None:
    lock(session, post.id)
    session.scalar(select(User.id).where(User.id == person_id).with_for_update())


def _allowed(
    session: Session,
    post: Post,
    person_id: int,
    half_day: HalfDay,
    now: datetime,
    seats: Iterable[tuple[date, date | None]],
) -> None:
    """Refuse a half day that lies ahead, is not required, or on which the person is not expected here."""
    day, half = half_day
    if half_bounds(day, half)[0] > now:
        raise Conflict(f"{day} {half.label}还没有到，不能提前登记")
    if not is_required(session, post, day):
        raise Conflict(f"{day} 不需要驻场（{post.rules.pattern_on(day).label}，服务年度内），不必登记")
    held = any(first <= day and (until is None or day < until) for first, until in seats)
    if not held and not holds(session, post.id, person_id, half_day):
        raise Conflict(f"{day} {half.label}这个人不在这个岗位上，也没有批准的顶岗")


def _known(
    session: Session, post: Post, person_id: int, first: date, last: date, wanted: Iterable[HalfDay]
) -> dict[HalfDay, Presence]:
    """Return what is recorded here for half days; being recorded elsewhere is a ``Conflict``."""
    theirs = select(Attendance).where(
        Attendance.user_id == person_id, Attendance.day >= first, Attendance.day <= last
    )
    found: dict[HalfDay, Presence] = {}
    elsewhere: dict[tuple[int, HalfDay], Presence] = {}
    for one in session.scalars(theirs.order_by(Attendance.id)):
        if one.posting_id == post.id:
            found[one.day, one.half] = one.presence
        else:
            elsewhere[one.posting_id, (one.day, one.half)] = one.presence
    asked = set(wanted)
    for (_, (day, half)), presence in elsewhere.items():
        if (day, half) in asked and presence is Presence.PRESENT:
            raise Conflict(f"{day} {half.label}已登记在另一个岗位在岗，一个人同一时间只算一处")
    return found


def _last(session: Session, post: Post, person_id: int, half_day: HalfDay) -> Attendance | None:
    """Return the last entry about somebody's half day here; being recorded elsewhere is a ``Conflict``."""
    theirs = select(Attendance).where(
        Attendance.user_id == person_id, Attendance.day == half_day[0], Attendance.half == half_day[1]
    )
    last = {one.posting_id: one for one in session.scalars(theirs.order_by(Attendance.id))}
    if any(one.presence is Presence.PRESENT for where, one in last.items() if where != post.id):
        raise Conflict("这半天已登记在另一个岗位在岗，一个人同一时间只算一处")
    return last.get(post.id)


def _record(
    session: Session,
    kind: str,
    actor: User,
    post: Post,
    person_id: int,
    half_day: HalfDay,
    now: datetime,
    *,
    presence: Presence = Presence.PRESENT,
    reason: str = "",
) -> Attendance:
    day, half = half_day
    entry = _entry(post, actor, person_id, half_day, presence, reason, now)
    session.add(entry)
    session.flush()
    payload = {
        "entry": entry.id,
        "posting": post.id,
        "project": post.project.seq,
        "person": person_id,
        "day": day,
        "half": half,
        "presence": presence,
        "reason": reason,
    }
    ledger.append(
        session, kind=kind, subject=f"posting:{post.id}", actor_id=actor.id, at=now, payload=payload
    )
    return entry


def _entry(
    post: Post,
    actor: User,
    person_id: int,
    half_day: HalfDay,
    presence: Presence,
    reason: str,
    now: datetime,
) -> Attendance:
    return Attendance(
        posting_id=post.id,
        user_id=person_id,
        day=half_day[0],
        half=half_day[1],
        presence=presence,
        recorded_by_id=actor.id,
        recorded_at=now,
        reason=reason,
    )
