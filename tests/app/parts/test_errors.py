"""An error page shows a way on, whatever is broken, and leads nowhere but to this site."""

from __future__ import annotations

import logging
import re

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, default_exceptions

from app import login
from app.errors import WORDS, came_from
from app.headers import CONTENT_SECURITY_POLICY
from sla.errors import Conflict

pytestmark = pytest.mark.own_site

HERE = "http://localhost"
GONE = "connection failed: Connection refused"
FAULTS: dict[str, Exception] = {
    "fault": ZeroDivisionError("a fault"),
    "gone": OperationalError("SELECT", {}, Exception(GONE)),
    "conflict": Conflict("工单已经关闭"),
}


@pytest.fixture
def client(app, monkeypatch):
    @app.route("/raise/<name>", methods=["GET", "POST"])
    def raise_one(name):
        if name.isdigit():
            raise default_exceptions.get(int(name), HTTPException)()
        raise FAULTS[name]

    @app.post("/private")
    def private():
        return "for members"

    @app.post("/form-answer")
    def form_answer():
        return "an address for forms only"

    monkeypatch.setattr(login, "PUBLIC_ENDPOINTS", login.PUBLIC_ENDPOINTS | {"raise_one"})
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


def ways(page) -> dict[str, str]:
    """The buttons of a page, as label and address; a hidden one is none."""
    found = re.findall(r'<a class="btn [^"]*" href="([^"]*)"([^>]*)>.*?</i>(.*?)</a>', page.text)
    return {label: href for href, marks, label in found if "hidden" not in marks}


@pytest.mark.parametrize("status", WORDS)
def test_every_error_says_what_to_do_and_shows_a_way_on(client, status):
    page = client.get(f"/raise/{status}")
    assert page.status_code == status
    title, advice, _ways = WORDS[status]
    assert title in page.text
    assert advice in page.text
    assert ways(page)
    assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_a_refused_form_leads_back_to_the_page_it_stands_on(client):
    from_form = {"Referer": f"{HERE}/tickets/new?project=3"}
    assert ways(client.post("/raise/413", headers=from_form))["返回上一页"] == "/tickets/new?project=3"
    assert ways(client.post("/raise/conflict", headers=from_form))["查看最新状态"] == "/tickets/new?project=3"


def test_what_could_not_be_read_can_be_asked_for_again(client):
    assert ways(client.get("/raise/503?month=2025-07"))["再试一次"] == "/raise/503?month=2025-07"


@pytest.mark.parametrize(
    "referer",
    [
        "https://elsewhere.example/tickets",
        f"{HERE}//elsewhere.example",
        f"{HERE}/form-answer",
        f"{HERE}/no-such-page",
        "javascript:alert(1)",
        "",
    ],
)
def test_no_way_leads_to_another_site_or_to_the_answer_of_a_form(client, referer):
    page = client.post("/raise/413", headers={"Referer": referer} if referer else {})
    assert list(ways(page).values()) == ["/"]
    answer = client.post("/private", headers={"Referer": referer} if referer else {})
    assert answer.location == "/sign-in"


def test_a_form_sent_after_the_sign_in_ended_leads_back_to_its_page_after_signing_in(app, client):
    answer = client.post("/private", headers={"Referer": f"{HERE}/tickets/new?project=3"})
    assert answer.location == "/sign-in?next=/tickets/new?project%3D3"
    assert 'name="next" value="/tickets/new?project=3"' in client.get(answer.location).text
    with app.test_request_context(headers={"Referer": f"{HERE}/tickets"}):
        assert came_from() == "/tickets"


@pytest.mark.parametrize(("name", "status"), [("fault", 500), ("gone", 503)])
def test_the_number_on_the_page_is_the_number_in_the_log(client, caplog, name, status):
    with caplog.at_level(logging.ERROR):
        page = client.get(f"/raise/{name}")
    assert page.status_code == status
    number = re.search(r'error-number">([2-9A-Z]{6})<', page.text)
    assert number
    assert f"{number[1]}: " in caplog.text
    assert GONE not in page.text


def test_a_program_is_told_the_number_as_well(client):
    answer = client.get("/raise/fault", headers={"Accept": "application/json"})
    assert re.search(r"错误编号 [2-9A-Z]{6}", answer.json["error"])


def test_an_error_page_needs_no_database(app, client, monkeypatch):
    monkeypatch.setattr("app.database.read_session", lambda _engine: pytest.fail("the database was asked"))
    assert client.get("/raise/gone").status_code == 503
    assert client.get("/nowhere").status_code == 404
