"""Who is told of call-backs: contacts whom they wait for, the supplier of complaints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.callbacks.queries import unanswered
from app.tickets.derivation import current_rules
from app.watch.notices import Telling, stamp, tell
from app.watch.queries import audience
from models.callbacks import CallBack
from models.people import User
from sla.vocab import NoticeKind, Role, Side
from sla.when import day_of, end_of

SIGN = "/callbacks/sign"
REMINDED_AFTER = 3  # workdays a contact is left in peace


def asked(session: Session, made: Sequence[CallBack], now: datetime) -> int:
    """Tell each contact once how many projects wait for a signature."""
    if not made:
        return 0
    first, last = made[0].first_day, made[0].last_day
    key = f"callback:asked:{first}:{last}:{stamp(now)}"
    return _count(session, made, key, f"个项目的回访等您签署（{first} 至 {last}）", now)


def complained(session: Session, one: CallBack, now: datetime) -> int:
    """Tell supplier and bureau that a unit is not satisfied."""
    people = audience(session, day_of(now))
    roles = people.roles
    told = [*people.engineers_of(one.project_id), *roles[Role.MANAGER], *roles[Role.BUREAU]]
    telling = _about(one, NoticeKind.COMPLAINT, "回访不满意或运转不平稳，请整改", now)
    return tell(session, told, telling, now)


def followed(session: Session, one: CallBack, by: User, now: datetime) -> int:
    """Tell the unit that something was done, or the supplier that it was not enough."""
    people = audience(session, day_of(now))
    if by.side is Side.SUPPLIER:
        told, said = people.contacts_of(one.project.unit), "回访提出的问题已整改，请确认"
    else:
        told = [*people.engineers_of(one.project_id), *people.roles[Role.MANAGER]]
        said = "回访提出的问题还要继续整改"
    return tell(session, told, _about(one, NoticeKind.WAITING, said, now), now)


def settled(session: Session, one: CallBack, now: datetime) -> int:
    """Tell the supplier that the follow-up was found done."""
    people = audience(session, day_of(now))
    told = [*people.engineers_of(one.project_id), *people.roles[Role.MANAGER]]
    return tell(session, told, _about(one, NoticeKind.DECIDED, "回访提出的问题已确认整改", now), now)


def remind(session: Session, now: datetime) -> str:
    """Remind contacts, on workdays and once a week, of call-backs asked some workdays ago."""
    today, calendar = day_of(now), current_rules(session).book.calendar
    if not calendar.is_workday(today):
        return "今天不是工作日，不提醒"
    late = [
        one
        for one in unanswered(session, now)
        if end_of(calendar.add_workdays(day_of(one.asked_at), REMINDED_AFTER)) <= now
    ]
    week = today.isocalendar()
    told = _count(session, late, f"callback:remind:{week.year}-{week.week}", "个项目的回访还没有签署", now)
    return f"{len(late)} 个项目的回访没有签署，提醒 {told} 位联系人"


def _count(session: Session, found: Sequence[CallBack], key: str, said: str, now: datetime) -> int:
    people = audience(session, day_of(now))
    many = Counter[int]()
    for one in found:
        many.update(people.contacts_of(one.project.unit))
    told = 0
    for user_id, number in sorted(many.items()):
        telling = Telling(key, NoticeKind.WAITING, f"有 {number} {said}", SIGN, now)
        told += tell(session, [user_id], telling, now)
    return told


def _about(one: CallBack, kind: NoticeKind, said: str, now: datetime) -> Telling:
    return Telling(
        key=f"callback:{one.id}:{len(one.answers)}:{len(one.follow_ups)}:{kind}",
        kind=kind,
        text=f"第 {one.project.seq} 项 {one.project.name}：{said}",
        path=f"/callbacks/{one.id}",
        happened_at=now,
        project_id=one.project_id,
    )
