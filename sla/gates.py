"""The gates of a payment (P1): each met since a day by facts alone, or open with what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sla.calendar import Calendar
from sla.payment_facts import Gate, GateKey, Missing, Owes, Readings, RowFacts, Said, StageFacts, Terms

ONE_DAY = timedelta(days=1)
NOT_IN_EFFECT = Missing(Owes.BUREAU, "合同尚未办理生效")


def first_gates(facts: StageFacts, terms: Terms, rows: Sequence[RowFacts], today: date) -> list[Gate]:
    """Return the gates of a first payment that asks about these projects, without their due days."""
    made = [
        _effect(facts, today),
        _said_gate(facts, GateKey.RUNNING, rows, lambda one: one.running_well),
        _said_gate(facts, GateKey.CALLBACK, rows, lambda one: bool(one.satisfied)),
        _report(facts),
        _invoice(facts),
    ]
    return [gate for gate in made if (1, gate.key) not in terms.skipped]


def gates_of(
    facts: StageFacts,
    terms: Terms,
    readings: Readings,
    rows: Sequence[RowFacts],
    aside: tuple[tuple[int, str], ...],
    calendar: Calendar,
    today: date,
) -> tuple[Gate, ...]:
    """Return the gates of a stage; ``aside`` are the projects a first payment does not ask about."""
    if facts.stage == 1:
        due = add_workdays(calendar, facts.year[0], terms.stage1_workdays)[0] if facts.year else None
        asked = first_gates(facts, terms, rows, today)
        return tuple(_with(gate, aside if _per_project(gate) else (), due) for gate in asked)
    return _second(facts, terms, readings, rows, calendar, today)


def _second(
    facts: StageFacts,
    terms: Terms,
    readings: Readings,
    rows: Sequence[RowFacts],
    calendar: Calendar,
    today: date,
) -> tuple[Gate, ...]:
    ends = facts.year[1] if facts.year else None
    over = max((row.ends_on for row in rows), default=ends) if ends and readings.each_row else ends
    report_due = add_workdays(calendar, ends - ONE_DAY, terms.report_workdays)[0] if ends else None
    made = [
        _with(_year(facts, readings, rows, today), (), over),
        _still_running(facts, readings, rows),
        _with(_acceptance(facts), (), report_due),
        _with(_report(facts), (), None),
        _invoice(facts),
    ]
    return tuple(gate for gate in made if (2, gate.key) not in terms.skipped)


def _with(gate: Gate, aside: tuple[tuple[int, str], ...], due: date | None) -> Gate:
    return Gate(gate.key, gate.since, gate.missing, aside or gate.aside, due)


def _per_project(gate: Gate) -> bool:
    return gate.key in (GateKey.RUNNING, GateKey.CALLBACK)


# -- the gates ----------------------------------------------------------------------------------------


def _effect(facts: StageFacts, today: date) -> Gate:
    if facts.year is None:
        return Gate(GateKey.EFFECT, None, (NOT_IN_EFFECT,))
    if facts.year[0] > today:
        return Gate(GateKey.EFFECT, None, (Missing(Owes.BUREAU, f"合同自 {facts.year[0]} 起生效，尚未到"),))
    return Gate(GateKey.EFFECT, facts.year[0])


def _said_gate(
    facts: StageFacts, key: GateKey, rows: Sequence[RowFacts], good: Callable[[Said], bool]
) -> Gate:
    """Ask each project for its last signed word; it is met since the first of the good words at the end."""
    if facts.year is None:
        return Gate(key, None, (NOT_IN_EFFECT,))
    missing, since = [], []
    for row in rows:
        words = [one for one in row.said if key is not GateKey.CALLBACK or one.satisfied is not None]
        run = good_run(words, good)
        if not words:
            missing.append(Missing(Owes.UNIT, "还没有签署回访", row.seq, row.unit))
        elif run is None:
            what = "最近一次回访不满意" if key is GateKey.CALLBACK else "最近一次回访未确认运转平稳"
            missing.append(Missing(Owes.SUPPLIER, f"{what}，整改后请单位重新签署", row.seq, row.unit))
        else:
            since.append(run)
    return Gate(key, max(since, default=None) if not missing else None, tuple(missing))


def _still_running(facts: StageFacts, readings: Readings, rows: Sequence[RowFacts]) -> Gate:
    """Ask each project for a word that speaks of the end of its year (second payment)."""
    if facts.year is None:
        return Gate(GateKey.RUNNING, None, (NOT_IN_EFFECT,))
    missing, since, aside = [], [], []
    for row in rows:
        if is_apart(row, facts.year, each_row=readings.each_row):
            aside.append((row.seq, f"服务至 {row.ends_on - ONE_DAY}，期满后另行签署，按自己的日期结算"))
            continue
        words = end_words(row, year_end(row, facts.year, readings.each_row))
        run = good_run(words, lambda one: one.running_well)
        if not words:
            missing.append(Missing(Owes.UNIT, "年度结束后还没有签署运转平稳", row.seq, row.unit))
        elif run is None:
            what = "最近一次签署未确认运转平稳，整改后请单位重新签署"
            missing.append(Missing(Owes.SUPPLIER, what, row.seq, row.unit))
        else:
            since.append(run)
    met = max(since, default=None) if not missing else None
    return Gate(GateKey.RUNNING, met, tuple(missing), tuple(aside))


def end_words(row: RowFacts, end: date) -> list[Said]:
    """Return the signed words that speak of the end of a row's year, the day after its last being ``end``."""
    return [one for one in row.said if one.on >= end or (one.until and one.until >= end - ONE_DAY)]


