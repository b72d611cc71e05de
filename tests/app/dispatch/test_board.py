"""The board: open tickets by urgency beside who is on post, and giving them to engineers."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from app.database import transaction
from app.dispatch.queries import pile_of
from app.people.assignments import assign
from app.tickets import service
from app.tickets.queries import Next
from models.people import User
from sla.vocab import ClockKind, Half, PauseReason, TicketState
from tests.app.personas import at
from tests.app.residents.world import extra, held_by, joined, leave_of, there
from tests.app.tickets.desk import counted, do, events, facts, make, plain
from tests.app.visitors import JSON, id_of, ledger, named, set_clock

FIRST = {"project_seq": 1, "from_day": date(2025, 6, 3)}
OWN, FOREIGN = "平台打不开", "别的单位的事"


@pytest.fixture
def two(site):
    """One ticket that is late already, and a younger one of another unit, nobody's both."""
    return (
        make(site, "contact", now="2025-07-01 08:00", title=OWN),
        make(site, "stranger", row=3, now="2025-07-01 08:55", title=FOREIGN),
    )


@pytest.fixture
def posted(site):
    """The engineer is on row 1's posting and has said so this morning; a colleague answers for it as well."""
    with site.app_context(), transaction() as session:
        joined(session)
        there(session, "2025-07-01 08:05")
        colleague = extra(session, "colleague")
        manager = named(session, "manager")
        assign(
            session,
            manager,
            colleague,
            at("2025-06-03 08:00"),
            project_seq=1,
            from_day=at("2025-06-03 08:00").date(),
        )
        return colleague.id


def piles(html: str) -> dict[str, list[str]]:
    """Return the titles under each heading."""
    found = re.findall(r'<section class="pile[^>]* aria-label="([^"]*)">(.*?)</section>', html, re.DOTALL)
    return {name: re.findall(r'class="card-title"[^>]*>([^<]*)<', part) for name, part in found}


def give(client, ticket: int, engineer: int, version: int = 1, **more):
    data = {"picks": [f"{ticket}:{version}"], "engineer": engineer, "card": "1", **more}
    return client.post("/dispatch/assign", data=data)


@pytest.mark.parametrize("name", ["manager", "hotline"])
def test_the_desk_sees_every_open_ticket_by_what_expires_next(two, visit, name):
    assert piles(visit(name).get("/dispatch").text) == {"已超时": [OWN], "1 小时内": [FOREIGN]}
    assert 'href="/dispatch"' in visit(name).get("/").text
    assert 'href="/dispatch/call"' in visit(name).get("/").text


@pytest.mark.parametrize("name", ["engineer", "contact", "stranger", "bureau", "auditor", "admin"])
def test_nobody_else_dispatches_or_sees_the_board(site, two, visit, name):
    client = visit(name)
    assert client.get("/dispatch").status_code == 403
    assert OWN not in client.get("/dispatch").text
    assert give(client, two[0], id_of(site, "engineer")).status_code == 403
    assert facts(site, two[0])["assignee_id"] is None
    assert "/dispatch" not in client.get("/").text


def test_a_ticket_stands_under_the_heading_of_its_next_clock():
    now = at("2025-07-01 15:00")

    def under(due: str, still: bool = False) -> str:
        return pile_of(Next(ClockKind.RESPONSE, at(due), at(due) < now, still), TicketState.WORKING, now)

    assert [under(f"2025-07-01 {due}") for due in ("14:59", "15:00", "16:00", "16:01", "19:00")] == [
        *("late", "hour", "hour", "soon", "soon")
    ]
    assert under("2025-07-01 19:01") == under("2025-07-02 00:00") == "today"
    assert under("2025-07-02 00:01") == "later"
    assert under("2025-07-01 15:30", still=True) == "still"
    assert pile_of(None, TicketState.WORKING, now) == "later"
    assert pile_of(None, TicketState.CLAIMED, now) == "done", "there is nothing to dispatch"


