"""Rows that end after the contract's year are settled at theirs (P1, interpretation ``year_over``)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.payment import judge
from sla.payment_facts import (
    AcceptanceFacts,
    GateKey,
    InvoiceFacts,
    Readings,
    RowFacts,
    Said,
    StageFacts,
    Terms,
)
from sla.settlement import settlements
from tests.sla.seeded import CALENDAR

YEAR = date(2025, 6, 3), date(2026, 6, 3)
WELL = Said(date(2026, 6, 3), running_well=True)
ONE = RowFacts(1, "教育局", *YEAR, (WELL,))
FORTY = RowFacts(40, "机关事务管理局", date(2025, 7, 1), date(2026, 7, 1), (WELL,))
FORTY_FIVE = RowFacts(45, "农业农村局", date(2025, 7, 27), date(2026, 7, 27))
FACTS = StageFacts(
    *(2, YEAR, (ONE, FORTY_FIVE, FORTY)),
    accepted=AcceptanceFacts(date(2026, 6, 4), date(2026, 6, 10), date(2026, 6, 11)),
    invoices=(InvoiceFacts(300, date(2026, 6, 12), date(2026, 6, 12)),),
    amount=300,
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def stood(today: str, *words: Said) -> list[tuple[int, str | None, str]]:
    rows = (ONE, FORTY, replace(FORTY_FIVE, said=words))
    found = settlements(replace(FACTS, rows=rows), Readings(), day(today))
    return [
        (one.seq, str(one.since) if one.since else None, "".join(m.what for m in one.missing))
        for one in found
    ]


@pytest.mark.parametrize(
    ("today", "words", "since", "missing"),
    [
        ("2026-07-26", (), None, "服务至 2026-07-26，尚未期满"),
        ("2026-07-27", (), None, "期满后还没有签署运转平稳"),
        ("2026-07-27", (WELL,), None, "期满后还没有签署运转平稳"),
        ("2026-08-05", (Said(day("2026-08-03"), running_well=True),), "2026-08-03", ""),
        (
            "2026-08-05",
            (Said(day("2026-07-20"), running_well=True, until=day("2026-07-26")),),
            "2026-07-27",
            "",
        ),
        (
            "2026-08-05",
            (Said(day("2026-08-03"), running_well=False),),
            None,
            "最近一次签署未确认运转平稳，整改后请单位重新签署",
        ),
    ],
)
def test_a_row_is_settled_once_its_own_year_is_over_and_signed_for(today, words, since, missing) -> None:
    assert stood(today, *words)[1] == (45, since, missing)


def test_the_second_payment_waits_for_neither_and_by_each_row_for_both() -> None:
    """On 15 June 2026 everybody's year is over but that of rows 40 and 45."""
    today = day("2026-06-15")
    stage = judge(FACTS, Terms(), Readings(), CALENDAR, today)
    assert stage.met_on == day("2026-06-12")
    for key in (GateKey.YEAR, GateKey.RUNNING):
        (gate,) = [one for one in stage.gates if one.key is key]
        assert sorted(seq for seq, _ in gate.aside) == [40, 45]
    assert [one[:2] for one in stood("2026-06-15")] == [(40, None), (45, None)]
    each = Readings(each_row=True)
    assert settlements(FACTS, each, today) == ()
    open_gates = judge(FACTS, Terms(), each, CALENDAR, today).open_gates
    assert [sorted(m.seq or 0 for m in gate.missing) for gate in open_gates] == [[40, 45], [40, 45]]


def test_only_the_second_payment_of_an_open_year_settles_rows_apart() -> None:
    assert settlements(replace(FACTS, stage=1), Readings(), day("2026-08-01")) == ()
    assert settlements(replace(FACTS, year=None), Readings(), day("2026-08-01")) == ()
    ended = replace(FACTS, rows=(RowFacts(39, "局", YEAR[0], day("2025-10-01")),))
    assert settlements(ended, Readings(), day("2026-08-01")) == ()


@given(st.integers(0, 120), st.integers(0, 120), st.booleans())
def test_what_is_settled_stays_settled_and_never_before_the_own_end(signed, later, well) -> None:
    word = Said(FORTY_FIVE.ends_on + timedelta(days=signed), running_well=well)
    facts = replace(FACTS, rows=(replace(FORTY_FIVE, said=(word,)),))
    (one,) = settlements(facts, Readings(), word.on + timedelta(days=later))
    assert (one.since is not None) == well
    assert one.since is None or one.since == word.on >= one.over_on
