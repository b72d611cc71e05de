"""Documents on screen: who enters, who sees, who confirms, and what everybody reads afterwards."""

from __future__ import annotations

import json
import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from app.database import transaction
from models.amendments import Amendment
from models.contract import Obligation, Project
from models.papers import Paper
from models.people import User
from models.tickets import TicketClock
from models.watch import Notice
from seeds import loader
from sla.amendments import ItemKind
from sla.vocab import Cycle, TargetKind
from tests.app.amendments.papers import document, entered, item
from tests.app.personas import new_ticket, people_of
from tests.app.visitors import JSON, PASSWORD, counted_queries, ledger, named, read, set_clock, visit
from tests.seeds.shipped import with_cell

LIST = "/contract/amendments"
TYPED = {
    "kind": "agreement",
    "title": "运维补充协议",
    "number": "洛政运维〔2025〕7 号",
    "signed_on": "2025-06-30",
    "from_day": "2025-07-15",
}
TARGET = {"what": "target", "kind": "response", "amount": "15", "unit": "minutes"}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def bureau(site):
    return visit(site, "bureau")


@pytest.fixture
def handed_in(site):
    """A document of row 1 (and 3) that waits for the second person."""
    with site.app_context(), transaction() as session:
        people = people_of(session)
        assert people
        items = (
            item(session, "target", 1, 3, kind=TargetKind.RESPONSE, minutes=15),
            item(session, "duty_new", duty_kind="drill", duty_what="应急演练", cycle=Cycle.MONTHLY),
        )
        return entered(session, people, document(), *items).id


def ids(site, *seqs: int) -> list[int]:
    return read(site, lambda session: list(session.scalars(select(Project.id).where(Project.seq.in_(seqs)))))


def digest(page):
    return re.findall(r'name="seen" value="([^"]+)"', page)[0]


def draft(bureau, **typed):
    answer = bureau.post(LIST, data=TYPED | {"file": (BytesIO(PDF), "协议.pdf")} | typed)
    assert answer.status_code == 303
    return answer.location


@pytest.mark.both_databases
def test_a_document_comes_from_the_form_to_the_page_of_its_projects(site, bureau):
    running = read_ticket(site, "2025-07-01 08:55")
    address = draft(bureau)
    assert "加一项变更" in bureau.get(address).text
    form = bureau.get(f"{address}/items/new?what=target").text
    assert "全部 45 个项目" in form
    for row in ids(site, 1, 3):
        assert f'value="{row}"' in form
    assert bureau.post(f"{address}/items", data=TARGET | {"projects": ids(site, 1, 3)}).status_code == 303
    page = bureau.get(address).text
    assert page.count("响应：15 分内") == 2
    assert bureau.post(f"{address}/enter", data={"password": "wrong"}).status_code == 422
    assert bureau.post(f"{address}/enter", data={"password": PASSWORD}).status_code == 303
    assert "审核签署" not in bureau.get(f"{address}/effect").text
    second = visit(site, "bureau2")
    seen = second.get(f"{address}/effect").text
    assert "没有到期时间、期限、结论或月度数字会变化" in seen
    assert second.post(f"{address}/confirm", data={"seen": digest(seen)}).status_code == 422
    signed = {"seen": digest(seen), "password": PASSWORD}
    assert second.post(f"{address}/confirm", data=signed).status_code == 303
    assert [one.kind for one in ledger(site, "amendment.")] == ["amendment.entered", "amendment.confirmed"]
    page = visit(site, "contact").get("/projects/1").text
    assert "30 分内" in page
    assert "未到日期" in page
    set_clock(site, "2025-07-15 09:00")
    page = visit(site, "contact").get("/projects/1").text
    assert "15 分内" in page
    assert "补充协议《运维补充协议》（洛政运维〔2025〕7 号），自 2025-07-15 起" in page
    assert "响应 15 分" in visit(site, "manager").get("/projects").text
    assert minutes_of(site, running) == 30
    assert minutes_of(site, read_ticket(site, "2025-07-15 09:00")) == 15