def test_what_nobody_was_given_comes_first_also_by_project_and_unit(site, two, visit):
    given = make(site, "contact", now="2025-07-01 07:30", title="先报的")
    do(site, given, "hotline", service.assign, "2025-07-01 08:40", id_of(site, "engineer"))
    client = visit("hotline")
    assert piles(client.get("/dispatch").text)["已超时"] == [OWN, "先报的"]
    assert list(piles(client.get("/dispatch?by=project").text).values()) == [[OWN, "先报的"], [FOREIGN]]
    by_unit = piles(client.get("/dispatch?by=unit").text)
    assert by_unit["洛阳市教育局"] == [OWN, "先报的"]
    assert len(by_unit) == 2
    mine = client.get(f"/dispatch?engineer={id_of(site, 'engineer')}").text
    assert list(piles(mine).values()) == [["先报的"]]
    assert client.get("/dispatch?by=nonsense").status_code == 422


def test_a_paused_ticket_stands_apart(site, two, visit):
    do(site, two[0], "engineer", service.respond, "2025-07-01 08:10")
    do(site, two[0], "engineer", service.pause, "2025-07-01 08:20", PauseReason.AWAITING_UNIT, "等钥匙")
    assert piles(visit("manager").get("/dispatch").text)["挂起"] == [OWN]


def test_whoever_is_on_post_is_given_a_ticket_with_one_tap(site, two, posted, visit):
    page = visit("hotline").get("/dispatch").text
    assert "派给 驻场工程师engineer" in plain(page)
    answer = give(visit("hotline"), two[0], id_of(site, "engineer"))
    assert answer.status_code == 303
    assert facts(site, two[0])["assignee_id"] == id_of(site, "engineer")
    assert events(site, two[0])[-1] == ("assigned", {"engineer": id_of(site, "engineer")})
    assert [one.subject for one in ledger(site, "ticket.assigned")] == [f"ticket:{two[0]}"]
    assert "派给 驻场工程师engineer" not in plain(visit("hotline").get("/dispatch").text)


def test_a_ticket_is_given_to_somebody_else_with_a_word(site, two, posted, visit):
    give(visit("manager"), two[0], id_of(site, "engineer"))
    give(visit("manager"), two[0], posted, version=2, note="小李请假，您去一趟")
    assert facts(site, two[0])["assignee_id"] == posted
    story = plain(visit("contact").get(f"/tickets/{two[0]}").text)
    assert "派给 工程师colleague 小李请假，您去一趟" in story


def test_only_engineers_of_the_project_can_be_given_it_and_what_was_typed_stays(site, two, visit):
    page = visit("manager").get("/dispatch").text
    card = re.search(rf'id="give-{two[0]}".*?</form>', page, re.DOTALL)
    assert card is not None
    assert "other_engineer" not in card.group()
    answer = give(visit("manager"), two[0], id_of(site, "other_engineer"), note="带上备件")
    assert answer.status_code == 422
    assert 'value="带上备件"' in answer.text
    assert "请选择负责这个项目的在岗工程师" in answer.text
    assert facts(site, two[0])["assignee_id"] is None


def test_a_card_that_was_overtaken_is_refused_and_keeps_what_was_typed(site, two, posted, visit):
    do(site, two[0], "engineer", service.respond, "2025-07-01 08:58")
    answer = give(visit("hotline"), two[0], posted, note="带上备件", by="unit")
    assert answer.status_code == 409
    assert 'value="带上备件"' in answer.text
    assert f'<option value="{posted}" selected>' in answer.text
    assert "记录了「响应」" in answer.text
    assert f'value="{two[0]}:2"' in answer.text, "the next tap is about what is shown now"
    assert "洛阳市教育局" in piles(answer.text), "the board stays laid out as it was"
    program = visit("hotline").post(
        "/dispatch/assign", json={"picks": [f"{two[0]}:1"], "engineer": posted}, headers=JSON
    )
    assert program.status_code == 409


