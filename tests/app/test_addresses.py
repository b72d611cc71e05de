"""Full addresses: those of the setting where it is given, else those of the request; made in one place."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest

from app.addresses import public_url
from app.settings import Settings
from tests.app.duties.desk import inspected

ROOT = Path(__file__).parents[2]
PUBLIC = "https://fuwu.example.gov:8443"
INSIDE = "http://10.1.2.3:5000"


@pytest.fixture
def public(site, monkeypatch):
    monkeypatch.setitem(site.config, "SETTINGS", replace(site.config["SETTINGS"], public_address=PUBLIC))


@pytest.mark.parametrize("given", [PUBLIC, f"{PUBLIC}/", f" {PUBLIC.replace('https', 'HTTPS')} "])
def test_the_setting_is_kept_without_what_follows_the_host(given):
    assert Settings.load({"LVYUE_PUBLIC_ADDRESS": given}).public_address == PUBLIC


def test_without_the_setting_an_address_is_that_of_the_request(site):
    with site.test_request_context(base_url=INSIDE):
        assert public_url("tickets.show", ticket_id=7) == f"{INSIDE}/tickets/7"


def test_a_code_on_the_wall_leads_to_the_public_address(site, public):
    with site.test_request_context(base_url=INSIDE):
        assert public_url("duties.start", seq=1, place="机房").startswith(f"{PUBLIC}/duties/start/1?place=")


def test_a_word_file_and_a_calendar_name_the_public_address(site, public, visit):
    client, work = visit("engineer"), inspected(site)
    answer = client.get(f"/works/{work}/word")
    said = "\n".join(one.text for one in docx.Document(BytesIO(answer.data)).paragraphs)
    assert f"{PUBLIC}/works/{work}" in said
    assert "localhost" not in said
    assert re.search(rf"{PUBLIC}/feed/[\w-]{{43}}\.ics", client.post("/feed/new").text)


def test_no_page_makes_a_full_address_by_itself():
    for path in [*(ROOT / "app").rglob("*.py"), *(ROOT / "app/templates").rglob("*.html")]:
        if path.name != "addresses.py":
            assert not re.search(r"_external|url_root|host_url", path.read_text("utf-8")), path
