"""Every breach of a period (违约明细): clocks out of time or exempt, duties not in time, what was argued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reports.columns import Column, Format
from reports.listing import Listing, Part
from reports.period import ClockKey, PeriodReport
from reports.ticket_frames import PROJECT_COLUMNS, allowance, minutes_between, ticket_cells
from sla.rows import ClockRow, OccurrenceRow
from sla.vocab import OccurrenceState, Verdict

TITLE = "违约明细"
CLOCKS, DUTIES = "超时的计时", "未按时的应办"
BASIS = "合同第八条、第十三条；计算规则见各行的计算过程"
_ARGUED = (
    *(Column("争议"), Column("争议状态"), Column("归因"), Column("认定理由", Format.LONG)),
    *(Column("佐证", Format.LONG), Column("页面")),
)


@dataclass(frozen=True)
class Argued:
    """A dispute about a breach: its number, how it stands, whose doing it was, why, and its evidence."""

    number: str
    state: str
    attribution: str
    reason: str
    evidence: Sequence[str]


@dataclass(frozen=True)
class Breaches:
    """What the list is made of; ``because`` and ``argued`` are keyed by clock and by occurrence."""

    report: PeriodReport
    because: Mapping[ClockKey, Sequence[str]]
    of_clocks: Mapping[ClockKey, Argued]
    of_duties: Mapping[int, Argued]
    at: datetime


def breached_clocks(report: PeriodReport) -> list[ClockRow]:
    """Return the clocks out of time, those that are exempt among them."""
    return [row for row in report.rows.clocks if row.clock.verdict in (Verdict.BREACHED, Verdict.EXEMPT)]


def breached_duties(data: Breaches) -> list[OccurrenceRow]:
    """Return what was late or missed, and what was waived after somebody had disputed it."""
    late = (OccurrenceState.LATE, OccurrenceState.MISSED)
    return [
        one
        for one in data.report.rows.occurrences
        if one.state in late or (one.state is OccurrenceState.WAIVED and one.id in data.of_duties)
    ]


def breaches_listing(data: Breaches) -> Listing:
    """Return the report. Equal data give equal listings."""
    period, parts = data.report.rows.period, breach_parts(data)
    clocks = breached_clocks(data.report)
    exempt = sum(one.clock.verdict is Verdict.EXEMPT for one in clocks)
    argued = [*data.of_clocks.values(), *data.of_duties.values()]
    return Listing(
        TITLE,
        f"{data.report.contract}　{period.label}",
        data.at,
        facts=(
            ("期间", f"{period.label}（{period.first_day} 起，{period.until_day} 前）"),
            ("范围", data.report.audience),
            ("计时", f"超时 {len(clocks) - exempt} 次，免责 {exempt} 次"),
            ("应办", f"逾期或未完成 {len(breached_duties(data))} 次"),
            ("争议", f"{len(argued)} 项" if argued else "没有"),
        ),
        parts=parts,
        signatures=(("甲方", True), ("乙方项目经理", False)),
        basis=BASIS,
    )


def breach_parts(data: Breaches) -> tuple[Part, Part]:
    """Return the two tables: clocks and duties."""
    clocks, duties = breached_clocks(data.report), breached_duties(data)
    exempt = sum(one.clock.verdict is Verdict.EXEMPT for one in clocks)
    return (
        Part(
            CLOCKS,
            (
                *(Column("工单号"), Column("标题"), *PROJECT_COLUMNS, Column("计时")),
                *(Column("时限（分钟）", Format.COUNT), Column("应于", Format.INSTANT)),
                *(Column("停表", Format.INSTANT), Column("晚（分钟）", Format.POINTS), Column("结论")),
                *(Column("计算过程", Format.LONG), *_ARGUED),
            ),
            tuple(_clock(data, row) for row in clocks),
            f"共 {len(clocks)} 次 = 超时 {len(clocks) - exempt} + 免责 {exempt}",
            ("工单号", "项目", "计时", "应于", "停表", "结论", "争议状态"),
        ),
        Part(
            DUTIES,
            (
                *(*PROJECT_COLUMNS, Column("应办"), Column("周期"), Column("开始", Format.INSTANT)),
                *(Column("截止（不含）", Format.INSTANT), Column("完成", Format.INSTANT), Column("状态")),
                *(Column("备注", Format.LONG), *_ARGUED),
            ),
            tuple(_duty(data, one) for one in duties),
            f"共 {len(duties)} 次",
            ("项目", "应办", "截止（不含）", "完成", "状态", "争议状态"),
        ),
    )


def _clock(data: Breaches, row: ClockRow) -> tuple[Any, ...]:
    clock = row.clock
    late = minutes_between(clock.stopped_at, clock.due_at) if clock.stopped_at else "未完成"
    return (
        *ticket_cells(data.report, row),
        *(clock.kind.label, allowance(clock), clock.due_at, clock.stopped_at or "未完成", late),
        *(clock.verdict.label, "\n".join(data.because.get(row.key, ()))),
        *_argued(data.of_clocks.get(row.key), f"/tickets/{row.ticket_id}"),
    )


def _duty(data: Breaches, one: OccurrenceRow) -> tuple[Any, ...]:
    project = None if one.project is None else data.report.rows.project_by_seq[one.project]
    whose = (project.seq, project.unit_name, project.name) if project else ("—", "", "合同整体")
    note = f"豁免：{one.waived_reason}" if one.waived_at else ""
    return (
        *whose,
        *(one.name, one.cycle.label, one.slot.opens_at, one.slot.closes_at, one.done_at or "未完成"),
        *(one.state.label, note),
        *_argued(data.of_duties.get(one.id), f"/duties/{one.id}"),
    )


def _argued(said: Argued | None, page: str) -> tuple[str, ...]:
    if said is None:
        return ("", "没有争议", "", "", "", page)
    return (said.number, said.state, said.attribution, said.reason, "\n".join(said.evidence), page)
