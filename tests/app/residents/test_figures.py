"""What the attendance of a month comes to, on both databases (R1)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.residents import members
from app.residents.queries import as_fact, attendance_figures, attendance_rows
from models.contract import Project, ProjectService
from sla.errors import Conflict
from sla.figures import Figure
from sla.vocab import Presence, Standing
from tests.app.personas import at, project
from tests.app.residents.world import AM, PM, day, entered, extra, joined, leave_of, there
from tests.app.visitors import named

JULY = day("2025-07-01")


def month(session: Session, row: int = 1, first: str = "2025-07-01", until: str | None = None) -> Figure:
    ids = [project(session, row).id]
    found = attendance_figures(session, day(first), ids, until=day(until) if until else None)
    rows = attendance_rows(session, day(first), ids, until=day(until) if until else None)
    assert sum(row.present for row in rows) == found[row].met
    assert sum(row.required for row in rows) == found[row].total
    return found[row]


def test_a_sign_in_is_half_a_day_and_the_rate_is_of_heads_times_days(session: Session) -> None:
    joined(session)
    there(session, "2025-07-01 08:10")
    there(session, "2025-07-01 13:30", PM)
    there(session, "2025-07-02 08:10")
    found = month(session)
    assert (found.met, found.total, found.rate) == (3, 2 * 2 * 23, Decimal("3.26"))


def test_however_often_one_taps_it_counts_once(session: Session) -> None:
    joined(session)
    assert there(session, "2025-07-01 08:10") is not None
    assert there(session, "2025-07-01 08:11") is None
    assert month(session).met == 1


def test_the_last_entry_counts_and_none_is_deleted(session: Session) -> None:
    joined(session)
    there(session, "2025-07-01 08:10")
    entered(session, "2025-07-01", [AM], presence=Presence.ABSENT)
    assert month(session).met == 0
    entered(session, "2025-07-01", [AM])
    assert month(session).met == 1


@pytest.mark.parametrize(
    ("row", "first", "total"),
    [
        (1, "2025-06-01", 2 * 2 * 20),  # from the third of June
        (1, "2025-05-01", 0),  # not in service yet
        (1, "2026-06-01", 2 * 2 * 2),  # until the second
        (1, "2026-07-01", 0),
        (14, "2025-07-01", 2 * 5 * 27),  # five people, six days a week
        (14, "2025-10-01", 2 * 5 * 20),  # eight days of National Day, the 11th is a make-up Saturday
        (40, "2025-06-01", 0),  # its own year begins with July
        (40, "2025-07-01", 2 * 1 * 23),
        (43, "2026-02-01", 2 * 2 * 16),  # Spring Festival, and two make-up Saturdays
    ],
)
def test_what_a_row_requires_in_a_month(session: Session, row: int, first: str, total: int) -> None:
    assert month(session, row, first).total == total


def test_before_the_contract_takes_effect_nothing_is_required(session: Session) -> None:
    session.execute(delete(ProjectService))
    assert month(session).rate is None


def test_a_row_without_a_posting_has_no_figure(session: Session) -> None:
    assert attendance_figures(session, JULY, [project(session, 2).id]) == {}
    assert attendance_rows(session, JULY, [project(session, 2).id]) == []


def test_all_postings_of_the_contract_together(session: Session) -> None:
    ids = list(session.scalars(select(Project.id)))
    found = attendance_figures(session, JULY, ids)
    assert len(found) == 17
    assert sum(figure.total for figure in found.values()) == 2 * (23 * 23 + 5 * 27)


def test_until_a_day_only_the_days_before_it_count(session: Session) -> None:
    joined(session)
    there(session, "2025-07-01 08:10")
    assert month(session, until="2025-07-03") == Figure(1, 2 * 2 * 2)
    assert month(session, until="2025-06-20") == Figure(0, 0)


def test_a_make_up_sunday_counts_and_a_plain_one_is_refused(session: Session) -> None:
    joined(session)
    there(session, "2025-09-28 08:10")
    assert month(session, first="2025-09-01").met == 1
    with pytest.raises(Conflict, match="不需要驻场"):
        there(session, "2025-09-21 08:10")


# -- leave and substitutes ----------------------------------------------------------------------------


def test_an_approved_substitute_counts_as_present_for_the_half_days_of_the_leave(session: Session) -> None:
    extra(session, "sub")
    leave_of(session, joined(session), ("2025-07-03", PM), ("2025-07-07", AM), "sub")
    # Thursday afternoon, Friday, and Monday morning; the weekend asks for nobody.
    assert month(session).met == 4


@pytest.mark.parametrize("standing", [None, Standing.REJECTED])
def test_one_that_nobody_approved_does_not(session: Session, standing: Standing | None) -> None:
    extra(session, "sub")
    leave_of(session, joined(session), ("2025-07-03", AM), ("2025-07-03", PM), "sub", standing)
    assert month(session).met == 0


def test_approved_leave_without_a_substitute_is_a_gap(session: Session) -> None:
    leave_of(session, joined(session), ("2025-07-03", AM), ("2025-07-03", PM))
    assert month(session).met == 0


def test_who_comes_in_spite_of_leave_holds_the_seat_alone(session: Session) -> None:
    extra(session, "sub")
    leave_of(session, joined(session), ("2025-07-03", AM), ("2025-07-03", PM), "sub")
    there(session, "2025-07-03 08:00")
    assert month(session).met == 2


def test_a_substitute_who_signs_in_too_counts_once(session: Session) -> None:
    extra(session, "sub")
    leave_of(session, joined(session), ("2025-07-03", AM), ("2025-07-03", PM), "sub")
    there(session, "2025-07-03 08:00", username="sub")
    assert month(session).met == 2


def test_a_colleague_of_the_same_posting_does_not_fill_two_seats(session: Session) -> None:
    extra(session, "mate")
    leave_of(session, joined(session), ("2025-07-03", AM), ("2025-07-03", PM), "mate")
    joined(session, "mate")
    there(session, "2025-07-03 08:00", username="mate")
    assert month(session).met == 2


def test_a_substitute_recorded_absent_does_not_count(session: Session) -> None:
    extra(session, "sub")
    leave_of(session, joined(session), ("2025-07-03", AM), ("2025-07-03", PM), "sub")
    entered(session, "2025-07-03", [AM], "sub", Presence.ABSENT)
    assert month(session).met == 1


def test_a_person_counts_at_one_posting_only(session: Session) -> None:
    extra(session, "sub")
    joined(session, "sub", row=6)
    there(session, "2025-07-03 08:00", username="sub", row=6)
    leave_of(session, joined(session), ("2025-07-03", AM), ("2025-07-03", PM), "sub")
    # In the morning the substitute is at row 6, in the afternoon nothing says so.
    assert month(session).met == 1
    assert month(session, 6).met == 1
    with pytest.raises(Conflict, match="另一个岗位"):
        entered(session, "2025-07-03", [AM], "sub")


def test_cover_ends_when_the_person_covered_for_leaves_the_posting(session: Session) -> None:
    extra(session, "sub")
    held = joined(session)
    leave_of(session, held, ("2025-07-03", AM), ("2025-07-11", PM), "sub")
    members.end(session, named(session, "manager"), held, day("2025-07-04"), at("2025-07-02 09:00"))
    assert month(session).met == 4


# -- the rows -----------------------------------------------------------------------------------------


def test_a_row_says_posting_day_half_required_present_and_who(session: Session) -> None:
    held = joined(session)
    there(session, "2025-07-01 08:10")
    rows = attendance_rows(session, JULY, [project(session, 1).id])
    assert len(rows) == 46
    assert rows[0].names == (held.user.name,)
    assert as_fact(rows[0]) == {
        "type": "attendance",
        "project": 1,
        "unit": "洛阳市教育局",
        "posting": held.posting_id,
        "day": "2025-07-01",
        "half": "morning",
        "required": 2,
        "present": 1,
        "people": [held.user_id],
    }
    assert as_fact(rows[1])["people"] == []
