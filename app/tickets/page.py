"""Everything the page of one ticket shows, put together for one viewer at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.tickets import queries, story
from app.tickets import told as plainly
from app.tickets.actions import ACTIONS, Action, offered
from app.tickets.derivation import Waiting, current_rules, derive_ticket, waiting_for_unit
from app.tickets.effect import Change, changes
from app.tickets.record import proposed
from models.people import User
from models.tickets import Ticket, TicketEvent
from sla.arithmetic import allowance_text, because
from sla.clock import Clock, Derivation, RuleBook
from sla.clocks import PAUSABLE, backentries
from sla.timeline import Milestone
from sla.vocab import EventKind, PauseReason, Role, Side, TicketState, Verdict
from sla.when import clock_text

# What is done with one tap at the end of the page on a phone: the first of these that is offered.
NEXT_STEPS = ("accept", "close", "respond", "resume", "arrive", "contain", "claim_recovery")
JUDGED = ("pause", "claim", "backentry")
# Offered where the thing that waits is shown, not in the list of actions.
JUDGEMENTS = {"accept", "reject", *(f"{verb}_{what}" for verb in ("confirm", "reject") for what in JUDGED)}


@dataclass(frozen=True)
class ClockCard:
    """A clock with its arithmetic; ``original_due_at`` only where the due time has changed (C10)."""

    clock: Clock
    allowance: str
    still: bool
    original_due_at: datetime | None
    lines: list[str]


@dataclass(frozen=True)
class WaitingItem:
    """One thing that waits for the unit: the event that made it, in words, and what deciding it changes."""

    what: str
    seq: int
    title: str
    said: tuple[str, ...]
    who: str
    recorded_at: datetime
    confirm: str
    refuse: str
    on_confirm: list[Change] = field(default_factory=list)
    on_refuse: list[Change] = field(default_factory=list)

    @property
    def confirm_key(self) -> str:
        """Return the key of the form that confirms."""
        return self.confirm if self.what == "recovery" else f"{self.confirm}-{self.seq}"

    @property
    def refuse_key(self) -> str:
        """Return the key of the form that refuses."""
        return self.refuse if self.what == "recovery" else f"{self.refuse}-{self.seq}"


@dataclass(frozen=True)
class TicketPage:
    """What one viewer sees of one ticket, and may do with it."""

    ticket: Ticket
    derived: Derivation
    state: TicketState
    clocks: list[ClockCard]
    waiting: list[WaitingItem]
    decides: bool
    story: list[story.Line]
    step: Action | None
    others: list[Action]
    milestones: list[tuple[int, str]]
    told: plainly.Told | None = None


def ticket_page(session: Session, viewer: User, ticket: Ticket, now: datetime) -> TicketPage:
    """Put the page together; derived at ``now``, so that time alone is accounted for."""
    derived = derive_ticket(session, ticket, now)
    book = current_rules(session).book
    late = {m.seq for m in backentries(derived, book)}
    may = offered(viewer, derived)
    step = next_step(viewer, derived, may)
    lines = story.story(ticket, derived, late, queries.people_named(session, story.engineers_in(ticket)))
    return TicketPage(
        ticket=ticket,
        derived=derived,
        state=derived.facts.state,
        clocks=_cards(ticket, derived, book),
        waiting=waiting_items(session, viewer, ticket, derived, now),
        decides=viewer.role in ACTIONS["confirm_pause"].roles,
        story=lines,
        step=step,
        others=[one for one in may if one is not step and one.code not in JUDGEMENTS],
        milestones=correctable(ticket, derived),
        told=plainly.told(viewer, ticket, derived, book, lines, now) if viewer.role is Role.CONTACT else None,
    )


def next_step(viewer: User, derived: Derivation, may: list[Action]) -> Action | None:
    """Return what this viewer is most likely here to do."""
    codes = {action.code for action in may}
    if viewer.side is Side.UNIT:
        codes.discard("resume")  # of a pause the unit first judges whether it is right
    if not derived.facts.awaiting_arrival:
        codes.discard("arrive")
    first = next((code for code in NEXT_STEPS if code in codes), None)
    return ACTIONS[first] if first else None


def correctable(ticket: Ticket, derived: Derivation) -> list[tuple[int, str]]:
    """Return the stops whose time can be corrected: their events, and how a person names them."""
    kinds = {event.seq: event.kind for event in ticket.events}
    void = {claim.stop.seq for claim in derived.facts.claims if claim.rejected_at}
    return [
        (stop.seq, f"{kinds[stop.seq].label}（{clock_text(stop.occurred_at)}）")
        for stop in derived.facts.milestones
        if stop.seq not in void
    ]


def _cards(ticket: Ticket, derived: Derivation, book: RuleBook) -> list[ClockCard]:
    first = {(row.kind, row.round): row.original_due_at for row in ticket.clocks}
    still = derived.facts.state is TicketState.PAUSED
    return [
        ClockCard(
            clock,
            allowance_text(clock),
            still and clock.kind in PAUSABLE and clock.verdict is Verdict.RUNNING,
            _original(first.get((clock.kind, clock.round)), clock),
            because(clock, book),
        )
        for clock in derived.clocks
    ]


def _original(first: datetime | None, clock: Clock) -> datetime | None:
    return first if first is not None and first != clock.due_at else None


def waiting_items(
    session: Session, viewer: User, ticket: Ticket, derived: Derivation, now: datetime
) -> list[WaitingItem]:
    """Return everything of a ticket that waits for the unit, in words; its events are loaded."""
    late = {m.seq for m in backentries(derived, current_rules(session).book)}
    events = {event.seq: event for event in ticket.events}
    found = []
    for one in waiting_for_unit(derived, late):
        event = events[one.seq]
        title, said = _in_words(one, event, events, derived)
        effects = _effects(session, viewer, ticket, derived, one, now)
        if viewer.role is Role.CONTACT:
            title = plainly.TITLES[one.what]
        confirm, refuse = ("accept", "reject") if one.what == "recovery" else _codes(one.what)
        found.append(
            WaitingItem(
                one.what, one.seq, title, said, event.actor.name, event.recorded_at, confirm, refuse, *effects
            )
        )
    return found


def _codes(what: str) -> tuple[str, str]:
    return f"confirm_{what}", f"reject_{what}"


_DECISIONS = {
    "pause": (EventKind.PAUSE_CONFIRMED, EventKind.PAUSE_REJECTED, "pause"),
    "claim": (EventKind.CLAIM_CONFIRMED, EventKind.CLAIM_REJECTED, "claim"),
    "backentry": (EventKind.BACKENTRY_CONFIRMED, EventKind.BACKENTRY_REJECTED, "entry"),
}


def _effects(
    session: Session, viewer: User, ticket: Ticket, derived: Derivation, one: Waiting, now: datetime
) -> tuple[list[Change], list[Change]]:
    """Return which clocks change when the thing is confirmed, and which when it is refused."""
    if one.what not in _DECISIONS:
        return [], []
    confirmed, refused, key = _DECISIONS[one.what]

    def after(kind: EventKind) -> list[Change]:
        event = proposed(ticket, viewer, kind, now, data={key: one.seq})
        return [c for c in changes(derived, derive_ticket(session, ticket, now, [event])) if c.changed]

    return after(confirmed), after(refused)


def _in_words(
    one: Waiting, event: TicketEvent, events: Mapping[int, TicketEvent], derived: Derivation
) -> tuple[str, tuple[str, ...]]:
    """Return what waits, as a title and lines."""
    note = (event.data["note"],) if event.data.get("note") else ()
    if one.what == "recovery":
        return "恢复申报", (f"申报恢复于 {clock_text(event.occurred_at)}", *note)
    if one.what == "pause":
        return "挂起", (*_pause_lines(one.seq, derived), *note)
    if one.what == "claim":
        values = next(c.values for c in derived.facts.classification.claims if c.seq == one.seq)
        reason = (event.data["reason"],) if event.data.get("reason") else ()
        return "定性", (f"乙方认为：{story.statement_text(values)}", *reason, *note)
    if event.kind is EventKind.CORRECTED:
        stop = next(m for m in derived.facts.milestones if one.seq in m.corrections)
        return "更正时间", (*_correction_lines(stop, one.seq, events), event.data["reason"])
    return "补录", (
        f"「{event.kind.label}」发生于 {clock_text(event.occurred_at)}",
        f"录入于 {clock_text(event.recorded_at)}",
        *note,
    )


def _pause_lines(seq: int, derived: Derivation) -> tuple[str, ...]:
    pause = next(p for p in derived.facts.pauses if p.seq == seq)
    until = clock_text(pause.end) if pause.end else "尚未结束"
    return PauseReason(pause.reason).label, f"{clock_text(pause.start)} 至 {until}"


def _correction_lines(stop: Milestone, seq: int, events: Mapping[int, TicketEvent]) -> tuple[str, ...]:
    label = events[stop.seq].kind.label
    return (f"「{label}」时间 {clock_text(stop.occurred_at)} 改为 {clock_text(stop.corrections[seq])}",)
