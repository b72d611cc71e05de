"""P4: what a row promises from which day on, and by which promise a clock is measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sla.amendments import Change, Terms, in_force, key_of, versions
from sla.arithmetic import because
from sla.clock import ProjectRules, RuleBook
from sla.clocks import derive
from sla.targets import Conditions, Target
from sla.vocab import ClockKind, EventKind, TargetKind, Window
from tests.sla.seeded import CALENDAR, SHIPPED
from tests.sla.story import BOOK, Story, at, project, target

JULY_15 = date(2025, 7, 15)
ROW = project(target("response", 30), target("onsite", 120), target("recovery", 360))
BEFORE, ON = "2025-07-14 23:59:59", "2025-07-15 00:00"


def agreed(made: Target | None = None, day: date = JULY_15, document: int = 0, **more: object) -> Change:
    return Change(day, document, True, "补充协议《甲》", made, **more)  # type: ignore[arg-type]


def promised(made: Target | None = None, day: date = JULY_15, document: int = 0, **more: object) -> Change:
    return Change(day, document, False, "投标承诺《乙》", made, **more)  # type: ignore[arg-type]


def amended(row: ProjectRules, *changes: Change) -> ProjectRules:
    return replace(row, versions=versions(row.targets, row.window, changes))


def minutes(row: ProjectRules, opened: str, kind: str = "response") -> int | None:
    return Story(opened).clock(kind, "2025-09-30 00:00", row).minutes


# -- which day -----------------------------------------------------------------------------------------


def test_a_clock_keeps_the_target_of_the_day_it_starts_on():
    row = amended(ROW, agreed(target("response", 60)))
    assert (minutes(row, BEFORE), minutes(row, ON)) == (30, 60)
    assert minutes(row, ON, "recovery") == 360


def test_a_call_to_the_site_is_of_the_day_it_was_made_and_not_of_the_report():
    row = amended(ROW, agreed(target("onsite", 60)))
    story = Story("2025-07-14 20:00").tell(EventKind.ONSITE_REQUESTED, "2025-07-15 09:00")
    found = {c.kind: c.minutes for c in story.derive("2025-07-15 09:30", row).clocks}
    assert (found[ClockKind.ONSITE], found[ClockKind.RECOVERY]) == (60, 360)


def test_of_two_agreements_each_holds_until_the_next():
    row = amended(
        ROW,
        agreed(target("response", 60), date(2025, 8, 1), 0),
        agreed(target("response", 45), JULY_15, 1),
    )
    days = ("2025-07-14 10:00", "2025-07-15 10:00", "2025-07-31 10:00", "2025-08-01 10:00")
    assert [minutes(row, day) for day in days] == [30, 45, 45, 60]


def test_an_agreement_may_drop_a_target_and_bring_one():
    row = amended(
        ROW, agreed(dropped=key_of(target("recovery", 0))), agreed(target("containment", 30), document=0)
    )
    assert Story(BEFORE).kinds(BEFORE, row) == ["response", "recovery"]
    assert Story(ON, "security").kinds(ON, row) == ["response", "containment"]


def test_a_window_agreed_is_that_of_the_rows_targets_from_its_day():
    row = amended(replace(ROW, window=Window.WORKDAYS), agreed(window=Window.ALWAYS))
    friday, saturday = Story("2025-07-12 10:00"), Story("2025-07-19 10:00")
    assert friday.clock("response", "2025-07-30 00:00", row).due_at == at("2025-07-14 08:30")
    assert saturday.clock("response", "2025-07-30 00:00", row).due_at == at("2025-07-19 10:30")


# -- what binds ----------------------------------------------------------------------------------------


def test_a_promise_binds_where_it_is_due_earlier_and_the_row_elsewhere():
    for allowed, bound in ((15, 15), (30, 30), (45, 30)):
        clock = Story(ON).clock("response", ON, amended(ROW, promised(target("response", allowed))))
        assert clock.minutes == bound
        assert bool(clock.source) is (allowed < 30), "on a tie the row's own binds"


def test_a_promise_in_a_wider_window_binds_where_that_makes_it_earlier():
    row = amended(
        project(target("response", 30), window=Window.WORKDAYS),
        promised(target("response", 240, Window.ALWAYS)),
    )
    in_hours, at_night = (
        Story(when).clock("response", when, row) for when in ("2025-07-15 09:00", "2025-07-15 19:00")
    )
    assert (in_hours.minutes, in_hours.due_at) == (30, at("2025-07-15 09:30"))
    assert (at_night.minutes, at_night.due_at) == (240, at("2025-07-15 23:00"))
    assert at_night.window is Window.ALWAYS


def test_a_promised_window_measures_the_rows_own_targets():
    row = amended(project(target("response", 30), window=Window.WORKDAYS), promised(window=Window.ALWAYS))
    clock = Story("2025-07-15 19:00").clock("response", "2025-07-15 19:00", row)
    assert (clock.due_at, clock.source) == (at("2025-07-15 19:30"), "投标承诺《乙》")


def test_each_document_chooses_among_its_own_conditions():
    row = amended(
        project(target("recovery", 480)),
        promised(target("recovery", 240)),
        promised(target("recovery", 600, complexity="complex")),
    )
    stated = Story(ON, complexity="complex").clock("recovery", ON, row)
    plain = Story(ON).clock("recovery", ON, row)
    assert (stated.minutes, plain.minutes) == (480, 240)


def test_an_agreement_about_the_same_ends_a_promise_and_a_later_promise_stands_beside_it():
    loosened = (promised(target("response", 15)), agreed(target("response", 60), date(2025, 8, 1), 1))
    row = amended(ROW, *loosened)
    assert (minutes(row, ON), minutes(row, "2025-08-01 00:00")) == (15, 60)
    row = amended(ROW, *loosened, promised(target("response", 20), date(2025, 9, 1), 2))
    assert minutes(row, "2025-09-01 00:00") == 20


def test_a_promise_gives_a_clock_to_a_row_that_has_none():
    row = amended(project(target("response", 30)), promised(target("recovery", 240)))
    assert (Story(BEFORE).kinds(BEFORE, row), Story(ON).kinds(ON, row)) == (
        ["response"],
        ["response", "recovery"],
    )


def test_the_floor_under_a_paralysis_stays():
    row = amended(ROW, agreed(target("response", 240)))
    clock = Story(ON, paralysis=True).clock("response", ON, row)
    assert (clock.is_floor, clock.minutes, clock.source) == (True, 60, "")


def test_workdays_are_promised_like_minutes():
    change = Target(TargetKind.CHANGE, workdays=5)
    row = amended(ProjectRules(9, (change,), Window.ALWAYS), promised(replace(change, workdays=3)))
    clock = Story("2025-09-26 16:00", "change").clock("change", "2025-09-26 16:00", row)
    assert (clock.workdays, clock.due_at) == (3, at("2025-10-01 00:00"))


def test_a_clock_says_by_which_document_it_is_measured():
    row = amended(ROW, agreed(target("response", 60)))
    before, on = (Story(when).clock("response", when, row) for when in (BEFORE, ON))
    assert "依据：补充协议《甲》" in because(on, BOOK)
    assert not [line for line in because(before, BOOK) if line.startswith("依据")]


# -- what is shown -------------------------------------------------------------------------------------


def test_what_is_outdone_is_not_shown_and_what_cannot_be_compared_is():
    row = amended(
        project(target("response", 30), target("recovery", 0)),
        promised(target("response", 15)),
        promised(target("recovery", 3)),
        promised(target("onsite", 60, Window.WORKDAYS)),
    )
    shown = [(t.kind, t.minutes) for t in in_force(row.on(JULY_15))]
    assert shown == [("recovery", 0), ("response", 15), ("recovery", 3), ("onsite", 60)]
    ratio = Target(TargetKind.CLOSURE, ratio=Decimal("0.9"))
    terms = Terms((ratio,), None, ((replace(ratio, ratio=Decimal("0.95")),),))
    assert [t.ratio for t in in_force(terms)] == [Decimal("0.95")]


def test_a_month_has_the_kinds_that_were_promised_on_any_of_its_days():
    row = amended(ROW, agreed(dropped=key_of(target("recovery", 0))))
    months = [(date(2025, m, 1), date(2025, m + 1, 1)) for m in (6, 7, 8)]
    assert ["recovery" in row.kinds_within(*month) for month in months] == [True, True, False]


def test_without_documents_the_version_of_the_rules_is_what_it_was():
    assert RuleBook(CALENDAR, SHIPPED, "").version == BOOK.version != RuleBook(CALENDAR, SHIPPED, "x").version


# -- properties ----------------------------------------------------------------------------------------

TARGETS = st.builds(
    Target,
    st.sampled_from([TargetKind.RESPONSE, TargetKind.ONSITE, TargetKind.RECOVERY]),
    st.integers(0, 2000),
    when=st.builds(
        Conditions,
        complexity=st.sampled_from([None, "complex", "normal"]),
        remote=st.sampled_from([None, "failed"]),
        day=st.sampled_from([None, "workday"]),
    ),
    window=st.sampled_from([None, *Window]),
)
ROWS = st.builds(
    lambda targets, window: ProjectRules(1, tuple({key_of(t): t for t in targets}.values()), window),
    st.lists(TARGETS, max_size=5),
    st.sampled_from(Window),
)
DAYS = st.dates(date(2025, 7, 1), date(2025, 7, 31))
PROMISES = st.lists(
    st.builds(
        lambda day, number, made, window: Change(day, number, False, "", made, window=window),
        DAYS,
        st.integers(0, 3),
        TARGETS,
        st.sampled_from([None, None, *Window]),
    ),
    max_size=4,
)
TICKETS = st.builds(
    lambda start, stated: (
        Story(f"{at('2025-07-01 00:00') + timedelta(minutes=start):%Y-%m-%d %H:%M}", **stated)
        .tell(EventKind.ONSITE_REQUESTED, "2025-08-10 10:00")
        .tell(EventKind.ONSITE_REQUESTED, "2025-08-10 22:00", remote_failed=True)
    ),
    st.integers(0, 40 * 24 * 60 - 1),
    st.sampled_from([{}, {"complexity": "complex"}, {"paralysis": True}]),
)


def dues(story: Story, row: ProjectRules) -> dict[tuple[str, int], datetime]:
    return {
        (c.kind, c.round): c.due_at for c in derive(story.events, row, BOOK, at("2025-12-01 00:00")).clocks
    }


@given(ROWS, PROMISES, TICKETS)
def test_a_promise_never_gives_a_later_due_time_and_takes_no_clock_away(row, changes, story):
    plain, then = dues(story, row), dues(story, amended(row, *changes))
    assert plain.keys() <= then.keys()
    assert all(then[key] <= plain[key] for key in plain)


@given(ROWS, PROMISES, TICKETS)
def test_what_started_before_every_document_is_measured_as_if_there_were_none(row, changes, story):
    later = [replace(one, from_day=date(2025, 12, 1)) for one in changes]
    assert dues(story, amended(row, *later)) == dues(story, row)
    assert versions(row.targets, row.window, ()) == ()


@given(ROWS, st.lists(TARGETS, max_size=3), TICKETS)
def test_an_agreement_from_the_first_day_is_the_row_as_it_would_have_been(row, made, story):
    changes = [agreed(one, date(2025, 1, 1)) for one in made]
    together = tuple({key_of(t): t for t in (*row.targets, *made)}.values())
    assert dues(story, amended(row, *changes)) == dues(story, replace(row, targets=together))
