"""What the unit, or the bureau for it, decides about a ticket, and how facts are corrected (C9–C13, S2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.tickets.actions import ensure
from app.tickets.derivation import current_rules, derive_ticket, waiting_for_unit
from app.tickets.opening import LONGEST_BACKDATING_DAYS
from app.tickets.record import moment, not_ones_own, record, stored_instant
from models.people import User
from models.tickets import Ticket
from sla.classification import FIELDS
from sla.clock import Derivation
from sla.clocks import backentries
from sla.errors import Conflict, Invalid
from sla.vocab import EventKind, Side
from sla.when import clock_text

_CONFIRMED = {
    "pause": (EventKind.PAUSE_CONFIRMED, "pause"),
    "claim": (EventKind.CLAIM_CONFIRMED, "claim"),
    "backentry": (EventKind.BACKENTRY_CONFIRMED, "entry"),
}
_REJECTED = {
    "pause": (EventKind.PAUSE_REJECTED, "pause"),
    "claim": (EventKind.CLAIM_REJECTED, "claim"),
    "backentry": (EventKind.BACKENTRY_REJECTED, "entry"),
}


def confirm(
    session: Session, actor: User, ticket: Ticket, now: datetime, what: str, seq: int, note: str = ""
) -> Derivation:
    """Confirm a pause, a loosening claim or a back-entry by the event that made it (C9, C12, C13)."""
    _waits(session, actor, ticket, now, f"confirm_{what}", what, seq)
    not_ones_own(actor, ticket, seq)
    kind, key = _CONFIRMED[what]
    return record(session, ticket, actor, kind, now, data={key: seq, "note": note})


def refuse(
    session: Session, actor: User, ticket: Ticket, now: datetime, what: str, seq: int, reason: str
) -> Derivation:
    """Reject a pause, a loosening claim or a back-entry, with the reason."""
    _waits(session, actor, ticket, now, f"reject_{what}", what, seq)
    kind, key = _REJECTED[what]
    return record(session, ticket, actor, kind, now, data={key: seq, "reason": _reason(reason)})


def reclassify(
    session: Session, actor: User, ticket: Ticket, now: datetime, said: Mapping[str, Any], reason: str
) -> Derivation:
    """Correct kind, severity, complexity, fault level or paralysis, with the reason (C9, C10).

    What loosens a target and comes from the supplier waits for the unit; everything else binds at once.
    """
    event_data = _changed(session, actor, ticket, now, said) | {"reason": _reason(reason)}
    return record(session, ticket, actor, EventKind.RECLASSIFIED, now, data=event_data)


def correct_report_time(
    session: Session, actor: User, ticket: Ticket, now: datetime, reported_at: datetime, reason: str
) -> Derivation:
    """Correct when the trouble was reported (C12): not after anything that has already happened.

    It is not after the entry either, nor further before it than one may enter it.
    """
    before = derive_ticket(session, ticket, now)
    ensure("correct_report_time", actor, before)
    at = moment(reported_at, now, reported_at)
    if at > min(_happened(before), default=now):
        raise Invalid("报告时间不能晚于已经记录的响应、到场等时间，请核对", "reported_at")
    if at > ticket.opened_at:
        raise Invalid(f"报告时间不能晚于登记时间（{clock_text(ticket.opened_at)}），请核对", "reported_at")
    if (ticket.opened_at - at).days >= LONGEST_BACKDATING_DAYS:
        raise Invalid(f"报告时间最多改到登记前 {LONGEST_BACKDATING_DAYS} 天，请核对日期", "reported_at")
    data = {"reported_at": stored_instant(at), "reason": _reason(reason)}
    return record(session, ticket, actor, EventKind.REPORT_TIME_CORRECTED, now, data=data)


def correct(
    session: Session,
    actor: User,
    ticket: Ticket,
    now: datetime,
    entry: int,
    occurred_at: datetime,
    reason: str,
) -> Derivation:
    """Correct when a milestone happened, with the reason (C10, C12).

    From the unit or the bureau it binds at once; from the supplier only a later time does, an earlier
    one waits for confirmation like a back-entry.
    """
    before = derive_ticket(session, ticket, now)
    ensure("correct", actor, before)
    stop = next((m for m in before.facts.milestones if m.seq == entry), None)
    if stop is None:
        raise Invalid("请选择要更正的记录", "entry")
    if any(c.stop.seq == entry and c.rejected_at for c in before.facts.claims):
        raise Conflict("这次恢复申报已被退回，不能再更正它的时间")
    if actor.side is Side.UNIT:
        not_ones_own(actor, ticket, entry)
    at = moment(occurred_at, now, _earliest(before, entry), "它之前的时间")
    if at == stop.occurred_at:
        raise Invalid("更正后的时间与原来相同", "occurred_at")
    data = {"entry": entry, "occurred_at": stored_instant(at), "reason": _reason(reason)}
    return record(session, ticket, actor, EventKind.CORRECTED, now, data=data)


def _waits(
    session: Session, actor: User, ticket: Ticket, now: datetime, action: str, what: str, seq: int
) -> None:
    derived = derive_ticket(session, ticket, now)
    ensure(action, actor, derived)
    late = {m.seq for m in backentries(derived, current_rules(session).book)}
    if not any(w.what == what and w.seq == seq for w in waiting_for_unit(derived, late)):
        raise Conflict(f"这一项已经处理过，不再等待确认。工单当前状态：{derived.facts.state.label}")


def _changed(
    session: Session, actor: User, ticket: Ticket, now: datetime, said: Mapping[str, Any]
) -> dict[str, Any]:
    derived = derive_ticket(session, ticket, now)
    ensure("reclassify", actor, derived)
    known = derived.facts.classification
    waiting = {name: value for claim in known.claims for name, value in claim.values.items()}
    changed = {
        name: said[name]
        for name in FIELDS
        if said.get(name) is not None
        and (said[name] != known.get(name) or name not in known.stated or name in waiting)
    }
    if not changed:
        raise Invalid("定性没有变化，请至少修改一项", "kind")
    if actor.side is Side.UNIT:
        for claim in known.claims:
            if any(claim.values.get(name) == value for name, value in changed.items()):
                not_ones_own(actor, ticket, claim.seq)
    return changed


def _happened(derived: Derivation) -> list[datetime]:
    facts = derived.facts
    requests = [request.occurred_at for one in facts.rounds for request, _ in one.requests]
    stops = [at for m in facts.milestones for at in (m.occurred_at, *m.corrections.values())]
    return requests + stops + [p.start for p in facts.pauses]


def _earliest(derived: Derivation, entry: int) -> datetime:
    """Return the time before which the milestone cannot lie: report, its request, or the last rejection."""
    facts = derived.facts
    for one in facts.rounds:
        if one.arrival and one.arrival.seq == entry and one.requests:
            return one.requests[0][0].occurred_at
    if any(c.stop.seq == entry for c in facts.claims):
        return max([facts.reported_at, *(c.rejected_at for c in facts.claims if c.rejected_at)])
    return facts.reported_at


def _reason(text: str) -> str:
    value = text.strip()
    if not value:
        raise Invalid("请填写原因", "reason")
    return value
