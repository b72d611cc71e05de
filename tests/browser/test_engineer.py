"""The engineer with one hand and a slow network: taps, weight, and the slip on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from app import Site
from app.database import transaction
from app.tickets import service
from models.equipment import TicketEquipment
from models.tickets import Ticket
from sla.vocab import PauseReason, RepairKind
from tests.app.files.things import a_device
from tests.app.personas import at
from tests.app.tickets.desk import do, events, make
from tests.app.visitors import named
from tests.browser.conftest import Come, Visitor

SMALL: Any = {"width": 360, "height": 740}
LIGHT = 150_000  # bytes of a page as they come over the network, nothing kept from before
PAGES = ("/", "/tickets", "/tickets/new", "/tickets/1", "/tickets/1/slip", "/duties", "/week", "/offline")


def small(come: Come) -> Visitor:
    visitor = come("engineer", "phone")
    visitor.page.set_viewport_size(SMALL)
    return visitor


def card(page: Page, title: str) -> Locator:
    return page.locator("article.hand", has_text=title)


def test_three_taps_from_the_start_page_to_any_milestone(come: Come, site: Site) -> None:
    ticket = make(site, "contact", now="2025-06-30 14:58", title="三下以内")  # the first of the list
    visitor = small(come)
    page = visitor.page
    visitor.open("/")
    button = card(page, "三下以内").get_by_role("button", name="响应")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    button.tap()  # one: it is recorded
    expect(page.get_by_text("已记录响应。").first).to_be_visible()

    card(page, "三下以内").get_by_role("link", name="三下以内").tap()  # one
    page.locator(".stops").get_by_role("button", name="到场").tap()  # two: it is recorded
    expect(page.get_by_text("已记录到场。").first).to_be_visible()
    visitor.look("milestones")

    visitor.open("/")
    card(page, "三下以内").get_by_text("恢复", exact=True).last.tap()  # one: the short form
    note = card(page, "三下以内").get_by_label("处理结果")
    expect(note).to_be_focused()
    note.fill("换了电源")
    visitor.look("recovery")
    card(page, "三下以内").get_by_role("button", name="申报恢复").tap()  # two
    expect(page.get_by_text("已申报恢复，等待单位验收。").first).to_be_visible()
    assert [kind for kind, _ in events(site, ticket)] == [
        *("opened", "responded", "arrived", "recovery_claimed")
    ]


def test_a_ticket_is_logged_with_four_taps_and_what_was_said(come: Come, site: Site) -> None:
    visitor = small(come)
    page = visitor.page
    visitor.open("/")
    page.locator(".tab-bar").get_by_text("登记").tap()  # one
    said = page.get_by_label("发生了什么")
    expect(said).not_to_be_focused()
    visitor.look("log")
    said.tap()  # two, and speak
    said.fill("三楼机房断网了，教务平台打不开。重启没有用")
    page.get_by_text("故障", exact=True).tap()  # three
    page.locator(".bottom-bar button").tap()  # four
    expect(page.locator("h1")).to_have_text("三楼机房断网了，教务平台打不开")
    expect(page.locator(".bottom-bar button")).to_have_text("响应")
    visitor.look("logged")


def test_the_bar_opens_the_menu_and_hides_nothing(come: Come) -> None:
    visitor = small(come)
    page = visitor.page
    for path in ("/", "/tickets", "/duties", "/week"):
        visitor.open(path)
        for one in page.locator(".tab-bar a").all():
            box = one.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 44
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        last = page.locator("main").evaluate("(main) => main.lastElementChild.getBoundingClientRect().bottom")
        bar = page.locator(".tab-bar").bounding_box()
        assert bar is not None
        assert last <= bar["y"], path
    page.locator(".tab-bar").get_by_text("菜单").tap()
    expect(page.locator(".phone-menu .menu")).to_be_visible()
    expect(page.locator(".phone-menu summary").first).to_be_focused()


def test_at_a_desk_one_types_at_once(come: Come) -> None:
    visitor = come("engineer", "desk")
    visitor.open("/tickets/new")
    expect(visitor.page.get_by_label("发生了什么")).to_be_focused()


def test_every_page_of_the_engineer_is_light_on_a_cold_start(come: Come) -> None:
    weights = {path: weight(come("engineer", "phone"), path) for path in PAGES}
    print(weights)  # noqa: T201
    assert {path: many for path, many in weights.items() if many >= LIGHT} == {}


def weight(visitor: Visitor, path: str) -> int:
    """Return the bytes that come over the network until nothing more is asked for; photos do not count."""
    page = visitor.page
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    photos: set[str] = set()
    arrived: dict[str, float] = {}

    def asked(said: Any) -> None:
        if "/files/" in said["request"]["url"]:
            photos.add(said["requestId"])

    def done(said: Any) -> None:
        arrived[said["requestId"]] = said["encodedDataLength"]

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", done)
    page.goto(visitor.address + path, wait_until="networkidle")
    return int(sum(size for number, size in arrived.items() if number not in photos))


def test_the_slip_is_one_sheet_whatever_was_written(come: Come, site: Site, tmp_path: Path) -> None:
    for title, much in (("短的", False), ("长" * 100, True)):
        ticket = make(site, "contact", now="2025-07-01 09:00", title=title, description="字" * (2000 * much))
        if much:
            write_much(site, ticket)
        visitor = small(come)
        visitor.open(f"/tickets/{ticket}/slip")
        sheet = tmp_path / f"{much}.pdf"
        visitor.page.pdf(path=sheet, prefer_css_page_size=True)
        assert sheet.read_bytes().count(b"/Type /Page\n") == 1


def write_much(site: Site, ticket: int) -> None:
    """Let everything happen to a ticket that can, several times, in long words."""
    long = "处" * 2000
    do(site, ticket, "engineer", service.respond, "2025-07-01 09:05", None, long)
    for hour in (9, 10, 11, 13):
        do(site, ticket, "contact", service.request_onsite, f"2025-07-01 {hour:02}:10")
        do(site, ticket, "engineer", service.arrive, f"2025-07-01 {hour:02}:20", None, long)
        reason = PauseReason.AWAITING_PARTS
        do(site, ticket, "engineer", service.pause, f"2025-07-01 {hour:02}:25", reason, long)
        do(site, ticket, "engineer", service.claim_recovery, f"2025-07-01 {hour:02}:30", None, long)
        do(site, ticket, "contact", service.reject, f"2025-07-01 {hour:02}:40", "还是不行" * 70)
    with site.app_context(), transaction() as session:
        kept = session.get(Ticket, ticket)
        assert kept is not None
        engineer = named(session, "engineer")
        when = at("2025-07-01 14:40"), at("2025-07-01 14:00")
        service.claim_recovery(session, engineer, kept, *when, long)
        kept.place, kept.reporter, kept.phone = "楼" * 100, "人" * 64, "1" * 32
        for number in range(4):
            device, said = a_device(session), {"which": "柜" * 100, "note": "换" * 400}
            made = TicketEquipment(
                ticket=kept,
                equipment=device,
                repair=RepairKind.PART_REPLACED,
                submission=f"slip-{number}",
                **said,
            )
            made.linked_by, made.linked_at = engineer, when[0]
            session.add(made)
