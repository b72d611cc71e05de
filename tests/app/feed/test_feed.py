"""The calendar feed: a secret address shown once, read without signing in, revoked at any time."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app.database import transaction
from app.duties.layout import lay_out
from app.tickets import service
from models.contract import Obligation
from models.duties import Occurrence
from models.tickets import Ticket
from models.watch import FeedAddress
from sla.vocab import Cycle
from tests.app.personas import at, project
from tests.app.tickets.desk import do, make
from tests.app.visitors import counted_queries, ledger, named, read, set_clock, visit


@pytest.fixture
def laid_out(site):
    with site.app_context(), transaction() as session:
        lay_out(session)
    return site


def subscribe(site, who: str) -> str:
    page = visit(site, who).post("/feed/new")
    assert page.status_code == 200
    found = re.search(r"http://localhost(/feed/[\w-]{43}\.ics)", page.text)
    assert found
    return found[1]


def calendar(site, path: str) -> Calendar:
    answer = site.test_client().get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    return Calendar.from_ical(answer.data)


def events(site, path: str, sort: str = "") -> dict[str, tuple[str, date | datetime]]:
    """Return title and beginning of each event, by its id."""
    return {
        str(one["UID"]): (str(one["SUMMARY"]), one.decoded("DTSTART"))
        for one in calendar(site, path).walk("VEVENT")
        if str(one["UID"]).startswith(sort)
    }


@pytest.mark.both_databases
def test_an_engineer_finds_duties_on_their_last_day_and_tickets_at_their_due_time(laid_out):
    ticket = make(laid_out, "contact", title="平台打不开")
    make(laid_out, "stranger", row=3, title="别家的事")
    found = events(laid_out, subscribe(laid_out, "engineer"))
    assert found[f"ticket-{ticket}@lvyue"] == ("工单到期 GD000001：平台打不开", at("2025-07-01 09:00"))
    duties = [one for uid, one in found.items() if uid.startswith("duty-")]
    assert duties
    assert all("：1 " in title for title, _ in duties)

    def closing(session):
        rows = session.scalars(select(Occurrence).where(Occurrence.project_id == project(session, 1).id))
        return {f"duty-{one.id}@lvyue": one.closes_at for one in rows}

    ends = read(laid_out, closing)
    for uid, (_, day) in found.items():
        if uid.startswith("duty-"):
            assert 0 < (ends[uid] - at(f"{day} 00:00")).total_seconds() <= 86400


def test_what_is_done_or_waived_or_far_away_is_not_in_it(laid_out):
    path = subscribe(laid_out, "engineer")
    before = events(laid_out, path, "duty-")
    first, second = sorted(before, key=lambda uid: before[uid][1])[:2]
    with laid_out.app_context(), transaction() as session:
        session.get_one(Occurrence, number(first)).done_at = at("2025-07-01 08:00")
        session.get_one(Occurrence, number(second)).waived_at = at("2025-07-01 08:00")
    after = events(laid_out, path, "duty-")
    assert set(before) - set(after) == {first, second}
    days = [day for _, day in before.values()]
    assert date(2025, 6, 24) <= min(days)
    assert {title[:5] for title, day in before.values() if day < date(2025, 7, 1)} <= {"【已过期】"}


def number(uid: str) -> int:
    return int(uid.split("@")[0].split("-")[1])


def test_ids_stay_the_same_from_day_to_day(laid_out):
    path = subscribe(laid_out, "engineer")
    today = events(laid_out, path)
    set_clock(laid_out, "2025-07-02 09:00")
    tomorrow = events(laid_out, path)
    both = set(today) & set(tomorrow)
    assert len(both) > 3
    assert all(today[uid][1] == tomorrow[uid][1] for uid in both)


def test_a_ticket_that_ends_leaves_the_calendar(site):
    ticket, path = make(site, "contact"), subscribe(site, "engineer")
    assert set(events(site, path, "ticket-")) == {f"ticket-{ticket}@lvyue"}
    do(site, ticket, "contact", service.cancel, "2025-07-01 08:40", "弄错了")
    assert events(site, path, "ticket-") == {}


@pytest.mark.parametrize("who", ["contact", "stranger", "engineer", "other_engineer", "manager", "bureau"])
def test_everybody_finds_what_they_may_see_and_nothing_else(laid_out, who):
    make(laid_out, "contact", title="甲")
    make(laid_out, "stranger", row=3, title="乙")
    found = events(laid_out, subscribe(laid_out, who), "duty-")
    seqs = {title.split("：")[1].split(" ")[0] for title, _ in found.values()}
    own = {"contact": of_unit(laid_out, 1), "stranger": of_unit(laid_out, 3)}
    own |= {"engineer": {"1"}, "other_engineer": {"44"}}
    if who in own:
        assert seqs <= own[who]
    else:
        assert len(seqs) > 20
    tickets = events(laid_out, subscribe(laid_out, who), "ticket-")
    expected = {"contact": 1, "engineer": 1, "stranger": 1, "other_engineer": 0}.get(who, 2)
    assert len(tickets) == expected


def of_unit(site, row: int) -> set[str]:
    def rows(session):
        return {str(one.seq) for one in project(session, row).unit.projects}

    return read(site, rows)


def test_whoever_oversees_everything_is_spared_the_daily_duties(laid_out):
    found = events(laid_out, subscribe(laid_out, "bureau"), "duty-")

    def cycles(session):
        rows = select(Obligation.cycle).join(Occurrence).where(Occurrence.id.in_([number(u) for u in found]))
        return set(session.scalars(rows))

    assert not read(laid_out, cycles) & {Cycle.DAILY, Cycle.TWICE_DAILY, Cycle.FILING_DAILY}


def test_it_tells_no_more_than_titles(site):
    make(site, "contact", title="打不开", description="张三的电脑", phone="13800000000", reporter="张三")
    text = site.test_client().get(subscribe(site, "engineer")).text
    for words in ("张三", "13800000000", "单位联系人", "engineer"):
        assert words not in text


def test_a_title_cannot_break_out_of_its_line(site):
    ticket, path = make(site, "contact", title="打不开"), subscribe(site, "engineer")
    before = len(events(site, path))
    evil = "打不开;\r\nBEGIN:VEVENT,很长" + "长" * 60 + "\\n"
    with site.app_context(), transaction() as session:
        session.get_one(Ticket, ticket).title = evil
    answer = site.test_client().get(path)
    assert answer.data.count(b"\r\nBEGIN:VEVENT\r\n") == before
    assert max(len(line) for line in answer.data.split(b"\r\n")) <= 75
    assert "打不开;" in events(site, path)[f"ticket-{ticket}@lvyue"][0]


def test_only_the_digest_is_kept_and_the_address_is_shown_once(site):
    path = subscribe(site, "engineer")
    token = path.split("/")[-1].removesuffix(".ics")

    def stored(session):
        return session.scalars(select(FeedAddress.token_hash)).all()

    (kept,) = read(site, stored)
    assert token not in kept
    page = visit(site, "engineer").get("/feed").text
    assert token not in page
    assert "作废" in page


def test_a_new_address_ends_the_old_one_and_a_revoked_one_opens_nothing(site):
    first = subscribe(site, "engineer")
    second = subscribe(site, "engineer")
    others = subscribe(site, "manager")
    assert site.test_client().get(first).status_code == 404
    assert site.test_client().get(second).status_code == 200
    assert visit(site, "engineer").post("/feed/revoke").status_code == 303
    assert site.test_client().get(second).status_code == 404
    assert site.test_client().get(others).status_code == 200
    kinds = [entry.kind for entry in ledger(site, "person.feed")]
    assert kinds == [
        *("person.feed_opened", "person.feed_revoked", "person.feed_opened"),
        *("person.feed_opened", "person.feed_revoked"),
    ]
    assert visit(site, "engineer").post("/feed/revoke").status_code == 303


def test_a_deactivated_person_has_no_calendar_and_a_guess_opens_none(site):
    path = subscribe(site, "engineer")
    with site.app_context(), transaction() as session:
        named(session, "engineer").deactivated_at = at("2025-07-01 08:00")
    hidden, missing = site.test_client().get(path), site.test_client().get("/feed/guess.ics")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text == missing.text


def test_the_administrator_has_no_calendar(site):
    admin = visit(site, "admin")
    assert admin.get("/feed").status_code == 403
    assert admin.post("/feed/new").status_code == 403
    assert "日历订阅" not in admin.get("/").text


def test_nobody_makes_an_address_for_somebody_else_or_without_signing_in(site):
    assert site.test_client().post("/feed/new").status_code == 302
    assert visit(site, "engineer").post("/feed/new", data={"user": "1"}).status_code == 422


def test_a_full_calendar_costs_no_more_queries_than_an_empty_one(site):
    path = subscribe(site, "manager")
    with counted_queries(site) as few:
        site.test_client().get(path)
    with site.app_context(), transaction() as session:
        lay_out(session)
    make(site, "contact")
    make(site, "stranger", row=3)
    with counted_queries(site) as many:
        site.test_client().get(path)
    assert len(many) == len(few) <= 5
