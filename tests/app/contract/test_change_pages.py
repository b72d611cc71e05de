"""Changing the rules on screen and from the command line: shown first, then saved, by those who may."""

from __future__ import annotations

import json
import re
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from app.contract.queries import interpretations, rule_book
from app.database import transaction
from app.tickets.service import respond
from models.calendar import CalendarDay, CalendarYear
from models.tickets import TicketClock
from sla.calendar import YearStatus
from sla.vocab import Verdict
from tests.app.contract.test_notice_import import NEXT, NUMBER
from tests.app.personas import at, new_ticket
from tests.app.visitors import JSON, counted_queries, ledger, named, read, set_clock

KEY = "/contract/interpretations/realtime_minutes"
WANTED = {"value": "30", "from_day": "2025-06-03", "reason": "会议纪要"}
NEXT_YEAR = "/contract/calendar/2027/notice"


@pytest.fixture
def evening(site):
    """Row 6 promises an answer at once; it came after twenty minutes."""
    with site.app_context(), transaction() as session:
        ticket = new_ticket(session, named(session, "bureau"), 6, "2025-06-30 10:00", title="实时")
        respond(session, named(session, "manager"), ticket, at("2025-06-30 10:20"))
        return ticket.id


def verdict(site, ticket_id):
    query = select(TicketClock.verdict).where(TicketClock.ticket_id == ticket_id)
    return read(site, lambda session: session.scalars(query.order_by(TicketClock.id)).first())


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: value for name, value in found if name != "csrf_token"}


def test_the_bureau_sees_what_would_change_before_it_is_saved_and_that_happens(site, visit, evening):
    bureau = visit("bureau")
    assert KEY in bureau.get("/contract/interpretations").text
    assert "最早 2025-06-03" in bureau.get(KEY).text
    page = bureau.get(f"{KEY}/preview", query_string=WANTED).text
    assert f"/tickets/{evening}" in page
    assert re.search(r"2025-06-30 10:05:00.*2025-06-30 10:30:00", page, re.DOTALL)
    assert "这一天已经过去" in page
    assert "/months/2025-06/rows?indicator=response&amp;project=6" in page
    assert re.search(r"0\.00%.*100\.00%", page, re.DOTALL)
    assert verdict(site, evening) is Verdict.BREACHED
    sent = hidden(page)
    assert set(sent) == {"value", "from_day", "reason", "version"}
    assert bureau.post(KEY, data=sent).status_code == 303
    assert verdict(site, evening) is Verdict.MET
    page = bureau.get(KEY).text
    assert "realtime_minutes从" not in page
    assert "5 分钟 → 30 分钟，从 2025-06-03 起" in page
    assert "1 张工单重新计算" in page
    assert len(ledger(site, "interpretation.agreed")) == 1


def test_an_agreement_that_changes_no_value_says_so(visit):
    page = visit("bureau").get(f"{KEY}/preview", query_string=WANTED | {"value": "5"}).text
    assert "读法不变，只是由暂定变为已约定" in page
    assert "没有到期时间、期限、结论或月度数字会变化" in page


def test_a_reading_that_begins_later_says_so(visit):
    page = visit("bureau").get(f"{KEY}/preview", query_string=WANTED | {"from_day": "2025-09-01"}).text
    assert "更早的日子不变" in page


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("bureau", 200),
        ("auditor", 200),
        ("manager", 200),
        ("contact", 403),
        ("engineer", 403),
        ("hotline", 403),
        ("admin", 403),
    ],
)
def test_auditor_and_manager_read_and_only_the_bureau_changes_readings(site, visit, username, status):
    client = visit(username)
    answer = client.get(KEY)
    assert answer.status_code == status
    if username == "bureau":
        return
    assert "下一步" not in answer.text
    assert client.get(f"{KEY}/preview", query_string=WANTED).status_code == 403
    assert client.post(KEY, data=WANTED).status_code == 403
    assert client.get("/contract/calendar/own-days").status_code == 403
    assert client.post("/contract/calendar/own-days", data={}).status_code == 403
    assert ledger(site, "interpretation.") == []


