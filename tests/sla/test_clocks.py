"""C1–C14 as worked examples: each asserts the numbers a person gets by hand."""

from datetime import date

import pytest

from sla.clock import RuleBook
from sla.clocks import PARALYSIS_MINUTES
from sla.vocab import EventKind, Severity, Side, TicketKind, TicketState, Verdict, Window
from tests.sla.seeded import CALENDAR, SHIPPED
from tests.sla.story import ORDINARY, Story, at, project, target

E = EventKind


def test_an_incident_on_an_ordinary_row_has_a_response_and_a_recovery_clock_and_no_arrival_clock() -> None:
    story = Story("2025-07-01 09:00")
    assert story.kinds("2025-07-01 09:10") == ["response", "recovery"]
    assert story.clock("response", "2025-07-01 09:10").due_at == at("2025-07-01 09:30")
    assert story.clock("recovery", "2025-07-01 09:10").due_at == at("2025-07-01 15:00")


@pytest.mark.parametrize("kind", ["request", "consultation", "change", "data"])
def test_other_kinds_have_a_response_clock_only(kind: str) -> None:
    assert Story("2025-07-01 09:00", kind).kinds("2025-07-01 09:10") == ["response"]


def test_a_row_without_targets_takes_tickets_without_clocks() -> None:
    story = Story("2025-07-01 09:00", paralysis=None).tell(E.ARRIVED, "2025-07-01 10:00")
    assert story.kinds("2025-07-01 20:00", project()) == []


def test_a_stop_at_the_due_instant_is_met_and_one_second_later_is_breached_at_the_due_time() -> None:
    on_time = Story("2025-07-01 09:00").tell(E.RESPONDED, "2025-07-01 09:30")
    late = Story("2025-07-01 09:00").tell(E.RESPONDED, "2025-07-01 09:30:01")
    assert on_time.clock("response", "2025-07-02 00:00").verdict is Verdict.MET
    clock = late.clock("response", "2025-07-02 00:00")
    assert clock.verdict is Verdict.BREACHED
    assert clock.decided_at == at("2025-07-01 09:30")
    assert clock.stopped_at == at("2025-07-01 09:30:01")


def test_a_clock_runs_until_its_due_instant_and_is_breached_from_then_on_whenever_noticed() -> None:
    story = Story("2025-07-01 09:00")
    assert story.clock("response", "2025-07-01 09:29:59").verdict is Verdict.RUNNING
    assert story.clock("response", "2025-07-01 09:29:59").decided_at is None
    for noticed in ("2025-07-01 09:30", "2025-09-01 00:00"):
        clock = story.clock("response", noticed)
        assert (clock.verdict, clock.decided_at) == (Verdict.BREACHED, at("2025-07-01 09:30"))


def test_realtime_is_measured_as_the_agreed_five_minutes() -> None:
    rules = project(target("response", 0))
    clock = Story("2025-07-01 09:00").clock("response", "2025-07-01 09:01", rules)
    assert (clock.minutes, clock.due_at) == (5, at("2025-07-01 09:05"))


