"""The sheet of codes: each opens the inspection of its project and place."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import segno

from app.places import service
from app.places.service import code_svg, places_in
from app.places.views import start_address
from sla.errors import Invalid


def test_a_code_holds_the_full_address_and_nothing_of_the_moment(site):
    with site.test_request_context(base_url="https://fuwu.example.gov"):
        address = start_address(1, "三楼 机房&UPS")
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "fuwu.example.gov", "/duties/start/1")
    assert parse_qs(parts.query) == {"place": ["三楼 机房&UPS"]}
    assert code_svg(address) == code_svg(address) != code_svg(address + "x")


def test_a_code_is_the_one_the_library_makes_of_the_address(site, visit, monkeypatch):
    asked: list[str] = []

    def noted(address: str) -> bytes:
        asked.append(address)
        return code_svg(address)

    monkeypatch.setattr(service, "code_svg", noted)
    answer = visit("engineer").get("/places/1/code.svg", query_string={"place": "机房"})
    assert answer.content_type == "image/svg+xml"
    (address,) = asked
    assert address.startswith("http://localhost/duties/start/1?place=")
    modules = segno.make(address, error="m", micro=False).symbol_size(border=4)
    assert f'viewBox="0 0 {modules[0]} {modules[1]}"' in answer.text
    assert "style=" not in answer.text
    assert "<script" not in answer.text


def test_the_sheet_has_a_card_for_each_place(visit):
    page = (
        visit("engineer").get("/places/1", query_string={"places": "三楼机房\r\n\r\nUPS 间\n三楼机房"}).text
    )
    assert re.findall(r'<img src="([^"]+)"', page) == [
        "/places/1/code.svg?place=%E4%B8%89%E6%A5%BC%E6%9C%BA%E6%88%BF",
        "/places/1/code.svg?place=UPS+%E9%97%B4",
    ]
    assert "洛阳市教育局" in page
    plain = visit("engineer").get("/places/1").text
    assert re.findall(r'<img src="([^"]+)"', plain) == ["/places/1/code.svg"]


@pytest.mark.parametrize("text", ["\n".join(str(number) for number in range(25)), "机" * 41, "x" * 2000])
def test_too_many_or_too_long_places_are_refused_at_their_field(visit, text):
    page = visit("engineer").get("/places/1", query_string={"places": text})
    assert page.status_code == 422
    assert "invalid-feedback" in page.text


def test_places_are_read_a_line_each():
    assert places_in(" a \n\nb\na") == ["a", "b"]
    assert places_in("  ") == [""]
    with pytest.raises(Invalid):
        places_in("机" * 41)


@pytest.mark.parametrize("address", ["/places/1", "/places/1/code.svg"])
def test_whoever_sees_the_project_sees_its_codes_and_nobody_else(site, visit, address):
    for who in ("engineer", "manager", "hotline", "contact", "bureau", "auditor"):
        assert visit(who).get(address).status_code == 200, who
    for who in ("other_engineer", "stranger", "admin"):
        assert visit(who).get(address).status_code == 404, who
    assert site.test_client().get(address).status_code == 302
    assert visit("bureau").get(address.replace("/1", "/46")).status_code == 404


def test_the_supplier_finds_the_sheet_on_the_page_of_the_project(visit):
    assert 'href="/places/1"' in visit("engineer").get("/projects/1").text
    assert 'href="/places/1"' not in visit("contact").get("/projects/1").text
