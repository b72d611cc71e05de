"""Getting in, staying in, and being kept out."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import passwords
from app.account.service import LOCK_LASTS, SIGN_IN_LASTS
from app.database import transaction
from models.people import SignIn
from tests.app.personas import at
from tests.app.visitors import JSON, NOW, id_of, named, read, set_clock

PASSWORD = "blue lantern 47"
WRONG = "用户名或口令不正确"


@pytest.fixture(scope="module")
def hashed() -> str:
    return passwords.hash_of(PASSWORD)


@pytest.fixture
def bureau(site, hashed):
    """The site, on which the bureau's person has a password."""
    change(site, "bureau", password_hash=hashed)
    return site


def change(site, username, **values):
    with site.app_context(), transaction() as session:
        for name, value in values.items():
            setattr(named(session, username), name, value)


def sign_in(client: FlaskClient, username="bureau", password=PASSWORD, **more):
    return client.post("/sign-in", data={"username": username, "password": password} | more)


def is_in(client: FlaskClient) -> bool:
    return client.get("/account/sessions").status_code == 200


@pytest.mark.both_databases
def test_the_right_password_lets_in_and_leads_to_the_page_that_was_wanted(bureau, client):
    answer = sign_in(client, next="/contract/calendar?year=2026")
    assert answer.status_code == 303
    assert answer.location == "/contract/calendar?year=2026"
    assert is_in(client)


def test_the_name_may_be_written_in_capitals(bureau, client):
    assert sign_in(client, " Bureau ").status_code == 303


