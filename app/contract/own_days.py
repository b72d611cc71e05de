"""The contract's own days: worked or rested by agreement, whatever a notice says (T2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.access import require
from app.contract.changing import (
    book_in_force,
    check_may_change,
    check_seen,
    checked_reason,
    hold_contract,
    put_in_force,
)
from app.contract.effect import Days, Effect, effect_of
from app.contract.queries import OVERRIDES
from app.contract.relaying import duty_counts, relay, relaying
from app.duties.layout import Difference
from models.calendar import CalendarDay
from models.ledger import append
from models.people import User
from sla.calendar import Calendar, DayKind
from sla.clock import RuleBook
from sla.errors import Conflict, Invalid
from sla.vocab import Role, Word

LONGEST_NAME = 32  # characters
LONGEST_BASIS = 100
MOST_DAYS = 31


class OwnDay(Word):
    """What the contract agrees about a day."""

    WORK = "work", "上班"
    OFF = "off", "休息"
    AS_NOTICE = "as_notice", "照通知（取消约定）"

    @property
    def day_kind(self) -> DayKind | None:
        """Return the word of the calendar; ``None`` leaves the day to the notice."""
        return {OwnDay.WORK: DayKind.OVERRIDE_WORK, OwnDay.OFF: DayKind.OVERRIDE_OFF}.get(self)


@dataclass(frozen=True)
class OwnDays:
    """Days the contract itself works or rests, whatever a notice says."""

    first: date
    last: date
    kind: OwnDay
    name: str
    reason: str


@dataclass(frozen=True)
class OwnDaysChange:
    """Checked days of the contract with all that they would do."""

    said: OwnDays
    days: tuple[date, ...]
    before: RuleBook
    book: RuleBook
    effect: Effect
    duties: Difference


def propose_own_days(session: Session, said: OwnDays, now: datetime, *, lock: bool = False) -> OwnDaysChange:
    """Check days of the contract's own and work out their effect; writes nothing."""
    wanted = _checked_own(said)
    check_may_change(session, said.first, now, "first")
    before = book_in_force(session)
    known, kind = before.calendar, said.kind.day_kind
    days = tuple(day for day in wanted if known.overrides.get(day) != kind)
    if not days:
        raise Conflict("这些日子已经是这样，没有可改的", "first")
    kept = {day: kind for day, kind in known.overrides.items() if day not in days}
    overrides = kept if kind is None else kept | dict.fromkeys(days, kind)
    book = replace(before, calendar=Calendar(known.days, known.years, overrides, known.names))
    span = Days(days[0], days[-1] + timedelta(days=1))
    effect = effect_of(session, book, span, now, lock=lock)
    return OwnDaysChange(said, days, before, book, effect, relaying(session, book, now))


def set_own_days(
    session: Session, actor: User, said: OwnDays, now: datetime, seen: str = ""
) -> OwnDaysChange:
    """Let the contract work or rest on days of its own, or leave them to the notice again (T2)."""
    require(actor, Role.BUREAU)
    hold_contract(session)
    found = propose_own_days(session, said, now, lock=True)
    check_seen(found.before, seen)
    session.execute(
        delete(CalendarDay).where(CalendarDay.day.in_(found.days), CalendarDay.kind.in_(OVERRIDES))
    )
    if said.kind.day_kind is not None:
        session.add_all(
            CalendarDay(day=day, kind=said.kind.day_kind, name=said.name.strip(), notice=said.reason.strip())
            for day in found.days
        )
    put_in_force(session, found.effect, now)
    relay(session, found.duties)
    append(
        session,
        kind="calendar.own_days",
        subject=f"calendar_days:{found.days[0]}",
        actor_id=actor.id,
        at=now,
        payload={
            "days": list(found.days),
            "kind": said.kind,
            "name": said.name.strip(),
            "reason": said.reason.strip(),
            "previous": [found.before.calendar.overrides.get(day) for day in found.days],
            "rules": found.book.version,
            "effect": found.effect.counts() | duty_counts(found.duties),
        },
    )
    return found


def _checked_own(said: OwnDays) -> list[date]:
    if said.last < said.first:
        raise Invalid("最后一天不能早于第一天", "last")
    count = (said.last - said.first).days + 1
    if count > MOST_DAYS:
        raise Invalid(f"一次最多约定 {MOST_DAYS} 天，现在是 {count} 天", "last")
    if said.kind is not OwnDay.AS_NOTICE and not said.name.strip():
        raise Invalid("请填写名称，例如 系统割接", "name")
    if len(said.name.strip()) > LONGEST_NAME:
        raise Invalid(f"名称最多 {LONGEST_NAME} 个字，请缩短", "name")
    if len(checked_reason(said.reason)) > LONGEST_BASIS:
        raise Invalid(f"依据最多 {LONGEST_BASIS} 个字，请缩短", "reason")
    return [said.first + timedelta(days=n) for n in range(count)]
