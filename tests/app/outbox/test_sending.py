"""What a device sends later is taken once, at the moment the person tapped, whatever its clock says."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import Site
from models.checklists import ChecklistItem
from models.files import Attachment
from models.submissions import Submission
from models.tickets import Ticket, TicketEvent
from sla.when import SHANGHAI, iso
from tests.app import visitors
from tests.app.duties.desk import all_normal, done_at, drafted, items, occurrence_id, work, work_ids
from tests.app.files.pictures import photo
from tests.app.personas import at, project
from tests.app.tickets.desk import events, make
from tests.app.visitors import JSON, read

both = pytest.mark.both_databases
NOW = "2025-07-01 09:00"


@pytest.fixture
def visit(site: Site) -> Callable[[str], FlaskClient]:
    return partial(visitors.visit, site)


def later(tapped: str, sent: str = NOW) -> dict[str, str]:
    """Say what a device says beside a form: when the person tapped and when it sends, by its own clock."""
    return {**JSON, "Lvyue-Tapped-At": iso(at(tapped)), "Lvyue-Device-At": iso(at(sent))}


def rows(site: Site, table: type) -> int:
    return read(site, lambda session: session.scalar(select(func.count()).select_from(table)) or 0)


def last_event(site: Site, ticket: int) -> TicketEvent:
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket).order_by(TicketEvent.seq.desc())
    return read(site, lambda session: session.scalars(query).first())  # type: ignore[return-value]


def reported_at(site: Site) -> datetime:
    return read(site, lambda session: session.scalars(select(Ticket.reported_at)).one())


def a_step(submission: str = "k1", **said: Any) -> dict[str, Any]:
    return {"version": 1, "submission": submission, **said}


@both
def test_a_step_sent_again_is_one_event_and_one_photo(site, visit):
    ticket, engineer = make(site, "contact"), visit("engineer")
    for _ in range(2):
        sent = a_step(note="到了", file=(BytesIO(photo()), "门.jpg"))
        answer = engineer.post(f"/tickets/{ticket}/respond", data=sent, headers=later("2025-07-01 08:40"))
        assert (answer.status_code, answer.location) == (303, f"/tickets/{ticket}")
    assert [kind for kind, _ in events(site, ticket)] == ["opened", "responded"]
    assert rows(site, Attachment) == 1
    assert rows(site, Submission) == 1


def test_an_ordinary_form_sent_again_later_by_the_device_is_one_event(site, visit):
    ticket, engineer = make(site, "contact"), visit("engineer")
    assert engineer.post(f"/tickets/{ticket}/respond", data=a_step()).status_code == 303
    answer = engineer.post(f"/tickets/{ticket}/respond", data=a_step(), headers=later("2025-07-01 08:59"))
    assert answer.status_code == 303
    assert last_event(site, ticket).occurred_at == at(NOW), "the first sending told the time"
    assert len(events(site, ticket)) == 2


def test_the_same_number_with_other_content_is_not_lost_in_silence(site, visit):
    ticket, engineer = make(site, "contact"), visit("engineer")
    engineer.post(f"/tickets/{ticket}/respond", data=a_step(note="第一次"))
    answer = engineer.post(f"/tickets/{ticket}/respond", data=a_step(note="第二次"), headers=JSON)
    assert answer.status_code == 409
    assert "改过的内容没有保存" in answer.get_json()["error"]


@both
def test_somebody_elses_number_is_refused_and_tells_nothing(site, visit):
    ticket = make(site, "contact")
    visit("engineer").post(f"/tickets/{ticket}/respond", data=a_step())
    answer = visit("manager").post(f"/tickets/{ticket}/respond", data=a_step(), headers=JSON)
    assert (answer.status_code, answer.get_json()["field"]) == (409, "submission")


@both
def test_two_sendings_at_the_same_moment_are_one_event(site, visit):
    ticket = make(site, "contact")
    clients = [visit("engineer") for _ in range(3)]

    def send(client: FlaskClient) -> int:
        headers = later("2025-07-01 08:50")
        return client.post(f"/tickets/{ticket}/respond", data=a_step(), headers=headers).status_code

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(send, clients)) == [303, 303, 303]
    assert len(events(site, ticket)) == 2


def test_a_refused_step_leaves_its_number_free_for_the_corrected_one(site, visit):
    ticket, engineer = make(site, "contact"), visit("engineer")
    early, right = a_step(occurred_at="2025-07-01T08:00"), a_step(occurred_at="2025-07-01T08:45")
    refused = engineer.post(f"/tickets/{ticket}/respond", data=early, headers=later("2025-07-01 08:40"))
    assert (refused.status_code, refused.get_json()["field"]) == (422, "occurred_at")
    sent = engineer.post(f"/tickets/{ticket}/respond", data=right, headers=later("2025-07-01 08:40"))
    assert sent.status_code == 303
    assert last_event(site, ticket).occurred_at == at("2025-07-01 08:45")


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=9), timedelta(days=-400)])
def test_only_the_time_between_tap_and_sending_counts_whatever_the_clock_says(site, visit, ahead):
    ticket = make(site, "contact")
    tapped, sent = (at(text) + ahead for text in ("2025-07-01 08:40", NOW))
    headers = {**JSON, "Lvyue-Tapped-At": iso(tapped), "Lvyue-Device-At": iso(sent)}
    assert (
        visit("engineer").post(f"/tickets/{ticket}/respond", data=a_step(), headers=headers).status_code
        == 303
    )
    event = last_event(site, ticket)
    assert (event.occurred_at, event.recorded_at) == (at("2025-07-01 08:40"), at(NOW))
    assert datetime.fromisoformat(event.data["device_at"]) == sent
    page = visit("contact").get(f"/tickets/{ticket}").text
    assert f"设备时间 {sent.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}，服务器时间 2025-07-01 09:00:00" in page
    assert ("发生时间已按此折算" in page) is bool(ahead)


def test_a_clock_that_was_set_back_meanwhile_asks_for_the_time(site, visit):
    ticket = make(site, "contact")
    headers = later("2025-07-01 09:30", sent=NOW)
    answer = visit("engineer").post(f"/tickets/{ticket}/respond", data=a_step(), headers=headers)
    assert answer.status_code == 422
    assert "被拨回过" in answer.get_json()["error"]
    assert answer.get_json()["field"] == "occurred_at"
    assert len(events(site, ticket)) == 1


@pytest.mark.parametrize("said", ["", "gestern", "2025-07-01T08:40:00", "1999-01-01T00:00:00Z"])
def test_a_device_that_does_not_say_its_time_is_refused(site, visit, said):
    ticket = make(site, "contact")
    headers = {**JSON, "Lvyue-Tapped-At": said, "Lvyue-Device-At": iso(at(NOW))}
    answer = visit("engineer").post(f"/tickets/{ticket}/respond", data=a_step(), headers=headers)
    assert answer.status_code == 422
    assert len(events(site, ticket)) == 1


def test_what_is_sent_too_late_is_a_back_entry(site, visit):
    ticket = make(site, "contact", now="2025-07-01 05:00")
    visit("engineer").post(f"/tickets/{ticket}/respond", data=a_step(), headers=later("2025-07-01 05:04"))
    page = visit("contact").get(f"/tickets/{ticket}").text
    assert "补录" in page
    assert "按录入时间判定" in page


def test_later_steps_ask_for_the_state_and_not_for_the_version(site, visit):
    ticket, engineer = make(site, "contact"), visit("engineer")
    for n, step in enumerate(("respond", "arrive", "claim_recovery")):
        sent = a_step(f"k{n}", note="换了电源")
        headers = later(f"2025-07-01 08:4{n}")
        assert engineer.post(f"/tickets/{ticket}/{step}", data=sent, headers=headers).status_code == 303
    again = engineer.post(f"/tickets/{ticket}/respond", data=a_step("k9"), headers=later("2025-07-01 08:50"))
    assert again.status_code == 409
    assert "已经响应过" in again.get_json()["error"]
    at_once = engineer.post(f"/tickets/{ticket}/note", data=a_step("k8", note="x"), headers=JSON)
    assert at_once.status_code == 409, "sent at once, the version counts"


@both
def test_a_ticket_with_a_photo_is_opened_once(site, visit):
    engineer = visit("engineer")
    of = read(site, lambda session: project(session, 1).id)
    for _ in range(2):
        new = {"project": of, "kind": "incident", "title": "风扇响", "submission": "t1"}
        sent = {**new, "file": (BytesIO(photo()), "风扇.jpg")}
        answer = engineer.post("/tickets/new", data=sent, headers=later("2025-07-01 08:30"))
        assert answer.status_code == 303
    assert (rows(site, Ticket), rows(site, Attachment)) == (1, 1)
    (opened,) = events(site, int(answer.location.rsplit("/", 1)[1]))
    assert datetime.fromisoformat(opened[1]["device_at"]) == at(NOW)
    assert read(site, lambda session: session.scalars(select(Ticket.reported_at)).one()) == at(
        "2025-07-01 08:30"
    )


def test_a_contacts_request_counts_from_its_arrival(site, visit):
    of = read(site, lambda session: project(session, 1).id)
    new = {"project": of, "kind": "incident", "title": "打不开", "submission": "t1"}
    visit("contact").post("/tickets/new", data=new, headers=later("2025-07-01 08:30"))
    assert reported_at(site) == at(NOW)


def whole(site: Site) -> dict[str, Any]:
    found = items(site)
    checklist = read(site, lambda session: session.get_one(ChecklistItem, found[0].id).version_id)
    return {"submission": "w1", "checklist": checklist, **all_normal(found)}


@both
def test_an_inspection_filled_in_without_network_is_taken_once_with_its_photos(site, visit):
    due, engineer = occurrence_id(site), visit("engineer")
    item = items(site)[0].id
    for _ in range(2):
        sent = {**whole(site), f"photo-{item}": (BytesIO(photo()), "灯.jpg")}
        answer = engineer.post(f"/works/of/{due}", data=sent, headers=later("2025-07-01 07:30"))
        assert answer.status_code == 303, answer.get_json()
    (made,) = work_ids(site)
    assert answer.location == f"/works/{made}"
    assert rows(site, Attachment) == 1
    assert work(site, made, "occurred_at", "recorded_at", "device_at") == (
        at("2025-07-01 07:30"),
        at(NOW),
        at(NOW),
    )
    assert done_at(site, due) == at("2025-07-01 07:30")
    assert (
        "设备时间 2025-07-01 09:00:00，服务器时间 2025-07-01 09:00:00" in engineer.get(answer.location).text
    )


def test_a_draft_is_finished_by_its_own_person_whatever_was_saved_meanwhile(site, visit):
    made, engineer = drafted(site), visit("engineer")
    answers = {"version": 1, **all_normal(items(site))}
    assert engineer.post(f"/works/{made}", data={**answers, "submission": "s2"}).status_code == 303
    for _ in range(2):
        sent = {**answers, "submission": "s3", "act": "finish"}
        answer = engineer.post(f"/works/{made}", data=sent, headers=later("2025-07-01 08:30"))
        assert answer.status_code == 303, answer.get_json()
    assert work(site, made, "occurred_at") == (at("2025-07-01 08:30"),)


def test_an_inspection_with_something_missing_is_refused_and_nothing_of_it_stays(site, visit):
    due = occurrence_id(site)
    sent = whole(site)
    del sent[f"result-{items(site)[0].id}"]
    answer = visit("engineer").post(f"/works/of/{due}", data=sent, headers=later("2025-07-01 08:30"))
    assert answer.status_code == 422
    assert "还有 1 项没有填写" in answer.get_json()["error"]
    assert (work_ids(site), rows(site, Submission)) == ([], 0)


@pytest.mark.parametrize(("who", "status"), [("other_engineer", 404), ("contact", 403), ("stranger", 404)])
def test_an_inspection_is_taken_from_whoever_may_do_it(site, visit, who, status):
    answer = visit(who).post(f"/works/of/{occurrence_id(site)}", data=whole(site), headers=later(NOW))
    assert answer.status_code == status
    assert work_ids(site) == []


def test_a_device_asks_which_of_its_own_numbers_have_arrived(site, visit):
    ticket, engineer = make(site, "contact"), visit("engineer")
    engineer.post(f"/tickets/{ticket}/respond", data=a_step("mine"))
    upload = {"submission": "alone", "file": (BytesIO(photo()), "x.jpg")}
    engineer.post(f"/files/ticket/{ticket}", data=upload)
    path = "/offline/arrived?key=mine&key=alone&key=never"
    assert engineer.get(path).get_json() == {"arrived": ["alone", "mine"]}
    assert visit("manager").get(path).get_json() == {"arrived": []}
