"""What other rules would change: due times and verdicts of tickets, and the figures of months.

Nothing is written here. Tickets are read in batches and only what differs is kept, so that the memory it
takes does not grow with their number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.closing.queries import frozen_months
from app.contract.counted import FigureKey, TicketHead, counted, negative
from app.months.figures import figures_of
from app.tickets.derivation import current_rules, derive_exempt, events_of, exemptions_of
from models.contract import Project
from models.tickets import Ticket, TicketClock
from sla.clock import Clock, Derivation, ProjectRules, RuleBook
from sla.clocks import backentries
from sla.disputes import ClockKey
from sla.figures import Figure
from sla.period import month as month_period
from sla.rows import ProjectRow
from sla.timeline import Event
from sla.vocab import ClockKind, Indicator, Verdict
from sla.when import start_of

BATCH = 500  # tickets to a query
SHOWN = 100  # due times that are listed; the rest is counted


@dataclass(frozen=True)
class Days:
    """The days other rules are to hold for: from ``first`` until ``after``, which is not among them."""

    first: date
    after: date | None = None


@dataclass(frozen=True)
class Side:
    """How a clock stands under one of the two rules."""

    due_at: datetime
    verdict: Verdict
    provisional: bool


@dataclass(frozen=True)
class DueChange:
    """A clock whose due time or verdict would be another; a side is ``None`` where there is no such clock."""

    ticket_id: int
    number: str
    title: str
    project: int
    kind: ClockKind
    round: int
    before: Side | None
    after: Side | None


@dataclass
class Effect:
    """What changes. ``tickets`` are those with any change, ``firm`` the due times that are 暂定 no more.

    ``figures`` are those of months that are not frozen; ``kept`` are the frozen months that rows of such a
    ticket count in, whose figures stay as they are (M1).
    """

    days: Days | None
    derived: int = 0
    tickets: list[int] = field(default_factory=list)
    dues: int = 0
    listed: list[DueChange] = field(default_factory=list)
    firm: int = 0
    figures: dict[FigureKey, Figure] = field(default_factory=lambda: defaultdict(Figure))
    kept: list[date] = field(default_factory=list)

    @property
    def figure_count(self) -> int:
        """Return how many figures of projects change."""
        return sum(change != Figure() for change in self.figures.values())

    @property
    def months(self) -> list[date]:
        """Return the months of which some figure changes."""
        return sorted({month for (month, _, _), change in self.figures.items() if change != Figure()})

    def counts(self) -> dict[str, int]:
        """Return the effect in numbers, as the ledger keeps it and the administrator sees it."""
        return {
            "tickets": len(self.tickets),
            "dues": self.dues,
            "no_longer_provisional": self.firm,
            "figures": self.figure_count,
        }


@dataclass(frozen=True)
class FigureChange:
    """A figure of a month before and after; ``project`` is ``None`` for the whole contract."""

    month: date
    project: ProjectRow | None
    indicator: Indicator
    before: Figure
    after: Figure


def effect_of(
    session: Session,
    book: RuleBook,
    days: Days | None,
    now: datetime,
    *,
    lock: bool = False,
    projects: Mapping[int, ProjectRules] | None = None,
) -> Effect:
    """Derive every ticket that other days could touch by the rules in force and by ``book``; compare.

    ``lock`` holds those tickets to the end of the transaction, for who is about to save. ``projects`` are
    what the rows would promise; then only tickets of rows that promise something else are looked at.
    """
    effect = Effect(days)
    if days is None:
        return effect
    rules, wanted = current_rules(session), touched(days)
    if projects is not None:
        others = [seq for seq, one in projects.items() if one != rules.projects[seq]]
        wanted = and_(wanted, Project.seq.in_(others))
    for row, events, granted in _batches(session, wanted, lock):
        sides = (
            (rules.projects[row.seq], rules.book),
            ((projects or rules.projects)[row.seq], book),
        )
        before, after = (derive_exempt(events, *side, now, granted) for side in sides)
        late = [{stop.seq for stop in backentries(d, b)} for d, b in ((before, rules.book), (after, book))]
        effect.derived += 1
        if _outcome(before) == _outcome(after) and late[0] == late[1]:
            continue
        effect.tickets.append(row.id)
        _compare(effect, row, before, after)
        for key, figure in counted(row, events, after, late[1], now).items():
            effect.figures[key] += figure
        for key, figure in counted(row, events, before, late[0], now).items():
            effect.figures[key] += negative(figure)
    _keep_frozen(effect, frozenset(frozen_months(session)))
    return effect


def _keep_frozen(effect: Effect, frozen: frozenset[date]) -> None:
    """Leave the figures of frozen months out: they stay, and what differs becomes an adjustment (M1)."""
    effect.kept = [month for month in effect.months if month in frozen]
    for key in [key for key in effect.figures if key[0] in frozen]:
        del effect.figures[key]


def touched(days: Days) -> ColumnElement[bool]:
    """Tell which tickets may depend on some of the days: what ended and was due before them does not."""
    start = start_of(days.first)
    due_later = exists().where(TicketClock.ticket_id == Ticket.id, TicketClock.due_at >= start)
    reaches = or_(
        Ticket.settled.is_(False), Ticket.closed_at >= start, Ticket.cancelled_at >= start, due_later
    )
    return reaches if days.after is None else and_(reaches, Ticket.reported_at < start_of(days.after))


def figure_changes(session: Session, effect: Effect, now: datetime) -> Iterator[FigureChange]:
    """Yield every figure that changes, month by month: the contract's first, then each project's."""
    for month in effect.months:
        found = figures_of(session, month_period(month), None, now)
        kept = found.figures
        for indicator in Indicator:
            change = _sum(effect, month, indicator)
            if change != Figure():
                before = kept.contract[indicator]
                yield FigureChange(month, None, indicator, before, before + change)
        for project in found.scope.projects:
            for indicator in Indicator:
                change = effect.figures.get((month, project.seq, indicator), Figure())
                if change != Figure():
                    before = kept.projects[project.seq][indicator]
                    yield FigureChange(month, project, indicator, before, before + change)


def _sum(effect: Effect, month: date, indicator: Indicator) -> Figure:
    found = (c for (m, _, i), c in effect.figures.items() if (m, i) == (month, indicator))
    return sum(found, Figure())


# -- reading ----------------------------------------------------------------------------------------


def _batches(
    session: Session, wanted: ColumnElement[bool], lock: bool
) -> Iterator[tuple[TicketHead, list[Event], Collection[ClockKey]]]:
    """Yield tickets with their events and exemptions, in the order of their ids: three queries a batch."""
    last = 0
    while rows := session.execute(_batch(wanted, last, lock)).all():
        ids = [row.id for row in rows]
        events, granted = events_of(session, ids), exemptions_of(session, ids)
        for row in rows:
            yield row, events[row.id], granted.get(row.id, ())
        last = rows[-1].id


def _batch(wanted: ColumnElement[bool], last: int, lock: bool) -> Select[int, str, datetime, int]:
    query = (
        select(Ticket.id, Ticket.title, Ticket.opened_at, Project.seq)
        .join(Project, Ticket.project_id == Project.id)
        .where(Ticket.id > last, wanted)
        .order_by(Ticket.id)
        .limit(BATCH)
    )
    return query.with_for_update(of=Ticket) if lock else query


# -- comparing ----------------------------------------------------------------------------------------


def _outcome(derived: Derivation) -> tuple[Any, ...]:
    """Return all of a derivation that rules other than its events decide."""
    claim = derived.facts.claim
    return derived.clocks, derived.facts.state, claim and claim.accepted_at


def _compare(effect: Effect, row: TicketHead, before: Derivation, after: Derivation) -> None:
    old, new = _by_key(before.clocks), _by_key(after.clocks)
    for kind, number in old | new:
        was, will = old.get((kind, number)), new.get((kind, number))
        if was and will:
            effect.firm += was.due_provisional and not will.due_provisional
            if (was.due_at, was.verdict) == (will.due_at, will.verdict):
                continue
        effect.dues += 1
        if len(effect.listed) < SHOWN:
            effect.listed.append(
                DueChange(
                    row.id, f"GD{row.id:06d}", row.title, row.seq, kind, number, _side(was), _side(will)
                )
            )


def _by_key(clocks: Sequence[Clock]) -> dict[tuple[ClockKind, int], Clock]:
    return {(clock.kind, clock.round): clock for clock in clocks}


def _side(clock: Clock | None) -> Side | None:
    return Side(clock.due_at, clock.verdict, clock.due_provisional) if clock else None
