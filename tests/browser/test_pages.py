"""Each role's main path in a real browser, on a phone and at a desk."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Come

PATHS = {
    "": ["/sign-in"],
    "engineer": [
        *("/", "/tickets", "/tickets/new", "/tickets/1", "/tickets/3", "/tickets/4", "/projects/1"),
        *("/week", "/duties/start/1", "/residents/mine", "/places/1", "/feed", "/offline", "/guide"),
    ],
    "contact": [
        *("/", "/tickets/new", "/tickets?waiting=1", "/tickets/2", "/tickets/5", "/tickets/6"),
        *("/waiting", "/grid", "/projects/1/calendar/2025-10", "/equipment"),
    ],
    "bureau": [
        *("/", "/tickets?state=all&kind=incident", "/tickets/5", "/months/2025-07", "/projects"),
        *("/waiting", "/duties/missed", "/residents", "/overview/heat", "/overview/risk", "/board/keys"),
    ],
    "manager": [
        "/",
        "/tickets/8",
        "/people",
        "/contract/calendar",
        "/duties",
        "/projects/17/calendar/2025-07",
        "/dispatch/office",
    ],
    "hotline": ["/", "/tickets/new", "/tickets/9", "/dispatch", "/dispatch/call"],
    "auditor": ["/", "/tickets/7", "/contract", "/contract/interpretations"],
    "admin": ["/", "/people", "/people/new", "/account/sessions", "/parts"],
}


@pytest.mark.parametrize("name", PATHS)
def test_every_page_of_a_role_fits_the_screen_and_stays_at_home(come: Come, name: str) -> None:
    visitor = come(name, "phone")
    for path in PATHS[name]:
        visitor.open(path)
        visitor.resize("desk")
        visitor.look(path)
        visitor.resize("phone")


def test_on_a_phone_the_year_is_as_wide_as_the_screen(come: Come) -> None:
    visitor = come("contact", "phone")
    visitor.open("/grid")
    width = "(found) => document.querySelector(found).getBoundingClientRect().width"
    shown = visitor.page.evaluate(width, ".year-grid")
    assert shown == visitor.page.evaluate(width, ".table-frame")
    assert visitor.page.evaluate(width, ".year-grid tbody tr") >= shown - 2


def test_a_month_has_all_its_columns_on_a_sheet_of_paper(come: Come) -> None:
    visitor = come("bureau", "desk")
    visitor.page.set_viewport_size({"width": 794, "height": 1123})  # A4
    visitor.open("/months/2025-07")
    visitor.page.emulate_media(media="print")
    visitor.page.evaluate("document.querySelector('main').style.width = '180mm'")  # without the margins
    sheet, *tables = visitor.page.evaluate(
        "() => ['main', '#units table', '#projects table']"
        ".map((one) => document.querySelector(one).getBoundingClientRect().right)"
    )
    assert [right for right in tables if right > sheet] == []
