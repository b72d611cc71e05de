"""The desk: a call logged by the keyboard alone, and given to an engineer on the board."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import transaction
from app.residents import members, service
from models.tickets import Ticket
from sla.vocab import Half
from tests.app.personas import at, new_ticket
from tests.app.residents.world import SIGNED, post_of
from tests.app.visitors import named, read
from tests.browser.conftest import Come

WHAT = "教务平台打不开，提示 502。三楼都这样"


def test_a_call_is_logged_by_the_keyboard_alone_and_given_on_the_board(come: Come, site) -> None:
    with site.app_context(), transaction() as session:
        post, engineer, now = post_of(session), named(session, "engineer"), at("2025-07-01 14:05")
        manager, first = named(session, "manager"), at("2025-06-03 08:00")
        members.join(session, manager, post, engineer, first, from_day=first.date(), papers=SIGNED)
        service.be_present(session, engineer, post, Half.AFTERNOON, now)
    visitor = come("hotline", "desk")
    page, keys = visitor.page, visitor.page.keyboard
    visitor.open("/dispatch/call")
    assert page.evaluate("document.activeElement.name") == "reporter"
    keys.type("王老师")
    keys.press("Tab")
    keys.type("0379-61234567")
    keys.press("Tab")
    keys.type("jyj")  # 教育局
    keys.press("Enter")
    assert page.input_value("#f-unit-box") == "洛阳市教育局"
    page.wait_for_selector("text=是同一件事吗")
    keys.press("Tab")
    keys.type("雪亮")
    keys.press("Enter")
    assert "雪亮工程" in page.input_value("#f-project-box")
    keys.press("Tab")
    keys.type(WHAT)
    keys.press("Tab")
    keys.press("Space")  # 故障, the first kind
    page.wait_for_selector(".promises li")
    visitor.look("call")
    keys.press("Tab")
    keys.press("ArrowRight")  # 不是
    assert page.evaluate("document.activeElement.value") == "no"
    for _ in range(6):
        keys.press("Tab")
        if page.evaluate("document.activeElement.value") == "next":
            break
    keys.press("Enter")
    page.wait_for_selector("text=还没有派单")
    assert page.input_value("#f-what") == "", "the next call begins empty"

    def last(session: Session) -> tuple[int, str, str, int]:
        made = session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(1)).one()
        return made.id, made.title, made.reporter, made.project.seq

    number, *said = read(site, last)
    assert said == ["教务平台打不开，提示 502", "王老师", 1]

    visitor.open("/dispatch")
    button = page.locator(f"#card-{number} button:has-text('派给')").first
    button.focus()
    keys.press("Enter")
    page.wait_for_selector("text=已派给 驻场工程师engineer")
    visitor.look("given")


def test_a_project_is_found_by_letters_and_the_board_learns_of_what_is_new(come: Come, site) -> None:
    visitor = come("manager", "phone")
    page = visitor.page
    visitor.open("/dispatch/call")
    page.fill("#f-project-box", "xlgc")  # 雪亮工程
    page.locator("#f-project-lines li").first.click()
    assert page.input_value("#f-unit-box") == "洛阳市教育局"
    page.fill("#f-unit-box", "zzzz")
    assert "没有这样的名称" in page.locator("#f-unit-lines").inner_text()
    page.keyboard.press("Escape")
    assert page.input_value("#f-unit-box") == "洛阳市教育局"
    assert [page.locator("#f-engineer option").count(), page.locator("#f-unit").input_value() != ""] == [
        2,
        True,
    ]
    page.wait_for_selector("text=是同一件事吗")
    visitor.look("call")
    page.locator("input[name=kind]").first.check()
    page.fill("#f-what", "一直转圈")
    page.keyboard.press("Control+Enter")  # from any box
    page.wait_for_selector("text=还没有派单")
    assert page.input_value("#f-what") == ""
    visitor.open("/dispatch")
    with site.app_context(), transaction() as session:
        new_ticket(session, named(session, "contact"), now="2025-07-01 15:00", title="刚刚报修的事")
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("text=刚刚报修的事")  # by itself
    page.locator("input[name=picks]").first.check()
    assert "已勾选 1 张" in page.locator("details.bulk summary").inner_text()
    visitor.open("/dispatch/office")


def test_whoever_gives_one_card_after_another_stays_where_they_are_on_the_board(come: Come, site) -> None:
    with site.app_context(), transaction() as session:
        for number in range(5):
            new_ticket(session, named(session, "contact"), now="2025-07-01 15:00", title=f"第 {number} 件事")
    visitor = come("manager", "desk")
    page = visitor.page
    page.set_viewport_size({"width": 1280, "height": 480})
    visitor.open("/dispatch")
    card = page.locator(".dispatch-card", has_text="第 3 件事")
    card.locator("details.give > summary").press("Enter")
    card.locator("select").select_option(index=1)
    card.locator("details.give button[type=submit]").focus()
    page.wait_for_timeout(300)
    before = page.evaluate("scrollY")
    assert before > 100, "far enough down to notice"
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice-below:has-text('已派给')")
    assert page.evaluate("scrollY") > before - 20  # what is said at the top pushes the rest down
    at_hand = page.evaluate("document.activeElement.closest('.dispatch-card').getBoundingClientRect().top")
    assert -50 < at_hand < 480, "the next card is in sight, with the keyboard at it"
    visitor.look("stays")
    page.goto(visitor.address + "/dispatch")
    assert page.evaluate("scrollY") == 0, "another visit begins at the top"
