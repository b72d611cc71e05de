"""The steps of closing a month and what each needs (M1); the numbers are those of docs/rules.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from sla import closing
from sla.calendar import Calendar, YearStatus
from sla.clock import RuleBook
from sla.closing import CloseState, Standing
from sla.interpretations import Interpretations
from sla.period import month
from sla.when import SHANGHAI, iso
from tests.sla.seeded import CALENDAR


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


JUNE = month(date(2025, 6, 1))
NOW = at("2025-07-10 09:00")
OPEN = Standing(JUNE, figures="a")
COMPUTED = replace(OPEN, computed=True)
REVIEW = replace(COMPUTED, in_review=True, objections_until=at("2025-07-09 00:00"))
SIGNED = replace(REVIEW, signed_sha256="a")
PREPARED = replace(SIGNED, prepared_by=1, prepared_sha256="a")
FROZEN = replace(PREPARED, frozen=True)


def test_a_month_is_open_computed_under_review_and_frozen() -> None:
    states = [one.state for one in (OPEN, COMPUTED, REVIEW, PREPARED, FROZEN)]
    assert states == [
        *(CloseState.OPEN, CloseState.COMPUTED, CloseState.REVIEW, CloseState.REVIEW, CloseState.FROZEN)
    ]


def test_five_workdays_after_the_review_opened() -> None:
    """Opened on Wednesday 2 July: the 3rd, 4th, 7th, 8th and 9th; it ends at 24:00 of the 9th."""
    book = RuleBook(CALENDAR, Interpretations.shipped())
    until, provisional = closing.objections_until(at("2025-07-02 16:30"), book)
    assert (iso(until), provisional) == ("2025-07-10T00:00:00+08:00", False)
    ten = book.interpretations.with_version("objection_days", date(2025, 7, 1), "10", "agreed")
    until, _ = closing.objections_until(at("2025-07-02 16:30"), RuleBook(book.calendar, ten))
    assert iso(until) == "2025-07-17T00:00:00+08:00"


def test_a_deadline_that_rests_on_an_estimated_year_is_provisional() -> None:
    calendar = Calendar({}, {2026: YearStatus.PUBLISHED})
    book = RuleBook(calendar, Interpretations.shipped())
    assert closing.objections_until(at("2026-12-30 09:00"), book)[1]
    assert not closing.objections_until(at("2026-12-01 09:00"), book)[1]


def test_a_month_is_computed_once_it_is_over_and_in_order() -> None:
    assert closing.before_computing(OPEN, at("2025-06-30 23:59:59")) == [
        "2025-06 还没有结束，月底以后才能计算"
    ]
    assert closing.before_computing(OPEN, at("2025-07-01 00:00")) == []
    assert closing.before_review(OPEN, None, NOW) == []
    assert closing.before_review(OPEN, date(2025, 5, 1), NOW) == ["要按月份顺序关账，请先冻结 2025-05"]
    assert closing.before_review(REVIEW, None, NOW) == ["2025-06 已在异议期"]
    assert closing.before_computing(FROZEN, NOW) == ["2025-06 已经冻结，不再计算"]


@pytest.mark.parametrize(
    ("standing", "hinders"),
    [
        (COMPUTED, "还没有进入异议期"),
        (replace(SIGNED, objections_until=at("2025-07-10 09:00:01")), "异议期还没有结束"),
        (replace(SIGNED, pending=2), "还有 2 件没有定下来"),
        (REVIEW, "乙方还没有签认"),
        (replace(SIGNED, figures="b"), "签认以后数字有变化"),
        (FROZEN, "已经冻结"),
        (SIGNED, ""),
        (replace(REVIEW, silent=True), ""),
        (replace(REVIEW, silent=True, figures="b"), ""),
    ],
)
def test_what_hinders_the_first_of_the_two(standing: Standing, hinders: str) -> None:
    found = closing.before_freezing(standing, NOW)
    assert (hinders in "".join(found)) if hinders else found == []


@pytest.mark.parametrize(
    ("standing", "person", "hinders"),
    [
        (SIGNED, 2, "还没有经办"),
        (PREPARED, 1, "不能是同一个人"),
        (replace(PREPARED, figures="b", silent=True), 2, "请退回后重新经办"),
        (PREPARED, 2, ""),
    ],
)
def test_what_hinders_the_second_of_the_two(standing: Standing, person: int, hinders: str) -> None:
    found = closing.before_second(standing, person, NOW)
    assert (hinders in "".join(found)) if hinders else found == []


def test_the_supplier_signs_once_and_is_silent_only_after_the_deadline() -> None:
    assert closing.before_signing(REVIEW) == []
    assert closing.before_signing(SIGNED) == ["乙方已经签认现在的数字"]
    assert closing.before_signing(replace(SIGNED, figures="b")) == []
    assert closing.before_signing(COMPUTED) == ["2025-06 还没有进入异议期"]
    assert closing.before_silence(replace(SIGNED, figures="b"), NOW) == [
        "签认以后数字有变化，请先重新计算：异议期从那时另行起算"
    ]
    early = at("2025-07-08 23:59:59")
    assert closing.before_silence(REVIEW, early) == ["异议期还没有结束"]
    assert closing.before_silence(REVIEW, NOW) == []
    assert closing.before_silence(SIGNED, NOW) == ["乙方已经签认，或已经记录为未签认"]


@pytest.mark.parametrize(
    ("standing", "anew"),
    [
        (REVIEW, False),
        (SIGNED, False),
        (replace(SIGNED, figures="b"), True),
        (replace(PREPARED, figures="b"), True),
        (replace(REVIEW, figures="b"), False),
        (replace(SIGNED, figures="b", silent=True), False),
        (replace(FROZEN, figures="b"), False),
    ],
)
def test_the_time_for_objections_begins_anew_only_where_signed_figures_moved(standing, anew) -> None:
    assert closing.begins_anew(standing) is anew
