"""The jobs about duties that close (O3), and about what waits for a contact (S2)."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.tickets.derivation import Rules, current_rules, events_of, waiting_for_unit
from app.watch import notices, queries
from app.watch.batches import finished
from models.duties import Occurrence
from models.tickets import Ticket
from sla.clock import RuleBook
from sla.clocks import backentries, derive
from sla.timeline import Event
from sla.vocab import NoticeKind, Role
from sla.when import day_of, end_of, start_of

log = logging.getLogger("lvyue.watch")

REMINDED_AFTER = 1  # workdays a contact is left in peace
LONGEST_LEAD = timedelta(days=7)
OVERLAP = timedelta(minutes=15)  # what was committed late is still found
AT_FIRST = timedelta(days=1)  # how far the first pass of all looks back


def duties(session: Session, now: datetime) -> str:
    """Tell of duties about to close, and of those that closed undone since this job last ran (O3)."""
    last = queries.last_success(session, "duties")
    since = max(last - OVERLAP, now - notices.NEWS) if last else now - AT_FIRST
    audience = queries.audience(session, day_of(now))
    due: dict[tuple[int | None, datetime, datetime], list[Occurrence]] = defaultdict(list)
    for one in queries.undone_occurrences(session, now, now + LONGEST_LEAD):
        warned_at = warning(one)
        if since < warned_at <= now:
            due[one.project_id, warned_at, one.closes_at].append(one)
    told = 0
    for (project_id, warned_at, closes_at), found in due.items():
        telling = notices.of_duties(found, NoticeKind.DUTY_DUE, warned_at, closes_at)
        told += notices.tell(session, _doers(audience, project_id), telling, now)
    missed, more = _missed(session, audience, since, now)
    told += more + _rejected(session, audience, since, now)
    return f"{sum(map(len, due.values()))} 项将到期，{missed} 项未完成，发出 {told} 条通知"


def warning(one: Occurrence) -> datetime:
    """Return when people are told that a duty is about to close: a sixth of its time ahead, or a week."""
    lead = min((one.closes_at - one.opens_at) / 6, LONGEST_LEAD)
    return (one.closes_at - lead).replace(microsecond=0)


def _missed(session: Session, audience: queries.Audience, since: datetime, now: datetime) -> tuple[int, int]:
    by_project: dict[tuple[int | None, datetime], list[Occurrence]] = defaultdict(list)
    by_instant: dict[datetime, list[Occurrence]] = defaultdict(list)
    for one in queries.undone_occurrences(session, since, now):
        by_project[one.project_id, one.closes_at].append(one)
        by_instant[one.closes_at].append(one)
    told = 0
    for (project_id, closes_at), found in by_project.items():
        telling = notices.of_duties(found, NoticeKind.DUTY_MISSED, closes_at, closes_at)
        doers = audience.engineers.get(project_id, ()) if project_id is not None else ()
        told += notices.tell(session, doers, telling, now)
    overseers = audience.roles[Role.MANAGER] + audience.roles[Role.BUREAU]
    for closes_at, found in by_instant.items():
        told += notices.tell(session, overseers, notices.of_missed(found, closes_at), now)
    return sum(map(len, by_instant.values())), told


def _rejected(session: Session, audience: queries.Audience, since: datetime, now: datetime) -> int:
    """Tell of duties that closed as done and are missed since their work was rejected."""
    told = 0
    overseers = audience.roles[Role.MANAGER] + audience.roles[Role.BUREAU]
    for work, one in queries.rejected_undone(session, since, now):
        people = [*_doers(audience, one.project_id), *overseers]
        told += notices.tell(session, people, notices.of_rejected(work, one), now)
    return told


def _doers(audience: queries.Audience, project_id: int | None) -> list[int]:
    """Return who does a duty: the project's engineers; the managers where it is the whole contract's."""
    return audience.roles[Role.MANAGER] if project_id is None else audience.engineers_of(project_id)


def waiting(session: Session, now: datetime) -> str:
    """Remind contacts, on workdays and once a day, of what has waited for them longer than a workday."""
    today, rules = day_of(now), current_rules(session)
    if not rules.book.calendar.is_workday(today):
        return "今天不是工作日，不提醒"
    audience = queries.audience(session, today)
    of_tickets, of_works, failed = Counter[int](), Counter[int](), []
    tickets = queries.waiting_tickets(session)
    events = events_of(session, [ticket.id for ticket in tickets])
    for ticket in tickets:
        try:
            many = _long_waiting(ticket, events[ticket.id], rules, now)
        except Exception:
            log.exception("%s could not be derived", ticket.number)
            failed.append(ticket.number)
            continue
        for user_id in audience.contacts_of(ticket.project.unit):
            of_tickets[user_id] += many
    for work in queries.waiting_works(session, start_of(today)):
        assert work.project is not None
        assert work.recorded_at is not None
        for user_id in audience.contacts_of(work.project.unit):
            of_works[user_id] += _is_long(work.recorded_at, rules.book, now)
    told = 0
    for user_id in sorted(+(of_tickets + of_works)):
        telling = notices.of_waiting(of_tickets[user_id], of_works[user_id], REMINDED_AFTER, today, now)
        told += notices.tell(session, [user_id], telling, now)
    return finished(f"提醒 {told} 位联系人", failed)


def _long_waiting(ticket: Ticket, events: list[Event], rules: Rules, now: datetime) -> int:
    """Return how many things of a ticket have waited for the unit too long."""
    derived = derive(events, rules.projects[ticket.project.seq], rules.book, now)
    late = {stop.seq for stop in backentries(derived, rules.book)}
    recorded = {event.seq: event.recorded_at for event in events}
    items = waiting_for_unit(derived, late)
    return sum(_is_long(recorded[one.seq], rules.book, now) for one in items)


def _is_long(recorded_at: datetime, book: RuleBook, now: datetime) -> bool:
    return end_of(book.calendar.add_workdays(day_of(recorded_at), REMINDED_AFTER)) <= now
