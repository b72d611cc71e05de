"""A small month made by hand: three projects, one breach, one exemption, and titles that mean harm."""

from __future__ import annotations

from datetime import UTC, date, datetime

from reports.period import PeriodReport, Reading
from sla.clock import Clock, RuleBook
from sla.interpretations import Status
from sla.period import month
from sla.rows import ClockRow, MilestoneRow, PeriodRows, ProjectRow, TicketRow, UnitRow
from sla.vocab import ClockKind, EventKind, Indicator, TicketKind, TicketState, Verdict, Window
from sla.when import SHANGHAI
from tests.sla.seeded import CALENDAR, SHIPPED

HARMFUL = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'=1",
    "#N/A",
    "1",
    "正常\x00标题",
    "=cmd|' /C x'!A0",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def clock(kind: ClockKind, verdict: Verdict, start: str, due: str, stop: str | None) -> Clock:
    ends = [at(one) for one in (due, stop) if one]
    return Clock(
        kind,
        0,
        30,
        Window.ALWAYS,
        at(start),
        at(due),
        stopped_at=at(stop) if stop else None,
        verdict=verdict,
        decided_at=min(ends),
        pauses=((at("2025-07-10 09:05"), at("2025-07-10 09:10"), "awaiting_unit"),),
    )


def row(ticket: int, project: int, made: Clock) -> ClockRow:
    return ClockRow(ticket, project, made, made.due_at)


def tickets() -> tuple[TicketRow, ...]:
    found = []
    for number, title in enumerate(HARMFUL, 1):
        done = at("2025-07-20 10:00") if number == 1 else None
        found.append(
            TicketRow(
                number,
                f"GD{number:06d}",
                title,
                1,
                TicketKind.INCIDENT,
                TicketState.CLOSED if done else TicketState.WORKING,
                at("2025-07-10 09:00"),
                at("2025-07-10 09:00"),
                accepted_at=done,
                closed_at=done,
                rating=4 if done else None,
                milestones=(
                    MilestoneRow(EventKind.RESPONDED, at("2025-07-10 09:31"), at("2025-07-10 09:31"), False),
                ),
            )
        )
    return tuple(found)


def rows() -> PeriodRows:
    unit, other = UnitRow(1, "市财政局"), UnitRow(2, "市教育局")
    promised = frozenset({Indicator.RESPONSE, Indicator.RECOVERY})
    late = ("2025-07-10 09:00", "2025-07-10 09:30", "2025-07-10 09:31")
    return PeriodRows(
        period=month(date(2025, 7, 1)),
        as_of=at("2025-08-02 10:00"),
        data_until=at("2025-08-02 10:00"),
        projects=(
            ProjectRow(1, "甲系统", "市财政局", unit, promised),
            ProjectRow(2, "乙系统", "市财政局下属中心", unit),
            ProjectRow(3, "丙系统", "市教育局", other, promised, in_service=False),
        ),
        clocks=(
            row(1, 1, clock(ClockKind.RESPONSE, Verdict.BREACHED, *late)),
            row(2, 1, clock(ClockKind.RESPONSE, Verdict.MET, late[0], late[1], "2025-07-10 09:20")),
            row(3, 1, clock(ClockKind.RESPONSE, Verdict.EXEMPT, *late)),
            row(4, 1, clock(ClockKind.RECOVERY, Verdict.BREACHED, late[0], late[1], None)),
        ),
        tickets=tickets(),
    )


def report() -> PeriodReport:
    made = rows()
    reading = Reading("realtime_minutes", "5 分钟", Status.ASSUMED, None, "没有数字")
    return PeriodReport(
        contract="示例合同",
        audience="合同全部 3 个运维项目",
        rows=made,
        rules=RuleBook(CALENDAR, SHIPPED),
        readings=(reading,),
        because={one.key: ["起算：甲", "=结论：超时"] for one in made.breaches},
    )
