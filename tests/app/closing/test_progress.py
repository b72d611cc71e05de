"""The steps of the page of a month: what is done, what is at work, what is held up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from app.closing.progress import steps
from models.closing import MonthClose
from models.people import User
from sla import closing as rules
from sla.closing import Standing
from tests.app.closing.world import JUNE, OVER, REVIEWED
from tests.app.personas import at

ENDS = at("2025-07-10 00:00")
PERSON = User(name="甲")
OPEN = Standing(JUNE)
REVIEW = Standing(JUNE, computed=True, in_review=True, objections_until=ENDS, figures="new")
SIGNED = replace(REVIEW, signed_sha256="new")
OPENED: dict[str, Any] = {
    "computed_at": REVIEWED,
    "computed_by": PERSON,
    "opened_at": REVIEWED,
    "opened_by": None,
    "objections_until": ENDS,
}
WORD: dict[str, Any] = {"signed_at": REVIEWED, "signed_by": PERSON}


def said(standing: Standing, now=OVER, waits_for=None, *, wide: bool = True, **columns: Any) -> list[str]:
    hints = {
        "review": rules.before_review(standing, waits_for, now),
        "prepare": rules.before_freezing(standing, now),
    }
    close = MonthClose(**columns) if columns else None
    return [" ".join(one).rstrip() for one in steps(close, standing, hints, now, wide=wide)]


def test_a_month_that_is_not_over_has_everything_before_it():
    assert said(OPEN, at("2025-06-30 23:59")) == [
        "计算 todo 月底以后",
        *("进入异议期 todo", "乙方签认 todo", "经办 todo", "审核冻结 todo"),
    ]


def test_only_the_first_step_that_is_not_done_is_at_work():
    assert said(OPEN)[:2] == ["计算 now", "进入异议期 todo"]
    computed = replace(OPEN, computed=True)
    told = said(computed, computed_at=REVIEWED, computed_by=PERSON)
    assert told[:3] == ["计算 done 2025-07-02 09:00 甲", "进入异议期 now", "乙方签认 todo"]
    earlier = said(computed, waits_for=date(2025, 5, 1), computed_at=REVIEWED)
    assert earlier[1] == "进入异议期 stopped 要按月份顺序关账，请先冻结 2025-05"


def test_the_supplier_is_waited_for_until_the_time_for_objections_ends():
    assert said(REVIEW, REVIEWED, **OPENED)[1:4] == [
        "进入异议期 done 2025-07-02 09:00 系统",
        "乙方签认 now 2025-07-09 24:00 前",
        "经办 todo",
    ]
    assert said(REVIEW, OVER, **OPENED)[2] == "乙方签认 now"


def test_what_is_undecided_holds_up_the_first_of_the_two():
    assert said(SIGNED, **OPENED, **WORD)[3:] == ["经办 now", "审核冻结 todo"]
    assert said(replace(SIGNED, pending=2), **OPENED, **WORD)[3].startswith(
        "经办 stopped 还有 2 件没有定下来"
    )
    early = said(replace(SIGNED, pending=2), REVIEWED, **OPENED, **WORD)
    assert early[3] == "经办 stopped 还有 2 个条件"


def test_figures_that_changed_after_the_signature_ask_for_another_unless_one_cannot_know():
    moved = replace(REVIEW, signed_sha256="old")
    assert said(moved, **OPENED, **WORD)[2:4] == ["乙方签认 stopped 数字有变化", "经办 todo"]
    narrow = said(replace(moved, figures=""), wide=False, **OPENED, **WORD)
    assert narrow[2:4] == ["乙方签认 done 2025-07-02 09:00 甲", "经办 now"]


def test_silence_is_a_step_as_well_and_a_frozen_month_is_done():
    rest: dict[str, Any] = {
        "prepared_at": OVER,
        "prepared_by": PERSON,
        "frozen_at": OVER,
        "frozen_by": PERSON,
    }
    silent = replace(REVIEW, silent=True, frozen=True)
    told = said(silent, **OPENED, silent_at=OVER, silent_by=None, **rest)
    assert told[2] == "乙方未在异议期内签认 done 2025-07-12 09:00 系统"
    assert all(" done " in one for one in told)
