"""Asked by the bureau, signed by the unit, followed up by the supplier, settled by the unit."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import func, select, true

from app.callbacks.queries import as_fact, good_callbacks, rows_signed, waiting_for
from app.callbacks.telling import remind
from app.database import transaction
from models.callbacks import CallBack, CallBackAnswer
from models.contract import Project
from models.papers import Paper
from models.watch import Notice
from sla.callbacks import CallBackState
from sla.vocab import Channel
from tests.app.callbacks.world import BAD, GOOD, TOLD, answers, of_row, post, start, state
from tests.app.files.pictures import photo
from tests.app.personas import at, project
from tests.app.visitors import ledger, named, read, set_clock, visit


@pytest.fixture
def asked(site):
    """Rows 1 and 3 are asked about June."""
    start(site)
    return site


@pytest.mark.both_databases
def test_the_bureau_asks_all_projects_in_service_once(site):
    assert start(site, rows=(1,)) == 1
    form = {"first_day": "2025-06-03", "last_day": "2025-06-30"}
    answer = visit(site, "bureau").post("/callbacks/start", data=form)
    assert answer.status_code == 303
    assert "first=2025-06-03" in answer.location
    # Row 45 is not in service before 27 July; row 1 was asked already.
    found = read(site, lambda s: s.scalar(select(func.count()).select_from(CallBack)))
    rows = read(site, lambda s: set(s.scalars(select(Project.seq).join(CallBack))))
    assert 45 not in rows
    assert found == len(rows) == len(ledger(site, "callback.asked"))
    assert visit(site, "bureau").post("/callbacks/start", data=form).status_code == 303
    assert len(ledger(site, "callback.asked")) == found


def test_a_period_that_cannot_be_asked_about_is_named(site):
    bureau = visit(site, "bureau")
    for more, words in (
        ({"last_day": "2025-06-01"}, "不能早于第一天"),
        ({"last_day": "2025-07-02"}, "到今天为止"),
        ({"first_day": "2024-01-01"}, "最多一年"),
        ({"scope": "chosen"}, "没有选择项目"),
        ({"first_day": ""}, "请填写"),
    ):
        form = {"first_day": "2025-06-03", "last_day": "2025-06-30"} | more
        answer = bureau.post("/callbacks/start", data=form)
        assert answer.status_code == 422, more
        assert words in answer.text, more


@pytest.mark.both_databases
def test_the_unit_signs_with_one_tick(asked):
    assert post(asked, "contact", "answer", GOOD).status_code == 303
    assert state(asked) is CallBackState.GOOD
    entry = ledger(asked, "callback.answered")[0]
    payload = json.loads(entry.payload)
    assert (payload["satisfaction"], payload["running_well"], payload["channel"]) == (
        "satisfied",
        True,
        "site",
    )


def test_what_is_missing_is_named_and_nothing_is_signed(asked):
    for more, words in (
        ({"sure": ""}, "本人代表单位确认以上内容」后"),
        ({"satisfaction": ""}, 'id="answer-satisfaction-error"'),
        ({"running": ""}, 'id="answer-running-error"'),
        ({"satisfaction": "dissatisfied"}, "请写明哪里不好"),
        ({"running": "false"}, "请写明哪里不好"),
    ):
        answer = post(asked, "contact", "answer", GOOD | more)
        assert answer.status_code == 422, more
        assert words in answer.text, more
    assert answers(asked) == []


def test_nobody_else_signs_and_the_supplier_does_not_even_see_it(asked):
    unseen = ("stranger", "engineer", "manager", "hotline", "admin")
    for who, status in (("bureau", 403), ("auditor", 403), *((one, 404) for one in unseen)):
        assert post(asked, who, "answer", GOOD).status_code == status, who
        if who != "bureau":
            assert post(asked, who, "enter", TOLD).status_code == status, who
    assert answers(asked) == []


def test_once_it_is_signed_the_supplier_sees_it_and_still_does_not_answer(asked):
    post(asked, "contact", "answer", GOOD)
    for who, status in (("engineer", 403), ("manager", 403), ("hotline", 403), ("other_engineer", 404)):
        assert visit(asked, who).get(f"/callbacks/{of_row(asked)}").status_code == (
            200 if status == 403 else 404
        )
        assert post(asked, who, "answer", GOOD | {"seen": 1}).status_code == status
        assert post(asked, who, "enter", TOLD | {"seen": 1}).status_code == status
    assert len(answers(asked)) == 1


def test_a_complaint_is_followed_up_settled_and_answered_anew(asked):
    assert post(asked, "contact", "answer", BAD).status_code == 303
    assert state(asked) is CallBackState.COMPLAINT
    assert post(asked, "contact", "answer", GOOD | {"seen": 1}).status_code == 409
    assert (
        post(asked, "engineer", "follow-up", {"what": "增加一部电话"}, "2025-07-02 09:00").status_code == 303
    )
    assert state(asked) is CallBackState.FOLLOWED
    assert post(asked, "contact", "follow-up", {"what": "还是打不通"}, "2025-07-03 09:00").status_code == 303
    assert state(asked) is CallBackState.COMPLAINT
    assert post(asked, "manager", "follow-up", {"what": "换了线路"}, "2025-07-04 09:00").status_code == 303
    for who in ("engineer", "manager"):
        assert post(asked, who, "settle").status_code == 403
    assert post(asked, "contact", "settle", {}, "2025-07-04 10:00").status_code == 303
    assert state(asked) is CallBackState.SETTLED
    assert post(asked, "contact", "answer", GOOD | {"seen": 1}, "2025-07-05 09:00").status_code == 303
    assert (state(asked), answers(asked)) == (CallBackState.GOOD, ["dissatisfied", "satisfied"])
    assert post(asked, "contact", "answer", BAD | {"seen": 2}, "2025-07-06 09:00").status_code == 303
    assert state(asked) is CallBackState.COMPLAINT
    kinds = [one.kind.removeprefix("callback.") for one in ledger(asked, "callback.")][2:]
    followed = ["followed_up"] * 3
    assert kinds == ["answered", *followed, "settled", "answered", "answered"]


def test_nothing_is_followed_up_or_settled_without_a_complaint(asked):
    post(asked, "contact", "answer", GOOD)
    assert post(asked, "engineer", "follow-up", {"what": "x"}).status_code == 409
    assert post(asked, "contact", "settle").status_code == 409


def test_of_two_who_sign_the_second_is_told(asked):
    post(asked, "contact", "answer", GOOD)
    answer = post(asked, "contact", "answer", GOOD | {"remarks": "同事已签？"})
    assert answer.status_code == 409
    assert "刚刚提交过" in answer.text
    assert "同事已签？" in answer.text


def test_several_projects_are_signed_on_one_page_each_with_its_own_answer(site):
    start(site, rows=None)
    contact = visit(site, "contact")
    ids = read(
        site,
        lambda s: list(
            s.scalars(
                select(CallBack.id)
                .join(CallBack.project)
                .where(Project.unit_id == named(s, "contact").unit_id)
                .order_by(Project.seq)
            )
        ),
    )
    page = contact.get("/callbacks/sign").text
    assert all(f'name="satisfaction-{one}"' in page for one in ids)
    assert " checked" not in page
    first = {f"satisfaction-{ids[0]}": "basically", "sure": "1"}
    half = contact.post("/callbacks/sign", data=first)
    assert half.status_code == 422
    assert "请选择运转情况" in half.text
    assert 'value="basically" checked' in half.text
    done = contact.post("/callbacks/sign", data=first | {f"running-{ids[0]}": "true"})
    assert done.status_code == 303
    assert answers(site) == ["basically"]
    assert contact.post("/callbacks/sign", data={"sure": "1"}).status_code == 422


def test_on_that_page_nothing_is_signed_for_others(asked):
    foreign = of_row(asked, 3)
    data = {f"satisfaction-{foreign}": "satisfied", f"running-{foreign}": "true", "sure": "1"}
    assert visit(asked, "contact").post("/callbacks/sign", data=data).status_code == 404
    assert visit(asked, "manager").get("/callbacks/sign").status_code == 403


def test_all_or_nothing_is_signed_on_one_page(site):
    start(site, rows=None)
    unit = select(CallBack.id).join(CallBack.project).join(Project.unit)
    ids = read(site, lambda s: list(s.scalars(unit.where(Project.unit_id == project(s, 24).unit_id))))
    assert len(ids) > 1
    with site.app_context(), transaction() as session:
        named(session, "stranger").unit_id = project(session, 24).unit_id
    data = {f"satisfaction-{one}": "dissatisfied" for one in ids} | {f"running-{one}": "true" for one in ids}
    data |= {f"remarks-{ids[0]}": "慢", "sure": "1"}
    answer = visit(site, "stranger").post("/callbacks/sign", data=data)
    assert answer.status_code == 422
    assert read(site, lambda s: s.scalar(select(func.count()).select_from(CallBackAnswer))) == 0


# -- entered by the bureau --------------------------------------------------------------------------


def test_the_bureau_says_who_told_it_and_when(asked):
    for more, words in (
        ({"said_by": ""}, 'id="enter-said_by-error"'),
        ({"said_at": ""}, 'id="enter-said_at-error"'),
        ({"said_at": "2025-07-01T10:00:00"}, "不能在将来"),
        ({"said_at": "2025-06-02T10:00:00"}, "早于回访期间"),
        ({"channel": "paper"}, "要上传扫描件"),
        ({"channel": "site"}, "只能是电话"),
    ):
        answer = post(asked, "bureau", "enter", TOLD | more)
        assert answer.status_code == 422, more
        assert words in answer.text, more
    assert answers(asked) == []


def test_a_telephone_answer_counts_with_its_source(asked):
    assert post(asked, "bureau", "enter", TOLD).status_code == 303
    found = read(asked, lambda s: s.scalars(select(CallBackAnswer)).one())
    assert (found.channel, found.said_by, found.said_at) == (
        Channel.TELEPHONE,
        "王科长",
        at("2025-07-01 08:30"),
    )
    page = visit(asked, "auditor").get(f"/callbacks/{of_row(asked)}").text
    assert "电话回访，局方代录" in page


def test_a_paper_answer_comes_with_its_scan(asked):
    paper = TOLD | {"channel": "paper"}
    answer = post(asked, "bureau", "enter", paper | {"file": (BytesIO(photo()), "scan.jpg")})
    assert answer.status_code == 303
    found = read(asked, lambda s: s.scalars(select(Paper)).one())
    assert (str(found.kind), found.subject) == ("callback", f"callback:{of_row(asked)}")


def test_the_scan_of_the_printed_record_is_kept_with_its_digest(asked):
    post(asked, "contact", "answer", GOOD)
    page = visit(asked, "contact").get(f"/callbacks/{of_row(asked)}/record").text
    sent = {"file": (BytesIO(photo()), "scan.jpg")}
    assert post(asked, "contact", "scan", sent).status_code == 303
    found = read(asked, lambda s: s.scalars(select(Paper)).one())
    assert str(found.sha256) in page
    assert post(asked, "manager", "scan", {"file": (BytesIO(photo()), "x.jpg")}).status_code == 403
    assert post(asked, "contact", "scan").status_code == 422


def test_a_record_that_is_not_answered_yet_is_nothing_for_the_supplier(asked):
    assert post(asked, "contact", "scan", {"file": (BytesIO(photo()), "scan.jpg")}).status_code == 303
    address = f"/papers/{read(asked, lambda s: s.scalars(select(Paper)).one().id)}"
    said = {
        who: visit(asked, who).get(address).status_code
        for who in ("contact", "auditor", "manager", "engineer")
    }
    assert said == {"contact": 200, "auditor": 200, "manager": 404, "engineer": 404}
    post(asked, "contact", "answer", GOOD)
    assert visit(asked, "manager").get(address).status_code == 200
    assert visit(asked, "engineer").get(address).status_code == 200


# -- for others -------------------------------------------------------------------------------------


def test_the_facts_of_a_month_are_the_answers_signed_in_it(asked):
    def facts(since, until):
        def look(session):
            return [as_fact(row) for row in rows_signed(session, true(), at(since), at(until))]

        return read(asked, look)

    post(asked, "contact", "answer", BAD, "2025-07-31 23:00")
    post(asked, "contact", "settle", {}, "2025-07-31 23:30")
    post(asked, "contact", "answer", GOOD | {"seen": 1}, "2025-08-01 00:00")
    (july,) = facts("2025-07-01 00:00", "2025-08-01 00:00")
    (august,) = facts("2025-08-01 00:00", "2025-09-01 00:00")
    assert july == {
        "type": "callback",
        "project": 1,
        "unit": "洛阳市教育局",
        "first_day": "2025-06-03",
        "last_day": "2025-06-30",
        "satisfaction": "dissatisfied",
        "running_well": True,
        "channel": "site",
        "said_at": "2025-07-31T23:00:00+08:00",
        "settled_at": "2025-07-31T23:30:00+08:00",
    }
    assert august["satisfaction"] == "satisfied"

    def gate(day):
        def look(session):
            answer = good_callbacks(session, day)[project(session, 1).id]
            return answer is not None and answer.is_good

        return read(asked, look)

    assert [gate(date(2025, 7, 31)), gate(date(2025, 8, 1))] == [False, True]


def test_the_gate_looks_at_the_latest_answer_of_each_project(asked):
    def look(day):
        def goods(session):
            found = good_callbacks(session, day)
            assert len(found) == 45
            return {project(session, n).seq: found[project(session, n).id] for n in (1, 3)}

        return {seq: one and one.is_good for seq, one in read(asked, goods).items()}

    post(asked, "contact", "answer", BAD, "2025-07-02 09:00")
    post(asked, "contact", "settle", {}, "2025-07-03 09:00")
    post(asked, "contact", "answer", GOOD | {"seen": 1}, "2025-07-04 09:00")
    assert look(date(2025, 7, 1)) == {1: None, 3: None}
    assert look(date(2025, 7, 2)) == {1: False, 3: None}
    assert look(date(2025, 7, 4)) == {1: True, 3: None}


def test_what_waits_waits_for_whose_turn_it_is(asked):
    def waits():
        def look(session):
            names = ("contact", "stranger", "engineer", "manager", "hotline", "bureau", "auditor")
            found = {
                name: waiting_for(session, named(session, name), at("2025-07-09 09:00")) for name in names
            }
            return [name for name, rows in found.items() if any(one.project.seq == 1 for one, _ in rows)]

        return read(asked, look)

    assert waits() == ["contact"]
    post(asked, "contact", "answer", BAD)
    assert waits() == ["engineer", "manager"]
    post(asked, "manager", "follow-up", {"what": "换了"}, "2025-07-02 09:00")
    assert waits() == ["contact", "bureau"]


def test_contacts_are_told_when_asked_and_reminded_once_a_week(asked):
    def told(words):
        query = select(Notice).where(Notice.text.contains(words))
        return sorted(read(asked, lambda s: [one.user.username for one in s.scalars(query)]))

    def reminded(when):
        with asked.app_context(), transaction() as session:
            return remind(session, at(when))

    assert told("等您签署") == ["contact", "stranger"]
    post(asked, "stranger", "answer", GOOD, row=3)
    assert "提醒 0 位" in reminded("2025-07-04 08:10")
    assert "提醒 1 位" in reminded("2025-07-07 08:10")
    assert "提醒 0 位" in reminded("2025-07-08 08:10")
    assert "不是工作日" in reminded("2025-07-12 08:10")
    assert told("还没有签署") == ["contact"]


def test_a_complaint_is_told_to_the_supplier_and_the_bureau(asked):
    post(asked, "contact", "answer", BAD)
    query = select(Notice).where(Notice.kind == "complaint")
    told = read(asked, lambda s: {one.user.username for one in s.scalars(query)})
    assert told == {"engineer", "manager", "bureau", "bureau2"}


def test_a_signed_one_is_settled_at_no_time_before_its_complaint(asked):
    set_clock(asked, "2025-07-02 09:00")
    assert post(asked, "bureau", "settle").status_code == 409
