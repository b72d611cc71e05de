"""All that waits for somebody, on one page: what each role gets, decides, and must not even see."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import Site
from app.callbacks import service as callbacks
from app.database import transaction
from app.tickets import service as steps
from app.waiting import queries, service
from app.waiting.kind import Desk
from app.waiting.kinds import BY_CODE
from models.checklists import ChecklistVersion
from models.contract import InterpretationVersion, Project
from models.duties import Work
from models.residents import AttendanceMonth, Leave
from models.tickets import Ticket
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import Standing
from tests.app.duties.desk import change
from tests.app.personas import Personas, at, new_ticket, people_of
from tests.app.tickets.desk import plain
from tests.app.typed import send, sheets
from tests.app.visitors import JSON, counted_queries, named, read, set_clock
from tests.app.waiting.money import SINCE_THEN
from tests.app.waiting.world import NOW, furnish, objected, recovered

Visit = Callable[[str], FlaskClient]
OF_THE_UNIT = {"recovery", "pause", "claim", "backentry", "late_work", "leave", "attendance", "work"}


def there(session: Session) -> Personas:
    found = people_of(session)
    assert found is not None
    return found


@pytest.fixture
def full(site: Site) -> Site:
    """The site on Wednesday morning, when one thing of every kind waits."""

    def fill(session):
        furnish(session, there(session))

    change(site, fill)
    set_clock(site, NOW)
    return site


def kinds_on(page: str) -> set[str]:
    return set(re.findall(r'<section class="card" id="kind-(\w+)"', page))


def keys_of(page: str, code: str) -> list[str]:
    """Return the keys of a kind on a page, in its order."""
    part = page.split(f'id="kind-{code}"', 1)[1].split("</section>", 1)[0]
    return list(dict.fromkeys(re.findall(r'name="keys" value="([^"]+)"', part)))


def decide(
    client: FlaskClient, kind: str, keys: list[str] | str, act: str = "confirm", reason: str = "", **more
):
    return client.post("/waiting", data={"kind": kind, "keys": keys, "act": act, "reason": reason} | more)


# -- what each sees ------------------------------------------------------------


def test_each_role_finds_what_waits_for_it_and_only_that(full: Site, visit_as: Visit) -> None:
    seen = {
        name: kinds_on(visit_as(name).get("/waiting").text)
        for name in ("contact", "bureau", "engineer", "other_engineer", "manager")
    }
    assert seen["contact"] == OF_THE_UNIT
    assert seen["bureau"] == OF_THE_UNIT | {"checklist"}
    assert seen["engineer"] == {"returned"}
    assert seen["other_engineer"] == set()
    assert seen["manager"] == {"draw", "replacement"}
    told = seen["contact"] | seen["bureau"] | seen["engineer"] | seen["manager"]
    assert told | {"objection", "closing", "rating"} | SINCE_THEN == set(BY_CODE)
    for name in ("hotline", "auditor", "admin"):
        assert visit_as(name).get("/waiting").status_code == 403, name


def test_of_another_unit_nothing_is_seen_counted_or_decided(full: Site, visit_as: Visit) -> None:
    own = visit_as("contact").get("/waiting").text
    stranger = visit_as("stranger")
    page = stranger.get("/waiting").text
    for told in ("平台打不开", "等机房钥匙", "报表缺一列", "雪亮工程", "请假"):
        assert told in plain(own), told
        assert told not in plain(page), told
    for code in OF_THE_UNIT:
        [key, *_] = keys_of(own, code)
        assert decide(stranger, code, key).status_code == 404, code
        assert decide(stranger, code, key, "reject", "不对").status_code == 404, code
    assert read(full, lambda s: s.scalars(select(Work.standing)).all().count(Standing.CONFIRMED)) == 0


def test_the_number_in_the_menu_is_what_the_page_holds(full: Site, visit_as: Visit) -> None:
    for name in ("contact", "bureau", "manager", "engineer", "stranger"):
        page = visit_as(name).get("/waiting").text
        told = re.search(r'class="menu-count" aria-label="(\d+) 项"', page)

        def held(session, who=name):
            desk = Desk(session, named(session, who), at(NOW))
            return sum(group.found.total for group in queries.everything(desk) if not group.kind.optional)

        with full.test_request_context():
            assert (int(told[1]) if told else 0) == read(full, held), name


def test_each_thing_says_who_claimed_it_when_and_what_deciding_changes(full: Site, visit_as: Visit) -> None:
    text = plain(visit_as("contact").get("/waiting").text)
    assert "驻场工程师engineer 7月8日 14:10" in text
    assert "等待单位配合" in text
    assert "申报后 3 个工作日内不处理，视为验收通过" in text
    assert "到 2025-07-14 24:00 不处理，视为验收通过" in text
    assert "确认后：响应由超时变为达标" in text
    assert "确认后按 6月25日 09:00 判定" in text
    assert "reserve顶岗算在岗" in text
    assert "2025 年 6 月出勤" in text


def test_a_contact_reads_plain_words_where_others_read_the_trades(full: Site, visit_as: Visit) -> None:
    trade = ("补录", "挂起", "定性")
    text, theirs = (plain(visit_as(name).get("/waiting").text) for name in ("contact", "bureau"))
    assert [word for word in trade if word in text] == []
    assert [word for word in trade if word in theirs] == list(trade)
    assert "要等一等、不计时的" in text
    assert "您驳回就照常算" in text


def test_what_silence_means_follows_the_reading_in_force(full: Site, visit_as: Visit) -> None:
    row = InterpretationVersion.key == "silent_acceptance_workdays"

    def agreed(session):
        found = session.scalars(select(InterpretationVersion).where(row)).one_or_none()
        if found is None:
            found = InterpretationVersion(key="silent_acceptance_workdays", from_day=None)
            session.add(found)
        found.value, found.status = "5", "agreed"

    change(full, agreed)
    text = plain(visit_as("contact").get("/waiting").text)
    assert "申报后 5 个工作日内不处理" in text
    assert "到 2025-07-16 24:00 不处理" in text


# -- deciding ------------------------------------------------------------


def test_everything_of_a_unit_can_be_confirmed_here_one_by_one(full: Site, visit_as: Visit) -> None:
    client = visit_as("contact")
    page = client.get("/waiting").text
    for code in sorted(OF_THE_UNIT):
        for key in keys_of(page, code):
            assert decide(client, code, key).status_code == 303, (code, key)
    after = client.get("/waiting").text
    assert kinds_on(after) == {"rating"}, "what was accepted can be rated, and need not be"
    assert "menu-count" not in after
    assert read(full, lambda s: s.scalars(select(Ticket.waiting)).all()) == [0, 0]
    assert read(full, lambda s: s.scalars(select(Leave.standing)).all()) == [Standing.CONFIRMED]
    assert read(full, lambda s: s.scalars(select(AttendanceMonth.standing)).all()) == [Standing.CONFIRMED]


def test_a_refusal_needs_its_reason_and_keeps_what_was_typed(full: Site, visit_as: Visit) -> None:
    client = visit_as("contact")
    [key] = keys_of(client.get("/waiting").text, "pause")
    refused = decide(client, "pause", key, "reject")
    assert refused.status_code == 422
    assert "请写明原因" in refused.text
    assert kinds_on(refused.text) == OF_THE_UNIT
    long = decide(client, "pause", key, "reject", "钥" * 301)
    assert long.status_code == 422
    assert "钥" * 301 in long.text
    assert decide(client, "pause", key, "reject", "钥匙早就给了").status_code == 303
    assert "pause" not in kinds_on(client.get("/waiting").text)


def test_the_bureau_approves_a_checklist_it_has_seen_and_no_other(full: Site, visit_as: Visit) -> None:
    client = visit_as("bureau")
    [key] = keys_of(client.get("/waiting").text, "checklist")
    assert decide(client, "checklist", key + "x").status_code == 409
    assert decide(client, "checklist", key).status_code == 303
    open_ones = select(ChecklistVersion.id).where(ChecklistVersion.approved_at.is_(None))
    assert read(full, lambda s: s.scalars(open_ones).all()) == []


def test_several_are_confirmed_at_once_and_what_cannot_be_is_told_and_stays(
    full: Site, visit_as: Visit
) -> None:
    change(full, lambda session: recovered(session, there(session), 2))
    client = visit_as("contact")
    keys = keys_of(client.get("/waiting").text, "recovery")
    assert len(keys) == 3
    assert decide(visit_as("bureau"), "recovery", keys[0]).status_code == 303
    answer = decide(client, "recovery", [], "all", shown=" ".join(keys))
    assert answer.status_code == 200
    assert "办好 2 项；1 项没有办成" in plain(answer.text)
    assert "recovery" not in kinds_on(answer.text)
    told = decide(client, "recovery", keys, "confirm")
    assert told.status_code == 200
    assert "3 项没有办成" in plain(told.text)
    none = decide(client, "late_work", [])
    assert none.status_code == 422
    assert "请先勾选" in none.text


def test_a_program_gets_each_result(full: Site, visit_as: Visit) -> None:
    client = visit_as("contact")
    [pause] = keys_of(client.get("/waiting").text, "pause")
    sent = {"kind": "pause", "act": "confirm", "keys": [pause, "pause-9999-1"]}
    answer = client.post("/waiting", json=sent, headers=JSON).get_json()
    assert answer["done"] == 1
    assert [one["done"] for one in answer["results"]] == [True, False]
    assert "没有这张工单" in answer["results"][1]["error"]


def test_nobody_decides_about_the_own_claim(full: Site, visit_as: Visit) -> None:
    """S2, also for somebody who was an engineer and is the unit's contact now."""

    def becomes(session):
        contact = named(session, "contact")
        for work in session.scalars(select(Work)):
            work.by = contact
        version = session.scalars(
            select(ChecklistVersion).where(ChecklistVersion.approved_at.is_(None))
        ).one()
        version.drafted_by = named(session, "bureau")

    keys = keys_of(visit_as("contact").get("/waiting").text, "late_work")
    change(full, becomes)
    client = visit_as("contact")
    assert kinds_on(client.get("/waiting").text) == OF_THE_UNIT - {"late_work", "work"}
    assert decide(client, "late_work", keys).status_code == 403
    assert "checklist" not in kinds_on(visit_as("bureau").get("/waiting").text)
    assert "checklist" in kinds_on(visit_as("bureau2").get("/waiting").text)


