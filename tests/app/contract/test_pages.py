"""Terms, interpretations, calendar and effect on screen."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from app.contract.pages import calendar_page
from app.contract.words import reading_text, term_text
from app.database import transaction
from models.calendar import CalendarDay
from models.contract import InterpretationVersion, ProjectService, ServiceYear
from models.duties import Occurrence
from seeds.loader import load
from sla.calendar import DayKind
from sla.interpretations import KEYS
from tests.app.visitors import JSON, ledger, read, set_clock
from tests.app.visitors import visit as visit_as

READERS = ("contact", "engineer", "manager", "hotline", "bureau", "auditor")


@pytest.mark.parametrize("address", ["/contract", "/contract/interpretations"])
def test_everybody_but_the_administrator_reads_terms_and_interpretations(visit, address):
    assert [visit(username).get(address).status_code for username in READERS] == [200] * 6
    assert visit("admin").get(address).status_code == 403


def test_everybody_reads_the_calendar(visit):
    for username in (*READERS, "admin"):
        assert visit(username).get("/contract/calendar").status_code == 200


def test_terms_stand_there_with_their_lines(visit):
    page = visit("auditor").get("/contract").text
    assert "8,767,867.39" in page
    assert "招标文件第 71 行" in page
    assert "2025-06-03 至 2026-06-02" in page


def test_no_term_or_reading_is_shown_as_a_code_word(visit):
    for address in ("/contract", "/contract/interpretations"):
        body = visit("bureau").get(address).text.split('id="content"')[1].split(">", 1)[1]
        shown = re.sub(r"<[^>]+>", " ", body)
        assert re.findall(r"\b(?!LPR)[A-Za-z_]{3,}\b", shown) == []


def test_values_are_put_into_words():
    assert term_text("support_window", "7x24") == "7×24 小时"
    assert term_text("dossier_1", "运维工作报告") == "运维工作报告"
    assert reading_text("realtime_minutes", "5") == "5 分钟"
    assert reading_text("office_hours", "08:00-12:00,14:00-18:00") == "08:00–12:00、14:00–18:00"


def test_every_interpretation_stands_there_with_its_standing_and_reason(visit):
    page = visit("contact").get("/contract/interpretations").text
    for key in KEYS:
        assert key.label in page
    assert page.count("暂定</span>") == len(KEYS)
    assert "已约定</span>" not in page


def test_an_agreed_interpretation_shows_since_when_and_what_went_before(site, visit):
    agreed = InterpretationVersion(
        key="realtime_minutes", value="10", status="agreed", from_day=date(2025, 8, 1), reason="会议纪要"
    )
    with site.app_context(), transaction() as session:
        session.add(agreed)
    page = visit("bureau").get("/contract/interpretations").text
    assert "还没有开始" in page
    assert "会议纪要" in page
    assert "2025-08-01" in page
    set_clock(site, "2025-08-01 00:00:00")
    page = visit("bureau").get("/contract/interpretations").text
    assert "还没有开始" not in page
    assert "已被后来的取代" in page
    assert "实时（按约定 10 分钟）" in visit("bureau").get("/projects/6").text


# Calendar


@pytest.mark.both_databases
def test_the_calendar_marks_days_off_and_days_worked_instead(site):
    page = read(site, lambda session: calendar_page(session, 2025))
    days = {one.day: one for month in page.months for week in month.weeks for one in week if one}
    assert len(days) == 365
    assert (days[date(2025, 10, 1)].mark, days[date(2025, 10, 1)].works) == ("休", False)
    assert (days[date(2025, 9, 28)].mark, days[date(2025, 9, 28)].works) == ("班", True)
    assert (days[date(2025, 7, 5)].mark, days[date(2025, 7, 5)].works) == ("", False)
    assert (days[date(2025, 7, 1)].mark, days[date(2025, 7, 1)].works) == ("", True)
    assert page.workdays == 248
    assert page.months[9].workdays == 18


def test_weeks_begin_on_monday(site):
    page = read(site, lambda session: calendar_page(session, 2024))
    for month in page.months:
        for week in month.weeks:
            assert len(week) == 7
            assert all(one is None or one.day.weekday() == at for at, one in enumerate(week))


def test_days_in_a_row_are_told_as_one_holiday_with_their_notice(visit):
    page = visit("admin").get("/contract/calendar?year=2025").text
    assert "2025-10-01 至 2025-10-08" in page
    assert "国办发明电〔2024〕12号" in page
    assert "已公布" in page


def test_a_year_without_a_notice_says_that_it_is_an_estimate(visit):
    page = visit("admin").get("/contract/calendar?year=2027").text
    assert "暂估" in page
    assert "通知公布后重新计算" in page


def test_a_year_nobody_loaded_can_still_be_looked_at(visit):
    assert "没有收录这一年" in visit("admin").get("/contract/calendar?year=2040").text


def test_the_contracts_own_day_beats_the_notice(site):
    own = CalendarDay(day=date(2025, 10, 1), kind=DayKind.OVERRIDE_WORK, name="保障日")
    with site.app_context(), transaction() as session:
        session.add(own)
    page = read(site, lambda session: calendar_page(session, 2025))
    special = next(one for one in page.specials if one.first == date(2025, 10, 1))
    assert (special.name, special.works, special.last) == ("保障日", True, date(2025, 10, 1))
    assert page.workdays == 249


@pytest.mark.parametrize("query", ["year=1999", "year=2101", "year=x", "year=2025.5", "month=7"])
def test_a_year_that_makes_no_sense_is_refused(visit, query):
    assert visit("admin").get(f"/contract/calendar?{query}").status_code == 422


def test_without_a_year_the_present_one_in_shanghai_is_shown(site):
    set_clock(site, "2026-01-01 00:00:00")
    assert "2026 年工作日历" in visit_as(site, "admin").get("/contract/calendar").text


# Effect


@pytest.fixture
def before(site):
    """The site before the contract takes effect."""
    with site.app_context(), transaction() as session:
        session.query(Occurrence).delete()
        session.query(ProjectService).delete()
        session.query(ServiceYear).delete()
    return site


def year(site):
    return read(site, lambda session: session.scalar(select(ServiceYear)))


@pytest.mark.parametrize("username", ["contact", "engineer", "manager", "hotline", "auditor", "admin"])
def test_only_the_bureau_lets_the_contract_take_effect(before, visit, username):
    client = visit(username)
    assert client.get("/contract/activation").status_code == 403
    assert client.get("/contract/activation?effective=2025-06-03").status_code == 403
    assert client.post("/contract/activation", data={"effective": "2025-06-03"}).status_code == 403
    assert year(before) is None


def test_the_dates_of_every_project_are_shown_before_anything_is_stored(before, visit):
    page = visit("bureau").get("/contract/activation?effective=2025-06-03&reason=合同60号").text
    assert "确认生效" in page
    assert "依据：合同60号" in page
    assert "其余 43 个项目：2025-06-03 至 2026-06-02" in page
    assert "2025-07-27" in page
    assert "2026-07-26" in page
    assert year(before) is None


def test_a_late_effect_leaves_no_project_with_an_earlier_start_of_its_own(before, visit):
    page = visit("bureau").get("/contract/activation?effective=2025-08-01").text
    assert "其余 45 个项目：2025-08-01 至 2026-07-31" in page


@pytest.mark.both_databases
def test_confirming_stores_exactly_what_was_shown(before, visit):
    bureau = visit("bureau")
    answer = bureau.post("/contract/activation", data={"effective": "2025-06-03", "reason": "合同60号"})
    assert answer.status_code == 303
    stored = year(before)
    assert (stored.starts_on, stored.ends_on) == (date(2025, 6, 3), date(2026, 6, 3))
    page = bureau.get("/contract/activation").text
    assert "合同已于 2025年6月3日 生效" in page
    assert "其余 43 个项目：2025-06-03 至 2026-06-02" in page
    (first, second) = ledger(before, "contract.activated")
    assert first.actor_id is None
    assert second.actor_id == stored.activated_by_id


def test_another_date_is_refused_and_told_the_present_state(site, visit):
    answer = visit("bureau").post("/contract/activation", data={"effective": "2025-07-01"})
    assert answer.status_code == 409
    assert "已于 2025-06-03 生效" in answer.text
    assert year(site).starts_on == date(2025, 6, 3)


def test_the_same_date_again_changes_nothing(site, visit):
    answer = visit("bureau").post("/contract/activation", data={"effective": "2025-06-03"})
    assert answer.status_code == 303
    assert len(ledger(site, "contract.")) == 1


@pytest.mark.parametrize("effective", ["", "2025-06-31", "3.6.2025", "1999-01-01", "2025-06-03T00:00"])
def test_a_date_that_is_none_is_refused_at_its_field(before, visit, effective):
    bureau = visit("bureau")
    for method in ("get", "post"):
        if method == "get" and not effective:
            continue
        given = {"effective": effective, "reason": "合同60号"}
        options = {"query_string": given} if method == "get" else {"data": given}
        answer = getattr(bureau, method)("/contract/activation", **options)
        assert answer.status_code == 422
        assert "生效日期：" in answer.text
        assert 'value="合同60号"' in answer.text
    assert year(before) is None


def test_a_program_gets_the_refusal_as_json(before, visit):
    answer = visit("bureau").post("/contract/activation", data={"effective": "soon"}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["field"] == "effective"


def test_a_form_of_another_site_activates_nothing(before, visit):
    before.config["WTF_CSRF_ENABLED"] = True
    assert visit("bureau").post("/contract/activation", data={"effective": "2025-06-03"}).status_code == 400
    assert year(before) is None


def test_pages_say_that_the_contract_is_not_in_effect_yet(before, visit):
    bureau = visit("bureau")
    assert "办理生效" in bureau.get("/contract").text
    assert "合同还没有生效" in bureau.get("/projects/40").text


def test_loading_the_contract_again_leaves_the_pages_as_they_are(site, visit):
    first = visit("bureau").get("/contract").text
    with site.app_context(), transaction() as session:
        load(session)
    again = visit("bureau").get("/contract").text
    assert [line for line in again.splitlines() if "csrf" not in line] == [
        line for line in first.splitlines() if "csrf" not in line
    ]