@pytest.mark.parametrize("username", ["auditor", "manager", "contact", "engineer", "hotline"])
def test_only_administrator_and_bureau_come_to_the_notice(visit, username):
    client = visit(username)
    assert client.get(NEXT_YEAR).status_code == 403
    for part in ("", "/file", "/rows"):
        assert client.post(NEXT_YEAR + part, data={}).status_code == 403
    assert NEXT_YEAR not in client.get("/contract/calendar?year=2027").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "0"},
        {"value": ""},
        {"from_day": "2025-06-02"},
        {"from_day": "gestern"},
        {"reason": ""},
        {"unknown": "1"},
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(visit, wrong):
    answer = visit("bureau").get(f"{KEY}/preview", query_string=WANTED | wrong)
    assert answer.status_code == 422
    assert "会议纪要" in answer.text or "reason" in wrong
    answer = visit("bureau").post(KEY, data=WANTED | wrong, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["field"] == next(iter(wrong))


def test_no_such_reading_and_no_such_year_are_not_found(visit):
    bureau = visit("bureau")
    for address in (
        "/contract/interpretations/nothing",
        "/contract/interpretations/nothing/preview",
        "/contract/calendar/1999/notice",
        "/contract/calendar/2100/notice",
    ):
        assert bureau.get(address).status_code == 404


def test_of_two_who_looked_at_the_same_the_second_is_asked_to_look_again(visit):
    first, second = visit("bureau"), visit("bureau2")
    seen = [hidden(one.get(f"{KEY}/preview", query_string=WANTED).text) for one in (first, second)]
    assert first.post(KEY, data=seen[0]).status_code == 303
    answer = second.post(KEY, data=seen[1] | {"from_day": "2025-08-01", "value": "40"})
    assert answer.status_code == 409
    assert "请重新核对" in answer.text


def test_every_key_has_its_page_and_is_agreed_in_words(visit):
    bureau = visit("bureau")
    for key, shown in (("office_hours", "分季如"), ("six_by_eight", "所有周六"), ("second_failure", "取代")):
        assert shown in bureau.get(f"/contract/interpretations/{key}").text


def test_a_preview_takes_no_more_queries_for_more_tickets(site, visit, evening):
    bureau = visit("bureau")
    with counted_queries(site) as one:
        bureau.get(f"{KEY}/preview", query_string=WANTED)
    with site.app_context(), transaction() as session:
        for number in range(5):
            new_ticket(session, named(session, "bureau"), 6, f"2025-06-30 11:0{number}", title="更多")
    with counted_queries(site) as more:
        page = bureau.get(f"{KEY}/preview", query_string=WANTED).text
    assert page.count("更多") == 5
    assert len(more) <= len(one)


# The notice


def upload(client, raw: bytes, **said: str):
    data = {"notice": NUMBER, **said, "file": (BytesIO(raw), "2027.csv")}
    return client.post(f"{NEXT_YEAR}/file", data=data)


@pytest.mark.parametrize("username", ["admin", "bureau"])
def test_a_notice_is_uploaded_looked_at_and_saved(site, visit, username):
    client = visit(username)
    assert "录入 2027 年放假通知" in client.get("/contract/calendar?year=2027").text
    shown = upload(client, NEXT.encode("gbk"))
    assert shown.status_code == 200
    for words in ("还没有保存", "2027-01-01 至 2027-01-03", "与现在的日历不同的"):
        assert words in shown.text
    assert read(site, lambda session: session.get_one(CalendarYear, 2027).status) == "estimated"
    assert client.post(NEXT_YEAR, data=hidden(shown.text)).status_code == 303
    page = client.get("/contract/calendar?year=2027").text
    for words in ("已公布", NUMBER, "更正 2027 年放假通知"):
        assert words in page
    assert client.post(NEXT_YEAR, data=hidden(shown.text)).status_code == 303
    assert len(ledger(site, "calendar.")) == 1


def test_the_administrator_sees_numbers_and_no_business_data(site, visit):
    set_clock(site, "2026-05-30 21:00")
    with site.app_context(), transaction() as session:
        year = session.get_one(CalendarYear, 2026)
        year.status = YearStatus.ESTIMATED
        new_ticket(session, named(session, "bureau"), 14, "2026-05-30 09:00", title="不给管理员看")
    shipped = read(
        site,
        lambda session: [
            f"{row.day},{row.kind},{row.name}"
            for row in session.scalars(select(CalendarDay).order_by(CalendarDay.day))
            if row.day.year == 2026 and row.day != date(2026, 5, 30)
        ],
    )
    raw = "\n".join(["date,kind,name", *shipped, "2026-05-30,day_off,端午节"]).encode()
    for username, sees in (("admin", False), ("bureau", True)):
        data = {"notice": NUMBER, "file": (BytesIO(raw), "2026.csv")}
        page = visit(username).post("/contract/calendar/2026/notice/file", data=data).text
        assert "受影响的工单" in page
        assert "1 张" in page
        assert ("不给管理员看" in page) is sees
        assert ("/tickets/" in page.split('id="content"')[1]) is sees


def test_a_bad_file_is_told_by_line_and_column_and_the_form_stays(site, visit):
    admin = visit("admin")
    answer = upload(admin, NEXT.replace("2027-05-01", "2027-05-32").encode())
    assert answer.status_code == 422
    assert "2027.csv 第 8 行「date」列：应为日期" in answer.text
    assert NUMBER in answer.text
    answer = admin.post(f"{NEXT_YEAR}/file", data={"notice": NUMBER})
    assert answer.status_code == 422
    assert "请选择放假通知的 CSV 文件" in answer.text
    answer = admin.post(NEXT_YEAR, data={"notice": NUMBER, "days": "x"}, headers=JSON)
    assert answer.status_code == 422
    assert ledger(site, "calendar.") == []


def test_a_notice_is_typed_festival_by_festival_from_what_is_known(site, visit):
    admin = visit("admin")
    page = admin.get(NEXT_YEAR).text
    known = dict(re.findall(r'name="((?:name|first|last|work1|work2)_\d+)"[^>]* value="([^"]+)"', page))
    assert (known["name_0"], known["first_0"], known["last_0"]) == ("元旦", "2027-01-01", "2027-01-01")
    typed = known | {"notice": NUMBER, "last_0": "2027-01-03", "work1_1": "2027-02-14"}
    answer = admin.post(f"{NEXT_YEAR}/rows", data=typed)
    assert answer.status_code == 200
    assert "2027-01-01 至 2027-01-03" in answer.text
    assert "2027-02-14" in answer.text
    assert admin.post(NEXT_YEAR, data=hidden(answer.text)).status_code == 303
    assert read(site, lambda session: rule_book(session).calendar.is_workday(date(2027, 2, 14)))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_0": "2026-12-31"}, "last_0"),
        ({"last_0": "2027-02-28"}, "last_0"),
        ({"name_0": ""}, "name_0"),
        ({"first_0": "", "last_0": "2027-01-03"}, "last_0"),
        ({"notice": ""}, "notice"),
        ({"work1_0": "2027-01-04"}, "kind"),
        ({"first_0": "2027-01-02", "last_0": ""}, "整个文件"),
    ],
)
def test_a_row_that_makes_no_sense_is_told_at_its_field(visit, wrong, field):
    months = {"name_0": "元旦", "first_0": "2027-01-01", "name_1": "劳动节", "first_1": "2027-05-01"}
    typed = months | {"name_2": "国庆节", "first_2": "2027-10-01", "notice": NUMBER}
    assert visit("admin").post(f"{NEXT_YEAR}/rows", data=typed).status_code == 200
    answer = visit("admin").post(f"{NEXT_YEAR}/rows", data=typed | wrong, headers=JSON)
    assert (answer.status_code, answer.json["field"]) == (422, field)


