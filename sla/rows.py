"""The rows that figures are folded from (F1, F5): projects, tickets, clocks, occurrences, half days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sla.adjustments import AdjustmentRow
from sla.attendance import AttendanceRow
from sla.callbacks import is_good
from sla.clock import Clock
from sla.obligations import Slot, indicator_of
from sla.period import Period
from sla.vocab import (
    Channel,
    ClockKind,
    Cycle,
    EventKind,
    Indicator,
    OccurrenceState,
    Satisfaction,
    Standing,
    TicketKind,
    TicketState,
    Verdict,
)

# A target in workdays (kind ``change``) shows its rows and its breaches but belongs to no indicator.
MEASURED_BY: Mapping[ClockKind, Indicator] = {
    ClockKind.RESPONSE: Indicator.RESPONSE,
    ClockKind.ONSITE: Indicator.ONSITE,
    ClockKind.CONTAINMENT: Indicator.CONTAINMENT,
    ClockKind.RECOVERY: Indicator.RECOVERY,
}
OF_OCCURRENCES = (Indicator.INSPECTION, Indicator.DUTY, Indicator.DOCUMENT)
# What a row of the tender may promise or not; the other indicators hold for every project (C1).
PROMISES = frozenset({*MEASURED_BY.values(), *OF_OCCURRENCES, Indicator.ATTENDANCE})
# What is out of order and comes back: only of these it is asked whether the first recovery was good.
RESTORED = frozenset({TicketKind.INCIDENT, TicketKind.SECURITY})


@dataclass(frozen=True)
class UnitRow:
    """A unit as the figures see it: a sub-unit's rows are its parent's."""

    id: int
    name: str


@dataclass(frozen=True)
class ProjectRow:
    """A row of the tender in one period. ``promised`` are the indicators it states something for (C1)."""

    seq: int
    name: str
    unit_name: str
    unit: UnitRow
    promised: frozenset[Indicator] = frozenset()
    in_service: bool = True


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A decided clock and where it belongs; ``original_due_at`` is the due time first derived (C10)."""

    ticket_id: int
    project: int
    clock: Clock
    original_due_at: datetime

    @property
    def key(self) -> tuple[int, ClockKind, int]:
        """Return what tells this clock from every other one."""
        return self.ticket_id, self.clock.kind, self.clock.round


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """One stop of a ticket with both of its times (C12); ``seq`` is its event's number in the ticket."""

    kind: EventKind
    occurred_at: datetime
    recorded_at: datetime
    backentered: bool
    seq: int = 0


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as it stands. ``project`` is the row's number in the tender."""

    id: int
    number: str
    title: str
    project: int
    kind: TicketKind
    state: TicketState
    reported_at: datetime
    opened_at: datetime
    accepted_at: datetime | None = None
    rejections: int = 0
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    rating: int | None = None
    milestones: tuple[MilestoneRow, ...] = ()

    @property
    def ended_at(self) -> datetime | None:
        """Return when the ticket was closed or cancelled."""
        return self.closed_at or self.cancelled_at

    @property
    def first_fix(self) -> bool | None:
        """Tell whether the first recovery was the good one (C11); ``None`` where none was accepted."""
        if self.kind not in RESTORED or self.accepted_at is None:
            return None
        return self.rejections == 0


@dataclass(frozen=True)
class WorkRow:
    """Something done for an occurrence, rejected works among them; ``by`` is a name, ``abnormal`` a count."""

    by: str
    occurred_at: datetime
    recorded_at: datetime
    backentered: bool
    standing: Standing
    decided_at: datetime | None = None
    abnormal: int = 0