def test_what_has_its_own_page_is_not_decided_here(full: Site, visit_as: Visit) -> None:
    manager = visit_as("manager")
    page = manager.get("/waiting").text
    assert 'href="/residents/members/' in page
    assert keys_of(page, "draw") == []
    with full.app_context(), transaction() as session:
        person = named(session, "manager")
        with pytest.raises(Conflict):
            service.decide(session, person, BY_CODE["draw"], ["1"], True, "", at(NOW))
        with pytest.raises(Forbidden):
            service.decide(session, person, BY_CODE["pause"], ["pause-1-1"], True, "", at(NOW))
        with pytest.raises(Invalid):
            service.decide(session, named(session, "contact"), BY_CODE["pause"], [], True, "", at(NOW))
    assert decide(manager, "pause", "pause-1-1").status_code == 404
    assert manager.get("/waiting?kind=pause").status_code == 404
    assert manager.get("/waiting?kind=nothing").status_code == 404
    assert manager.post("/waiting", data={"kind": "nothing", "act": "confirm"}).status_code == 422
    for key in ("", "x", "pause-1", "pause-1-x", "pause-99999999999-1", "recovery-1-1", "9" * 60):
        assert decide(visit_as("contact"), "pause", key or "-").status_code in (404, 409, 422), key


def test_an_objection_waits_for_the_manager_and_no_longer_for_the_unit(full: Site, visit_as: Visit) -> None:
    change(full, lambda session: objected(session, there(session)))
    assert "attendance" not in kinds_on(visit_as("contact").get("/waiting").text)
    page = visit_as("manager").get("/waiting").text
    assert "objection" in kinds_on(page)
    assert "3 日有人" in page