class TestConditions:
    DAYS = project(target("response", 0, day="workday"), target("response", 60, day="non_workday"))

    @pytest.mark.parametrize(
        ("reported", "due"),
        [
            ("2025-07-04 23:59:59", "2025-07-05 00:04:59"),  # Friday: still a workday
            ("2025-07-05 00:00", "2025-07-05 01:00"),  # Saturday begins
            ("2025-09-28 10:00", "2025-09-28 10:05"),  # a Sunday worked instead of the holiday
            ("2025-10-08 10:00", "2025-10-08 11:00"),  # a Wednesday inside the holiday
        ],
    )
    def test_the_day_is_judged_on_the_date_the_clock_starts(self, reported: str, due: str) -> None:
        clock = Story(reported).clock("response", reported, self.DAYS)
        assert clock.due_at == at(due)

    def test_read_as_office_hours_an_evening_of_a_workday_is_no_workday_period(self) -> None:
        book = RuleBook(CALENDAR, SHIPPED.with_version("workday_period", None, "office_hours", "agreed"))
        story = Story("2025-07-04 20:00")
        assert story.clock("response", "2025-07-04 20:00", self.DAYS, book=book).due_at == at(
            "2025-07-04 21:00"
        )

    def test_the_target_with_most_conditions_wins_and_then_the_fewer_minutes(self) -> None:
        rules = project(
            target("recovery", 120),
            target("recovery", 480, complexity="complex"),
            target("recovery", 300, complexity="complex", severity=Severity.GENERAL),
            target("recovery", 200, complexity="complex", severity=Severity.GENERAL),
        )
        plain, both = (
            Story("2025-07-01 09:00"),
            Story("2025-07-01 09:00", complexity="complex", severity="general"),
        )
        one = Story("2025-07-01 09:00", complexity="complex")
        assert [s.clock("recovery", "2025-07-01 09:00", rules).minutes for s in (plain, one, both)] == [
            120,
            480,
            200,
        ]

    def test_a_recovery_for_level_one_faults_does_not_exist_for_a_confirmed_lower_level(self) -> None:
        rules = project(target("recovery", 360, fault_level=1))
        assert Story("2025-07-01 09:00").kinds("2025-07-01 09:00", rules) == ["recovery"]
        assert Story("2025-07-01 09:00", fault_level=2).kinds("2025-07-01 09:00", rules) == []

    def test_a_target_may_count_in_a_window_of_its_own(self) -> None:
        rules = project(
            target("containment", 240, Window.WORKDAYS, severity="general"),
            target("containment", 60, severity="major"),
        )
        story = Story("2025-09-30 17:00", "security", severity="general")
        clock = story.clock("containment", "2025-09-30 17:00", rules)
        # One hour on 30 September; the holiday lasts to 8 October; three hours on the 9th.
        assert (clock.window, clock.due_at) == (Window.WORKDAYS, at("2025-10-09 11:00"))
        unstated = Story("2025-09-30 17:00", "security")
        assert unstated.clock("containment", "2025-09-30 17:00", rules).due_at == at("2025-09-30 18:00")


class TestParalysis:
    def test_it_brings_sixty_minutes_of_wall_time_where_the_row_promises_nothing(self) -> None:
        clock = Story("2025-10-01 03:00", "request", paralysis=True).clock(
            "response", "2025-10-01 03:00", project()
        )
        assert (clock.minutes, clock.window, clock.due_at) == (60, Window.ALWAYS, at("2025-10-01 04:00"))
        assert clock.is_floor
        assert PARALYSIS_MINUTES == 60

    def test_the_earlier_due_time_binds_and_on_a_tie_the_row(self) -> None:
        story = Story("2025-07-01 09:00", paralysis=True)
        quicker = story.clock("response", "2025-07-01 09:00", project(target("response", 30)))
        tied = story.clock("response", "2025-07-01 09:00", project(target("response", 60)))
        slower = story.clock(
            "response", "2025-07-01 09:00", project(target("response", 240), window=Window.EVERY_DAY)
        )
        assert [(c.minutes, c.is_floor) for c in (quicker, tied, slower)] == [
            (30, False),
            (60, False),
            (60, True),
        ]

    def test_it_is_never_presumed_and_the_supplier_alone_cannot_take_it_back(self) -> None:
        rules = project(target("response", 240))
        story = Story("2025-07-01 09:00", paralysis=True).tell(
            E.RECLASSIFIED, "2025-07-01 09:05", paralysis=False, reason="只有一台终端"
        )
        assert story.clock("response", "2025-07-01 09:06", rules).minutes == 60
        story.tell(E.CLAIM_CONFIRMED, "2025-07-01 09:10", Side.UNIT, claim=2)
        assert story.clock("response", "2025-07-01 09:11", rules).minutes == 240
        assert Story("2025-07-01 09:00").clock("response", "2025-07-01 09:06", rules).minutes == 240


def test_what_the_supplier_finds_itself_has_no_response_clock_even_when_everything_is_down() -> None:
    story = Story("2025-07-01 09:00", side=Side.SUPPLIER, own_finding=True, paralysis=True)
    assert story.kinds("2025-07-01 09:00") == ["recovery"]


