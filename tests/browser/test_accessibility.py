"""The rules of WCAG 2.2 AA on every role's main pages, checked by axe-core; and the ways of the keyboard."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium
from tests.browser.conftest import WIDER, Come

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHECK = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then((found) =>
  found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"""

# Where each role is most of the time: the ones who stand with a telephone, the others at a desk.
PATHS: dict[str, tuple[str, tuple[str, ...]]] = {
    "engineer": (
        "phone",
        ("/", "/tickets/1", "/tickets/new", "/duties/start/1", "/residents/mine", "/tickets/1/slip"),
    ),
    "contact": ("phone", ("/", "/tickets/new", "/tickets/5", "/waiting", "/closing", "/guide", "/unit")),
    "bureau": ("desk", ("/", "/tickets/5", "/closing", "/payments", "/acceptance", "/projects/34", "/board")),
    "manager": (
        "desk",
        ("/tickets/8", "/people", "/residents", "/duties", "/tickets?state=all", "/dispatch/office"),
    ),
    "hotline": ("desk", ("/", "/tickets/new", "/notices", "/dispatch", "/dispatch/call")),
    "auditor": (
        "desk",
        ("/contract", "/contract/interpretations", "/reports", "/contract/calendar", "/overview/heat"),
    ),
    "admin": ("desk", ("/", "/people", "/people/new", "/account/sessions", "/parts")),
}


def violations(page: Page) -> list[Any]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[Any] = page.evaluate(CHECK, RULES)
    return found


@pytest.mark.parametrize("name", PATHS)
def test_the_pages_of_a_role_break_no_rule_of_accessibility(come: Come, name: str) -> None:
    size, paths = PATHS[name]
    page, found = (visitor := come(name, size)).page, {}
    for path in paths:
        answer = page.goto(visitor.address + path)
        assert answer is not None
        assert answer.status == 200, path
        found[path] = violations(page)
    assert {path: broken for path, broken in found.items() if broken} == {}


def test_every_part_keeps_its_contrast_at_night(come: Come) -> None:
    visitor = come("admin", "phone")
    visitor.page.emulate_media(color_scheme="dark")
    for path in ("/parts", "/nowhere", "/sign-in"):
        visitor.cut_off = True  # the missing page is what is looked at
        visitor.page.goto(visitor.address + path)
        assert violations(visitor.page) == [], path


def test_the_keyboard_finds_the_text_and_the_menu_and_sees_where_it_is(come: Come) -> None:
    visitor = come("engineer", "phone")
    page = visitor.page
    visitor.open("/tickets")
    page.keyboard.press("Tab")
    expect(page.get_by_text("跳到正文")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"

    summary, menu = page.locator(".phone-menu > summary"), page.get_by_role("navigation", name="主菜单")
    summary.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(summary).to_be_focused()


RING = """() => {
  const here = document.activeElement, ringed = [here, here.closest('label')].filter(Boolean);
  const style = ringed.map((one) => getComputedStyle(one));
  const seen = style.some((one) => one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) >= 2);
  return here === document.body || seen ? '' : here.outerHTML.slice(0, 80);
}"""


def test_whoever_walks_by_keyboard_sees_a_ring_whatever_the_colours(come: Come) -> None:
    visitor, bare = come("admin", "desk"), {}
    page = visitor.page
    visitor.open("/parts")
    media: tuple[dict[str, Any], ...] = ({}, {"forced_colors": "active"}, {"contrast": "more"})
    for one in media:
        page.emulate_media(**one)
        page.locator("main .btn").first.focus()
        for _ in range(22):  # links, tabs, boxes to fill in, choices and every kind of button
            page.keyboard.press("Tab")
            bare[page.evaluate(RING)] = one
    assert bare.keys() == {""}, bare


def test_letters_twice_as_large_make_a_desk_a_narrow_page_and_cut_nothing_off(
    address: str, browser: Browser
) -> None:
    """The browser's own size of letters: nothing a page can set."""
    large = browser.browser_type.launch(
        executable_path=chromium.find(), args=[*chromium.SWITCHES, "--blink-settings=defaultFontSize=32"]
    )
    try:
        page = large.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.goto(f"{address}/sign-in")
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        assert page.evaluate("matchMedia('(max-width: 47.99em)').matches")
        assert page.evaluate(WIDER) <= 0
    finally:
        large.close()


def test_a_clock_that_is_about_to_expire_is_announced_once(come: Come) -> None:
    visitor = come("admin", "desk")
    visitor.open("/parts")
    said = "body > p[role=status]:not([data-live-said])"
    speaker = visitor.page.locator(said)
    expect(speaker).to_contain_text("剩不到 30 分钟")
    visitor.page.evaluate("said => (document.querySelector(said).textContent = '')", said)
    visitor.page.wait_for_timeout(1500)  # two ticks
    expect(speaker).to_be_empty()