def test_a_correction_begins_with_everything_that_is_published(site, visit):
    page = visit("admin").get("/contract/calendar/2025/notice").text
    assert "更正的依据" in page
    fields = re.findall(r'name="((?:notice|name|first|last|work1|work2)_\d+)"[^>]* value="([^"]+)"', page)
    typed = dict(fields) | {"notice": "国办发明电〔2024〕12号"}
    answer = visit("admin").post("/contract/calendar/2025/notice/rows", data=typed)
    assert "这份通知已经录入过" in answer.text


# The contract's own days


def test_days_of_the_contracts_own_are_shown_first_and_stand_in_the_calendar(site, visit):
    bureau = visit("bureau")
    wanted = {"first": "2025-07-05", "kind": "work", "name": "系统割接", "reason": "会议纪要"}
    page = bureau.get("/contract/calendar/own-days", query_string=wanted).text
    assert "还没有保存" in page
    assert bureau.post("/contract/calendar/own-days", data=hidden(page)).status_code == 303
    assert "系统割接" in bureau.get("/contract/calendar?year=2025").text
    assert bureau.get("/contract/calendar/own-days", query_string=wanted).status_code == 409
    back = bureau.post("/contract/calendar/own-days", data=wanted | {"kind": "as_notice", "name": ""})
    assert back.status_code == 303
    assert "系统割接" not in bureau.get("/contract/calendar?year=2025").text


