"""A year's holiday notice: read from a file, shown beforehand, put in force; and the contract's own days."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.contract.changing import check_may_change
from app.contract.effect import figure_changes
from app.contract.notice_file import LARGEST, NoticeDay, read_days, runs, write_days
from app.contract.notices import Notice, propose_notice, publish, stored_days
from app.contract.own_days import OwnDay, OwnDays, propose_own_days, set_own_days
from app.contract.queries import calendar, rule_book
from app.ledger.service import verify
from app.tickets.derivation import derive_many
from models.calendar import CalendarDay, CalendarYear
from models.ledger import LedgerEntry
from models.tickets import Ticket, TicketClock
from seeds.loader import load
from sla.calendar import DayKind, YearStatus
from sla.errors import Conflict, Forbidden, Invalid, LoadError
from sla.vocab import ClockKind
from sla.when import iso
from tests.app.personas import Personas, at, new_ticket, real_contract

NOW = at("2026-12-31 21:00")
NUMBER = "国办发明电〔2026〕9号"
NEXT = """\
date,kind,name
2027-01-01,day_off,元旦
2027-01-02,day_off,元旦
2027-01-03,day_off,元旦
2027-02-05,day_off,春节
2027-02-06,day_off,春节
2027-02-14,makeup,春节
2027-05-01,day_off,劳动节
2027-10-01,day_off,国庆节
"""


def table(year: int, *more: str) -> bytes:
    fixed = [f"{year}-{month:02}-01,day_off,节日" for month in (1, 5, 10)]
    return "\n".join(["date,kind,name", *fixed, *more]).encode()


# The file


@pytest.mark.parametrize(
    "raw",
    [
        NEXT.encode(),
        b"\xef\xbb\xbf" + NEXT.encode(),
        NEXT.encode("gbk"),
        NEXT.replace("\n", "\r\n").encode(),
        (NEXT.replace("\n", ",,\r\n") + ",,,,\r\n\r\n").encode("gb18030"),
        NEXT.replace("date,kind,name", "日期,类型,名称").replace("day_off", "放假").encode("gbk"),
        NEXT.replace("makeup", "调休上班").replace("2027-01-01", "2027/1/1").encode(),
        NEXT.replace("2027-01-02", "2027年1月2日").replace("元旦", '"元旦"').encode(),
    ],
)
def test_a_table_is_read_as_office_programs_write_it(raw):
    days = read_days(raw, 2027)
    assert len(days) == 8
    assert days[0] == NoticeDay(date(2027, 1, 1), DayKind.DAY_OFF, "元旦")
    assert days[5] == NoticeDay(date(2027, 2, 14), DayKind.MAKEUP, "春节")
    assert read_days(write_days(days).encode(), 2027) == days


@pytest.mark.parametrize(
    ("raw", "line", "column", "words"),
    [
        (b"", 1, "整个文件", "文件是空的"),
        (b" \n\n", 1, "整个文件", "文件是空的"),
        (b",,\n,,\n", 1, "整个文件", "没有标题行"),
        (b"PK\x03\x04", 1, "整个文件", "另存为 CSV"),
        (NEXT.encode("utf-16"), 1, "整个文件", "另存为 CSV"),
        (b"date,kind,name\n\xff\xff\xff\xff", 1, "整个文件", "既不是 UTF-8 也不是 GBK"),
        (b"x" * (LARGEST + 1), 1, "整个文件", "超过 64 KB"),
        (b"date,kind\n", 1, "name", "标题行缺少这一列"),
        (b"kind,date,name\n", 1, "整行", "依次为"),
        (table(2027, "2027-06-31,day_off,端午节"), 5, "date", "应为日期"),
        (table(2027, "6月9日,day_off,端午节"), 5, "date", "应为日期"),
        (table(2027, "2026-06-09,day_off,端午节"), 5, "date", "不在 2027 年"),
        (table(2027, "2027-06-09,holiday,端午节"), 5, "kind", "应为 day_off"),
        (table(2027, "2027-06-09,makeup,端午节"), 5, "kind", "本来就是周一至周五"),
        (table(2027, "", "2027-06-09,day_off"), 6, "name", "缺少列"),
        (table(2027, "2027-06-09,day_off,端午节,多"), 5, "整行", "多出列"),
        (table(2027, f"2027-06-09,day_off,{'长' * 33}"), 5, "name", "最多 32 个字"),
        (table(2027, "2027-05-01,makeup,劳动节"), 5, "date", "与第 3 行重复"),
        (table(2027, '2027-06-09,day_off,"端午节'), 5, "整行", "引号没有成对"),
        (table(2027, "2027-06-09,day_off,端\u200b午"), 5, "整行", r"U\+200B"),
        (b"date,kind,name\n2027-01-01,day_off,a\n", 1, "整个文件", "缺少 2027-05-01 放假"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_column(raw, line, column, words):
    with pytest.raises(LoadError, match=words) as told:
        read_days(raw, 2027, "x.csv")
    assert (told.value.file, told.value.line, told.value.column) == ("x.csv", line, column)


def test_no_more_rows_are_read_than_a_year_could_have():
    days = (date.fromordinal(date(2027, 1, 1).toordinal() + n) for n in range(365))
    rows = "\n".join(f"{day},day_off,假" for day in days)
    with pytest.raises(LoadError, match="最多 200 行"):
        read_days(f"date,kind,name\n{rows}".encode(), 2027)


def test_days_in_a_row_are_told_as_one():
    assert [one[:2] for one in runs(read_days(NEXT.encode(), 2027))][:2] == [
        (date(2027, 1, 1), date(2027, 1, 3)),
        (date(2027, 2, 5), date(2027, 2, 6)),
    ]


# Put in force


@pytest.fixture
def people(session: Session, loaded: None) -> Personas:
    return real_contract(session, date(2026, 6, 3))


def notice(year: int = 2027, raw: bytes | None = None, number: str = NUMBER, reason: str = "") -> Notice:
    return Notice(year, number, read_days(NEXT.encode() if raw is None else raw, year), reason)


def clocks(session: Session, ticket: Ticket) -> dict[ClockKind, tuple[str, bool]]:
    rows = session.scalars(
        select(TicketClock)
        .where(TicketClock.ticket_id == ticket.id)
        .execution_options(populate_existing=True)
    )
    return {row.kind: (iso(row.due_at)[:16], row.due_provisional) for row in rows}


def test_due_times_of_an_estimated_year_are_derived_anew_and_are_provisional_no_more(session, people):
    evening = new_ticket(session, people.bureau, 14, "2026-12-31 20:00", title="跨年")
    always = new_ticket(session, people.bureau, 1, "2026-12-31 20:00", title="全天")
    assert clocks(session, evening)[ClockKind.RESPONSE] == ("2027-01-02T08:30", True)
    found = propose_notice(session, notice(), NOW)
    assert found.effect.tickets == [evening.id]
    assert (found.effect.dues, found.effect.firm) == (2, 2)
    assert clocks(session, evening)[ClockKind.RESPONSE] == ("2027-01-02T08:30", True)
    assert calendar(session).is_estimated(2027)
    publish(session, people.admin, notice(), NOW)
    session.commit()
    assert clocks(session, evening) == {
        ClockKind.RESPONSE: ("2027-01-04T08:30", False),
        ClockKind.RECOVERY: ("2027-01-04T16:00", False),
    }
    assert clocks(session, always)[ClockKind.RESPONSE] == ("2026-12-31T20:30", False)
    derived = derive_many(session, [evening], NOW)[evening.id]
    assert not any(clock.due_provisional for clock in derived.clocks)
    assert {row.rule_version for row in evening.clocks} == {found.book.version}


def test_the_whole_year_is_replaced_and_the_ledger_keeps_both(session, people):
    before = len(stored_days(session, 2027))
    found = publish(session, people.admin, notice(), NOW)
    assert before != len(found.notice.days) == len(stored_days(session, 2027)) == 8
    year = session.get_one(CalendarYear, 2027)
    assert (year.status, year.notice) == (YearStatus.PUBLISHED, NUMBER)
    assert {row.notice for row in session.scalars(select(CalendarDay)) if row.day.year == 2027} == {NUMBER}
    assert rule_book(session).version == found.book.version
    (entry,) = session.scalars(select(LedgerEntry).where(LedgerEntry.subject == "calendar:2027")).all()
    payload = json.loads(entry.payload)
    assert (entry.kind, entry.actor_id) == ("calendar.published", people.admin.id)
    assert payload["days"][0] == ["2027-01-01", "day_off", "元旦"]
    assert (payload["previous"]["status"], len(payload["previous"]["days"])) == ("estimated", before)
    session.commit()
    assert verify(session, lambda finding: None).findings == 0


def test_the_same_notice_again_changes_nothing(session, people):
    assert not publish(session, None, notice(), NOW).known
    size = session.scalar(select(func.count()).select_from(LedgerEntry))
    again = publish(session, None, notice(), NOW)
    assert (again.known, again.changes) == (True, ())
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == size


def test_what_is_published_is_corrected_with_a_reason_and_only_where_days_may_still_change(session, people):
    days = [row for row in stored_days(session, 2026).values() if row.day != date(2026, 10, 10)]
    without = write_days(days).encode()
    late = new_ticket(session, people.bureau, 3, "2026-10-09 17:50", title="节后")
    assert clocks(session, late)[ClockKind.RESPONSE] == ("2026-10-10T08:20", False)
    with pytest.raises(Invalid, match="更正的依据"):
        publish(session, people.admin, notice(2026, without), NOW)
    early = write_days([one for one in days if one.day != date(2026, 4, 4)]).encode()
    with pytest.raises(Invalid, match="2026-04-04 早于本服务年度"):
        publish(session, people.admin, notice(2026, early, reason="更正"), NOW)
    found = publish(session, people.admin, notice(2026, without, reason="通知更正"), NOW)
    assert found.corrects
    assert [one.day for one in found.changes] == [date(2026, 10, 10)]
    kinds = session.scalars(select(LedgerEntry.kind).where(LedgerEntry.subject == "calendar:2026")).all()
    assert kinds == ["calendar.corrected"]
    assert clocks(session, late)[ClockKind.RESPONSE] == ("2026-10-12T08:20", False)


def test_loading_the_contract_again_leaves_what_was_entered(session, people):
    publish(session, people.admin, notice(), NOW)
    days = [one for one in stored_days(session, 2026).values() if one.day != date(2026, 10, 10)]
    publish(session, people.admin, notice(2026, write_days(days).encode(), reason="通知更正"), NOW)
    version = rule_book(session).version
    load(session)
    assert rule_book(session).version == version


def test_only_the_administrator_and_the_bureau_enter_a_notice(session, people):
    for person in people.everybody():
        if person not in (people.admin, people.bureau, people.bureau2):
            with pytest.raises(Forbidden):
                publish(session, person, notice(), NOW)


@pytest.mark.parametrize("number", ["", "  ", "号" * 101])
def test_a_notice_has_a_number(session, people, number):
    with pytest.raises(Invalid, match="文号"):
        publish(session, people.admin, notice(number=number), NOW)


def test_what_was_shown_on_other_rules_is_not_saved(session, people):
    seen = propose_notice(session, notice(), NOW).before.version
    publish(session, people.admin, notice(), NOW, seen)
    with pytest.raises(Conflict, match="刚刚被别人改过"):
        publish(session, people.admin, notice(number="另一号", reason="换文号"), NOW, seen)


# The contract's own days


def own(first: str, last: str, kind: OwnDay, name: str = "割接", reason: str = "会议纪要") -> OwnDays:
    return OwnDays(date.fromisoformat(first), date.fromisoformat(last), kind, name, reason)


def test_days_of_the_contracts_own_beat_the_notice_and_can_be_taken_back(session, people):
    ticket = new_ticket(session, people.bureau, 14, "2026-12-31 20:00", title="跨年")
    wanted = own("2027-01-01", "2027-01-02", OwnDay.WORK)
    found = propose_own_days(session, wanted, NOW)
    assert [one.title for one in found.effect.listed] == ["跨年", "跨年"]
    assert list(figure_changes(session, found.effect, NOW)) == []
    set_own_days(session, people.bureau, wanted, NOW)
    assert clocks(session, ticket)[ClockKind.RESPONSE][0] == "2027-01-01T08:30"
    assert calendar(session).is_workday(date(2027, 1, 2))
    with pytest.raises(Conflict, match="没有可改的"):
        set_own_days(session, people.bureau, wanted, NOW)
    set_own_days(session, people.bureau, own("2027-01-01", "2027-01-02", OwnDay.AS_NOTICE, ""), NOW)
    assert clocks(session, ticket)[ClockKind.RESPONSE][0] == "2027-01-02T08:30"
    kinds = select(func.count()).where(LedgerEntry.kind == "calendar.own_days")
    assert session.scalar(kinds) == 2


def test_days_of_the_contracts_own_stay_when_the_notice_comes(session, people):
    set_own_days(session, people.bureau, own("2027-01-02", "2027-01-02", OwnDay.OFF), NOW)
    publish(session, people.admin, notice(), NOW)
    assert calendar(session).overrides == {date(2027, 1, 2): DayKind.OVERRIDE_OFF}


REFUSED_DAYS = [
    (own("2027-01-02", "2027-01-01", OwnDay.WORK), "不能早于第一天"),
    (own("2027-01-01", "2027-02-01", OwnDay.WORK), "最多约定 31 天"),
    (own("2027-01-01", "2027-01-01", OwnDay.WORK, name=" "), "请填写名称"),
    (own("2027-01-01", "2027-01-01", OwnDay.WORK, reason=" "), "请填写依据"),
    (own("2027-01-01", "2027-01-01", OwnDay.WORK, name="长" * 33), "最多 32 个字"),
    (own("2027-01-01", "2027-01-01", OwnDay.WORK, reason="长" * 101), "最多 100 个字"),
    (own("2026-06-02", "2026-06-03", OwnDay.WORK), "早于本服务年度"),
]


def test_days_that_make_no_sense_are_refused_and_only_the_bureau_agrees_them(session, people):
    for wanted, words in REFUSED_DAYS:
        with pytest.raises(Invalid, match=words):
            set_own_days(session, people.bureau, wanted, NOW)
    for person in (people.admin, people.manager, people.contact, people.auditor):
        with pytest.raises(Forbidden):
            set_own_days(session, person, own("2027-01-01", "2027-01-01", OwnDay.WORK), NOW)


def test_one_place_says_which_days_may_still_change(session, people):
    check_may_change(session, date(2026, 6, 3), NOW, "from_day")
    with pytest.raises(Invalid):
        check_may_change(session, date(2026, 6, 2), NOW, "from_day")
