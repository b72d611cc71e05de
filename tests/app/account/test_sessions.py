"""Seeing where one is signed in, and ending it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.account.views import device
from models.people import SignIn
from tests.app.personas import at
from tests.app.visitors import NOW, id_of, read, set_clock


def sign_ins_of(site, username):
    person = id_of(site, username)
    ids = select(SignIn.id).where(SignIn.user_id == person).order_by(SignIn.id)
    return read(site, lambda session: list(session.scalars(ids)))


def is_in(client):
    return client.get("/account/sessions").status_code == 200


def test_a_person_sees_their_own_sign_ins_and_nobody_elses(site, visit):
    first, second, _other = visit("bureau"), visit("bureau"), visit("auditor")
    page = first.get("/account/sessions").text
    assert page.count('/end"') == 2
    assert page.count("本次登录") == 1
    assert second.get("/account/sessions").status_code == 200


def test_one_of_them_can_be_ended(site, visit):
    here, there = visit("bureau"), visit("bureau")
    assert here.post(f"/account/sessions/{sign_ins_of(site, 'bureau')[1]}/end").status_code == 303
    assert is_in(here)
    assert not is_in(there)


def test_ending_the_present_one_is_signing_out(site, visit):
    here = visit("bureau")
    answer = here.post(f"/account/sessions/{sign_ins_of(site, 'bureau')[0]}/end")
    assert answer.location == "/sign-in"
    assert not is_in(here)


def test_all_others_can_be_ended_at_once(site, visit):
    here, one, two, stranger = visit("bureau"), visit("bureau"), visit("bureau"), visit("auditor")
    here.post("/account/sessions/end-others")
    assert [is_in(client) for client in (here, one, two, stranger)] == [True, False, False, True]


@pytest.mark.parametrize("username", ["auditor", "admin"])
def test_somebody_elses_sign_in_is_not_there(site, visit, username):
    victim, client = visit("bureau"), visit(username)
    assert client.post(f"/account/sessions/{sign_ins_of(site, 'bureau')[0]}/end").status_code == 404
    assert is_in(victim)


def test_a_sign_in_that_has_expired_is_no_longer_listed(site, visit):
    visit("bureau")
    set_clock(site, at(NOW) + timedelta(hours=13))
    assert visit("bureau").get("/account/sessions").text.count('/end"') == 1


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/120 Mobile MicroMessenger/8.0", "微信 · 安卓"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("curl/8.0 <script>", "其他程序"),
        ("", "其他程序"),
    ],
)
def test_a_browser_is_named_in_a_word_or_two(agent, said):
    assert device(agent) == said