def read_ticket(site, when: str) -> int:
    with site.app_context(), transaction() as session:
        return new_ticket(session, named(session, "bureau"), 1, when).id


def minutes_of(site, ticket_id):
    query = select(TicketClock.minutes).where(
        TicketClock.ticket_id == ticket_id, TicketClock.kind == "response"
    )
    return read(site, lambda session: session.scalar(query))


def test_the_arithmetic_of_a_clock_names_the_document(site, handed_in):
    second = visit(site, "bureau2")
    seen = digest(second.get(f"{LIST}/{handed_in}/effect").text)
    second.post(f"{LIST}/{handed_in}/confirm", data={"seen": seen, "password": PASSWORD})
    set_clock(site, "2025-07-15 10:00")
    ticket = read_ticket(site, "2025-07-15 09:00")
    page = visit(site, "manager").get(f"/tickets/{ticket}").text
    assert "依据：补充协议《运维补充协议》（2025-7），自 2025-07-15 起" in page


def test_each_sees_what_is_theirs_and_only_the_bureau_acts(site, handed_in):
    address = f"{LIST}/{handed_in}"
    for username, status, looks in (
        ("bureau", 200, 200),
        ("manager", 200, 200),
        ("auditor", 200, 200),
        ("hotline", 200, 403),
        ("contact", 200, 403),
        ("engineer", 200, 403),
        ("stranger", 200, 403),
        ("other_engineer", 404, 403),
        ("admin", 403, 403),
    ):
        client = visit(site, username)
        assert (client.get(address).status_code, username) == (status, username)
        assert (client.get(f"{address}/effect").status_code, username) == (looks, username)
        if username == "bureau":
            continue
        assert client.get(f"{LIST}/new").status_code == 403
        for part in ("", "/items", "/items/1/remove", "/enter", "/confirm", "/withdraw"):
            base = LIST if part == "" else address
            assert client.post(f"{base}{part}", data={"password": PASSWORD}).status_code == 403
    stranger = visit(site, "stranger").get(address).text
    assert "应急演练" not in stranger, "it is another unit's"
    assert stranger.count("响应：15 分内") == 1
    assert "本人登录口令" not in visit(site, "manager").get(address).text
    assert address not in visit(site, "other_engineer").get(LIST).text
    assert address in visit(site, "contact").get(LIST).text


def test_the_paper_of_a_document_is_for_those_whose_rows_alone_it_changes(site, handed_in):
    def made(*rows):
        with site.app_context(), transaction() as session:
            people = people_of(session)
            assert people
            one = entered(session, people, document(), item(session, "row", *rows, window="7x24"))
            return session.scalars(select(Paper.id).where(Paper.subject == one.subject)).one()

    def of(row):
        return read(
            site, lambda s: s.scalars(select(Paper.id).where(Paper.subject == f"amendment:{row}")).one()
        )

    papers = {"both": of(handed_in), "row 1": made(1), "unit": made(1, 2), "row 3": made(3)}

    def seen(who):
        client = visit(site, who)
        return {name for name, one in papers.items() if client.get(f"/papers/{one}").status_code == 200}

    assert seen("contact") == {"row 1", "unit"}
    assert seen("engineer") == {"row 1"}
    assert seen("stranger") == {"row 3"}
    assert seen("manager") == set(papers)
    assert seen("hotline") == seen("other_engineer") == set()


def test_the_manager_and_the_second_of_the_bureau_are_told_of_what_is_handed_in(site, handed_in):
    def told(session):
        key = f"amendment:{handed_in}:entered"
        rows = session.execute(select(User.username, Notice.path).join(Notice).where(Notice.key == key))
        return {row.username: row.path for row in rows}

    found = read(site, told)
    assert set(found) == {"manager", "bureau2"}
    for username, path in found.items():
        assert visit(site, username).get(path).status_code == 200


