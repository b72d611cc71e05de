"""Who is told how the closing of a month goes: the supplier's manager and the bureau (M1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.closing.queries import in_review
from app.tickets.derivation import current_rules
from app.watch.notices import Telling, stamp, tell, until
from app.watch.queries import audience
from models.closing import MonthClose
from models.people import User
from sla.calendar import Calendar
from sla.vocab import NoticeKind, Role
from sla.when import day_of, end_of


def opened(session: Session, close: MonthClose, by: User | None, now: datetime) -> int:
    """Tell that a month's review has begun, and until when objections may be raised."""
    return _tell(session, close, NoticeKind.MONTH, "opened", f"进入异议期，{_end(close)} 截止", by, now, now)


def renewed(session: Session, close: MonthClose, by: User | None, now: datetime) -> int:
    """Tell that what was signed has changed, and until when objections may be raised now."""
    said = f"签认以后数字有变化，异议期重新起算，{_end(close)} 截止"
    return _tell(session, close, NoticeKind.MONTH, "renewed", said, by, now, now)


def frozen(session: Session, close: MonthClose, by: User, now: datetime) -> int:
    """Tell that a month is frozen."""
    return _tell(session, close, NoticeKind.MONTH, "frozen", "已冻结，以后的更正记为调整", by, now, now)


def ending(session: Session, now: datetime) -> int:
    """Tell of every review with one workday left; return how many people were told. Twice is harmless."""
    calendar, told = current_rules(session).book.calendar, 0
    for close in in_review(session):
        assert close.objections_until is not None
        moment = warned_at(close.objections_until, calendar)
        if not moment <= now < close.objections_until:
            continue
        signed = "" if close.signed_at else "，乙方尚未签认"
        said = f"异议期还剩一个工作日，{_end(close)} 截止{signed}"
        told += _tell(session, close, NoticeKind.MONTH_DUE, "ending", said, None, moment, now)
    return told


def warned_at(objections_until: datetime, calendar: Calendar) -> datetime:
    """Return when one workday is left before a review ends: at 24:00 of the workday before its last."""
    last = _day_before(day_of(objections_until))  # it ends at 24:00 of that day
    day = _day_before(last)
    while not calendar.is_workday(day):
        day = _day_before(day)
    return end_of(day)


def _day_before(day: date) -> date:
    return day - timedelta(days=1)


def _end(close: MonthClose) -> str:
    assert close.objections_until is not None
    return until(close.objections_until) + ("（暂定）" if close.until_provisional else "")


def _tell(
    session: Session,
    close: MonthClose,
    kind: NoticeKind,
    act: str,
    said: str,
    by: User | None,
    happened_at: datetime,
    now: datetime,
) -> int:
    """Tell both sides but whoever did it; a review opened anew, or with another end, is told anew."""
    assert close.objections_until is not None
    roles = audience(session, day_of(now)).roles
    people = [one for one in (*roles[Role.MANAGER], *roles[Role.BUREAU]) if by is None or one != by.id]
    month = f"{close.month:%Y-%m}"
    telling = Telling(
        key=f"month:{month}:{act}:{stamp(close.objections_until)}",
        kind=kind,
        text=f"{month} 月度关账：{said}",
        path=f"/closing/{month}",
        happened_at=happened_at,
    )
    return tell(session, people, telling, now)
