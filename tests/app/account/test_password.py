"""Changing one's password, and being made to."""

from __future__ import annotations

import json

import pytest

from app import passwords
from app.database import transaction
from tests.app.visitors import JSON, id_of, ledger, named, read, visit

OLD, NEW = "blue lantern 47", "grey heron 5208"


@pytest.fixture(scope="module")
def hashed() -> str:
    return passwords.hash_of(OLD)


@pytest.fixture
def engineer(site, hashed):
    """An engineer's browser; the password is known."""
    with site.app_context(), transaction() as session:
        named(session, "engineer").password_hash = hashed
    return visit(site, "engineer")


def change(client, current=OLD, new=NEW, again=None):
    data = {"current": current, "new": new, "again": new if again is None else again}
    return client.post("/account/password", data=data)


def has_password(site, username, password):
    stored = read(site, lambda session: named(session, username).password_hash)
    return passwords.matches(stored, password)


@pytest.mark.both_databases
def test_the_new_password_works_and_the_old_one_does_not(site, engineer):
    assert change(engineer).status_code == 303
    assert has_password(site, "engineer", NEW)
    assert not has_password(site, "engineer", OLD)


def test_this_browser_stays_signed_in_with_a_new_token_and_all_others_are_out(site, engineer):
    other, copied = visit(site, "engineer"), site.test_client()
    copied.set_cookie("lvyue", engineer.get_cookie("lvyue").value)
    change(engineer)
    assert engineer.get("/account/sessions").status_code == 200
    assert other.get("/account/sessions").status_code == 302
    assert copied.get("/account/sessions").status_code == 302


def test_the_change_is_in_the_ledger_without_a_word_of_the_password(site, engineer):
    change(engineer)
    (entry,) = ledger(site, "person.")
    assert entry.kind == "person.password_changed"
    assert entry.subject == f"user:{id_of(site, 'engineer')}"
    assert json.loads(entry.payload) == {}


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short 123", "至少 10 个字符"),
        ("x" * 129, "最多 128"),
        ("1234567890", "太常见"),
        ("Password2025", "太常见"),
        ("aaaaaaaaaaaa", "不同的字符"),
        ("ababababab12", "不同的字符"),
        ("the-Engineer-7", "用户名"),
        (OLD, "与现口令相同"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(site, engineer, new, said):
    answer = change(engineer, new=new)
    assert answer.status_code == 422
    assert said in answer.text
    assert new not in answer.text
    assert has_password(site, "engineer", OLD)


def test_a_slip_in_the_repetition_is_noticed(site, engineer):
    answer = change(engineer, again=NEW + "!")
    assert answer.status_code == 422
    assert "不一致" in answer.text
    assert has_password(site, "engineer", OLD)


def test_a_program_gets_the_refusal_as_json(engineer):
    data = {"current": OLD, "new": "short", "again": "short"}
    answer = engineer.post("/account/password", data=data, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["field"] == "new"


def test_whoever_does_not_know_the_present_password_changes_nothing_and_is_put_out_after_five_tries(
    site, engineer
):
    for _ in range(4):
        assert change(engineer, current="not this one").location == "/account/password"
        assert "现口令不正确" in engineer.get("/account/password").text
    change(engineer, current="not this one")
    assert engineer.get("/account/password").status_code == 302
    assert has_password(site, "engineer", OLD)
    assert read(site, lambda session: named(session, "engineer").locked_until) is not None


@pytest.fixture
def newcomer(site, engineer):
    """The engineer's browser; an administrator knows the password, so it has to be changed."""
    with site.app_context(), transaction() as session:
        named(session, "engineer").must_change_password = True
    return engineer


@pytest.mark.parametrize("address", ["/", "/projects", "/projects/1", "/account/sessions"])
def test_a_password_others_know_has_to_be_changed_before_anything_else(newcomer, address):
    answer = newcomer.get(address)
    assert answer.status_code == 302
    assert answer.location == "/account/password"
    assert newcomer.get(address, headers=JSON).status_code == 403


def test_it_can_be_changed_and_then_everything_is_open(newcomer):
    assert "别人也知道" in newcomer.get("/account/password").text
    change(newcomer)
    assert newcomer.get("/projects").status_code == 200


def test_nothing_can_be_done_by_sending_a_form_instead(site, newcomer):
    assert newcomer.post("/account/sessions/end-others").location == "/account/password"


def test_one_can_still_sign_out(newcomer):
    assert newcomer.post("/sign-out").location == "/sign-in"
    assert newcomer.get("/account/password").location.startswith("/sign-in")


def test_a_form_of_another_site_cannot_change_a_password(site, engineer):
    site.config["WTF_CSRF_ENABLED"] = True
    assert change(engineer).status_code == 400
    assert has_password(site, "engineer", OLD)


def test_an_invented_password_is_one_that_would_be_accepted():
    for _ in range(50):
        assert passwords.weakness(passwords.invented(), "engineer") is None