def test_a_draft_is_seen_by_the_bureau_alone_and_changed_by_its_author(site, bureau):
    address = draft(bureau)
    for username in ("manager", "auditor", "hotline", "contact", "engineer"):
        client = visit(site, username)
        assert client.get(address).status_code == 404
        assert "运维补充协议" not in client.get(LIST).text
    paper = read(site, lambda session: session.scalars(select(Paper)).one().id)
    for username in ("manager", "auditor"):
        assert visit(site, username).get(f"/papers/{paper}").status_code == 404
        assert "运维补充协议" not in visit(site, username).get("/papers").text
    assert visit(site, "bureau2").get(f"/papers/{paper}").status_code == 200
    second = visit(site, "bureau2")
    assert "加一项变更" not in second.get(address).text
    refused = second.post(f"{address}/items", data=TARGET | {"projects": ids(site, 1)})
    assert refused.status_code == 403
    assert (
        bureau.post(f"{address}/withdraw", data={"reason": "不要了", "password": PASSWORD}).status_code == 303
    )
    assert visit(site, "manager").get(address).status_code == 404
    assert "已撤回" in bureau.get(address).text


def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(site, bureau):
    answer = bureau.post(LIST, data=TYPED | {"from_day": "2025-06-01"})
    assert answer.status_code == 422
    assert "洛政运维〔2025〕7 号" in answer.text
    address = draft(bureau)
    row = ids(site, 1)
    for wrong, field in (
        ({"projects": []}, "projects"),
        ({"projects": [999999]}, "projects"),
        ({"amount": "x"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "1.5"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"unit": "workdays"}, "unit"),
        ({"kind": "closure", "unit": "percent", "amount": "101"}, "amount"),
        ({"from_day": "2025-07-14"}, "from_day"),
    ):
        typed: dict[str, Any] = TARGET | {"projects": row} | wrong
        answer = bureau.post(f"{address}/items", data=typed)
        assert (answer.status_code, field) == (422, field)
        assert f'id="f-{field}' in answer.text
        assert str(typed["amount"]) in answer.text
        told = typed | {"projects": ",".join(map(str, typed["projects"]))}
        assert bureau.post(f"{address}/items", json=told, headers=JSON).json["field"] == field
    assert "还没有填写变更的内容" in bureau.get(address).text
    for path in ("?what=nothing", "", "?what=posting&project=x"):
        assert bureau.get(f"{address}/items/new{path}").status_code == 422
    assert bureau.get(f"{address}/items/new?what=posting&project=999999").status_code == 404
    assert bureau.get(f"{LIST}/999999").status_code == 404


def test_every_kind_of_change_has_its_form_and_its_words(site, bureau):
    address, (row,) = draft(bureau), ids(site, 1)
    weekly, posting = read(site, lambda session: things(session, row))
    typed: dict[ItemKind, dict[str, object]] = {
        ItemKind.TARGET: {"kind": "closure", "amount": "95.5", "unit": "percent"},
        ItemKind.TARGET_DROPPED: {"kind": "recovery"},
        ItemKind.ROW: {"window": "7x8"},
        ItemKind.POSTING: {"posting": posting, "heads": "3", "pattern": "6x8"},
        ItemKind.DUTY_NEW: {"duty_kind": "drill", "duty_what": "应急演练", "cycle": "quarterly"},
        ItemKind.DUTY_CYCLE: {"obligation": weekly[0], "cycle": "twice_daily"},
        ItemKind.DUTY_DROPPED: {"obligation": weekly[1]},
    }
    for what in ItemKind:
        assert bureau.get(f"{address}/items/new?what={what}").status_code == 200
        assert bureau.get(f"{address}/items/new?what={what}&project={row}").status_code == 200
        if what in typed:
            sent = typed[what] | {"what": what.value, "projects": [row], "project": row}
            assert bureau.post(f"{address}/items", data=sent).status_code == 303, what
    page = bureau.get(address).text
    for words in (
        "闭环率：不低于 95.5%",
        "不再考核恢复",
        "服务时间改为 7×8",
        "驻场 3 人",
        "新增「应急演练」",
        "改为每日两次",
        "取消「",
    ):
        assert words in page
    removed = re.findall(rf'action="({address}/items/\d+/remove)"', page)
    assert len(removed) == len(typed)
    assert bureau.post(removed[0]).status_code == 303
    assert "减少" in bureau.get(f"{address}/effect").text


