"""What happens beside the main story of a ticket: dispatch, remarks, a change of what it is held to be,
a corrected time, a ticket withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.simulation import words
from app.simulation.course import HOUR, MINUTE
from app.simulation.opening import COMPLEX_ROW, LEVEL_ROW, SECURITY_ROW
from app.simulation.unit import Life
from app.tickets import decisions, service
from models.people import User
from sla.vocab import Complexity, Role, Severity, Side, TicketKind


def scatter(life: Life) -> None:
    """Let the asides of a new ticket happen when they will."""
    opened_by_supplier = life.ticket.opened_by.side is Side.SUPPLIER
    hotline = life.ticket.opened_by.role is Role.HOTLINE
    plans: list[tuple[float, Callable[[Life], None], datetime]] = [
        (0.9 if hotline else 0.5, dispatch, life.later(30, 12 * MINUTE)),
        (0.14, remark, life.in_service(10 * MINUTE, 6 * HOUR)),
        (0.026, cancel, life.later(4 * MINUTE, 3 * HOUR)),
        (0.05 if opened_by_supplier else 0.0, Life.correct_report_time, life.in_office(HOUR, 8 * HOUR)),
        (0.04, Life.correct_stop, life.in_office(2 * HOUR, 20 * HOUR)),
    ]
    for chance, aside, at in plans:
        if life.chance(chance):
            life.world.schedule(at, _bound(life, aside))
    for chance, by_unit, said in _statements(life):
        if life.chance(chance):
            who = life.contact if by_unit else life.manager_or_engineer()
            at = life.later(6 * MINUTE, HOUR)
            life.world.schedule(at, _bound(life, lambda one, who=who, said=said: restate(one, who, said)))  # type: ignore[misc]


def dispatch(life: Life) -> None:
    """Give the ticket to its engineer, or to another one, who then does the rest."""
    cast = life.world.cast
    who = life.one_of(cast.hotline) if life.ticket.opened_by.role is Role.HOTLINE else cast.managers[0]
    if life.can(who, "assign"):
        life.engineer = life.one_of(cast.engineers[life.seq])
        life.do(service.assign, who, engineer_id=life.engineer.id)


def remark(life: Life) -> None:
    who = life.contact if life.chance(0.3) else life.engineer
    if life.can(who, "note"):
        life.do(service.add_note, who, note=life.pick(words.NOTES))


def cancel(life: Life) -> None:
    if life.can(life.contact, "cancel"):
        life.do(service.cancel, life.contact, reason=life.pick(words.CANCEL_REASONS))


def restate(life: Life, who: User, said: dict[str, Any]) -> None:
    """Say that the ticket is something else, if it is not held to be that already (C9)."""
    known = life.facts.classification
    if life.can(who, "reclassify") and all(known.get(name) != value for name, value in said.items()):
        life.do(decisions.reclassify, who, said=said, reason=life.pick(words.CLAIM_REASONS))
        life.notice()


def _statements(life: Life) -> list[tuple[float, bool, dict[str, Any]]]:
    """Return what might be said of a ticket later on: how likely, whether by the unit, and what."""
    kind, paralysed = life.facts.kind, life.facts.classification.get("paralysis")
    if kind is TicketKind.SECURITY:
        if life.seq != SECURITY_ROW:
            return [(0.1, False, {"kind": TicketKind.INCIDENT})]
        return [(0.4, False, {"severity": Severity.GENERAL}), (0.08, True, {"severity": Severity.MAJOR})]
    if kind is not TicketKind.INCIDENT:
        return [(0.02, True, {"kind": TicketKind.INCIDENT})]
    found: list[tuple[float, bool, dict[str, Any]]] = [
        (0.025, False, {"kind": TicketKind.CONSULTATION}),
        (0.5, False, {"paralysis": False}) if paralysed else (0.012, True, {"paralysis": True}),
    ]
    if life.seq == COMPLEX_ROW:
        found.append((0.35, False, {"complexity": Complexity.COMPLEX}))
    if life.seq == LEVEL_ROW:
        found.append((0.35, False, {"fault_level": life.rng.randint(2, 4)}))
    return found


def _bound(life: Life, aside: Callable[[Life], None]) -> Callable[[], None]:
    return lambda: aside(life)
