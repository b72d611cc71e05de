"""Whoever adds a list gives it as a workbook as well, or says here why not."""

from __future__ import annotations

import re
from pathlib import Path

from app.exports.lists import EXPORTS

TEMPLATES = Path(__file__).parents[3] / "app" / "templates"
LIST = re.compile(r"\{%-? call table\(|\{\{-? pager\(")
GIVEN = re.compile(r"\{\{-? export\(([^,]+),")

MACROS = "draws what other pages list"
PART = "a part of one thing's page, not a list of its own"
PREVIEW = "what saving would change, before it is saved"
SHEET = "its own workbook or document is a report"
EXCEPTIONS = {
    "account/sessions.html": "the own sign-ins: for who wants to end one, and nobody's business",
    "acceptance/index.html": PART,
    "acceptance/project.html": PART,
    "acceptance/show.html": PART,
    "acceptance/unit.html": PART,
    "amendments/effect.html": PREVIEW,
    "amendments/show.html": PART,
    "assessment/sheet.html": SHEET,  # 考核得分
    "checklists/parts.html": MACROS,
    "closing/parts.html": MACROS,
    "closing/show.html": SHEET,  # 月报 of the month
    "contract/activation.html": PREVIEW,
    "contract/notice_preview.html": PREVIEW,
    "contract/outlook.html": PREVIEW,
    "contract/reading.html": PART,
    "duties/parts.html": MACROS,
    "duties/summary.html": SHEET,  # 工作汇总
    "equipment/show.html": SHEET,  # 维修报告建议
    "guide/parts.html": "shows the parts of pages in every state",
    "home/bureau.html": "a start page: each part leads to its list",
    "months/show.html": SHEET,  # 月报
    "overview/parts.html": MACROS,
    "papers/form.html": "a printed form, to be signed as it is",
    "payments/award.html": PART,
    "payments/stage.html": SHEET,  # 付款清单
    "people/show.html": PART,
    "plan/effects.html": PREVIEW,
    "projects/show.html": PART,
    "reports/parts.html": MACROS,
    "reports/show.html": SHEET,
    "schemes/edit.html": "a form",
    "schemes/parts.html": MACROS,
    "tickets/effect.html": PREVIEW,
    "tickets/rows.html": MACROS,
    "works/sheet.html": PART,
}
OTHERWISE_SHOWN = {"components/pager.html", "components/table.html", "components/finding.html"}


def templates() -> dict[str, str]:
    found = {str(path.relative_to(TEMPLATES)): path.read_text("utf8") for path in TEMPLATES.rglob("*.html")}
    # Comments show how a macro is called.
    return {
        name: re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
        for name, text in found.items()
        if name not in OTHERWISE_SHOWN
    }


def test_every_list_is_given_as_a_workbook_or_named_with_the_reason():
    lists = {name for name, text in templates().items() if LIST.search(text)}
    given = {name for name, text in templates().items() if GIVEN.search(text)}
    assert lists - given - set(EXCEPTIONS) == set()


def test_no_exception_is_left_over():
    found = templates()
    assert {name for name in EXCEPTIONS if name not in found or GIVEN.search(found[name])} == set()
    assert {name for name in EXCEPTIONS if not LIST.search(found[name])} == set()


def test_every_export_has_its_button_and_every_button_its_export():
    named = [one for text in templates().values() for found in GIVEN.findall(text) for one in found.split()]
    assert {one.strip('"') for one in named if one.startswith('"')} == set(EXPORTS)