@dataclass(frozen=True)
class OccurrenceRow:
    """One time a duty falls due and how it stands (O3); ``project`` is ``None`` for the whole contract.

    ``done_at`` is the moment it is judged by (C12); ``note`` is what was asked for from a quota.
    """

    id: int
    project: int | None
    obligation: str
    kind: str
    cycle: Cycle
    slot: Slot
    state: OccurrenceState
    done_at: datetime | None = None
    waived_at: datetime | None = None
    waived_reason: str = ""
    note: str = ""
    works: tuple[WorkRow, ...] = ()

    @property
    def indicator(self) -> Indicator:
        """Return the one indicator it belongs to (F4)."""
        return indicator_of(self.kind)

    @property
    def name(self) -> str:
        """Return what is to be done; for a draw from a quota also what was asked for."""
        return f"{self.obligation}：{self.note}" if self.note else self.obligation

    @property
    def last_fact(self) -> datetime | None:
        """Return when something was last recorded about it: a work, the unit's word, a waiver."""
        known = [one for work in self.works for one in (work.recorded_at, work.decided_at)]
        return max((one for one in (*known, self.waived_at) if one), default=None)


@dataclass(frozen=True)
class PeriodScope:
    """A period and the projects of one scope; ``whole_contract``: with the duties of the whole contract."""

    period: Period
    projects: tuple[ProjectRow, ...]
    whole_contract: bool
    is_over: bool

    @cached_property
    def project_by_seq(self) -> dict[int, ProjectRow]:
        """Return the projects by their number in the tender."""
        return {project.seq: project for project in self.projects}

    @cached_property
    def units(self) -> tuple[UnitRow, ...]:
        """Return the units of the projects, in the order of the tender."""
        return tuple(dict.fromkeys(project.unit for project in self.projects))


@dataclass(frozen=True)
class CallBackRow:
    """What a unit signed last, in the period, to one call-back (P1). The days are both included.

    ``settled_at`` is when a complaint was found settled, if that was in the period, too.
    """

    id: int
    project: int
    unit: str
    first_day: date
    last_day: date
    satisfaction: Satisfaction
    running_well: bool
    channel: Channel
    said_by: str
    said_at: datetime
    remarks: str = ""
    settled_at: datetime | None = None
    last_fact: datetime | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether it says satisfied, or nearly, and running well."""
        return is_good(self.satisfaction, self.running_well)


@dataclass(frozen=True)
class PeriodRows:
    """All rows behind the figures of one period, for the projects of one scope.

    ``clocks`` were decided in the period; ``tickets`` were open in it or have such a clock; the windows of
    ``occurrences`` end in it; ``attendance`` are the required half days of its days that are over;
    ``callbacks`` were signed in it and stand beside the satisfaction. Everything is judged at ``as_of``;
    ``data_until`` is the time of the data itself, whenever somebody looks at it. ``whole_contract`` tells
    whether the duties of the whole contract are in scope. ``adjustments`` correct frozen months and are
    counted in this one; the figures of its own rows do not contain them (M1).
    """

    period: Period
    as_of: datetime
    data_until: datetime
    projects: tuple[ProjectRow, ...]
    clocks: tuple[ClockRow, ...]
    tickets: tuple[TicketRow, ...]
    occurrences: tuple[OccurrenceRow, ...] = ()
    attendance: tuple[AttendanceRow, ...] = ()
    whole_contract: bool = False
    adjustments: tuple[AdjustmentRow, ...] = ()
    callbacks: tuple[CallBackRow, ...] = ()

    @property
    def is_over(self) -> bool:
        """Tell whether the period has ended, so that time alone changes none of its figures."""
        return self.period.is_over(self.as_of)

    @property
    def breaches(self) -> list[ClockRow]:
        """Return the clocks that were breached, those in workdays among them."""
        return [row for row in self.clocks if row.clock.verdict is Verdict.BREACHED]

    @cached_property
    def ticket_by_id(self) -> dict[int, TicketRow]:
        """Return the tickets by their id."""
        return {ticket.id: ticket for ticket in self.tickets}

    @cached_property
    def scope(self) -> PeriodScope:
        """Return what the rows are about."""
        return PeriodScope(self.period, self.projects, self.whole_contract, self.is_over)

    @property
    def project_by_seq(self) -> dict[int, ProjectRow]:
        """Return the projects by their number in the tender."""
        return self.scope.project_by_seq

    @property
    def units(self) -> tuple[UnitRow, ...]:
        """Return the units of the projects, in the order of the tender."""
        return self.scope.units
