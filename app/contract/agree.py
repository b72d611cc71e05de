"""Agreeing how the contract is read, from a day on; the effect is shown beforehand (section 6)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
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
from app.contract.relaying import NOTHING, duty_counts, relay, relaying
from app.duties.layout import Difference
from models.contract import InterpretationVersion
from models.ledger import append
from models.people import User
from sla.clock import RuleBook
from sla.errors import Conflict, Invalid, NotFound
from sla.interpretations import KEYS, Interpretations, Key, Status, Version
from sla.interpretations import Effect as Moves
from sla.vocab import Role
from sla.when import day_of

LONGEST_VALUE = 400  # characters


@dataclass(frozen=True)
class Agreement:
    """What is to be agreed: how ``key`` is read from ``from_day`` on, and what that rests on."""

    key: str
    value: str
    from_day: date
    reason: str


@dataclass(frozen=True)
class Proposal:
    """A checked agreement with all that it would do. ``until`` is the day of the version after it.

    ``stored`` is the version of the same day that is there already; ``agreed`` when that says the same.
    """

    key: Key
    value: str
    from_day: date
    reason: str
    previous: Version
    until: date | None
    stored: InterpretationVersion | None
    agreed: bool
    before: RuleBook
    book: RuleBook
    effect: Effect
    duties: Difference

    @property
    def changes_value(self) -> bool:
        """Tell whether the key would be read differently, and not only be agreed."""
        return self.key.parse(self.value) != self.key.parse(self.previous.raw)


def key_named(name: str) -> Key:
    """Return a key by its name; an unknown one is ``NotFound``."""
    found = next((key for key in KEYS if key.name == name), None)
    if found is None:
        raise NotFound(f"没有「{name[:40]}」这项口径")
    return found


def propose(session: Session, said: Agreement, now: datetime, *, lock: bool = False) -> Proposal:
    """Check an agreement and work out its effect; writes nothing. ``lock`` is for who saves it next."""
    key = key_named(said.key)
    value, reason = _checked_value(key, said.value), checked_reason(said.reason)
    check_may_change(session, said.from_day, now, "from_day")
    before = book_in_force(session)
    known = before.interpretations
    previous = known.version(key.name, said.from_day)
    stored = _stored(session, key, said.from_day)
    same = key.parse(value) == key.parse(previous.raw)
    agreed = bool(stored) and same and previous.status is Status.AGREED
    if not agreed:
        _check_new(key, said.from_day, previous, stored, same, day_of(now))
    known_then = known.with_version(key.name, said.from_day, value, Status.AGREED.value)
    book = replace(before, interpretations=known_then)
    until = _until(known, key, said.from_day)
    moves = None if same else key.effect
    days = Days(said.from_day, until) if moves is Moves.CLOCKS else None
    return Proposal(
        key,
        value,
        said.from_day,
        reason,
        previous,
        until,
        stored,
        agreed,
        before,
        book,
        effect_of(session, book, days, now, lock=lock),
        relaying(session, book, now) if moves is Moves.OBLIGATIONS else NOTHING,
    )


def agree(session: Session, actor: User | None, said: Agreement, now: datetime, seen: str = "") -> Proposal:
    """Agree a reading from a day on: a new version, and everything that rests on it derived anew.

    Versions that were ever in use stay as they are; one whose day has not come is replaced by another of
    the same day. The same agreement again changes nothing (``agreed`` is set). ``actor`` is ``None`` for
    the command line; ``seen`` is the version of the rules that the effect was shown for.
    """
    if actor is not None:
        require(actor, Role.BUREAU)
    hold_contract(session)
    proposal = propose(session, said, now, lock=True)
    if proposal.agreed:
        return proposal
    check_seen(proposal.before, seen)
    row = proposal.stored or InterpretationVersion(key=proposal.key.name, from_day=proposal.from_day)
    row.value, row.status, row.reason = proposal.value, Status.AGREED.value, proposal.reason
    session.add(row)
    put_in_force(session, proposal.effect, now)
    relay(session, proposal.duties)
    _record(session, proposal, actor, now)
    return proposal


def _checked_value(key: Key, raw: str) -> str:
    """Return the value as it is stored; one the key does not take is ``Invalid``."""
    value = "".join(unicodedata.normalize("NFKC", raw).split())
    if len(value) > LONGEST_VALUE:
        raise Invalid(f"{key.label}最多 {LONGEST_VALUE} 个字，请缩短", "value")
    try:
        parsed = key.parse(value)
    except Invalid as error:
        raise Invalid(error.message, "value") from None
    return str(parsed) if isinstance(parsed, int) else value


def _check_new(
    key: Key,
    from_day: date,
    previous: Version,
    stored: InterpretationVersion | None,
    same: bool,
    today: date,
) -> None:
    if stored and from_day <= today:
        raise Conflict(
            f"{key.label}从 {from_day} 起已经另有约定并且用过，不能改写；请换一个更晚的日期", "from_day"
        )
    if same and previous.status is Status.AGREED:
        since = previous.from_day or "一开始"
        raise Conflict(f"{key.label}从 {since} 起已经是这样约定的，不需要再约定", "value")
    if key.effect is Moves.OBLIGATIONS and not same and from_day <= today:
        tomorrow = today + timedelta(days=1)
        raise Invalid(f"{key.label}只能从将来改起，已经排定的日子不变；最早从 {tomorrow} 起", "from_day")


def _stored(session: Session, key: Key, from_day: date) -> InterpretationVersion | None:
    return session.scalar(
        select(InterpretationVersion).where(
            InterpretationVersion.key == key.name, InterpretationVersion.from_day == from_day
        )
    )


def _until(known: Interpretations, key: Key, from_day: date) -> date | None:
    later = (one.from_day for one in known.versions[key.name] if one.from_day and one.from_day > from_day)
    return min(later, default=None)


def _record(session: Session, proposal: Proposal, actor: User | None, now: datetime) -> None:
    previous = proposal.previous
    append(
        session,
        kind="interpretation.agreed",
        subject=f"interpretation:{proposal.key.name}",
        actor_id=actor.id if actor else None,
        at=now,
        payload={
            "key": proposal.key.name,
            "value": proposal.value,
            "from_day": proposal.from_day,
            "reason": proposal.reason,
            "previous": {
                "value": previous.raw,
                "status": previous.status.value,
                "from_day": previous.from_day,
            },
            "rules": proposal.book.version,
            "effect": proposal.effect.counts() | duty_counts(proposal.duties),
        },
    )
