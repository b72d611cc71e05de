"""Logging a call: all of it in one go, once, with the promise and the twins beside it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.dispatch.names import letters
from app.tickets import service
from models.contract import Project
from models.tickets import Ticket
from tests.app.tickets.desk import do, events, make, plain, tickets
from tests.app.visitors import id_of, read

WHAT = "教务平台打不开，提示 502。今天早上八点开始，三楼都这样"


@pytest.fixture
def call(site, visit):
    """Return a function that logs a call; what is given replaces what is usual."""
    projects = read(site, lambda session: {one.seq: one.id for one in session.scalars(select(Project))})

    def log(name="hotline", row=1, **said):
        usual = {
            "submission": "call-1",
            "reporter": "王老师",
            "phone": "0379-61234567",
            "project": projects[row],
            "what": WHAT,
            "kind": "incident",
            "then": "show",
        }
        return visit(name).post(
            "/dispatch/call", data={k: v for k, v in (usual | said).items() if v is not None}
        )

    return log


def only(site) -> Ticket:
    return read(site, lambda session: session.scalars(select(Ticket)).one())


@pytest.mark.parametrize("name", ["manager", "hotline"])
def test_a_call_becomes_a_ticket_named_by_its_first_sentence(site, call, name):
    answer = call(name)
    assert answer.status_code == 303
    made = only(site)
    assert (made.title, made.description) == ("教务平台打不开，提示 502", WHAT)
    assert (made.reporter, made.phone, made.assignee_id) == ("王老师", "0379-61234567", None)
    assert answer.location == f"/tickets/{made.id}"
    assert [kind for kind, _ in events(site, made.id)] == ["opened"]


@pytest.mark.parametrize("name", ["engineer", "contact", "bureau", "auditor", "admin"])
def test_nobody_else_logs_a_call_or_sees_what_stands_beside_it(site, call, visit, name):
    assert call(name).status_code == 403
    assert tickets(site) == []
    assert visit(name).get("/dispatch/call").status_code == 403
    assert visit(name).get("/dispatch/beside?unit=1").status_code == 403


@pytest.mark.both_databases
def test_it_is_saved_dispatched_and_somebody_asked_to_come_in_one_go(site, call, visit):
    engineer = id_of(site, "engineer")
    said = {"engineer": engineer, "note": "先打电话", "onsite": "1", "paralysis": "yes"}
    answer = call(reported_at="2025-07-01T08:40", then="next", **said)
    assert answer.location == "/dispatch/call"
    made = only(site)
    assert made.assignee_id == engineer
    found = events(site, made.id)
    assert [kind for kind, _ in found] == ["opened", "onsite_requested", "assigned"]
    assert found[0][1]["paralysis"] is True
    assert found[2][1] == {"engineer": engineer, "note": "先打电话"}
    clocks = read(site, lambda s: {str(c.kind): c.starts_at for c in s.get_one(Ticket, made.id).clocks})
    assert clocks["onsite"] == clocks["response"] == made.reported_at
    page = visit("hotline").get("/dispatch/call").text
    assert WHAT not in page, "the next call begins empty"


def test_sent_twice_it_is_one_ticket_and_given_once(site, call):
    said = {"engineer": id_of(site, "engineer"), "onsite": "1"}
    assert call(**said).location == call(**said).location
    assert [kind for kind, _ in events(site, only(site).id)] == ["opened", "onsite_requested", "assigned"]
    assert call(**said, reporter="李老师").status_code == 409, "another matter under the same number"


def test_that_not_everything_stands_still_says_nothing(site, call):
    call(paralysis="no")
    assert "paralysis" not in events(site, only(site).id)[0][1]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"project": None}, "运维项目"),
        ({"kind": None}, "类别"),
        ({"what": "  "}, "什么情况"),
        ({"reported_at": "2025-07-01T09:30"}, "在将来"),
        ({"project": "999"}, "没有这个运维项目"),
    ],
)
def test_what_is_refused_keeps_all_that_was_typed(site, call, said, message):
    answer = call(**({"note": "带上备件", "place": "三楼"} | said))
    assert answer.status_code in (404, 422)
    assert message in plain(answer.text)
    assert tickets(site) == []
    for kept in ("王老师", "0379-61234567", "带上备件", "三楼"):
        assert kept in answer.text
    assert ("教务平台打不开" in answer.text) == ("what" not in said)


def test_an_engineer_who_does_not_answer_for_the_project_stops_all_of_it(site, call):
    answer = call(engineer=id_of(site, "other_engineer"), onsite="1")
    assert answer.status_code == 422
    assert "请选择负责这个项目的在岗工程师" in answer.text
    assert tickets(site) == []


def test_the_promised_times_are_told_before_saving_and_are_those_that_run(site, call, visit):
    project = read(site, lambda s: s.scalars(select(Project).where(Project.seq == 1)).one().id)
    asked = f"/dispatch/beside?project={project}"
    client = visit("hotline")
    assert "选了类别就能看到" in client.get(asked).text
    told = plain(client.get(f"{asked}&kind=incident&onsite=1").text)
    call(onsite="1")
    for one in read(site, lambda s: list(s.scalars(select(Ticket)).one().clocks)):
        assert f"{one.kind.label} " in told
    ordinary = plain(client.get(f"{asked}&kind=consultation").text)
    assert "到场" not in ordinary.split("是同一件事吗")[0]
    silent = f"/dispatch/beside?project={project_without_response(site)}&kind=incident"
    assert "系统瘫痪" in plain(client.get(f"{silent}&paralysis=yes").text)
    assert client.get(f"{asked}&kind=nonsense").status_code == 422
    assert len(tickets(site)) == 1, "asking makes nothing"


def project_without_response(site):
    """Return a project that promises no response: the floor alone binds."""

    def look(session):
        return next(
            one.id
            for one in session.scalars(select(Project).order_by(Project.seq))
            if not any(target.kind == "response" for target in one.targets)
        )

    return read(site, look)


@pytest.mark.both_databases
def test_what_is_open_there_already_is_shown_so_that_no_twin_is_made(site, visit):
    own = make(site, "contact", now="2025-07-01 08:00", title="平台打不开")
    make(site, "stranger", row=3, now="2025-07-01 08:00", title="别的单位的事")
    done = make(site, "contact", now="2025-07-01 07:00", title="已经撤销的")
    do(site, done, "contact", service.cancel, "2025-07-01 07:10", "弄错了")
    row = read(site, lambda s: s.scalars(select(Project).where(Project.seq == 1)).one())
    unit, project = row.unit_id, row.id
    client = visit("hotline")
    for asked in (f"unit={unit}", f"unit={unit}&project={project}&kind=incident"):
        part = client.get(f"/dispatch/beside?{asked}").text
        assert "平台打不开" in part
        assert f'href="/tickets/{own}#do-note"' in part
        assert "别的单位的事" not in part
        assert "已经撤销的" not in part
    assert 'id="do-note"' in client.get(f"/tickets/{own}").text


def test_the_page_carries_what_names_may_be_typed_as(site, visit):
    assert letters("洛阳财政局（1）") == "l y c z j 1"
    page = visit("hotline").get("/dispatch/call").text
    assert f'data-letters="{letters("洛阳市教育局")}"' in page
    assert "data-unit=" in page
    row = read(site, lambda s: s.scalars(select(Project).where(Project.seq == 1)).one())
    assert f'data-projects="{row.id}"' in page
