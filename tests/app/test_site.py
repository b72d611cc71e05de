"""The site as a whole: one transaction a request, errors shown once, headers on every answer, the gate."""

from __future__ import annotations

import logging

import click
import pytest
from flask import Flask, jsonify, render_template_string, request
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from app import cli, login
from app.database import current_session, reading, transaction
from sla.errors import Conflict, DomainError, Forbidden, Invalid, NotFound

pytestmark = pytest.mark.own_site

JSON = {"Accept": "application/json"}
ERRORS: dict[str, Exception] = {
    "invalid": Invalid("金额要填数字", "amount"),
    "not-found": NotFound("没有这张工单"),
    "forbidden": Forbidden("只有单位可以确认"),
    "conflict": Conflict("工单已经关闭"),
    "stale": StaleDataError("row is gone"),
    "locked": OperationalError("UPDATE", {}, Exception("database is locked")),
}


def add_note() -> None:
    current_session().execute(text("INSERT INTO scratch_note VALUES (1)"))


def notes(app: Flask) -> int:
    with app.app_context(), reading() as session:
        return int(session.scalar(text("SELECT count(*) FROM scratch_note")) or 0)


@pytest.fixture
def site(app, monkeypatch):
    """The site with a few public pages that do what the tests need."""

    @app.route("/note", methods=["GET", "POST"])
    def note():
        add_note()
        return "ok"

    @app.post("/note-and-refuse")
    def note_and_refuse():
        add_note()
        return "refused", 422

    @app.post("/note-and-raise/<name>")
    def note_and_raise(name):
        add_note()
        raise ERRORS[name]

    @app.route("/raise/<name>")
    def raise_one(name):
        raise ERRORS[name]

    @app.get("/page")
    def page():
        return render_template_string("{{ current_user.is_authenticated }}")

    @app.post("/json")
    def echo():
        return jsonify(request.get_json())

    @app.route("/private", methods=["GET", "POST"])
    def private():
        return "for members"

    public = {"note", "note_and_refuse", "note_and_raise", "raise_one", "page", "echo"}
    monkeypatch.setattr(login, "PUBLIC_ENDPOINTS", login.PUBLIC_ENDPOINTS | public)
    with app.app_context(), transaction() as session:
        session.execute(text("CREATE TABLE scratch_note (id INTEGER)"))
    return app


@pytest.mark.both_databases
def test_a_successful_submission_is_committed_once(site, client):
    assert client.post("/note").status_code == 200
    assert notes(site) == 1


@pytest.mark.both_databases
def test_an_answer_that_refuses_leaves_nothing_behind(site, client):
    assert client.post("/note-and-refuse").status_code == 422
    assert notes(site) == 0


@pytest.mark.both_databases
def test_an_error_leaves_nothing_behind(site, client):
    assert client.post("/note-and-raise/conflict").status_code == 409
    assert notes(site) == 0


@pytest.mark.both_databases
def test_a_page_that_only_asks_cannot_write(site, client):
    site.config["PROPAGATE_EXCEPTIONS"] = False
    assert client.get("/note").status_code == 500
    assert notes(site) == 0


def test_a_command_commits_at_its_end_or_not_at_all(site):
    with site.app_context():
        with transaction() as session:
            session.execute(text("INSERT INTO scratch_note VALUES (1)"))
        with pytest.raises(Conflict), transaction() as session:
            session.execute(text("INSERT INTO scratch_note VALUES (2)"))
            raise Conflict("不行")
    assert notes(site) == 1


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("invalid", 422),
        ("not-found", 404),
        ("forbidden", 403),
        ("conflict", 409),
        ("stale", 409),
        ("locked", 503),
    ],
)
def test_each_error_has_its_status_and_says_what_to_do(site, client, name, status):
    page = client.get(f"/raise/{name}")
    assert page.status_code == status
    assert "回到首页" in page.text
    answer = client.get(f"/raise/{name}", headers=JSON)
    assert answer.status_code == status
    assert answer.json["error"]
    error = ERRORS[name]
    if isinstance(error, DomainError):
        assert error.message in page.text
        assert answer.json == {"error": error.message, "field": error.field}


def test_errors_of_the_web_itself_are_shown_in_chinese_too(site, client):
    assert "没有找到" in client.get("/nowhere").text
    wrong_way = client.delete("/note")
    assert wrong_way.status_code == 405
    assert "POST" in wrong_way.headers["Allow"]
    assert client.get("/nowhere", headers=JSON).json["field"] is None
    assert client.post("/json", data="{", content_type="application/json").status_code == 400


def test_too_large_an_upload_is_refused(site, client):
    site.config["MAX_CONTENT_LENGTH"] = 10
    answer = client.post("/json", json={"long": "x" * 100})
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_a_fault_of_the_program_is_calm_on_screen_and_loud_in_the_log(site, client, caplog):
    site.config["PROPAGATE_EXCEPTIONS"] = False
    ERRORS["fault"] = ZeroDivisionError("a fault")
    with caplog.at_level(logging.ERROR):
        page = client.get("/raise/fault")
    assert page.status_code == 500
    assert "系统出错了" in page.text
    assert "a fault" not in page.text
    assert "ZeroDivisionError: a fault" in caplog.text


def test_a_form_without_its_token_is_told_to_reload(site, client):
    site.config["WTF_CSRF_ENABLED"] = True
    page = client.post("/note")
    assert page.status_code == 400
    assert "刷新后重新提交" in page.text
    assert notes(site) == 0


def test_an_anonymous_visitor_is_sent_to_the_sign_in_page_and_back(site, client):
    answer = client.get("/private?month=2025-07")
    assert answer.status_code == 302
    assert answer.location.endswith("next=/private?month%3D2025-07")
    assert client.get("/private", headers=JSON).status_code == 401


def test_an_anonymous_submission_is_asked_to_sign_in_before_its_token_is_looked_at(site, client):
    site.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/private")
    assert answer.status_code == 302
    assert "next" not in answer.location


def test_every_answer_tells_the_browser_what_it_may_load_and_keep(site, client):
    for address in ("/page", "/nowhere", "/raise/conflict"):
        headers = client.get(address).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_assets_are_kept_for_a_year_under_an_address_that_names_their_version(site, client):
    with site.test_request_context():
        address = site.url_for("bootstrap.static", filename="css/bootstrap.min.css")
    assert "?v=" in address
    with client.get(address) as asset:
        assert "max-age=31536000" in asset.headers["Cache-Control"]
    with client.get(address.split("?")[0]) as asset:
        assert "max-age" not in asset.headers["Cache-Control"]


def test_a_command_tells_a_domain_error_in_one_line(site):
    @click.group()
    def sample() -> None:
        """A group."""

    @sample.command("fail")
    def fail() -> None:
        """Fail."""
        raise Invalid("日期要写成 2025-07-01")

    cli.prepare(sample)
    site.cli.add_command(sample)
    result = site.test_cli_runner().invoke(args=["sample", "fail"])
    assert result.exit_code == 1
    assert result.stderr == "日期要写成 2025-07-01\n"
    assert result.stdout == ""
