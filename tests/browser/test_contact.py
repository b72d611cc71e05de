"""A unit's contact on a phone: from the request to the rating."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from app import Site
from app.tickets import service
from tests.app.tickets.desk import do, events, facts
from tests.browser.conftest import WIDER, Come


def test_a_contact_asks_confirms_and_rates_with_the_thumb(come: Come, site: Site) -> None:
    visitor = come("contact", "phone")
    page = visitor.page
    visitor.open("/tickets/new")
    paralysis = page.get_by_text("整个系统现在谁都用不了吗")
    page.get_by_text("咨询", exact=True).tap()
    expect(paralysis).to_be_hidden()
    page.get_by_text("报修", exact=True).tap()
    expect(paralysis).to_be_visible()
    promise = page.locator("[data-promised]")
    if page.locator("select[name=project]").count():
        page.locator("select[name=project]").select_option(index=1)
    elif page.locator("input[type=radio][name=project]").count():
        page.locator("label.choice:has([name=project])").first.tap()
    expect(promise).to_contain_text("前响应")
    expect(promise).not_to_contain_text("前到现场")
    page.get_by_text("需要人到现场").tap()
    expect(page.locator("#f-place")).to_be_visible()
    expect(promise).to_contain_text(re.compile("前到现场|前响应"))
    page.locator("#f-what").fill("投屏打不开。会议室等着用")
    assert page.evaluate(WIDER) <= 0
    visitor.look("contact-asks")
    page.get_by_role("button", name="提交", exact=True).tap()
    expect(page.get_by_text(re.compile("已提交 GD[0-9]+，承诺 .*前响应"))).to_be_visible()
    expect(page.locator(".told-now")).to_contain_text(re.compile("等工程师(响应|到现场)"))
    ticket = int(page.url.rsplit("/", 1)[1])
    assert [kind for kind, _ in events(site, ticket)] == ["opened", "onsite_requested"]

    do(site, ticket, "engineer", service.respond, "2025-07-01 15:00")
    do(site, ticket, "engineer", service.arrive, "2025-07-01 15:00")
    do(site, ticket, "engineer", service.claim_recovery, "2025-07-01 15:00", None, "换了投屏器")
    visitor.open("/")
    card = page.locator("article", has_text="投屏打不开")
    expect(card).to_contain_text("换了投屏器")
    card.get_by_role("button", name="验收通过").tap()
    expect(page.get_by_text("已验收通过。").first).to_be_visible()
    rating = page.locator("li", has=page.locator(f'form[action$="/{ticket}/close"]'))
    expect(rating.locator("button[name=rating]")).to_have_count(5)
    box = rating.locator("button[name=rating]").first.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    assert page.evaluate(WIDER) <= 0
    visitor.look("contact-rates")
    rating.get_by_text("很满意", exact=True).tap()
    expect(page.get_by_text("谢谢您的评价").first).to_be_visible()
    assert facts(site, ticket)["state"] == "closed"
    visitor.open(f"/tickets/{ticket}")
    expect(page.locator(".told-now")).to_contain_text("已办结")
    visitor.open("/unit")
    assert page.evaluate(WIDER) <= 0
    visitor.look("contact-unit")
    assert visitor.complaints == []
