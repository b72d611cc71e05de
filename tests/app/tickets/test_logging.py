"""An engineer logs a ticket by saying what happened: nothing typed twice, no fact chosen for the person."""

from __future__ import annotations

import re

import pytest

from app.tickets.wording import title_of, titled
from models.tickets import Ticket
from sla.vocab import TicketKind
from tests.app.personas import project
from tests.app.tickets.desk import make
from tests.app.visitors import read

SAID = "三楼机房断网了，教务平台打不开。重启交换机没有用"


def form(site, **more):
    number = read(site, lambda session: project(session, 1).id)
    return {"submission": "one", "project": number, "kind": "incident", "description": SAID} | more


def logged(site) -> Ticket:
    return read(site, lambda session: session.query(Ticket).order_by(Ticket.id.desc()).limit(1).one())


@pytest.mark.both_databases
def test_the_first_sentence_is_the_title_and_the_rest_is_kept(site, visit):
    answer = visit("engineer").post("/tickets/new", data=form(site))
    made = logged(site)
    assert answer.location == f"/tickets/{made.id}"
    assert (made.title, made.description) == ("三楼机房断网了，教务平台打不开", SAID)
    assert made.kind is TicketKind.INCIDENT
    page = visit("engineer").get(answer.location).text
    assert 'form="do-respond">响应</button>' in page, "the next milestone is the first button"


def test_a_title_that_was_written_stays(site, visit):
    visit("engineer").post("/tickets/new", data=form(site, title="断网"))
    assert (logged(site).title, logged(site).description) == ("断网", SAID)


def test_saying_nothing_is_refused_and_keeps_what_was_chosen(site, visit):
    page = visit("engineer").post("/tickets/new", data=form(site, description=" ", place="<305>"))
    assert page.status_code == 422
    assert "请写发生了什么" in page.text
    assert 'value="incident" required checked' in page.text
    assert "&lt;305&gt;" in page.text


def test_the_kind_is_never_chosen_for_anybody(site, visit):
    for name in ("engineer", "manager", "hotline"):
        page = visit(name).get("/tickets/new").text
        form_ = page.split('action="/tickets/new"')[1]
        kinds = re.findall(r'(?:<input[^>]*name="kind"[^>]*|<option value="incident"[^>]*)>', form_)
        assert kinds, name
        assert not any("checked" in one or "selected" in one for one in kinds), name
    answer = visit("engineer").post("/tickets/new", data=form(site, kind=""))
    assert answer.status_code == 422
    assert 'id="f-kind-error"' in answer.text


def test_the_place_of_the_last_ticket_is_suggested_if_it_is_still_ones_own(site, visit):
    client = visit("hotline")
    other = read(site, lambda session: project(session, 3).id)
    assert client.post("/tickets/new", data=form(site, project=other, title="一")).status_code == 303
    assert client.get("/tickets/new").status_code == 200
    engineer = visit("engineer")
    number = form(site)["project"]
    assert f'name="project" value="{number}"' in engineer.get("/tickets/new").text, "there is but one"
    make(site, "engineer", now="2025-07-01 08:00")
    told = engineer.get("/offline/data").json
    assert told["suggested"] == number
    assert visit("other_engineer").get("/offline/data").json["suggested"] is None


def test_titles_are_cut_where_a_list_would_break_them():
    assert title_of("打不开！！急") == "打不开"
    assert title_of("长" * 60) == "长" * 39 + "…"
    assert titled("", "打不开") == ("打不开", "")
    assert titled("", "。。") == ("。。", "")
    assert titled("", "  ") == ("", "")
    assert titled("有题", " 说明 ") == ("有题", "说明")