def things(session, row: int):
    query = select(Obligation.id).where(
        Obligation.project_id == row, Obligation.cycle.not_in([Cycle.QUOTA, Cycle.FILING_DAILY])
    )
    project = session.get(Project, row)
    return session.scalars(query.order_by(Obligation.id)).all(), project.postings[0].id


def test_a_confirmed_document_is_withdrawn_by_somebody_else_before_its_first_day(site, handed_in):
    first, second = visit(site, "bureau"), visit(site, "bureau2")
    address, why = f"{LIST}/{handed_in}", {"reason": "金额写错", "password": PASSWORD}
    seen = digest(second.get(f"{address}/effect").text)
    second.post(f"{address}/confirm", data={"seen": seen, "password": PASSWORD})
    assert "撤回这份文件" not in second.get(address).text
    assert second.post(f"{address}/withdraw", data=why).status_code == 403
    assert first.post(f"{address}/withdraw", data=why | {"reason": ""}).status_code == 422
    assert first.post(f"{address}/withdraw", data=why).status_code == 303
    assert "金额写错" in second.get(address).text
    assert second.get(f"{address}/effect").status_code == 409
    assert "应急演练" not in first.get("/projects/1").text


def test_the_list_and_a_page_take_no_more_queries_for_more_documents(site, handed_in):
    bureau = visit(site, "bureau")
    with counted_queries(site) as one:
        bureau.get(LIST)
    with site.app_context(), transaction() as session:
        people = people_of(session)
        assert people
        for day in range(16, 20):
            wanted = item(session, "target", *range(1, 46), kind=TargetKind.RESPONSE, minutes=9)
            entered(session, people, document("commitment", str(date(2025, 7, day))), wanted)
    with counted_queries(site) as more:
        page = bureau.get(LIST).text
    assert page.count("运维补充协议") == 5
    assert len(more) <= len(one)
    last = read(site, lambda session: session.scalars(select(Amendment.id)).all())[-1]
    with counted_queries(site) as shown:
        assert bureau.get(f"{LIST}/{last}").text.count("响应：9 分内") == 45
    assert len(shown) < 15


def test_a_corrected_tender_derives_its_tickets_anew_and_documents_stay(
    site, handed_in, runner, tmp_path, monkeypatch
):
    """Row 1 answers within 30 minutes, as corrected within 45; from the 15th within 15 by a document."""
    second = visit(site, "bureau2")
    seen = digest(second.get(f"{LIST}/{handed_in}/effect").text)
    second.post(f"{LIST}/{handed_in}/confirm", data={"seen": seen, "password": PASSWORD})
    before, after = (read_ticket(site, f"2025-07-{day} 08:30") for day in (14, 15))
    monkeypatch.setattr(loader, "DATA", with_cell(tmp_path, "targets.csv", 2, "minutes", "45"))
    assert json.loads(runner.invoke(args=["init"]).stdout)["changed"] == 1
    assert (minutes_of(site, before), minutes_of(site, after)) == (45, 15)
    (told,) = ledger(site, "contract.corrected")
    assert json.loads(told.payload)["tickets"] == 1
    assert json.loads(runner.invoke(args=["init"]).stdout)["changed"] == 0
    assert len(ledger(site, "contract.corrected")) == 1