# -- cost ------------------------------------------------------------


@pytest.mark.parametrize("name", ["contact", "bureau", "manager", "engineer"])
def test_the_page_takes_as_many_questions_however_much_waits(full: Site, visit_as: Visit, name: str) -> None:
    client = visit_as(name)
    client.get("/waiting")

    def asked() -> int:
        with counted_queries(full) as sent:
            client.get("/waiting")
        return len([one for one in sent if one.startswith("SELECT")])

    few = asked()

    change(full, lambda session: recovered(session, there(session), 6))
    assert asked() == few <= 22


def test_on_both_databases_the_same_waits(session, people) -> None:
    furnish(session, people)
    found = {}
    for name in ("contact", "bureau", "manager", "engineer"):
        desk = Desk(session, getattr(people, name), at(NOW))
        found[name] = queries.number(desk)
    assert found == {"contact": 7, "bureau": 6 + 16 + 1, "manager": 2, "engineer": 1}


@pytest.fixture
def asked(full: Site) -> Site:
    """A call-back and a rating wait as well."""

    def ask(session):
        people = there(session)
        row = session.scalars(select(Project).where(Project.seq == 1)).one()
        first, last = date(2025, 6, 3), date(2025, 6, 30)
        callbacks.start(session, people.bureau, first, last, at("2025-07-09 09:00"), [row.id])
        done = new_ticket(session, people.contact, now="2025-07-09 08:30", title="办完了")
        steps.claim_recovery(session, people.engineer, done, at("2025-07-09 08:40"), note="好了")
        steps.accept(session, people.contact, done, at("2025-07-09 08:50"))

    change(full, ask)
    return full