# From the command line


@pytest.mark.both_databases
def test_the_commands_print_what_changes_and_twice_is_harmless(site, evening, tmp_path):
    runner = site.test_cli_runner()
    agreed = ["contract", "agree", "--key", "realtime_minutes", "--value", "30"]
    agreed += ["--from", "2025-06-03", "--reason", "会议纪要"]
    dry, first, second = (
        json.loads(runner.invoke(args=[*agreed, *more]).stdout) for more in (["--dry-run"], [], [])
    )
    assert (dry["changed"], first["changed"], second["changed"]) == (False, True, False)
    assert dry | {"changed": True} == first
    assert first["effect"] == {
        "tickets": 1,
        "dues": 1,
        "no_longer_provisional": 0,
        "figures": 1,
        "duties_removed": 0,
        "duties_added": 0,
    }
    (due,) = first["dues"]
    assert (due["project"], due["kind"], due["before"]["due_at"], due["after"]["due_at"]) == (
        6,
        "response",
        "2025-06-30T10:05:00+08:00",
        "2025-06-30T10:30:00+08:00",
    )
    assert {(one["project"], one["after"]["rate"]) for one in first["figures"]} == {
        (None, "100.00"),
        (6, "100.00"),
    }
    assert read(site, lambda session: interpretations(session).realtime_minutes(date(2025, 6, 3))) == 30
    file = tmp_path / "2027.csv"
    file.write_text(NEXT, encoding="utf8")
    entered = ["calendar", "import", str(file), "--year", "2027", "--notice", NUMBER]
    dry, first, second = (
        json.loads(runner.invoke(args=[*entered, *more]).stdout) for more in (["--dry-run"], [], [])
    )
    assert (dry["changed"], first["changed"], second["changed"]) == (False, True, False)
    assert {"date": "2027-01-02", "before": None, "after": "day_off 元旦"} in first["differences"]
    assert second["differences"] == []


def test_the_commands_refuse_with_one_line_and_their_exit_codes(site, tmp_path):
    runner = site.test_cli_runner()
    agreed = ["contract", "agree", "--key", "x", "--value", "1", "--reason", "r"]
    bad = tmp_path / "bad.csv"
    bad.write_text("date,kind,name\n2027-13-01,day_off,元旦\n", encoding="utf8")
    for args, code, words in (
        (["calendar", "import", str(bad), "--year", "2027", "--notice", "x"], 1, "第 2 行「date」列"),
        (["calendar", "import", str(tmp_path / "no"), "--year", "2027", "--notice", "x"], 2, "no"),
        (["calendar", "import", str(bad), "--year", "1999", "--notice", "x"], 2, "1999"),
        (
            ["contract", "agree", "--key", "x", "--value", "1", "--from", "2025-07-01", "--reason", "r"],
            1,
            "x",
        ),
        ([*agreed, "--from", "2025-07-01"], 1, "没有「x」这项口径"),
        ([*agreed, "--from", "heute"], 2, "日期"),
    ):
        result = runner.invoke(args=args)
        assert (result.exit_code, result.stdout) == (code, "")
        assert words in result.stderr