class TestArrival:
    def test_it_runs_from_the_request_and_not_from_the_report(self) -> None:
        story = Story("2025-07-01 09:00").tell(E.ONSITE_REQUESTED, "2025-07-01 11:00", Side.UNIT)
        assert story.clock("onsite", "2025-07-01 11:00").due_at == at("2025-07-01 13:00")

    def test_without_a_request_it_counts_from_the_report(self) -> None:
        story = Story("2025-07-01 09:00").tell(E.ARRIVED, "2025-07-01 11:00:01")
        clock = story.clock("onsite", "2025-07-01 12:00")
        assert (clock.starts_at, clock.verdict) == (at("2025-07-01 09:00"), Verdict.BREACHED)

    def test_a_target_after_remote_work_failed_exists_only_when_a_request_says_so(self) -> None:
        rules = project(target("onsite", 1440, remote="failed"))
        story = Story("2025-07-01 09:00").tell(E.ONSITE_REQUESTED, "2025-07-01 10:00", Side.UNIT)
        assert story.kinds("2025-07-01 10:00", rules) == []
        story.tell(E.ONSITE_REQUESTED, "2025-07-01 12:00", remote_failed=True)
        assert story.clock("onsite", "2025-07-01 12:00", rules).due_at == at("2025-07-02 12:00")

    def test_an_arrival_without_any_request_has_no_clock_where_the_target_needs_a_failed_remote(self) -> None:
        rules = project(target("onsite", 1440, remote="failed"))
        assert (
            Story("2025-07-01 09:00").tell(E.ARRIVED, "2025-07-01 10:00").kinds("2025-07-01 12:00", rules)
            == []
        )

    def test_a_second_call_to_the_site_is_a_second_clock(self) -> None:
        story = Story("2025-07-01 09:00")
        story.tell(E.ONSITE_REQUESTED, "2025-07-01 09:00", Side.UNIT).tell(E.ARRIVED, "2025-07-01 10:00")
        story.tell(E.ONSITE_REQUESTED, "2025-07-02 09:00", Side.UNIT)
        assert story.clock("onsite", "2025-07-02 12:00", round_=0).verdict is Verdict.MET
        assert story.clock("onsite", "2025-07-02 12:00", round_=1).verdict is Verdict.BREACHED

    def test_the_day_condition_is_judged_on_the_request(self) -> None:
        rules = project(target("onsite", 60, day="workday"), target("onsite", 180, day="non_workday"))
        story = Story("2025-07-04 22:00").tell(E.ONSITE_REQUESTED, "2025-07-05 00:00", Side.UNIT)
        assert story.clock("onsite", "2025-07-05 00:00", rules).minutes == 180


class TestRecovery:
    def test_an_outstanding_claim_gives_a_provisional_verdict_and_acceptance_settles_it(self) -> None:
        story = Story("2025-07-01 09:00").tell(E.RECOVERY_CLAIMED, "2025-07-01 12:00", note="换电源")
        clock = story.clock("recovery", "2025-07-01 12:30")
        assert (clock.verdict, clock.provisional, clock.stopped_at) == (
            Verdict.MET,
            True,
            at("2025-07-01 12:00"),
        )
        story.tell(E.RECOVERY_ACCEPTED, "2025-07-01 18:00", Side.UNIT, claim=2)
        assert not story.clock("recovery", "2025-07-01 18:00").provisional

    def test_a_rejected_claim_stops_nothing_across_the_end_of_a_month(self) -> None:
        story = Story("2025-07-31 20:00").tell(E.RECOVERY_CLAIMED, "2025-07-31 23:30")
        story.tell(E.RECOVERY_REJECTED, "2025-08-01 00:30", Side.UNIT, claim=2, reason="仍打不开")
        clock = story.clock("recovery", "2025-08-01 03:00")
        assert (clock.verdict, clock.decided_at) == (Verdict.BREACHED, at("2025-08-01 02:00"))
        assert story.derive("2025-08-01 03:00").facts.rejections == 1

    def test_read_the_other_way_the_time_until_the_rejection_is_left_out(self) -> None:
        book = RuleBook(CALENDAR, SHIPPED.with_version("rejected_recovery", None, "excluded", "agreed"))
        story = Story("2025-07-31 20:00").tell(E.RECOVERY_CLAIMED, "2025-07-31 23:30")
        story.tell(E.RECOVERY_REJECTED, "2025-08-01 00:30", Side.UNIT, claim=2, reason="仍打不开")
        assert story.clock("recovery", "2025-08-01 02:30", book=book).due_at == at("2025-08-01 03:00")

    def test_silence_accepts_at_the_end_of_the_third_workday(self) -> None:
        story = Story("2025-09-26 09:00").tell(E.RECOVERY_CLAIMED, "2025-09-26 10:00")
        # The days after Friday 26 September that count: Sunday the 28th (worked), Monday, Tuesday.
        assert story.derive("2025-09-30 23:59:59").facts.state is TicketState.CLAIMED
        silent = story.derive("2025-10-01 00:00").facts
        assert silent.state is TicketState.ACCEPTED
        assert silent.claim is not None
        assert silent.claim.accepted_at == at("2025-10-01 00:00")