def is_apart(row: RowFacts, year: tuple[date, date], *, each_row: bool) -> bool:
    """Tell whether a row is settled by itself: its own year ends after the contract's, which counts."""
    return not each_row and row.ends_on > year[1]


def good_run(words: Sequence[Said], good: Callable[[Said], bool]) -> date | None:
    """Return the day of the first of the good words in a row that end with the last one."""
    since = None
    for one in words:
        since = (since or one.on) if good(one) else None
    return since


def _year(facts: StageFacts, readings: Readings, rows: Sequence[RowFacts], today: date) -> Gate:
    if facts.year is None:
        return Gate(GateKey.YEAR, None, (NOT_IN_EFFECT,))
    missing = []
    if readings.each_row:
        missing = [
            Missing(Owes.SUPPLIER, f"服务至 {row.ends_on - ONE_DAY}，尚未期满", row.seq, row.unit)
            for row in rows
            if row.ends_on > today
        ]
        over = max((row.ends_on for row in rows), default=facts.year[1])
    else:
        over = facts.year[1]
        if over > today:
            missing = [Missing(Owes.SUPPLIER, f"合同年度至 {over - ONE_DAY}，尚未期满")]
    aside = tuple(
        (row.seq, f"服务至 {row.ends_on - ONE_DAY}，按自己的日期结算")
        for row in rows
        if is_apart(row, facts.year, each_row=readings.each_row)
    )
    return Gate(GateKey.YEAR, None if missing else over, tuple(missing), aside)


def _acceptance(facts: StageFacts) -> Gate:
    accepted = facts.accepted
    if accepted.passed_on:
        return Gate(GateKey.ACCEPTANCE, accepted.passed_on)
    if accepted.failed:
        return Gate(GateKey.ACCEPTANCE, None, (Missing(Owes.SUPPLIER, "验收不合格，返工后重新提交验收"),))
    if accepted.reported_on is None:
        return Gate(GateKey.ACCEPTANCE, None, (Missing(Owes.SUPPLIER, "还没有提交运维服务报告和验收资料"),))
    return Gate(GateKey.ACCEPTANCE, None, (Missing(Owes.BUREAU, "已提交验收，局方还没有作出结论"),))


def _report(facts: StageFacts) -> Gate:
    accepted = facts.accepted
    if accepted.signed_on:
        return Gate(GateKey.REPORT, accepted.signed_on)
    name = "阶段性验收报告" if facts.stage == 1 else "验收报告"
    if accepted.passed_on:
        return Gate(GateKey.REPORT, None, (Missing(Owes.SUPPLIER, f"{name}还没有双方签署"),))
    if accepted.reported_on and not accepted.failed:
        return Gate(GateKey.REPORT, None, (Missing(Owes.BUREAU, f"{name}还没有作出合格结论"),))
    return Gate(GateKey.REPORT, None, (Missing(Owes.SUPPLIER, f"还没有合格的{name}"),))


def _invoice(facts: StageFacts) -> Gate:
    confirmed = [one for one in facts.invoices if one.confirmed_on]
    waiting = [one for one in facts.invoices if not one.confirmed_on]
    total = sum(one.fen for one in confirmed)
    enough = bool(confirmed) if facts.amount is None else bool(confirmed) and total == facts.amount
    if enough:
        return Gate(GateKey.INVOICE, max(one.confirmed_on for one in confirmed if one.confirmed_on))
    if waiting:
        return Gate(GateKey.INVOICE, None, (Missing(Owes.BUREAU, f"{len(waiting)} 张发票待局方确认"),))
    what = "还没有收到发票" if not confirmed else "已确认的发票合计与本次付款金额不符"
    return Gate(GateKey.INVOICE, None, (Missing(Owes.SUPPLIER, what),))


def all_met_on(gates: Sequence[Gate]) -> date | None:
    """Return the day since which all are met; ``None`` while one is open."""
    days = [gate.since for gate in gates if gate.since]
    return max(days, default=None) if all(gate.met for gate in gates) else None


def add_workdays(calendar: Calendar, day: date, n: int) -> tuple[date, bool]:
    """Return the Nth workday after a day (T6), and whether an estimated year was consulted (T2)."""
    found = calendar.add_workdays(day, n)
    return found, any(calendar.is_estimated(year) for year in range(day.year, found.year + 1))


def year_end(row: RowFacts, year: tuple[date, date], each_row: bool) -> date:
    """Return the day on which a project's year counts as over (interpretation ``year_over``)."""
    return row.ends_on if each_row else min(row.ends_on, year[1])
