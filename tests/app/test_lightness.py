"""Pages are light: compressed answers, icons cut out of the package, a token that never repeats."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from app import csrf, icon_sheet
from app.compressing import best
from app.database import ENGINE

GZIP = {"Accept-Encoding": "gzip"}
CSS = "/static/app.css"


def test_a_browser_that_takes_it_gets_pages_and_assets_compressed(site, visit):
    client = visit("engineer")
    for address in ("/", CSS, "/icons.css", "/bootstrap/static/css/bootstrap.min.css", "/offline/data"):
        with client.get(address) as plain, client.get(address, headers=GZIP) as short:
            assert "Content-Encoding" not in plain.headers
            assert short.headers["Content-Encoding"] == "gzip"
            assert "Accept-Encoding" in short.headers["Vary"]
            assert ("Cookie" in short.headers["Vary"]) == (address in ("/", "/offline/data"))
            assert int(short.headers["Content-Length"]) == len(short.data) < len(plain.data) / 2
            if address != "/":  # a page carries numbers of its own
                assert gzip.decompress(short.data) == plain.data


def test_what_is_short_or_no_text_or_known_already_is_left_alone(site, visit):
    client = visit("engineer")
    with client.get("/static/icon.svg", headers=GZIP) as answer:
        assert "Content-Encoding" not in answer.headers
    for address in (CSS, "/icons.css", "/offline/data"):
        with client.get(address, headers=GZIP) as answer:
            etag = answer.headers["ETag"]
        assert etag.startswith("W/")
        with client.get(address, headers={**GZIP, "If-None-Match": etag}) as answer:
            assert answer.status_code == 304, address
    with client.get(CSS, headers={**GZIP, "Range": "bytes=0-9"}) as answer:
        assert len(answer.data) == 10


def test_every_icon_that_a_page_names_is_in_the_sheet(site, visit):
    sheet = visit("engineer").get("/icons.css").text
    drawn = set(re.findall(r"^\.bi-([a-z0-9-]+) {", sheet, re.MULTILINE))
    named: set[str] = set()
    for name, paths in {
        "engineer": ("/", "/tickets", "/tickets/new", "/duties", "/offline"),
        "bureau": ("/", "/parts", "/payments", "/closing"),
        "admin": ("/parts", "/people"),
    }.items():
        for path in paths:
            named |= set(re.findall(r'class="bi bi-([a-z0-9-]+)"', visit(name).get(path).text))
    assert len(named) > 30
    assert named <= drawn
    assert len(drawn) < 400
    assert "<svg" not in sheet


def test_the_sheet_is_for_everybody_and_kept_for_a_year_under_its_version(site):
    client = site.test_client()
    with site.test_request_context():
        address = site.url_for(icon_sheet.ENDPOINT)
    answer = client.get(address)
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "max-age" not in client.get("/icons.css").headers.get("Cache-Control", "")
    assert "Set-Cookie" not in answer.headers


def test_what_is_no_file_is_compressed_as_a_page_and_kept_nowhere(site):
    client, before = site.test_client(), best.cache_info().currsize
    for n in range(3):
        headers = {**GZIP, "Referer": f"http://localhost/sign-in?next={n}"}
        answer = client.get("/static/nothing.css?v=1", headers=headers)
        assert (answer.status_code, answer.headers["Content-Encoding"]) == (404, "gzip")
        assert answer.headers["Cache-Control"] == "no-store"
    assert best.cache_info().currsize == before


def test_a_file_is_kept_for_a_year_only_under_the_version_it_has(site):
    client = site.test_client()
    with site.test_request_context():
        for own in (site.url_for("static", filename="app.css"), site.url_for(icon_sheet.ENDPOINT)):
            for address, kept in ((own, True), (own + "0", False), (own.split("?")[0], False)):
                with client.get(address) as answer:
                    assert ("max-age" in answer.headers.get("Cache-Control", "")) == kept, address


def test_no_page_asks_for_the_whole_font():
    found = [
        path.name
        for path in Path(icon_sheet.__file__).parent.joinpath("templates").rglob("*.html")
        if "load_icon_font" in path.read_text("utf8")
    ]
    assert found == []


@pytest.mark.own_site
def test_the_token_of_forms_is_never_written_twice_the_same_and_still_good(site, visit):
    site.config["WTF_CSRF_ENABLED"] = True
    client = visit("engineer")
    first, again = (re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/").text) for _ in "12")
    assert len(set(first)) == len(set(again)) == 1
    assert first[0] != again[0]
    assert csrf.unmasked(first[0]).split(".")[0] == csrf.unmasked(again[0]).split(".")[0]
    for sent, status in ((first[0], 422), (again[0], 422), (csrf.unmasked(first[0]), 422), ("", 400)):
        answer = client.post("/tickets/new", data={"csrf_token": sent})
        assert answer.status_code == status, sent
    for wrong in ("m.", "m.!", "m.AAAA", first[0][:-4] + "AAAA", "m." + "é" * 8):
        assert client.post("/tickets/new", data={"csrf_token": wrong}).status_code == 400, wrong
    site.extensions[ENGINE].dispose()
