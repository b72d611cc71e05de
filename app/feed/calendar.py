"""Duties and tickets as a calendar (RFC 5545): stable ids, days for duties, moments for tickets.

It tells titles, projects and times; no names, telephone numbers or descriptions of anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from models.duties import Occurrence
from models.tickets import Ticket
from sla.vocab import Cycle
from sla.when import day_of

if TYPE_CHECKING:
    from icalendar import Event

REFRESHED = "PT1H"
_INSTANT = timedelta(seconds=1)


def calendar_bytes(
    duties: Iterable[Occurrence],
    tickets: Iterable[Ticket],
    now: datetime,
    ticket_address: Callable[[int], str],
) -> bytes:
    """Return the calendar; equal contents at the same moment give equal bytes."""
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//lvyue//duties//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", "履约")
    made.add("x-wr-timezone", "Asia/Shanghai")
    made.add("x-published-ttl", REFRESHED)
    for duty in duties:
        made.add_component(_duty(duty, now))
    for ticket in tickets:
        made.add_component(_ticket(ticket, now, ticket_address(ticket.id)))
    return bytes(made.to_ical())


def _duty(one: Occurrence, now: datetime) -> Event:
    """Put a duty on the last day on which it can be done in time."""
    last = day_of(one.closes_at - _INSTANT)
    whose = f"{one.project.seq} {one.project.name}" if one.project else "合同"
    late = "【已过期】" if one.closes_at <= now else ""
    event = _event(f"duty-{one.id}@lvyue", f"{late}{_when(one)}{one.obligation.what}：{whose}", now)
    event.add("dtstart", last)
    event.add("dtend", last + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _when(one: Occurrence) -> str:
    if one.obligation.cycle is not Cycle.TWICE_DAILY:
        return ""
    return "上午" if day_of(one.closes_at) == day_of(one.opens_at) else "下午"


def _ticket(one: Ticket, now: datetime, address: str) -> Event:
    assert one.next_due_at is not None
    event = _event(f"ticket-{one.id}@lvyue", f"工单到期 {one.number}：{one.title}", now)
    event.add("dtstart", one.next_due_at)
    event.add("url", address)
    return event


def _event(uid: str, summary: str, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("summary", summary)
    return event