@pytest.mark.both_databases
def test_several_are_given_at_once_or_none(site, two, posted, visit):
    second = make(site, "contact", now="2025-07-01 08:50", title="第二件")
    engineer = id_of(site, "engineer")
    picks = [f"{two[0]}:1", f"{second}:9"]
    refused = visit("manager").post("/dispatch/assign", data={"picks": picks, "engineer": engineer})
    assert refused.status_code == 409
    assert f"GD{second:06d}：" in refused.text
    assert len(re.findall(r'name="picks"[^>]* checked', refused.text)) == 2, "still ticked"
    assert facts(site, two[0])["assignee_id"] is None, "none of them"
    foreign = [f"{two[0]}:1", f"{two[1]}:1"]
    data = {"picks": foreign, "engineer": engineer}
    assert visit("manager").post("/dispatch/assign", data=data).status_code == 422, (
        "not the engineer of row 3"
    )
    data = {"picks": [f"{two[0]}:1", f"{second}:1"], "engineer": engineer, "note": "一起看"}
    answer = visit("manager").post("/dispatch/assign", data=data, follow_redirects=True)
    assert f"已派给 驻场工程师engineer：GD{two[0]:06d}、GD{second:06d}" in answer.text
    assert {facts(site, one)["assignee_id"] for one in (two[0], second)} == {engineer}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"picks": []},
        {"picks": ["x"]},
        {"picks": ["1"]},
        {"picks": 5},
        {"picks": ["1:1"], "engineer": "x"},
    ],
)
def test_odd_input_is_told_and_changes_nothing(site, two, visit, data):
    answer = visit("manager").post("/dispatch/assign", json={"engineer": 1} | data, headers=JSON)
    assert answer.status_code in (404, 422)
    # A program may send anything and still want a page.
    laid = {"by": [], "whose": {}, "card": [1]}
    assert visit("manager").post("/dispatch/assign", json={"engineer": 1} | data | laid).status_code == 422
    gone = {"picks": ["999999:1"], "engineer": id_of(site, "engineer")}
    assert visit("manager").post("/dispatch/assign", json=gone, headers=JSON).status_code == 404


def test_beside_the_board_stands_who_is_on_post_and_what_each_carries(site, two, posted, visit):
    do(site, two[0], "hotline", service.assign, "2025-07-01 08:40", id_of(site, "engineer"))
    with site.app_context(), transaction() as session:
        substitute = session.scalars(select(User).where(User.username == "other_engineer")).one()
        leave_of(
            session,
            held_by(session),
            ("2025-07-02", Half.MORNING),
            ("2025-07-02", Half.AFTERNOON),
            substitute.username,
        )
    roster = plain(visit("hotline").get("/dispatch").text.split('class="card roster"')[1])
    assert "今天上午，只用于派单" in roster
    assert "驻场工程师engineer 在岗 在手 1 张" in roster
    assert "还缺 1 人" in roster, "row 1 asks for two"
    assert "无人在岗" in roster, "as do the postings nobody holds"
    set_clock(site, "2025-07-01 13:59")
    early = plain(visit("hotline").get("/dispatch").text)
    assert "今天下午，还没到办公时间" in early
    assert "无人在岗" not in early
    set_clock(site, "2025-07-01 14:00")
    opened = plain(visit("hotline").get("/dispatch").text)
    assert "驻场工程师engineer 尚未开始" in early
    assert "驻场工程师engineer 待签到" in opened
    assert "无人在岗" not in opened
    assert "刚到办公时间，还有人没签到" in visit("manager").get("/dispatch/office").text
    set_clock(site, "2025-07-01 14:30")
    late = plain(visit("hotline").get("/dispatch").text)
    assert "驻场工程师engineer 未签到" in late
    assert "无人在岗" in late
    set_clock(site, "2025-07-02 09:00")
    later = plain(visit("hotline").get("/dispatch").text.split('class="card roster"')[1])
    assert "驻场工程师other_engineer 顶岗 在手 0 张" in later
    assert "驻场工程师engineer 请假 在手 1 张" in later
    set_clock(site, "2025-07-05 09:00")  # a Saturday
    assert "洛阳市教育局" not in plain(visit("hotline").get("/dispatch").text.split('class="card roster"')[1])


def test_the_board_costs_the_same_however_much_there_is(site, two, posted, visit):
    client = visit("manager")
    client.get("/dispatch")
    with counted(site) as few:
        client.get("/dispatch")
    for minute in range(10, 20):
        make(site, "contact", now=f"2025-07-01 08:{minute}", title=f"第 {minute} 件")
    with counted(site) as many:
        client.get("/dispatch")
    assert len(many) == len(few) <= 24
