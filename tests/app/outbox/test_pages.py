"""What a device fetches for work without network, and what it keeps for everybody."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial

import pytest
from flask.testing import FlaskClient

from app import Site
from sla.vocab import Role
from tests.app import visitors
from tests.app.duties.desk import drafted, occurrence_id
from tests.app.tickets.desk import make
from tests.app.visitors import JSON, counted_queries


@pytest.fixture
def visit(site: Site) -> Callable[[str], FlaskClient]:
    return partial(visitors.visit, site)


def test_an_engineer_gets_the_duties_checklists_tickets_and_projects_in_scope(site, visit):
    own, strange = make(site, "contact", title="本单位的"), make(site, "hotline", row=44, title="别处的")
    told = visit("engineer").get("/offline/data").get_json()
    assert told["prepared_at"] == "2025-07-01T09:00:00+08:00"
    assert [one["id"] for one in told["tickets"]] == [own]
    assert told["tickets"][0]["steps"][0] == ["respond", "响应"]
    assert strange not in [one["id"] for one in told["tickets"]]
    assert [one["name"][:3] for one in told["projects"]] == ["1 ·"]
    (duty,) = [one for one in told["duties"] if one["id"] == occurrence_id(site)]
    assert duty["here"]
    assert told["checklists"][str(duty["checklist"])]["items"]


def test_a_draft_goes_along_with_what_was_saved(site, visit):
    made = drafted(site)
    told = visit("engineer").get("/offline/data").get_json()
    assert [one["draft"] for one in told["duties"] if one["draft"]] == [
        {"work": made, "version": 1, "values": {}}
    ]


def test_the_same_content_is_sent_once(site, visit):
    engineer = visit("engineer")
    first = engineer.get("/offline/data")
    assert engineer.get("/offline/data", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    make(site, "contact")
    again = engineer.get("/offline/data", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.headers["Cache-Control"] == "no-store"


def test_it_takes_as_many_queries_for_many_tickets_as_for_one(site, visit):
    engineer = visit("engineer")
    make(site, "contact")
    with counted_queries(site) as few:
        engineer.get("/offline/data")
    for n in range(5):
        make(site, "contact", title=f"第 {n} 张")
    with counted_queries(site) as many:
        engineer.get("/offline/data")
    assert len(many) == len(few)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ENGINEER}))
def test_the_data_is_for_engineers(visit, role):
    assert visit(role.value).get("/offline/data", headers=JSON).status_code == 403


def test_the_page_and_the_worker_hold_nothing_of_anybody(site, client, visit):
    assert client.get("/offline").data == visit("engineer").get("/offline").data
    worker = client.get("/worker.js")
    assert worker.data == visit("engineer").get("/worker.js").data
    assert worker.headers["Service-Worker-Allowed"] == "/"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in worker.headers["Content-Security-Policy"]


def test_everything_the_worker_keeps_is_there_and_everything_the_page_needs_is_kept(client):
    told = json.loads(re.search(r"self\.KEPT = (.*);\n", client.get("/worker.js").text)[1])  # type: ignore[index]
    for path in (*told["assets"], *told["scripts"], told["shell"]):
        with client.get(path) as answer:
            assert answer.status_code == 200, path
    needed = re.findall(r'(?:href|src)="(/(?:static|bootstrap)/[^"]+)"', client.get("/offline").text)
    assert set(needed) <= set(told["assets"])


def test_who_is_signed_in_is_told_with_a_token_and_the_servers_time(site, client, visit):
    told = visit("engineer").get("/offline/token").get_json()
    assert (told["person"]["id"], told["at"]) == (
        visitors.id_of(site, "engineer"),
        "2025-07-01T09:00:00+08:00",
    )
    assert told["csrf"]
    assert client.get("/offline/token", headers=JSON).status_code == 401


def test_only_an_engineer_has_it_in_the_menu(visit):
    assert 'href="/offline"' in visit("engineer").get("/").text
    assert 'href="/offline"' not in visit("contact").get("/").text