class TestClaimsThatLoosen:
    ROW_44 = project(target("recovery", 120), target("recovery", 480, complexity="complex"))

    def test_the_supplier_s_claim_waits_and_the_confirmed_one_binds_from_the_original_start(self) -> None:
        story = Story("2025-07-01 09:00").tell(
            E.RECLASSIFIED, "2025-07-01 10:00", complexity="complex", reason="需要厂家"
        )
        assert story.clock("recovery", "2025-07-01 10:30", self.ROW_44).due_at == at("2025-07-01 11:00")
        story.tell(E.CLAIM_CONFIRMED, "2025-07-01 14:00", Side.UNIT, claim=2)
        clock = story.clock("recovery", "2025-07-01 14:00", self.ROW_44)
        assert (clock.due_at, clock.verdict) == (at("2025-07-01 17:00"), Verdict.RUNNING)

    def test_a_rejected_claim_leaves_the_strict_target(self) -> None:
        story = Story("2025-07-01 09:00", side=Side.SUPPLIER, complexity="complex")
        story.tell(E.CLAIM_REJECTED, "2025-07-01 09:30", Side.BUREAU, claim=1, reason="不复杂")
        assert story.clock("recovery", "2025-07-01 09:30", self.ROW_44).minutes == 120

    def test_what_the_unit_states_is_confirmed_at_once(self) -> None:
        assert (
            Story("2025-07-01 09:00", complexity="complex")
            .clock("recovery", "2025-07-01 09:00", self.ROW_44)
            .minutes
            == 480
        )

    def test_a_kind_without_recovery_waits_too_and_the_strict_clock_runs_on(self) -> None:
        story = Story("2025-07-01 09:00").tell(
            E.RECLASSIFIED, "2025-07-01 09:10", kind="consultation", reason="只是询问"
        )
        assert story.kinds("2025-07-01 09:20") == ["response", "recovery"]
        story.tell(E.CLAIM_CONFIRMED, "2025-07-01 09:30", Side.UNIT, claim=2)
        assert story.kinds("2025-07-01 09:31") == ["response"]

    def test_what_tightens_binds_at_once_and_replaces_a_waiting_claim(self) -> None:
        story = Story("2025-07-01 09:00", side=Side.SUPPLIER, complexity="complex")
        story.tell(E.RECLASSIFIED, "2025-07-01 09:10", complexity="normal", reason="看错了")
        derived = story.derive("2025-07-01 09:20", self.ROW_44)
        assert derived.facts.classification.claims == []
        story.tell(E.RECLASSIFIED, "2025-07-01 09:30", kind="security", reason="发现木马")
        assert story.derive("2025-07-01 09:31", self.ROW_44).facts.kind is TicketKind.SECURITY

    def test_one_statement_may_tighten_one_thing_and_loosen_another(self) -> None:
        story = Story("2025-07-01 09:00", kind="request")
        story.tell(E.RECLASSIFIED, "2025-07-01 09:10", kind="incident", severity="general", reason="是故障")
        known = story.derive("2025-07-01 09:11").facts.classification
        assert (known.kind, known.get("severity")) == (TicketKind.INCIDENT, Severity.MAJOR)
        assert [claim.values for claim in known.claims] == [{"severity": Severity.GENERAL}]