def test_a_mistake_in_a_form_in_its_place_is_shown_there_with_everything_typed(
    asked: Site, visit_as: Visit
) -> None:
    client = visit_as("contact")
    page = html.document_fromstring(client.get("/waiting").text)
    for code, typed in (
        ("callback", {"satisfaction": "dissatisfied", "running": "false", "remarks": "半天打不通"}),
        ("rating", {"comment": "很快", "rating": "9"}),
    ):
        (sheet,) = (one for one in sheets(page, "/waiting") if f"#{code}-" in one.action or code in one.back)
        answer = send(client, sheet, {name: [value] for name, value in typed.items()})
        assert answer.status_code == 422
        again = html.document_fromstring(answer.text)
        assert again.xpath("//h1")[0].text_content() == "待我确认"
        (shown,) = (one for one in sheets(again, "/waiting") if one.action == sheet.action and one.boxes)
        assert not shown.folded
        assert {name: shown.boxes[name].has for name in typed if name in shown.boxes} == {
            name: [value] for name, value in typed.items() if name in shown.boxes
        }
        assert len(again.xpath("//*[@role='alert']")) == 1
        assert again.xpath("//*[@id=$id]//*[@role='alert']", id=sheet.back.partition(":")[2])


def test_what_was_typed_into_a_form_in_its_place_is_there_when_somebody_was_quicker(
    asked: Site, visit_as: Visit
) -> None:
    first, second = visit_as("contact"), visit_as("contact")
    good = {"satisfaction": "satisfied", "running": "true", "sure": "1", "seen": "0"}
    assert first.post("/callbacks/1/answer", data=good).status_code == 303
    late = good | {"satisfaction": "dissatisfied", "remarks": "半天打不通", "back": "waiting:callback-1"}
    answer = second.post("/callbacks/1/answer", data=late)
    assert answer.status_code == 409
    page = html.document_fromstring(answer.text)
    assert page.xpath("//h1")[0].text_content() == "待我确认"
    (lost,) = page.xpath("//section[@aria-label='没有保存的内容']")
    assert {"半天打不通", "不满意"} <= {one.text_content() for one in lost.xpath(".//dd")}


def test_a_call_back_is_signed_and_a_rating_given_where_they_are_shown(asked: Site, visit_as: Visit) -> None:
    client = visit_as("contact")

    def form(code: str) -> tuple[str, dict[str, str]]:
        part = client.get("/waiting").text.split(f'id="kind-{code}"', 1)[1].split("</section>", 1)[0]
        found = re.search(r'<form[^>]* action="([^"]+)">(.*?)</form>', part, re.DOTALL)
        assert found is not None
        return found[1], dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[2]))

    path, values = form("callback")
    signed = client.post(path, data=values | {"satisfaction": "satisfied", "running": "true", "sure": "1"})
    assert (signed.status_code, signed.location) == (303, "/waiting")
    path, values = form("rating")
    rated = client.post(path, data=values | {"rating": "5"})
    assert (rated.status_code, rated.location) == (303, "/waiting")
    page = client.get("/waiting").text
    assert not {"callback", "rating"} & kinds_on(page)
    assert client.post("/callbacks/1/answer", data={"back": "https://elsewhere"}).status_code == 422
    assert "rating" not in kinds_on(visit_as("bureau").get("/waiting").text)


def test_a_contacts_start_page_asks_twelve_questions_at_most(full: Site, visit_as: Visit) -> None:
    client = visit_as("contact")
    client.get("/")
    with counted_queries(full) as few:
        client.get("/")
    change(full, lambda session: recovered(session, there(session), 8))
    with counted_queries(full) as many:
        page = client.get("/").text
    assert page.count('class="decision"') > 8
    assert len(few) == len(many) <= 12
