"""Under a thumb on a slow network: every tap is answered at once, and done once."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from app import Site
from tests.app.tickets.desk import events, make
from tests.browser.conftest import Come

SLOW = 600  # milliseconds the network takes
# Taps again while the first tap is under way, and notes what there was to see when the page was left.
IMPATIENT = """() => {
  const again = (event) => setTimeout(() => event.target.closest("button, a").click(), 200);
  document.addEventListener("click", again, { once: true });
  addEventListener("pagehide", () => {
    const busy = document.querySelector("[aria-busy=true]");
    sessionStorage.setItem("seen", JSON.stringify({
      going: "going" in document.documentElement.dataset,
      busy: busy && busy.textContent.trim(),
      turns: busy && getComputedStyle(busy, "::after").animationName,
    }));
  });
}"""
SEEN = "JSON.parse(sessionStorage.getItem('seen'))"
GOING = "'going' in document.documentElement.dataset"


def slowly(page: Page, path: str) -> list[str]:
    """Answer slowly under a path; return what was asked for."""
    asked: list[str] = []

    def hold(route: Route) -> None:
        asked.append(route.request.method)
        page.wait_for_timeout(SLOW)
        route.continue_()

    page.route(f"**{path}", hold)
    page.evaluate(IMPATIENT)
    return asked


def photo(name: str, wide: int) -> FilePayload:
    """Return a photo of nothing much."""
    noise = Image.effect_noise((wide, 500), 60)
    written = BytesIO()
    noise.save(written, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": written.getvalue()}


def seen(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(SEEN)
    return found


def test_a_milestone_under_way_shows_so_and_is_recorded_once_however_often_one_taps(
    come: Come, site: Site
) -> None:
    ticket = make(site, "contact", now="2025-07-01 14:59", title="慢网")
    visitor = come("engineer", "phone")
    page = visitor.page
    visitor.open("/")
    asked = slowly(page, f"/tickets/{ticket}/respond")
    page.locator("article.hand", has_text="慢网").get_by_role("button", name="响应").tap()
    expect(page.get_by_text("已记录响应。")).to_be_visible()
    assert seen(page) == {"going": True, "busy": "响应", "turns": "turning"}
    assert asked == ["POST"]
    assert [kind for kind, _ in events(site, ticket)] == ["opened", "responded"]
    page.wait_for_load_state()
    assert not page.evaluate(GOING)


def test_a_page_that_takes_long_is_visibly_on_its_way(come: Come) -> None:
    visitor = come("contact", "phone")
    page = visitor.page
    visitor.open("/")
    slowly(page, "/waiting")
    page.locator(".tab-bar").get_by_text("待确认").tap()
    expect(page.locator("h1")).to_have_text("待我确认")
    assert seen(page)["going"]
    page.wait_for_load_state()
    assert not page.evaluate(GOING)


def test_a_photo_is_made_small_before_it_is_sent_and_can_be_taken_out(come: Come, site: Site) -> None:
    ticket = make(site, "contact", now="2025-07-01 14:59", title="照片")
    visitor = come("contact", "phone")
    page = visitor.page
    visitor.open(f"/tickets/{ticket}")
    large = photo("机房.png", 1700)
    box = page.locator("#files input[type=file][name=file]")
    box.set_input_files([large, photo("机柜.png", 40)])
    expect(page.locator(".picked li")).to_have_count(2)
    expect(page.locator(".picked canvas")).to_have_count(2)
    page.get_by_role("button", name="去掉 机柜").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="去掉 机房")).to_be_focused()
    with page.expect_file_chooser() as camera:
        page.locator("#files").get_by_text("拍照", exact=True).tap()
    camera.value.set_files([photo("现场.png", 40)])
    expect(page.locator(".picked li")).to_have_count(2)
    page.get_by_role("button", name="去掉 现场").tap()
    expect(page.locator(".picked li")).to_have_count(1)
    (sent,) = box.evaluate("(box) => [...box.files].map((file) => [file.name, file.type, file.size])")
    assert sent[:2] == ["机房.jpg", "image/jpeg"]
    assert sent[2] < len(large["buffer"])
    page.locator("#files").get_by_role("button", name="上传").tap()
    expect(page.locator("#files .gallery li")).to_have_count(1)
    page.wait_for_load_state()


def test_a_reason_that_is_asked_for_is_in_sight_and_typed_at_once(come: Come) -> None:
    visitor = come("contact", "phone")
    page = visitor.page
    visitor.open("/waiting")
    last = page.locator(".thing details.confirm").last
    last.scroll_into_view_if_needed()
    last.locator("summary").tap()
    expect(last.locator("textarea")).to_be_focused()
    box, bar = last.locator("form button").bounding_box(), page.locator(".tab-bar").bounding_box()
    assert box is not None
    assert bar is not None
    assert box["y"] + box["height"] <= bar["y"], "the button lies above the bar"


def test_what_is_brought_into_sight_is_there_at_once(come: Come) -> None:
    page = (visitor := come("contact", "phone")).page
    visitor.open("/guide")
    page.evaluate("document.querySelector('main').lastElementChild.scrollIntoView()")
    there = page.evaluate("scrollY")
    assert there > 0
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") == there, "nothing glides on"