class TestBackEntry:
    def test_recorded_within_the_limit_and_deciding_nothing_it_is_believed(self) -> None:
        story = Story("2025-07-01 09:00").tell(E.RESPONDED, "2025-07-01 09:10", recorded="2025-07-01 09:29")
        clock = story.clock("response", "2025-07-01 12:00")
        assert (clock.stopped_at, clock.judged_by_record) == (at("2025-07-01 09:10"), False)

    def test_recorded_after_the_due_time_it_is_judged_by_its_record_until_confirmed(self) -> None:
        story = Story("2025-07-01 09:00").tell(
            E.RESPONDED, "2025-07-01 09:30", recorded="2025-07-01 09:30:01"
        )
        assert story.clock("response", "2025-07-01 12:00").verdict is Verdict.BREACHED
        story.tell(E.BACKENTRY_CONFIRMED, "2025-07-01 13:00", Side.UNIT, entry=2)
        assert story.clock("response", "2025-07-01 13:00").verdict is Verdict.MET

    def test_more_than_two_hours_late_it_is_a_back_entry_even_when_it_changes_no_verdict(self) -> None:
        rules = project(target("response", 720))
        kept = Story("2025-07-01 09:00").tell(E.RESPONDED, "2025-07-01 09:10", recorded="2025-07-01 11:10")
        late = Story("2025-07-01 09:00").tell(E.RESPONDED, "2025-07-01 09:10", recorded="2025-07-01 11:10:01")
        assert kept.clock("response", "2025-07-01 12:00", rules).stopped_at == at("2025-07-01 09:10")
        assert late.clock("response", "2025-07-01 12:00", rules).stopped_at == at("2025-07-01 11:10:01")

    def test_a_rejected_back_entry_stays_judged_by_its_record(self) -> None:
        story = Story("2025-07-01 09:00").tell(E.RESPONDED, "2025-07-01 09:20", recorded="2025-07-01 10:00")
        story.tell(E.BACKENTRY_REJECTED, "2025-07-01 13:00", Side.UNIT, entry=2, reason="没有接到电话")
        assert story.clock("response", "2025-07-01 13:00").stopped_at == at("2025-07-01 10:00")

    def test_an_earlier_time_claimed_afterwards_waits_and_a_later_one_binds(self) -> None:
        story = Story("2025-07-01 09:00").tell(E.RESPONDED, "2025-07-01 09:40")
        story.tell(
            E.CORRECTED, "2025-07-01 10:00", entry=2, occurred_at="2025-07-01T09:20:00+08:00", reason="记错"
        )
        assert story.clock("response", "2025-07-01 10:00").verdict is Verdict.BREACHED
        story.tell(E.BACKENTRY_CONFIRMED, "2025-07-01 11:00", Side.UNIT, entry=3)
        assert story.clock("response", "2025-07-01 11:00").verdict is Verdict.MET
        later = Story("2025-07-01 09:00").tell(E.RESPONDED, "2025-07-01 09:20")
        later.tell(
            E.CORRECTED, "2025-07-01 10:00", entry=2, occurred_at="2025-07-01T09:40:00+08:00", reason="记错"
        )
        assert later.clock("response", "2025-07-01 10:00").verdict is Verdict.BREACHED

    def test_the_unit_s_correction_of_the_report_time_moves_every_clock_that_starts_there(self) -> None:
        story = Story("2025-07-01 08:00", side=Side.SUPPLIER, recorded="2025-07-01 09:00")
        story.tell(
            E.REPORT_TIME_CORRECTED,
            "2025-07-01 09:30",
            Side.UNIT,
            reported_at="2025-07-01T07:00:00+08:00",
            reason="七点就报了",
        )
        assert story.clock("response", "2025-07-01 09:30").due_at == at("2025-07-01 07:30")
        assert story.clock("recovery", "2025-07-01 09:30").due_at == at("2025-07-01 13:00")


