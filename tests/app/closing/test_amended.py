"""A target that documents change within a month, through the freeze and after it (M1, P4)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.amendments import service
from app.amendments.proposal import propose
from app.closing import adjusting
from app.closing.frozen import FACTS, SHOW, WORKBOOK, report_of, served, with_adjustments
from app.contract.agree import Agreement, agree
from app.files.store import Store
from app.months.queries import rows_of
from app.tickets import decisions
from app.tickets import service as tickets
from models.closing import Adjustment, FrozenFile, MonthClose
from models.contract import Posting
from models.tickets import Ticket
from reports.catalogue import MONTHLY
from sla.errors import Invalid
from sla.figures import Figure
from sla.fold import adjusted, figures
from sla.vocab import Indicator, TargetKind
from tests.app.amendments.papers import confirmed, document, drafted, entered, item
from tests.app.closing.world import AUGUST, JULY, JUNE, OVER, closed, sealed
from tests.app.personas import Personas, at, new_ticket, project, real_contract

CHANGED = at("2025-07-10 09:00")
FROZEN = at("2025-08-20 09:00")
LATER = at("2025-08-25 09:00")
ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
RESPONSE = {"kind": TargetKind.RESPONSE}


@pytest.fixture
def people(session: Session) -> Personas:
    return real_contract(session)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files")


def answered(session: Session, people: Personas, row: int, start: str, minutes: int) -> Ticket:
    """A ticket that is answered so many minutes after its report."""
    ticket = new_ticket(session, people.bureau, row, start, title=f"{row} {start} {minutes}")
    tickets.respond(session, people.manager, ticket, at(start) + timedelta(minutes=minutes))
    return ticket


def response(session: Session, row: int, period=JULY, now=LATER) -> Figure:
    return figures(rows_of(session, period, None, now)).projects[row][Indicator.RESPONSE]


def kept_bytes(session: Session, store: Store) -> dict[str, bytes]:
    return {one.name: store.read(one.sha256) for one in session.scalars(select(FrozenFile))}


def test_a_target_changed_mid_month_stays_through_the_freeze_and_a_correction_is_the_next_months(
    session, people, store
) -> None:
    """From 15 July row 1 answers within 15 minutes instead of 30, row 3 within 60.

    Forty minutes are late before the 15th for both, later only for row 1; twenty are late only for row 1, and
    only from the 15th on.
    """
    confirmed(
        *(session, people, document()),
        item(session, "target", 1, **RESPONSE, minutes=15),
        item(session, "target", 3, **RESPONSE, minutes=60),
        now=CHANGED,
    )
    made = {
        (row, day, minutes): answered(session, people, row, f"2025-07-{day} 09:00", minutes)
        for row in (1, 3)
        for day, minutes in ((14, 20), (14, 40), (15, 20), (15, 40))
    }
    close = sealed(session, JULY, FROZEN, store)
    assert (response(session, 1, now=FROZEN), response(session, 3, now=FROZEN)) == (
        Figure(1, 4),
        Figure(3, 4),
    )
    assert close.rules is not None
    (amended,) = close.rules["amendments"]
    assert (amended["name"], amended["from_day"]) == ("补充协议《运维补充协议》（2025-7）", "2025-07-15")
    before = kept_bytes(session, store)
    told = [json.loads(line) for line in before[FACTS].splitlines()]
    minutes = {
        (one["ticket"], one["minutes"])
        for one in told
        if one["type"] == "clock" and one["kind"] == "response" and one["project"] in (1, 3)
    }
    wanted = {(row, day): 30 if day == 14 else (15 if row == 1 else 60) for row in (1, 3) for day in (14, 15)}
    assert minutes == {(one.number, wanted[row, day]) for (row, day, _), one in made.items()}
    shown = {one["seq"]: one["response"] for one in json.loads(before[SHOW])["projects"]}
    assert (shown[1], shown[3]) == (Figure(1, 4).as_dict(), Figure(3, 4).as_dict())

    # Another document loosens row 1 in August, and a report time of July is corrected from 09:00 to 08:30.
    again = document(from_day="2025-08-21", title="再次补充")
    confirmed(session, people, again, item(session, "target", 1, **RESPONSE, minutes=240), now=LATER)
    late = made[1, 14, 20]
    decisions.correct_report_time(*(session, people.bureau, late, LATER, at("2025-07-14 08:30")), "电话记录")
    (one,) = adjusting.record(session, None, LATER)
    assert (one.of_month, one.in_month, one.key) == (
        *(JULY.first_day, AUGUST.first_day),
        f"clock:{late.id}:response:0",
    )
    assert adjusting.record(session, None, LATER) == []
    found = served(session, store, JULY, None, LATER)
    assert figures(found.rows).projects[1][Indicator.RESPONSE] == Figure(1, 4)
    assert MONTHLY.write(report_of(session, found, None)) == before[WORKBOOK]
    assert kept_bytes(session, store) == before
    august = with_adjustments(session, rows_of(session, AUGUST, None, LATER), None)
    assert adjusted(august.adjustments)[Indicator.RESPONSE] == Figure(-1, 0)
    assert figures(august).projects[1][Indicator.RESPONSE] == Figure()


@ONE_DATABASE
def test_an_agreement_from_a_day_of_a_frozen_month_makes_adjustments_and_no_other_bytes(
    session, people, store
) -> None:
    """Signed on 3 June for the 15th, handed in once June is frozen: June stays, July takes the difference."""
    for day, minutes in ((14, 20), (16, 20), (16, 40)):
        answered(session, people, 1, f"2025-06-{day} 09:00", minutes)
    answered(session, people, 1, "2025-07-02 09:00", 20)
    for ticket in session.scalars(select(Ticket)):
        tickets.cancel(session, people.bureau, ticket, at("2025-07-02 10:00"), reason="误报")
    closed(session, people, store)
    before = kept_bytes(session, store)
    assert response(session, 1, JUNE, OVER) == Figure(2, 3)

    said = document(from_day="2025-06-15")
    wanted = item(session, "target", 1, **RESPONSE, minutes=15)
    made = entered(session, people, said, wanted, now=OVER)
    seen = propose(session, made, OVER)
    assert seen.effect.kept == [JUNE.first_day]
    assert seen.effect.months == [JULY.first_day]
    confirmed(
        *(session, people, document(from_day="2025-06-20", title="更早的口头约定")),
        item(session, "target", 3, **RESPONSE, minutes=15),
        now=OVER,
    )
    assert adjusting.record(session, None, OVER) == []  # row 3 had nothing in June
    service.confirm(session, people.bureau2, made.id, propose(session, made, OVER).digest, OVER)
    (one,) = adjusting.record(session, None, OVER)
    assert (one.of_month, one.in_month) == (JUNE.first_day, JULY.first_day)
    assert one.before is not None
    assert one.after is not None
    assert (one.before["met"], one.after["met"], one.after["total"]) == (1, 0, 1)
    assert "补充协议《运维补充协议》（2025-7），自 2025-06-15 起" in one.reason
    assert kept_bytes(session, store) == before
    found = served(session, store, JUNE, None, OVER)
    assert figures(found.rows).projects[1][Indicator.RESPONSE] == Figure(2, 3)
    assert MONTHLY.write(report_of(session, found, None)) == before[WORKBOOK]
    # July itself is measured by what the document says of its days.
    assert response(session, 1, JULY, OVER) == Figure(0, 1)
    close = session.scalars(select(MonthClose)).one()
    assert close.rules is not None
    assert close.rules["amendments"] == []
    # Looser again from the same day: the adjustment is taken back by another one.
    looser = document(from_day="2025-06-15", title="放宽")
    confirmed(session, people, looser, item(session, "target", 1, **RESPONSE, minutes=60), now=LATER)
    found_now = adjusting.record(session, None, LATER)
    assert [each.after and (each.after["met"], each.after["total"]) for each in found_now] == [(1, 1), (1, 1)]
    numbers = session.scalars(select(Adjustment.number).order_by(Adjustment.number)).all()
    assert list(numbers) == [1, 2, 3]
    assert kept_bytes(session, store) == before


@ONE_DATABASE
def test_heads_of_a_posting_from_a_day_of_a_frozen_month_are_adjusted_half_day_by_half_day(
    session, people, store
) -> None:
    closed(session, people, store)
    (posting,) = session.scalars(select(Posting).where(Posting.project_id == project(session, 1).id))
    more = {"posting_id": posting.id, "heads": posting.heads + 1, "pattern": posting.pattern}
    made = entered(
        *(session, people, document(from_day="2025-06-27"), item(session, "posting", 1, **more)), now=OVER
    )
    seen = propose(session, made, OVER)
    assert seen.effect.kept == [JUNE.first_day]
    assert [one.month for one in seen.attendance] == [JULY.first_day]
    service.confirm(session, people.bureau2, made.id, seen.digest, OVER)
    found = adjusting.record(session, None, OVER)
    # Friday the 27th and Monday the 30th, each in two halves.
    assert [one.key.split(":")[2:] for one in found] == [
        [day, half] for day in ("2025-06-27", "2025-06-30") for half in ("afternoon", "morning")
    ]
    for one in found:
        assert one.before is not None
        assert one.after is not None
        assert one.after["total"] == one.before["total"] + 1


@ONE_DATABASE
def test_readings_still_leave_frozen_days_and_no_document_reaches_before_the_year(
    session, people, store
) -> None:
    closed(session, people, store)
    with pytest.raises(Invalid, match="所在的月份已经冻结"):
        agree(session, people.bureau, Agreement("realtime_minutes", "30", date(2025, 6, 15), "纪要"), OVER)
    with pytest.raises(Invalid, match="早于本服务年度的第一天"):
        drafted(session, people, document(from_day="2025-06-02", signed_on=date(2025, 6, 1)), now=OVER)
