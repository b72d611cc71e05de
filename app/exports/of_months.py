"""The exports of periods: the rows behind a figure, the tickets of a total, how far months are closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.access import projects_seen
from app.closing import pages as closing
from app.closing import queries as closes
from app.closing.frozen import Served, lines_of, served
from app.duties.words import WHOLE_CONTRACT, window_text
from app.exports.looking import Columns, Export, Looking, Row, Said, columns
from app.exports.of_work import OF_PROJECT
from app.forms import AddressSchema
from app.months.periods import offered
from app.months.schemas import RowsOf, TicketsOf
from app.months.service import ALL_DUTIES, Selection, about, behind
from app.navigation import READERS
from app.watch.notices import until
from reports.columns import Format
from sla.closing import CloseState
from sla.fold import Flow, Part, flows
from sla.period import Period
from sla.rows import OF_OCCURRENCES, PeriodRows, TicketRow
from sla.vocab import Indicator
from sla.when import clock_text, day_of

Rows = Callable[[Looking, Sequence["Behind"]], Iterable[Row]]
Shape = tuple[Columns, Rows]


@dataclass(frozen=True)
class Behind:
    """A row behind a figure, of the period it was read from; ``said`` names the figure."""

    kept: Served
    part: Part
    indicator: str | None
    said: str


def period_named(looking: Looking, key: str) -> Period:
    """Return the period an address names, of those that are offered to who looks."""
    scope = projects_seen(looking.viewer, day_of(looking.now))
    return offered(looking.session, looking.now, scope).named(key)


def _served(looking: Looking, month: str) -> Served:
    """Return a period as its page reads it: a frozen month from its own bytes (M1)."""
    period = period_named(looking, month)
    return served(looking.session, looking.store, period, looking.viewer, looking.now)


def _of_period(kept: Served) -> str:
    return kept.rows.period.label + ("，已冻结" if kept.is_frozen else "")


# -- the rows behind a figure -----------------------------------------------------------------------------


def _behind(looking: Looking, said: Said) -> Sequence[Behind]:
    kept = _served(looking, said.pop("month"))
    said.pop("page")
    wanted = Selection(**said)
    what, whose = about(kept.rows, wanted)
    named = f"{what}，{whose}，{_of_period(kept)}"
    return [Behind(kept, part, wanted.indicator, named) for part in behind(kept.rows, wanted)]


def _whose(rows: PeriodRows, seq: int | None) -> Row:
    if seq is None:
        return None, WHOLE_CONTRACT, ""
    project = rows.project_by_seq[seq]
    return seq, project.name, project.unit_name


def _ticket(one: Behind) -> Row:
    ticket = one.part.ticket
    assert ticket is not None
    return ticket.number, ticket.title, *_whose(one.kept.rows, ticket.project)


def _rated(one: Behind) -> Row:
    ticket = one.part.ticket
    assert ticket is not None
    return *_ticket(one), ticket.closed_at, ticket.rating


def _fixed(one: Behind) -> Row:
    ticket = one.part.ticket
    assert ticket is not None
    return *_ticket(one), ticket.accepted_at, ticket.rejections, "是" if ticket.first_fix else "否"


def _entered(one: Behind) -> Row:
    stop = one.part.milestone
    assert stop is not None
    late = "补录" if stop.backentered else "否"
    return *_ticket(one), stop.kind.label, stop.occurred_at, stop.recorded_at, late


def _attended(one: Behind) -> Row:
    half = one.part.half_day
    assert half is not None
    names = "、".join(half.names)
    return *_whose(one.kept.rows, half.project), half.day, half.half.label, half.required, half.present, names


def _fallen_due(one: Behind) -> Row:
    due = one.part.occurrence
    assert due is not None
    works = [
        f"{work.by} {clock_text(work.recorded_at)}{' 补录' if work.backentered else ''} {work.standing.label}"
        for work in due.works
    ]
    return (
        *_whose(one.kept.rows, due.project),
        due.name,
        due.cycle.label,
        window_text(due.slot),
        due.done_at,
        due.state.label,
        due.waived_reason,
        "\n".join(works),
    )


def _clocks(looking: Looking, found: Sequence[Behind]) -> Iterable[Row]:
    kept = found[0].kept
    because = lines_of(looking.session, kept, [one.part.clock for one in found if one.part.clock])
    for one in found:
        row = one.part.clock
        assert row is not None
        clock = row.clock
        yield (
            *_ticket(one),
            clock.kind.label,
            clock.starts_at,
            clock.due_at,
            clock.stopped_at or "未停表",
            clock.verdict.label,
            "暂定" if clock.provisional else "",
            "\n".join(because.get(row.key, ())),
        )


def _each(row: Callable[[Behind], Row]) -> Rows:
    return lambda _looking, found: map(row, found)


_OF_TICKET = ("工单号", ("标题", Format.LONG), *OF_PROJECT)
_CLOCKS = (
    columns(
        *(*_OF_TICKET, "计时", ("开始", Format.INSTANT), ("应于", Format.INSTANT), ("停表", Format.INSTANT)),
        *("结论", "是否暂定", ("计算过程", Format.LONG)),
    ),
    _clocks,
)
_DUTIES = (
    columns(
        *(*OF_PROJECT, ("应办", Format.LONG), "周期", "时段", ("完成时间", Format.INSTANT), "状态"),
        *(("豁免原因", Format.LONG), ("记录", Format.LONG)),
    ),
    _each(_fallen_due),
)
# What a row says depends on the figure it stands behind; of all others it is a clock.
_SHAPES: dict[str | None, Shape] = {
    Indicator.SATISFACTION: (
        columns(*_OF_TICKET, ("关闭时间", Format.INSTANT), ("评分", Format.COUNT)),
        _each(_rated),
    ),
    Indicator.FIRST_FIX: (
        columns(*_OF_TICKET, ("验收时间", Format.INSTANT), ("退回次数", Format.COUNT), "一次修复"),
        _each(_fixed),
    ),
    Indicator.BACKENTRY: (
        columns(
            *(*_OF_TICKET, "记录", ("发生时间", Format.INSTANT), ("录入时间", Format.INSTANT)),
            "补录",
        ),
        _each(_entered),
    ),
    Indicator.ATTENDANCE: (
        columns(
            *(*OF_PROJECT, ("日期", Format.DAY), "上下午", ("应到", Format.COUNT), ("在岗", Format.COUNT)),
            ("在岗的人", Format.LONG),
        ),
        _each(_attended),
    ),
} | dict.fromkeys((*OF_OCCURRENCES, ALL_DUTIES), _DUTIES)


def _columns(said: Said, _found: Sequence[Behind]) -> Columns:
    return _SHAPES.get(said["indicator"], _CLOCKS)[0]


def _behind_rows(looking: Looking, found: Sequence[Behind]) -> Iterable[Row]:
    return _SHAPES.get(found[0].indicator, _CLOCKS)[1](looking, found)


BEHIND = Export(
    "月报明细",
    READERS,
    RowsOf,
    _columns,
    _behind,
    _behind_rows,
    lambda found: found[0].said,
)


# -- the tickets of a period ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flowing:
    """A ticket that came into a period or went out of it."""

    kept: Served
    ticket: TicketRow
    flow: Flow


def _tickets(looking: Looking, said: Said) -> Sequence[Flowing]:
    kept = _served(looking, said["month"])
    return [Flowing(kept, one, said["flow"]) for one in flows(kept.rows)[said["flow"]]]


def _ticket_rows(_looking: Looking, found: Sequence[Flowing]) -> Iterable[Row]:
    for one in found:
        ticket = one.ticket
        yield (
            *(ticket.number, ticket.title, ticket.kind.label, ticket.state.label),
            *_whose(one.kept.rows, ticket.project),
            *(ticket.opened_at, ticket.ended_at or "在办"),
        )


PERIOD_TICKETS = Export(
    "月报工单",
    READERS,
    TicketsOf,
    columns(
        *("工单号", ("标题", Format.LONG), "类别", "状态", *OF_PROJECT),
        *(("登记时间", Format.INSTANT), ("结束时间", Format.INSTANT)),
    ),
    _tickets,
    _ticket_rows,
    lambda found: f"{found[0].kept.rows.period.said(found[0].flow.label)}，{_of_period(found[0].kept)}",
)


# -- how far the months are closed ------------------------------------------------------------------------


def _closing(looking: Looking, _said: Said) -> Sequence[closing.Line]:
    return closing.lines_of(looking.session, looking.viewer, looking.now)


def _closing_rows(looking: Looking, found: Sequence[closing.Line]) -> Iterable[Row]:
    for line in found:
        close = line.close
        going = line.state is CloseState.OPEN and not line.period.is_over(looking.now)
        yield (
            line.period.label,
            "进行中" if going else line.state.label,
            until(close.objections_until) if close and close.objections_until else "",
            ("未在异议期内签认" if close.silent_at else close.signed_at) if close else None,
            close.frozen_at if close else None,
        )


CLOSING = Export(
    "月度关账",
    closes.READERS,
    AddressSchema,
    columns("月份", "状态", "异议期截止", ("乙方签认", Format.INSTANT), ("冻结时间", Format.INSTANT)),
    _closing,
    _closing_rows,
)
