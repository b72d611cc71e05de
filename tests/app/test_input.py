"""What comes in from outside: texts that hide something, bodies that are no form, addresses passed on."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from app.forms import Form, FormSchema, text
from app.returns import BACK, sent_from
from models.contract import Project
from tests.app.tickets.desk import tickets
from tests.app.visitors import JSON, read


class Remark(FormSchema):
    said = text("说明", 20, required=True)


@pytest.fixture
def asked(site):
    """Return what a contact sends to open a ticket for project 1."""
    number = read(site, lambda session: session.scalars(select(Project.id).where(Project.seq == 1)).one())
    return {"submission": "one", "project": number, "kind": "incident", "title": "打不开"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("报告\u202egnp.exe", "报告gnp.exe"),
        ("\u202d0379-6000\u202c", "0379-6000"),
        ("\ufeff粘贴\u200b来的\u2060", "粘贴来的"),
        ("一\u2028二", "一\n二"),
        ("👨\u200d💻 已到场", "👨\u200d💻 已到场"),
    ],
)
def test_signs_that_only_hide_or_turn_a_text_are_left_out(typed, kept):
    assert Remark().load({"said": typed}) == {"said": kept}


@pytest.mark.parametrize("typed", ["\u200b", " \u202e\ufeff ", "\u3164", "\u2800\u3164", "\u200d"])
def test_a_text_in_which_nothing_can_be_seen_is_no_text(typed):
    with pytest.raises(ValidationError) as refused:
        Remark().load({"said": typed})
    assert refused.value.messages == {"said": ["请填写"]}


@pytest.mark.parametrize("typed", ["a\x00b", "a\x1b[31m", "a\x85b", "a\ufffe", "a\U0010ffff", "\ufdd0"])
def test_signs_that_nobody_can_see_or_store_are_refused(typed):
    with pytest.raises(ValidationError) as refused:
        Remark().load({"said": typed})
    assert refused.value.messages == {"said": ["有不能显示的字符，请重新输入"]}


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"title":' * 100_000, b'{"title": "\\ud800"}', b'{"title": {"\\udfff": 1}}'],
    ids=["deep list", "deep object", "half a sign", "half a sign as a name"],
)
def test_json_that_cannot_be_read_or_shown_is_refused(site, visit, body):
    for headers in ({}, JSON):
        answer = visit("contact").post(
            "/tickets/new", data=body, headers=headers, content_type="application/json"
        )
        assert answer.status_code == 422
        assert "提交的内容无法识别" in answer.text
    assert tickets(site) == []


def test_a_password_with_half_a_sign_is_refused_like_any_other_bad_input(site):
    body = b'{"username": "bureau", "password": "\\ud800"}'
    answer = site.test_client().post("/sign-in", data=body, content_type="application/json")
    assert answer.status_code == 422


def test_somebody_elses_submission_number_is_refused_and_nothing_is_stored(site, visit, asked):
    assert visit("contact").post("/tickets/new", data=asked).status_code == 303
    answer = visit("hotline").post("/tickets/new", data=asked | {"title": "别的事"})
    assert answer.status_code == 409
    assert "请换一个" in answer.text
    assert len(tickets(site)) == 1


@pytest.mark.parametrize(("field", "value"), [("title", "另一件事"), ("description", "又坏了")])
def test_another_matter_in_a_form_that_was_sent_is_not_lost_silently(site, visit, asked, field, value):
    client = visit("contact")
    client.post("/tickets/new", data=asked)
    answer = client.post("/tickets/new", data=asked | {field: value})
    assert answer.status_code == 409
    assert "GD000001" in answer.text
    assert value in answer.text, "what was typed is still there"
    assert 'name="submission" value="one"' not in answer.text, "sent again it is a ticket of its own"


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("contact", "/projects"),
        ("contact", "/months/2025-07/rows"),
        ("contact", "/months/2025-07/tickets?flow=opened"),
        ("contact", "/contract/calendar"),
        ("admin", "/people"),
        ("bureau", "/contract/activation"),
    ],
)
def test_an_address_that_a_messenger_passed_on_still_opens(visit, who, path):
    marked = path + ("&" if "?" in path else "?") + "from=singlemessage&isappinstalled=0"
    assert visit(who).get(marked).status_code == 200


@pytest.mark.parametrize("sent", [[], {}, 1, None, "https://elsewhere.example/"])
def test_what_names_no_page_to_return_to_returns_nowhere(sent):
    assert sent_from(Form({BACK: sent})).path("/own") == "/own"
