"""Scores on the pages: by which scheme, from which facts, for whom, and on paper (A1, A2, S1)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.assessment.queries import judging, versions
from app.assessment.scores import CONTRACT, Whose, facts_of, lacks, sheet
from app.months.queries import rows_of
from models.callbacks import CallBack, CallBackAnswer
from models.papers import Paper
from sla.assessment import Source
from sla.period import month
from sla.vocab import Channel, Indicator, Satisfaction
from tests.app.assessment.world import (
    NOW,
    adopted,
    change,
    late_and_in_time,
    observation_id,
    observed,
    version,
)
from tests.app.personas import at, project
from tests.app.visitors import counted_queries, ledger, named, read, set_clock

JULY = month(date(2025, 7, 1))


def scored(session, row=1, period=JULY, scheme=None):
    facts = facts_of(session, period, None, at(NOW))
    whose = Whose(project=facts.scope.project_by_seq[row]) if row else CONTRACT
    judged = judging(versions(session), period)
    assert judged is not None
    rows = rows_of(session, period, None, at(NOW))
    return sheet(facts, lacks(rows), scheme or judged.scheme, whose)


def item(found, indicator):
    return next(one for one in found.items if one.score.item.indicator == indicator)


def test_every_deducted_point_names_the_facts_behind_it(site):
    change(site, late_and_in_time)
    found = read(site, scored)
    response = item(found, Indicator.RESPONSE)
    assert (response.score.figure.met, response.score.figure.total) == (1, 2)
    (loss,) = response.losses
    assert loss.points == response.score.lost == response.score.weight / 2
    assert loss.part.ticket.title == "打不开 2025-07-03 09:00"
    for one in found.items:
        told = sum((loss.points for loss in one.losses), Decimal(0))
        told += sum((each.points for each in one.deducted), Decimal(0))
        assert told == one.score.lost
    # Nobody was there in July: every half day of row 1's two heads is a fact of its own.
    assert len(item(found, Indicator.ATTENDANCE).losses) == 2 * 23


def test_an_observation_deducts_from_its_item_or_from_the_total_until_it_is_withdrawn(site, visit):
    change(site, late_and_in_time)
    before = read(site, scored).score
    one = observation_id(site, deduction="1.5", indicator="response")
    observation_id(site, text="迟到", deduction="2")
    observation_id(site, text="别的项目", row=2, deduction="9")
    observation_id(site, text="八月的事", deduction="9", day=date(2025, 8, 1))
    found = read(site, scored)
    assert item(found, Indicator.RESPONSE).deducted[0].points == Decimal("1.50")
    assert found.deducted[0].points == 2
    assert found.score.total == before.total - Decimal("3.5")
    visit("bureau").post(f"/assessment/observations/{one}/withdraw", data={"reason": "有误"})
    assert read(site, scored).score.total == before.total - 2


def test_the_contract_is_scored_from_all_facts_with_those_of_the_whole_contract(site):
    change(site, late_and_in_time)
    observation_id(site, row=None, text="月报迟交", deduction="1")
    found = read(site, lambda session: scored(session, None))
    documents = item(found, Indicator.DOCUMENT).score.figure
    of_projects = read(site, lambda session: facts_of(session, JULY, None, at(NOW)).sums.figures.projects)
    assert documents.total > sum(figures[Indicator.DOCUMENT].total for figures in of_projects.values())
    assert any(loss.part.project is None for loss in item(found, Indicator.DOCUMENT).losses)
    assert found.deducted[0].points == 1
    assert read(site, scored).deducted == ()


def test_a_veto_shows_on_the_page_as_the_lowest_band(site, visit):
    change(site, late_and_in_time)
    observation_id(site, veto=True)
    page = visit("contact").get("/assessment/2025-07/projects/1").text
    assert "一票否决" in page
    assert "不合格" in page
    assert "等次按最低一等，分数照算" in page
    # The contract has a band of its own; what happened to one project is said beside it.
    whole = read(site, lambda session: scored(session, None))
    assert whole.score.vetoes == ()
    assert len(whole.vetoing) == 1
    assert "只影响相应项目的等次" in visit("bureau").get("/assessment/2025-07/contract").text
    observation_id(site, row=None, text="全合同停摆", veto=True)
    assert read(site, lambda session: scored(session, None)).score.is_lowest


def callback(session, satisfaction, row=1, last=date(2025, 7, 31)):
    bureau = named(session, "bureau")
    asked = CallBack(
        project=project(session, row),
        first_day=date(2025, 7, 1),
        last_day=last,
        asked_by=bureau,
        asked_at=at(NOW),
    )
    asked.answers.append(
        CallBackAnswer(
            satisfaction=satisfaction,
            running_well=True,
            channel=Channel.TELEPHONE,
            said_by="王主任",
            said_at=at(NOW),
            entered_by=bureau,
            entered_at=at(NOW),
        )
    )
    session.add(asked)


def test_call_backs_stand_beside_the_ratings_unless_the_scheme_takes_them(site, visit):
    change(site, lambda session: callback(session, Satisfaction.DISSATISFIED))
    found = read(site, scored)
    assert item(found, Indicator.SATISFACTION).score.points is None
    assert len(found.callbacks) == 1
    assert "王主任" in visit("bureau").get("/assessment/2025-07/projects/1").text

    def by_callbacks(session):
        return scored(session, scheme=replace(version(session).scheme, satisfaction=Source.CALLBACKS))

    taken = item(read(site, by_callbacks), Indicator.SATISFACTION)
    assert taken.score.points == 0
    assert taken.losses[0].callback is not None


# -- pages ------------------------------------------------------------------------------------------


def test_the_overview_has_all_projects_sorted_and_says_that_the_scheme_is_a_draft(site, visit):
    change(site, late_and_in_time)
    bureau = visit("bureau")
    assert bureau.get("/assessment").location == "/assessment/2025-Q3"
    assert bureau.get("/assessment?month=2025-07").location == "/assessment/2025-07"
    page = bureau.get("/assessment/2025-07").text
    assert "按未签署的考核办法草案" in page
    rows = re.findall(r'/assessment/2025-07/projects/(\d+)"', page)
    assert sorted(map(int, rows)) == list(range(1, 46))
    assert rows != sorted(rows, key=int)
    in_order = bureau.get("/assessment/2025-07?order=seq").text
    assert re.findall(r'/assessment/2025-07/projects/(\d+)"', in_order) == [str(n) for n in range(1, 46)]
    unit = read(site, lambda session: project(session, 1).unit_id)
    narrowed = bureau.get(f"/assessment/2025-07?unit={unit}").text
    assert 0 < narrowed.count("/assessment/2025-07/projects/") < 45
    assert bureau.get("/assessment/2025-07?order=luck").status_code == 422


def test_the_overview_needs_no_more_queries_for_all_projects_than_for_one(site, visit):
    bureau, engineer = visit("bureau"), visit("engineer")
    with counted_queries(site) as of_all:
        bureau.get("/assessment/2025-07")
    with counted_queries(site) as of_one:
        engineer.get("/assessment/2025-07")
    assert len(of_all) <= len(of_one) + 3


@pytest.mark.parametrize(
    ("username", "own", "other", "unit", "contract"),
    [
        ("bureau", 200, 200, 200, 200),
        ("manager", 200, 200, 200, 200),
        ("auditor", 200, 200, 200, 200),
        ("contact", 200, 404, 200, 404),
        ("engineer", 200, 404, 404, 404),
        ("stranger", 404, 404, 404, 404),
        ("hotline", 403, 403, 403, 403),
        ("admin", 403, 403, 403, 403),
    ],
)
def test_a_score_is_for_those_concerned(site, visit, username, own, other, unit, contract):
    client = visit(username)
    unit_id = read(site, lambda session: project(session, 1).unit_id)
    assert client.get("/assessment/2025-07/projects/1").status_code == own
    assert client.get("/assessment/2025-07/projects/44").status_code == other
    assert client.get(f"/assessment/2025-07/units/{unit_id}").status_code == unit
    assert client.get("/assessment/2025-07/contract").status_code == contract
    overview = client.get("/assessment/2025-07")
    assert overview.status_code == (403 if own == 403 else 200)
    if own == 404:
        assert "/assessment/2025-07/projects/1" not in overview.text


@pytest.mark.parametrize("period", ["2025-07", "2025-Q2", "2025-Q3", "Y1"])
def test_month_quarter_and_service_year_each_have_their_sheets(site, visit, period):
    change(site, late_and_in_time)
    assert visit("bureau").get(f"/assessment/{period}/projects/1").status_code == 200
    assert visit("bureau").get(f"/assessment/{period}/contract").status_code == 200


@pytest.mark.parametrize("period", ["2025-05", "2026-07", "Y2", "x", "2025-Q9"])
def test_a_period_there_is_nothing_of_is_not_found(site, visit, period):
    assert visit("bureau").get(f"/assessment/{period}").status_code == 404


# -- on paper ---------------------------------------------------------------------------------------


def test_the_sheet_of_a_quarter_that_is_over_is_printed_for_signing(site, visit):
    change(site, late_and_in_time)
    change(site, adopted)
    change(site, lambda session: observed(session, veto=True))
    set_clock(site, "2025-10-09 09:00")
    bureau = visit("bureau")
    assert "生成考核表" in bureau.get("/assessment/2025-Q3/projects/1").text
    answer = bureau.post("/assessment/2025-Q3/projects/1/paper")
    assert answer.status_code == 303
    page = visit("contact").get(answer.location).text
    for said in (
        "季度考核表",
        "扣分依据",
        "打不开 2025-07-03 09:00",
        "一票否决",
        "使用单位（盖章）",
        "已签署",
    ):
        assert said in page
    assert bureau.post("/assessment/2025-Q3/projects/1/paper").location == answer.location
    assert len(ledger(site, "paper.made")) == 1
    assert "签字的考核表" in bureau.get("/assessment/2025-Q3/projects/1").text
    contract = bureau.post("/assessment/2025-Q3/contract/paper").location
    assert visit("contact").get(contract).status_code == 404
    assert read(site, lambda session: session.query(Paper).count()) == 2


def test_nothing_is_printed_before_the_end_nor_by_somebody_else(site, visit):
    bureau = visit("bureau")
    assert bureau.post("/assessment/2025-Q3/projects/1/paper").status_code == 409
    assert bureau.post("/assessment/2025-07/contract/paper").status_code == 409
    assert "生成考核表" not in bureau.get("/assessment/2025-Q3/projects/1").text
    set_clock(site, "2025-10-09 09:00")
    assert visit("manager").post("/assessment/2025-Q3/projects/1/paper").status_code == 403
    assert visit("stranger").post("/assessment/2025-Q3/projects/1/paper").status_code == 404