@pytest.mark.parametrize(
    ("username", "password"),
    [("bureau", "blue lantern 48"), ("bureau", PASSWORD + " "), ("nobody", PASSWORD), ("contact", PASSWORD)],
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(bureau, client, username, password):
    answer = sign_in(client, username, password)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert password not in answer.text
    assert not is_in(client)


def test_the_answers_differ_in_nothing_but_what_was_typed(bureau, client):
    known = sign_in(client, "bureau", "not this one").text
    unknown = sign_in(client, "burrow", "not this one").text
    assert without_token(known) == without_token(unknown.replace("burrow", "bureau"))


def without_token(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf_token" not in line]


def test_an_unknown_name_takes_as_long_as_a_wrong_password(bureau, client):
    def shortest(username: str) -> float:
        took = []
        for _ in range(3):
            begun = time.perf_counter()
            sign_in(client, username, "not this one")
            took.append(time.perf_counter() - begun)
        return min(took)

    shortest("bureau")  # the first of all makes the hash that nobody's password is compared with
    assert 0.4 < shortest("burrow") / shortest("bureau") < 2.5


def test_a_program_gets_the_refusal_as_json(bureau, client):
    data = {"username": "bureau", "password": "no"}
    answer = client.post("/sign-in", data=data, headers=JSON)
    assert answer.status_code == 422
    assert WRONG in answer.json["error"]


def test_missing_fields_are_named(bureau, client):
    answer = client.post("/sign-in", data={"username": "bureau"})
    assert answer.status_code == 422
    assert "口令：请填写" in answer.text
    assert 'value="bureau"' in answer.text


@pytest.mark.parametrize("extra", [{"role": "admin"}, {"password2": "x"}])
def test_fields_nobody_asked_for_are_refused(bureau, client, extra):
    assert sign_in(client, **extra).status_code == 422


@pytest.mark.parametrize("password", ["x" * 129, "x" * 100_000, "\x00" * 20, "口令" * 20, "\ud83d"])
def test_odd_passwords_are_wrong_and_nothing_worse(bureau, client, password):
    sent = password.encode("utf-8", "surrogatepass")
    assert client.post("/sign-in", data={"username": "bureau", "password": sent}).status_code == 422


@pytest.mark.both_databases
def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(bureau, client):
    for _ in range(5):
        assert sign_in(client, password="wrong").status_code == 422
    locked = sign_in(client)
    assert locked.status_code == 422
    assert WRONG in locked.text
    set_clock(bureau, at(NOW) + LOCK_LASTS - timedelta(seconds=1))
    assert sign_in(client).status_code == 422
    set_clock(bureau, at(NOW) + LOCK_LASTS)
    assert sign_in(client).status_code == 303


def test_attempts_during_the_lock_do_not_prolong_it(bureau, client):
    for _ in range(12):
        sign_in(client, password="wrong")
    set_clock(bureau, at(NOW) + LOCK_LASTS)
    assert sign_in(client).status_code == 303


def test_four_failures_and_a_success_begin_the_count_anew(bureau, client):
    for _ in range(2):
        for _ in range(4):
            sign_in(client, password="wrong")
        assert sign_in(client).status_code == 303


def test_locking_one_account_leaves_the_others_alone(bureau, client, hashed):
    change(bureau, "auditor", password_hash=hashed)
    for _ in range(6):
        sign_in(client, password="wrong")
    assert sign_in(client, "auditor").status_code == 303


def test_signing_out_ends_the_sign_in_for_every_copy_of_the_cookie(bureau, client):
    sign_in(client)
    stolen = bureau.test_client()
    stolen.set_cookie("lvyue", client.get_cookie("lvyue").value)
    assert is_in(stolen)
    assert client.post("/sign-out").status_code == 303
    assert not is_in(client)
    assert not is_in(stolen)


def test_a_visit_to_the_sign_out_address_does_nothing(bureau, client):
    sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert is_in(client)


def test_a_sign_in_ends_by_itself_after_twelve_hours(bureau, client):
    sign_in(client)
    set_clock(bureau, at(NOW) + SIGN_IN_LASTS - timedelta(seconds=1))
    assert is_in(client)
    set_clock(bureau, at(NOW) + SIGN_IN_LASTS)
    assert not is_in(client)


def test_a_deactivated_person_is_out_at_once_and_stays_out(bureau, client, visit):
    sign_in(client)
    visit("admin").post(f"/people/{id_of(bureau, 'bureau')}/deactivate")
    assert not is_in(client)
    assert sign_in(client).status_code == 422


def test_coming_back_does_not_bring_old_sign_ins_back(bureau, client, visit):
    sign_in(client)
    admin, person = visit("admin"), id_of(bureau, "bureau")
    admin.post(f"/people/{person}/deactivate")
    admin.post(f"/people/{person}/reactivate")
    assert not is_in(client)
    assert sign_in(client).status_code == 303


def test_the_cookie_cannot_be_fixed_beforehand(bureau, client):
    with client.session_transaction() as cookie:
        cookie["sign_in"] = "chosen by somebody else"
        cookie["planted"] = True
    sign_in(client)
    with client.session_transaction() as cookie:
        assert cookie["sign_in"] != "chosen by somebody else"
        assert "planted" not in cookie


def test_signing_in_again_ends_the_sign_in_this_browser_had(bureau, client):
    sign_in(client)
    old = bureau.test_client()
    old.set_cookie("lvyue", client.get_cookie("lvyue").value)
    sign_in(client)
    assert is_in(client)
    assert not is_in(old)


def test_the_table_keeps_no_token_that_could_be_used(bureau, client):
    sign_in(client)
    with client.session_transaction() as cookie:
        token = cookie["sign_in"]
    stored = read(bureau, lambda session: session.scalars(select(SignIn)).one().token_hash)
    assert token not in stored
    thief = bureau.test_client()
    with thief.session_transaction() as cookie:
        cookie["sign_in"] = stored
    assert not is_in(thief)


@pytest.mark.parametrize("token", ["", "x", 5, None, ["a"]])
def test_a_token_that_is_none_lets_nobody_in(bureau, client, token):
    with client.session_transaction() as cookie:
        cookie["sign_in"] = token
    assert client.get("/account/sessions").status_code == 302


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(bureau, client):
    cookie = sign_in(client).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    bureau.config["SESSION_COOKIE_SECURE"] = True
    assert "Secure" in sign_in(client).headers["Set-Cookie"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        *("https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "evil.example"),
        *("http:evil.example", "javascript:alert(1)", "/\t/evil.example", "/%0d%0aSet-Cookie:x=1 y", "/a//b"),
        *("https:///evil.example", " //evil.example", "///evil.example", "/x\r\nLocation: //evil"),
    ],
)
def test_nobody_is_led_to_another_site_after_signing_in(bureau, client, elsewhere):
    page = client.get("/sign-in", query_string={"next": elsewhere})
    assert "evil" not in page.text
    assert "alert" not in page.text
    assert sign_in(client, next=elsewhere).location == "/"
    assert client.get("/sign-in", query_string={"next": elsewhere}).location == "/"


def test_a_page_that_needs_a_sign_in_is_reached_through_it(bureau, client):
    asked = client.get("/contract/calendar?year=2026")
    page = client.get(asked.location)
    assert 'name="next" value="/contract/calendar?year=2026"' in page.text


def test_somebody_who_is_in_does_not_see_the_sign_in_page(bureau, client):
    sign_in(client)
    assert client.get("/sign-in").location == "/"


def test_a_form_of_another_site_cannot_sign_anybody_in_or_out(bureau, client):
    bureau.config["WTF_CSRF_ENABLED"] = True
    assert sign_in(client).status_code == 400
    bureau.config["WTF_CSRF_ENABLED"] = False
    sign_in(client)
    bureau.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/sign-out").status_code == 400
    assert is_in(client)


def test_pages_and_assets_do_not_send_the_cookie_again(bureau, client):
    sign_in(client)
    client.get("/account/sessions")
    for address in ("/account/sessions", "/static/app.css"):
        with client.get(address) as answer:
            assert "Set-Cookie" not in answer.headers


def test_demonstration_people_get_in_only_where_there_is_a_demonstration(bureau, client):
    change(bureau, "bureau", is_demo=True)
    assert sign_in(client).status_code == 422
    settings = bureau.config["SETTINGS"]
    object.__setattr__(settings, "demo", True)
    assert sign_in(client).status_code == 303
    object.__setattr__(settings, "demo", False)
    assert not is_in(client)


def test_the_sign_in_page_names_demonstration_people_only_in_a_demonstration(bureau, client):
    change(bureau, "bureau", is_demo=True)
    assert "演示账号" not in client.get("/sign-in").text
    object.__setattr__(bureau.config["SETTINGS"], "demo", True)
    page = client.get("/sign-in").text
    assert "<code>bureau</code>" in page
    assert "终端" in page
    assert "auditor" not in page


def test_asking_only_for_the_head_of_a_page_is_asking_and_not_sending(client):
    assert client.head("/sign-in").status_code == 200
