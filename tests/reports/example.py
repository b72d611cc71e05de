"""A small month made by hand: three projects, a breach, an exemption, duties, titles that mean harm."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from reports.period import PeriodReport, Reading
from sla.attendance import AttendanceRow
from sla.clock import Clock, RuleBook
from sla.interpretations import Status
from sla.obligations import Slot, state_of
from sla.period import month
from sla.rows import (
    CallBackRow,
    ClockRow,
    MilestoneRow,
    OccurrenceRow,
    PeriodRows,
    ProjectRow,
    TicketRow,
    UnitRow,
    WorkRow,
)
from sla.vocab import (
    Channel,
    ClockKind,
    Cycle,
    EventKind,
    Half,
    Indicator,
    Satisfaction,
    Standing,
    TicketKind,
    TicketState,
    Verdict,
    Window,
)
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


def due(
    number: int, kind: str, name: str, days: tuple[int, int], done: str | None = None, **said: Any
) -> OccurrenceRow:
    slot = Slot(at(f"2025-07-{days[0]:02d} 00:00"), at(f"2025-07-{days[1]:02d} 00:00"))
    done_at = at(done) if done else None
    state = state_of(slot, done_at, "waived_at" in said, at("2025-08-02 10:00"))
    given: dict[str, Any] = {"project": 1, "cycle": Cycle.WEEKLY} | said
    return OccurrenceRow(number, obligation=name, kind=kind, slot=slot, state=state, done_at=done_at, **given)


def occurrences() -> tuple[OccurrenceRow, ...]:
    seen, late = at("2025-07-02 09:00"), at("2025-07-15 09:00")
    rejected = WorkRow("李工", seen, seen, False, Standing.REJECTED, seen, 3)
    return (
        due(
            1,
            "inspection",
            "巡检",
            (1, 7),
            "2025-07-02 09:00",
            works=(
                rejected,
                WorkRow("王工", seen, seen, False, Standing.CONFIRMED, seen, 1),
            ),
        ),
        due(
            2,
            "inspection",
            "巡检",
            (7, 14),
            "2025-07-15 09:00",
            works=(WorkRow("王工", late, late, True, Standing.PENDING),),
        ),
        due(3, "inspection", "巡检", (14, 21)),
        due(4, "inspection", "巡检", (21, 28), waived_at=late, waived_reason="机房停电"),
        due(5, "backup", "=备份", (1, 31), "2025-07-30 09:00", cycle=Cycle.MONTHLY),
        due(6, "report", "每月工作汇总", (1, 31), project=None, cycle=Cycle.MONTHLY),
    )


def half_day(day: int, half: Half, *names: str) -> AttendanceRow:
    people = tuple(range(len(names)))
    return AttendanceRow(1, "市财政局", 1, date(2025, 7, day), half, 2, len(names), people, names)


def signed(
    project: int, word: Satisfaction, remarks: str = "", settled_at: datetime | None = None
) -> CallBackRow:
    first, last, said_at = date(2025, 6, 3), date(2025, 6, 30), at("2025-07-02 09:00")
    told = (Channel.SITE, "王科长", said_at, remarks, settled_at)
    return CallBackRow(project, project, "市财政局", first, last, word, True, *told)


def rows() -> PeriodRows:
    unit, other = UnitRow(1, "市财政局"), UnitRow(2, "市教育局")
    kinds = (Indicator.RESPONSE, Indicator.RECOVERY, Indicator.INSPECTION, Indicator.DUTY)
    promised = frozenset({*kinds, Indicator.ATTENDANCE})
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
        occurrences=occurrences(),
        attendance=(
            half_day(1, Half.MORNING, "王工", "李工"),
            half_day(1, Half.AFTERNOON, "王工"),
            half_day(2, Half.MORNING),
            half_day(2, Half.AFTERNOON, "王工"),
        ),
        callbacks=(
            signed(1, Satisfaction.SATISFIED),
            signed(3, Satisfaction.DISSATISFIED, "=催了三次", settled_at=at("2025-07-30 10:00")),
        ),
        whole_contract=True,
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
