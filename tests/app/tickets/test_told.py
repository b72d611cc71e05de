"""A request as its unit sees it: what is promised before it is sent, and its story in plain sentences."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.database import transaction
from app.tickets import service
from models.contract import Project
from models.people import User
from models.tickets import Ticket
from sla.vocab import PauseReason, Role, TicketKind
from tests.app.personas import NO_PASSWORD, at
from tests.app.tickets.desk import counted, do, events, make, plain, tickets
from tests.app.visitors import read, set_clock


def project_id(site, row: int) -> int:
    return read(site, lambda session: session.scalars(select(Project.id).where(Project.seq == row)).one())


def ask(site, client, row: int = 1, **more):
    said = {"submission": "one", "kind": "incident", "project": project_id(site, row)}
    return client.post("/tickets/new", data=said | {"what": "平台打不开，提示 502。三个科室都不行"} | more)


def test_what_would_be_promised_is_shown_before_anything_is_sent(site, visit):
    about = f"kind=incident&project={project_id(site, 1)}"
    text = plain(visit("contact").get(f"/tickets/promise?{about}").text)
    assert "现在提交，承诺： 09:30 前响应 30 分以内 15:00 前恢复 6 小时以内" in text
    onsite = plain(visit("contact").get(f"/tickets/promise?{about}&onsite=1").text)
    assert "09:30 前响应" in onsite
    assert "10:00 前到现场" in onsite
    assert "没有约定时间" not in onsite
    assert tickets(site) == [], "nothing is stored"


def test_a_paralysis_and_an_empty_promise_are_said_before_sending(site, visit):
    row = project_id(site, 1)
    asked = visit("contact").get(f"/tickets/promise?kind=consultation&project={row}").text
    assert "前响应" in asked
    assert "前恢复" not in asked
    for bad in ("kind=incident", f"kind=tea&project={row}", f"project={row}"):
        assert visit("contact").get(f"/tickets/promise?{bad}").status_code == 422, bad


def test_a_promise_is_for_the_own_units_contact(site, visit):
    about = f"/tickets/promise?kind=incident&project={project_id(site, 1)}"
    assert visit("stranger").get(about).status_code == 404
    for name in ("engineer", "manager", "bureau", "auditor", "admin"):
        assert visit(name).get(about).status_code == 403, name


def test_it_is_said_in_one_piece_and_the_title_is_its_first_sentence(site, visit):
    client = visit("contact")
    sent = ask(site, client, onsite="1", paralysis="0", place="305")
    assert sent.status_code == 303
    ticket = read(site, lambda session: session.scalars(select(Ticket)).one())
    assert (ticket.title, ticket.description) == (
        "平台打不开，提示 502",
        "平台打不开，提示 502。三个科室都不行",
    )
    assert [kind for kind, _ in events(site, ticket.id)] == ["opened", "onsite_requested"]
    page = plain(client.get(sent.location).text)
    assert f"已提交 {ticket.number}，承诺 09:30 前响应，10:00 前到现场，15:00 前恢复。" in page
    assert ask(site, client, onsite="1", paralysis="0", place="305").status_code == 303
    assert len(events(site, ticket.id)) == 2, "sent twice it is one request and one call to the site"


def test_a_long_first_sentence_is_cut_and_nothing_is_asked_twice(site, visit):
    words = "网" * 60
    ask(site, visit("contact"), what=words)
    ticket = read(site, lambda session: session.scalars(select(Ticket)).one())
    assert (ticket.title, ticket.description) == ("网" * 39 + "…", words)
    assert ask(site, visit("contact"), submission="two", what=" ").status_code == 422
    page = visit("contact").get("/tickets/new").text
    assert 'name="paralysis" value="1">' in page, "asked, and nothing chosen beforehand"
    assert not re.search(r'name="(kind|paralysis)"[^>]* checked', page)
    assert 'value="0379-60000000"' in page


def test_the_story_is_told_in_plain_sentences_with_the_present_step_on_top(site, visit):
    ticket = make(site, "contact", now="2025-07-01 08:30")
    do(site, ticket, "engineer", service.respond, "2025-07-01 08:42")
    page = plain(visit("contact").get(f"/tickets/{ticket}").text)
    assert "工程师正在处理 承诺 14:30 前恢复" in page
    assert "08:42 驻场工程师engineer已响应（承诺 30 分，用了 12 分）" in page
    assert "08:30 您提交了报修" in page
    assert re.search(r"提交 已完成 · .*响应 已完成 · .*修好 进行中.*您确认 未开始", page)
    assert "到场" not in page.split("办到哪一步")[-1].split("经过")[0].split("其他操作")[0].split("08:42")[0]
    do(site, ticket, "engineer", service.claim_recovery, "2025-07-01 08:50", None, "换了电源")
    page = plain(visit("contact").get(f"/tickets/{ticket}").text)
    assert "工程师说已经修好，请您确认" in page
    assert "说已经修好，请您确认（承诺 6 小时，用了 20 分） 换了电源" in page
    do(site, ticket, "contact", service.reject, "2025-07-01 08:55", "还是打不开")
    page = plain(visit("contact").get(f"/tickets/{ticket}").text)
    assert "您说还没解决，继续处理；承诺的时间没有停过" in page
    assert "还是打不开" in page


def test_on_site_work_is_asked_for_with_one_tap_and_once(site, visit):
    ticket = make(site, "contact", now="2025-07-01 08:30")
    client = visit("contact")
    page = client.get(f"/tickets/{ticket}").text
    assert "要求派人到现场" in page
    form = re.search(r'action="/tickets/\d+/request_onsite">(.*?)</form>', page, re.DOTALL)
    assert form is not None
    values = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
    assert client.post(f"/tickets/{ticket}/request_onsite", data=values).status_code == 303
    page = plain(client.get(f"/tickets/{ticket}").text)
    assert "您要求派人到现场" in page
    assert "等工程师到现场" in page or "等工程师响应" in page
    assert "到场 未开始" in page
    assert "要求派人到现场 " not in page.split("其他操作")[0].replace("您要求派人到现场", "")


def test_a_pause_and_what_waits_are_told_without_jargon(site, visit):
    ticket = make(site, "contact", now="2025-07-01 08:30")
    do(site, ticket, "engineer", service.respond, "2025-07-01 08:40")
    do(site, ticket, "engineer", service.pause, "2025-07-01 08:45", PauseReason.AWAITING_UNIT, "等机房钥匙")
    page = plain(visit("contact").get(f"/tickets/{ticket}").text)
    assert "暂停处理：等待单位配合" in page
    assert "工程师说要等一等，这段时间不计时，您看对不对" in page
    assert "说要等一等，暂停处理 原因：等待单位配合 等机房钥匙" in page


def test_another_units_contact_sees_nothing_and_the_engineer_the_record(site, visit):
    ticket = make(site, "contact", now="2025-07-01 08:30")
    assert visit("stranger").get(f"/tickets/{ticket}").status_code == 404
    page = plain(visit("engineer").get(f"/tickets/{ticket}").text)
    assert "您提交了报修" not in page
    assert "登记 单位联系人contact （单位）" in page


def test_the_contact_of_the_unit_above_is_told_of_a_sub_units_request(site, visit):
    with site.app_context(), transaction() as session:
        unit = session.scalars(select(Project).where(Project.seq == 28)).one().unit
        assert unit.parent is not None
        for name, of in (("above", unit.parent), ("below", unit)):
            session.add(
                User(
                    username=name,
                    name=name,
                    role=Role.CONTACT,
                    unit=of,
                    password_hash=NO_PASSWORD,
                    created_at=at("2025-06-01 09:00"),
                )
            )
    ticket = make(site, "below", row=28, now="2025-07-01 08:30", kind=TicketKind.CONSULTATION)
    assert "08:30 below提交了咨询" in plain(visit("above").get(f"/tickets/{ticket}").text)
    assert "08:30 您提交了咨询" in plain(visit("below").get(f"/tickets/{ticket}").text)
    above = make(site, "above", row=27, now="2025-07-01 08:35")
    assert visit("below").get(f"/tickets/{above}").status_code == 404
    assert visit("contact").get(f"/tickets/{ticket}").status_code == 404


def test_a_rating_is_one_tap_and_closes(site, visit):
    ticket = make(site, "contact", now="2025-07-01 08:30")
    do(site, ticket, "engineer", service.claim_recovery, "2025-07-01 08:50", None, "换了电源")
    do(site, ticket, "contact", service.accept, "2025-07-01 08:55")
    client = visit("contact")
    page = client.get(f"/tickets/{ticket}").text
    version = re.search(r'action="/tickets/\d+/close">.*?name="version" value="(\d+)"', page, re.DOTALL)
    assert version is not None
    said = {"version": version[1], "rating": "4", "comment": "很快", "back": ""}
    assert client.post(f"/tickets/{ticket}/close", data=said).status_code == 303
    page = plain(client.get(f"/tickets/{ticket}").text)
    assert "已办结" in page
    assert "您评价后办结 满意度 4 分" in page
    assert client.post(f"/tickets/{ticket}/close", data=said).status_code == 409, "said once"


def test_a_story_costs_the_same_however_long_it_is(site, visit):
    ticket = make(site, "contact", now="2025-07-01 08:30")
    set_clock(site, "2025-07-01 12:00")
    client = visit("contact")
    client.get(f"/tickets/{ticket}")
    with counted(site) as few:
        client.get(f"/tickets/{ticket}")
    for minute in range(40, 50):
        do(site, ticket, "engineer", service.add_note, f"2025-07-01 08:{minute}", f"第 {minute} 步")
    with counted(site) as many:
        client.get(f"/tickets/{ticket}")
    assert len(many) == len(few) <= 16