class TestPauses:
    def test_a_pause_moves_recovery_and_arrival_but_never_response(self) -> None:
        story = Story("2025-07-01 09:00").tell(E.ONSITE_REQUESTED, "2025-07-01 09:00", Side.UNIT)
        story.tell(E.PAUSED, "2025-07-01 09:10", reason="awaiting_unit", note="等开门")
        story.tell(E.RESUMED, "2025-07-01 10:10")
        dues = {str(c.kind): c.due_at for c in story.derive("2025-07-01 10:10").clocks}
        assert dues == {
            "response": at("2025-07-01 09:30"),
            "onsite": at("2025-07-01 12:00"),
            "recovery": at("2025-07-01 16:00"),
        }

    def test_an_open_pause_ends_now_and_a_rejected_one_is_taken_out(self) -> None:
        story = Story("2025-07-01 09:00").tell(
            E.PAUSED, "2025-07-01 10:00", reason="awaiting_parts", note="等配件"
        )
        assert story.clock("recovery", "2025-07-01 12:00").due_at == at("2025-07-01 17:00")
        assert story.derive("2025-07-01 12:00").facts.state is TicketState.PAUSED
        story.tell(E.PAUSE_REJECTED, "2025-07-01 12:00", Side.UNIT, pause=2, reason="有备件")
        assert story.clock("recovery", "2025-07-01 12:00").due_at == at("2025-07-01 15:00")
        assert story.derive("2025-07-01 12:00").facts.open_pause is None

    def test_claiming_the_recovery_ends_a_pause_left_open(self) -> None:
        story = Story("2025-07-01 09:00").tell(
            E.PAUSED, "2025-07-01 10:00", reason="unit_deferred", note="下午再来"
        )
        story.tell(E.RECOVERY_CLAIMED, "2025-07-01 14:00", note="好了")
        clock = story.clock("recovery", "2025-07-05 00:00")
        assert (clock.due_at, clock.verdict) == (at("2025-07-01 19:00"), Verdict.MET)

    def test_a_pause_in_closed_time_takes_nothing_out(self) -> None:
        rules = project(target("recovery", 60), window=Window.WORKDAYS)
        story = Story("2025-07-01 17:30").tell(
            E.PAUSED, "2025-07-01 18:00", reason="awaiting_unit", note="下班"
        )
        story.tell(E.RESUMED, "2025-07-02 08:00")
        assert story.clock("recovery", "2025-07-02 08:00", rules).due_at == at("2025-07-02 08:30")


class TestEnds:
    def test_cancelling_leaves_what_was_decided_and_voids_the_rest(self) -> None:
        story = Story("2025-07-01 09:00").tell(E.CANCELLED, "2025-07-01 10:00", Side.UNIT, reason="误报")
        verdicts = {str(c.kind): c.verdict for c in story.derive("2025-07-02 00:00").clocks}
        assert verdicts == {"response": Verdict.BREACHED, "recovery": Verdict.VOID}

    def test_outside_its_service_year_a_project_has_no_clocks(self) -> None:
        year = (date(2025, 7, 27), date(2026, 7, 27))
        rules = project(*ORDINARY.targets, service=(year,))
        assert Story("2025-07-26 23:59:59").kinds("2025-07-30 00:00", rules) == []
        assert Story("2025-07-27 00:00").kinds("2025-07-30 00:00", rules) == ["response", "recovery"]
        assert Story("2026-07-26 23:59:59").kinds("2026-07-30 00:00", rules) == ["response", "recovery"]
        assert Story("2026-07-27 00:00").kinds("2026-07-30 00:00", rules) == []

    def test_a_due_time_that_rests_on_an_unpublished_year_is_provisional(self) -> None:
        rules = project(target("recovery", 600), window=Window.WORKDAYS)
        sure, unsure = Story("2026-12-30 09:00"), Story("2026-12-31 09:00")
        assert not sure.clock("recovery", "2026-12-30 09:00", rules).due_provisional
        assert unsure.clock("recovery", "2026-12-31 09:00", rules).due_provisional
        always = Story("2027-05-01 09:00").clock("recovery", "2027-05-01 09:00")
        assert not always.due_provisional


def test_small_changes_are_due_at_the_end_of_the_fifth_workday() -> None:
    from sla.targets import Target
    from sla.vocab import TargetKind

    rules = project(Target(TargetKind.CHANGE, workdays=5))
    clock = Story("2025-09-26 16:00", "change").clock("change", "2025-09-26 16:00", rules)
    # 28, 29, 30 September, then 9 and 10 October: due at 24:00 of the 10th.
    assert (clock.due_at, clock.minutes, clock.workdays) == (at("2025-10-11 00:00"), None, 5)
