"""How a ticket begins: who opens it, what it is about, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.simulation import words
from app.simulation.course import HOUR, MINUTE, Course
from app.simulation.rhythm import Arrival
from app.simulation.topics import topic_of
from app.tickets.opening import NewTicket
from models.people import User
from sla.vocab import Complexity, Role, Severity, TicketKind

SECURITY_ROW, CHANGE_ROW, COMPLEX_ROW, LEVEL_ROW = 34, 9, 44, 5

_SHARES = {
    TicketKind.INCIDENT: 46,
    TicketKind.REQUEST: 18,
    TicketKind.CONSULTATION: 19,
    TicketKind.DATA: 10,
    TicketKind.CHANGE: 6,
    TicketKind.SECURITY: 1,
}
_OWN_SHARES = {
    SECURITY_ROW: _SHARES | {TicketKind.INCIDENT: 12, TicketKind.SECURITY: 60},
    CHANGE_ROW: _SHARES | {TicketKind.CHANGE: 70},
}


@dataclass(frozen=True)
class Opening:
    """Who opens a ticket, and what they say."""

    actor: User
    new: NewTicket


def opening(course: Course, arrival: Arrival, submission: str) -> Opening:
    """Make up how the trouble of an arrival is put down."""
    kind = TicketKind.INCIDENT if arrival.outage else _kind(course)
    actor, own = _opener(course, kind)
    title, description = _text(course, kind)
    unit_contact = course.contact if actor.role is not Role.CONTACT else None
    return Opening(
        actor,
        NewTicket(
            project_id=course.project.id,
            kind=kind,
            title=title,
            description=description,
            submission=submission,
            place=course.pick(("", "", "一楼服务窗口", "三楼 305 室", "五楼机房", "业务大厅东侧")),
            reporter=unit_contact.name if unit_contact and not own else "",
            phone=unit_contact.phone if unit_contact and not own else "",
            reported_at=None if own else _reported(course, actor),
            own_finding=own,
            **_statements(course, kind, actor, arrival.outage),
        ),
    )


def _kind(course: Course) -> TicketKind:
    shares = _OWN_SHARES.get(course.seq, _SHARES)
    return course.rng.choices(list(shares), list(shares.values()))[0]


def _opener(course: Course, kind: TicketKind) -> tuple[User, bool]:
    """Return who opens the ticket, and whether it is the supplier's own finding."""
    findable = kind in (TicketKind.INCIDENT, TicketKind.SECURITY)
    unit, hotline, engineer = (40, 35, 25) if course.is_night else (50, 27, 23)
    if course.seq == SECURITY_ROW and findable:
        unit, engineer = 25, 60
    who = course.rng.choices(("unit", "hotline", "engineer"), (unit, hotline, engineer))[0]
    if who == "unit":
        return course.contact, False
    if who == "hotline":
        return course.one_of(course.world.cast.hotline), False
    return course.engineer, findable and course.chance(0.6)


def _text(course: Course, kind: TicketKind) -> tuple[str, str]:
    topic = topic_of(course.seq)
    choices = words.OTHERS.get(kind) or words.INCIDENTS[topic.nature]
    if kind is TicketKind.SECURITY:
        choices = words.SECURITY
    title, _, description = course.pick(choices).partition("|")
    return title.format(part=course.pick(topic.parts)), description


def _reported(course: Course, actor: User) -> datetime | None:
    """Return when the trouble was told: a contact writes it down at once, the supplier a little later."""
    if actor.role is Role.CONTACT or course.chance(0.2):
        return None
    if actor.role is Role.HOTLINE:
        return course.now - timedelta(seconds=course.rng.randint(20, 3 * MINUTE))
    long_ago = course.chance(course.temper.slack / 2)
    ago = course.rng.randint(2 * HOUR, 6 * HOUR) if long_ago else course.rng.randint(MINUTE, 12 * MINUTE)
    return course.now - timedelta(seconds=ago)


def _statements(course: Course, kind: TicketKind, actor: User, outage: bool) -> dict[str, Any]:
    """Return what is said of the trouble at once; what the supplier loosens with waits for the unit (C9)."""
    by_unit = actor.role is Role.CONTACT
    said: dict[str, Any] = {}
    if course.seq == SECURITY_ROW and kind is TicketKind.SECURITY and course.chance(0.3 if by_unit else 0.45):
        said["severity"] = course.pick((Severity.GENERAL, Severity.GENERAL, Severity.MAJOR))
    if kind is not TicketKind.INCIDENT:
        return said
    if course.seq == COMPLEX_ROW and course.chance(0.25):
        said["complexity"] = Complexity.COMPLEX
    if course.seq == LEVEL_ROW and course.chance(0.4):
        said["fault_level"] = course.rng.randint(2, 4)
    if course.chance(0.4 if outage else 0.02):
        said["paralysis"] = True
    return said
