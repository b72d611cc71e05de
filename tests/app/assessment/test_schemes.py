"""The scheme: a draft anybody judged by it may read, two persons of the bureau to adopt it (A1, S2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from app.assessment import queries, service
from app.assessment.editor import filled, said_scheme
from app.assessment.queries import Judging, Standing, versions
from models.assessment import SchemeVersion
from sla.assessment import SchemeState, read_scheme
from sla.errors import Conflict, Forbidden, Invalid
from sla.period import Period, month, quarter
from tests.app.assessment.world import NOW, SIGN, adopted, change, draft_of, late_and_in_time, version
from tests.app.personas import at
from tests.app.visitors import give_passwords, ledger, named, read, set_clock


def judging(known: Sequence[SchemeVersion], period: Period) -> Judging:
    found = queries.judging(known, period)
    assert found is not None
    return found


PLAN = {"from_day": "2025-06-03", "basis": "局长办公会纪要 7 号"}
JULY = month(date(2025, 7, 1))


def boxes(site, **changes):
    shown = read(site, lambda session: {"name": version(session).name} | filled(version(session).scheme))
    return shown | changes


def digest(site, number=1):
    return read(site, lambda session: service.digest(version(session, number).scheme))


def state(site, number=1):
    return read(site, lambda session: version(session, number).state)


# -- which one judges -------------------------------------------------------------------------------


def test_the_shipped_draft_judges_until_a_version_is_adopted(site):
    found = read(site, lambda session: judging(versions(session), JULY))
    assert (found.version.number, found.standing) == (1, Standing.DRAFT)
    assert found.standing.label == "按未签署的考核办法草案"
    assert [one.name for one in found.scheme.bands] == ["优秀", "良好", "合格", "不合格"]


def test_a_period_is_judged_by_the_version_in_force_on_its_last_day(site):
    def look(session):
        adopted(session, from_day=date(2025, 7, 1))
        draft_of(session)
        adopted(session, 2, from_day=date(2025, 8, 31))
        known = versions(session)
        periods = (month(date(2025, 6, 1)), JULY, month(date(2025, 8, 1)), quarter(date(2025, 7, 1)))
        return [(found.version.number, found.standing) for found in (judging(known, one) for one in periods)]

    later, in_force = Standing.LATER, Standing.IN_FORCE
    assert change(site, look) == [(1, later), (1, in_force), (2, in_force), (2, in_force)]


def test_without_a_version_in_force_the_open_draft_judges(site):
    def look(session):
        adopted(session, from_day=date(2025, 9, 1))
        draft_of(session)
        return judging(versions(session), JULY)

    found = change(site, lambda session: (look(session).version.number, look.__name__))
    assert found[0] == 2


# -- changing the draft -----------------------------------------------------------------------------


def test_a_draft_is_saved_only_after_its_changes_were_shown(site, visit):
    change(site, late_and_in_time)
    bureau = visit("bureau")
    page = bureau.get("/assessment/schemes/1/edit")
    assert 'name="weight_response" value="15"' in page.text
    new = boxes(site, weight_response="20", weight_onsite="5")
    shown = bureau.post("/assessment/schemes/1/edit", data=new)
    assert shown.status_code == 200
    assert "还没有保存" in shown.text
    assert "会按这一版重新计分" in shown.text
    assert read(site, lambda session: version(session).content["items"][0]["weight"]) == "15"
    seen = service.digest(read_scheme(said_scheme(new)))
    assert f'value="{seen}"' in shown.text
    saved = bureau.post("/assessment/schemes/1/edit", data=new | {"seen": seen})
    assert saved.status_code == 303
    assert read(site, lambda session: version(session).content["items"][0]["weight"]) == "20"
    (entry,) = ledger(site, "scheme.")
    assert entry.kind == "scheme.edited"
    # Changed after it was shown: it is shown again.
    other = boxes(site, weight_response="15", weight_onsite="10", weight_duty="0")
    again = bureau.post("/assessment/schemes/1/edit", data=other | {"seen": seen})
    assert again.status_code == 200
    assert "还没有保存" in again.text


def test_the_outlook_tells_old_and_new_score_of_each_project(site, visit):
    change(site, late_and_in_time)
    shown = visit("bureau").post(
        "/assessment/schemes/1/edit", data=boxes(site, weight_response="5", weight_recovery="30")
    )
    assert "2025-06" in shown.text
    assert "2025-07" in shown.text
    assert "<del>" in shown.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weight_response": "16"}, "合计要等于 100，现在是 101"),
        ({"weight_response": "many"}, "「响应及时率」的分值要填 0 到 100 的数字"),
        ({"band_least_4": "5"}, "下限要是 0"),
        ({"band_name_1": "", "band_least_1": "", "band_least_3": "80"}, "下限要低于"),
        ({"mode_response": "deduction"}, "每次扣多少分"),
        ({"bonus_least_1": "98"}, "要选择看哪个指标"),
        ({"name": ""}, "名称"),
        ({"surprise": "1"}, "surprise"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(site, visit, changes, words):
    typed = boxes(site, weight_onsite="10.00", **changes)
    answer = visit("bureau").post("/assessment/schemes/1/edit", data=typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="10.00"' in answer.text
    assert ledger(site, "scheme.") == []


def test_a_gap_between_the_bands_is_closed(site, visit):
    typed = boxes(site, band_name_3="", band_least_3="", band_name_6="差", band_least_6="7")
    answer = visit("bureau").post("/assessment/schemes/1/edit", data=typed)
    assert answer.status_code == 422
    assert 'name="band_name_4" value="差"' in answer.text


# -- two signatures ---------------------------------------------------------------------------------


def test_adopting_takes_two_different_persons_each_with_the_own_password(site, visit):
    give_passwords(site, "bureau", "bureau2")
    bureau, second = visit("bureau"), visit("bureau2")
    preview = bureau.get("/assessment/schemes/1/adoption", query_string=PLAN)
    assert "还没有签署" in preview.text
    assert "会按这一版重新计分" in preview.text
    seen = {"seen": digest(site)}
    assert bureau.post("/assessment/schemes/1/sign", data=PLAN | seen).status_code == 422
    wrong = bureau.post("/assessment/schemes/1/sign", data=PLAN | seen | {"password": "not mine"})
    assert (wrong.status_code, state(site)) == (422, SchemeState.DRAFT)
    assert bureau.post("/assessment/schemes/1/sign", data=PLAN | seen | SIGN).status_code == 303
    assert state(site) is SchemeState.SIGNED
    assert bureau.post("/assessment/schemes/1/adopt", data=seen | SIGN).status_code == 403
    assert "要由另一位局方人员审核" in bureau.get("/assessment/schemes/1/adoption").text
    assert "审核通过并签署" in second.get("/assessment/schemes/1/adoption").text
    assert second.post("/assessment/schemes/1/adopt", data=seen | SIGN).status_code == 303
    assert state(site) is SchemeState.ADOPTED
    assert [one.kind for one in ledger(site, "scheme.")] == ["scheme.signed", "scheme.adopted"]
    assert "按已签署的考核办法" in second.get("/assessment/2025-07").text
    assert "现行" in second.get("/assessment/schemes").text


@pytest.mark.both_databases
def test_what_one_signed_may_be_returned_and_is_a_draft_again(site, visit):
    def sign(session):
        found = version(session)
        seen = service.digest(found.scheme)
        service.sign(session, named(session, "bureau"), found, date(2025, 6, 3), "纪要", at(NOW), seen=seen)

    change(site, sign)
    assert visit("bureau2").post("/assessment/schemes/1/return", data={}).status_code == 422
    answer = visit("bureau2").post("/assessment/schemes/1/return", data={"reason": "分值要再议"})
    assert answer.status_code == 303
    found = read(site, lambda session: version(session))
    assert (found.state, found.from_day, found.signed_by_id) == (SchemeState.DRAFT, None, None)
    assert "分值要再议" in visit("bureau").get("/assessment/schemes/1").text


def test_nobody_signs_what_was_changed_meanwhile_or_a_day_that_cannot_change(site):
    def act(session):
        found, bureau = version(session), named(session, "bureau")
        with pytest.raises(Conflict):
            service.sign(session, bureau, found, date(2025, 6, 3), "纪要", at(NOW), seen="0" * 64)
        seen = service.digest(found.scheme)
        with pytest.raises(Invalid, match="最早可从 2025-06-03 起"):
            service.sign(session, bureau, found, date(2025, 6, 2), "纪要", at(NOW), seen=seen)
        with pytest.raises(Invalid, match="依据"):
            service.sign(session, bureau, found, date(2025, 6, 3), " ", at(NOW), seen=seen)
        with pytest.raises(Conflict, match="不能这样操作"):
            service.adopt(session, named(session, "bureau2"), found, at(NOW), seen=seen)
        with pytest.raises(Forbidden):
            service.sign(
                session, named(session, "manager"), found, date(2025, 6, 3), "纪要", at(NOW), seen=seen
            )

    change(site, act)


def test_a_signed_version_is_changed_no_more_and_the_next_is_a_draft_of_its_own(site, visit):
    change(site, adopted)
    bureau = visit("bureau")
    assert bureau.get("/assessment/schemes/1/edit").status_code == 409
    assert bureau.get("/assessment/schemes/1/adoption", query_string=PLAN).status_code == 409
    assert bureau.post("/assessment/schemes").location.endswith("/assessment/schemes/2/edit")
    assert bureau.post("/assessment/schemes").status_code == 409  # one open draft at a time
    assert bureau.post("/assessment/schemes/2/discard", data={"reason": "不改了"}).status_code == 303
    assert state(site, 2) is SchemeState.DISCARDED
    assert bureau.post("/assessment/schemes").location.endswith("/assessment/schemes/3/edit")


def test_the_only_version_is_not_discarded(site, visit):
    answer = visit("bureau").post("/assessment/schemes/1/discard", data={"reason": "不要"})
    assert answer.status_code == 409
    assert state(site) is SchemeState.DRAFT


# -- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "reads", "edits"),
    [
        ("bureau", 200, 200),
        ("manager", 200, 403),
        ("auditor", 200, 403),
        ("contact", 200, 403),
        ("engineer", 200, 403),
        ("hotline", 403, 403),
        ("admin", 403, 403),
    ],
)
def test_who_is_judged_reads_the_scheme_and_the_bureau_alone_changes_it(site, visit, username, reads, edits):
    client = visit(username)
    assert client.get("/assessment/schemes").status_code == reads
    assert client.get("/assessment/schemes/1").status_code == reads
    assert client.get("/assessment/schemes/1/edit").status_code == edits
    assert client.get("/assessment/schemes/1/adoption", query_string=PLAN).status_code == edits
    if edits == 403:
        posts = (
            "/assessment/schemes",
            *(f"/assessment/schemes/1/{one}" for one in ("edit", "sign", "adopt")),
        )
        assert {client.post(one, data=PLAN).status_code for one in posts} == {403}
        assert {
            client.post(f"/assessment/schemes/1/{one}", data={"reason": "x"}).status_code
            for one in ("return", "discard")
        } == {403}
    assert ledger(site, "scheme.") == []


def test_a_version_nobody_made_is_not_found(site, visit):
    assert visit("bureau").get("/assessment/schemes/9").status_code == 404


def test_what_is_stored_is_what_the_rules_read(site):
    set_clock(site)
    assert read(site, lambda session: session.query(SchemeVersion).count()) == 1
