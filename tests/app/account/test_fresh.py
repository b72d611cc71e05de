"""An act that binds is signed with the own password, at the moment of the act."""

from __future__ import annotations

import pytest
from flask import request

from app.account import fresh
from app.forms import Form, FormSchema
from sla.errors import DomainError
from tests.app.visitors import PASSWORD, give_passwords, named, read, visit

pytestmark = pytest.mark.own_site


@pytest.fixture
def bureau(site):
    """A bureau person's browser; ``POST /sign-something`` asks for the password."""

    def sign_something():
        form = Form.sent(request)
        try:
            fresh.prove(form, FormSchema())
        except DomainError as error:
            form.blame(error)
            return {"errors": form.errors, "values": form.values}, error.status
        return {"values": form.values}

    site.add_url_rule("/sign-something", view_func=sign_something, methods=["POST"])
    give_passwords(site, "bureau")
    return visit(site, "bureau")


def failures(site):
    return read(site, lambda session: named(session, "bureau").failed_sign_ins)


def test_the_right_password_signs_and_is_taken_out_of_the_form(site, bureau):
    answer = bureau.post("/sign-something", data={"password": PASSWORD, "note": "同意"})
    assert answer.json == {"values": {"note": "同意"}}
    assert failures(site) == 0


def test_without_the_password_nothing_is_signed_and_nothing_is_counted(site, bureau):
    answer = bureau.post("/sign-something", data={"note": "同意"})
    assert answer.status_code == 422
    assert "口令" in answer.json["errors"]["password"]
    assert failures(site) == 0


@pytest.mark.both_databases
def test_a_wrong_password_is_counted_although_the_request_is_refused(site, bureau):
    answer = bureau.post("/sign-something", data={"password": "not this one", "note": "同意"})
    assert answer.status_code == 422
    assert answer.json["values"] == {"note": "同意"}
    assert failures(site) == 1


def test_the_fifth_wrong_one_ends_the_sign_in_and_locks_the_account(site, bureau):
    answers = [bureau.post("/sign-something", data={"password": "not this one"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 403]
    assert bureau.post("/sign-something", data={"password": PASSWORD}).status_code == 302


def test_the_password_in_json_is_checked_in_the_same_way(site, bureau):
    assert bureau.post("/sign-something", json={"password": PASSWORD}).json == {"values": {}}
    assert bureau.post("/sign-something", json={"password": 7}).status_code == 422
