"""One of many processes runs the jobs, each slot of a job once; who fails stops nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.watch.jobs import BY_NAME, JOBS, Job
from app.watch.runner import LEASE, TRY_AGAIN, Runner, claim, finish, give_back, hold, run_now, tick
from app.watch.runner import Result as Ran
from models.engine import write_session
from models.watch import JobRun, Lease
from tests.app.personas import at

NINE = at("2025-07-01 09:00")
MINUTE = timedelta(minutes=1)


def always(instant: datetime) -> Callable[[], datetime]:
    return lambda: instant


def counting(name: str = "count", every: int = 5) -> tuple[Job, list[datetime]]:
    """Return a job that notes when it ran."""
    ran: list[datetime] = []

    def note(_session: Session, now: datetime) -> str:
        ran.append(now)
        return f"第 {len(ran)} 次"

    return Job(name, "计数", every, note), ran


def holding(engine: Engine, holder: str, now: datetime) -> bool:
    with write_session(engine) as session, session.begin():
        return hold(session, holder, now)


def claiming(engine: Engine, holder: str, now: datetime, slot: datetime = NINE) -> bool:
    with write_session(engine) as session, session.begin():
        return claim(session, "count", slot, holder, now)


def at_once(engine: Engine, act: Callable[[Engine, str, datetime], bool], times: int = 4) -> list[bool]:
    """Let several threads do the same at the same moment, each by its own name; return what each got."""
    start, got = threading.Barrier(times), list[bool]()

    def go(name: str) -> None:
        start.wait(10)
        got.append(act(engine, name, NINE))

    threads = [threading.Thread(target=go, args=(f"process {n}",)) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(got) == times
    return got


def runs(engine: Engine) -> list[JobRun]:
    with write_session(engine) as session:
        return list(session.scalars(select(JobRun).order_by(JobRun.id)))


# -- the lease -------------------------------------------------------------------------------------------


def test_of_several_at_once_one_gets_the_lease(engine: Engine) -> None:
    assert sorted(at_once(engine, holding)) == [False, False, False, True]


def test_of_several_at_once_one_takes_over_a_lease_that_is_over(engine: Engine) -> None:
    assert holding(engine, "the dead", NINE - LEASE)
    assert sorted(at_once(engine, holding)) == [False, False, False, True]


def test_a_lease_is_kept_by_renewing_it_and_lost_by_not(engine: Engine) -> None:
    assert holding(engine, "a", NINE)
    assert not holding(engine, "b", NINE + MINUTE)
    assert holding(engine, "a", NINE + MINUTE)
    assert not holding(engine, "b", NINE + LEASE)
    assert holding(engine, "b", NINE + MINUTE + LEASE)
    assert not holding(engine, "a", NINE + MINUTE + LEASE)


def test_who_leaves_gives_the_lease_back_at_once(engine: Engine) -> None:
    assert holding(engine, "a", NINE)
    with write_session(engine) as session, session.begin():
        give_back(session, "b", NINE)
    assert not holding(engine, "b", NINE)
    with write_session(engine) as session, session.begin():
        give_back(session, "a", NINE)
    assert holding(engine, "b", NINE)


# -- the claims ------------------------------------------------------------------------------------------


def test_a_slot_is_claimed_once_by_runners_that_race(engine: Engine) -> None:
    assert sorted(at_once(engine, claiming)) == [False, False, False, True]
    assert len(runs(engine)) == 1


def test_a_run_that_never_ended_is_taken_over_by_one(engine: Engine) -> None:
    assert claiming(engine, "the dead", NINE - TRY_AGAIN)
    assert sorted(at_once(engine, claiming)) == [False, False, False, True]


def test_a_run_that_is_going_on_or_went_well_is_left_alone(engine: Engine) -> None:
    assert claiming(engine, "a", NINE)
    assert not claiming(engine, "b", NINE + MINUTE)
    with write_session(engine) as session, session.begin():
        finish(session, NINE, "a", Ran(counting()[0], "好", ""), NINE + MINUTE)
    assert not claiming(engine, "b", NINE + timedelta(days=1))


def test_what_a_slow_run_says_after_it_was_taken_over_is_not_written(engine: Engine) -> None:
    claiming(engine, "slow", NINE - TRY_AGAIN)
    claiming(engine, "b", NINE)
    with write_session(engine) as session, session.begin():
        finish(session, NINE, "slow", Ran(counting()[0], "太晚", ""), NINE)
    assert [(run.holder, run.outcome) for run in runs(engine)] == [("b", "")]


# -- a tick ------------------------------------------------------------------------------------------------


def test_a_slot_is_run_once_however_often_one_looks(engine: Engine) -> None:
    job, ran = counting()
    for second in range(0, 300, 20):
        tick(engine, "a", always(NINE + timedelta(seconds=second)), [job])
    assert ran == [NINE]
    tick(engine, "a", always(NINE + 5 * MINUTE), [job])
    assert [run.outcome for run in runs(engine)] == ["第 1 次", "第 2 次"]


def test_who_does_not_hold_the_lease_runs_nothing(engine: Engine) -> None:
    job, ran = counting()
    assert holding(engine, "a", NINE)
    assert tick(engine, "b", always(NINE), [job]) == []
    assert ran == []
    assert len(tick(engine, "b", always(NINE + LEASE), [job])) == 1


def test_two_processes_that_tick_at_once_run_a_slot_once(engine: Engine) -> None:
    job, ran = counting()
    at_once(engine, lambda engine, name, now: bool(tick(engine, name, always(now), [job])))
    assert ran == [NINE]


def test_a_job_that_fails_is_written_down_and_stops_no_other(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    job, ran = counting()

    def fail(session: Session, _now: datetime) -> str:
        session.add(Lease(name="half done", holder="", until=NINE))
        session.flush()
        raise ZeroDivisionError("schade")

    results = tick(engine, "a", always(NINE), [Job("bad", "坏的", 5, fail), job])
    assert [one.error for one in results] == ["ZeroDivisionError: schade", ""]
    assert ran == [NINE]
    assert "the job bad failed" in caplog.text
    assert [(run.job, run.error) for run in runs(engine)] == [
        ("bad", "ZeroDivisionError: schade"),
        ("count", ""),
    ]
    with write_session(engine) as session:
        assert session.get(Lease, "half done") is None


def test_a_daily_job_that_failed_is_tried_again_the_same_day(engine: Engine) -> None:
    times: list[datetime] = []

    def fail_first(_session: Session, now: datetime) -> str:
        times.append(now)
        if len(times) == 1:
            raise OSError("disk")
        return "好了"

    job = Job("night", "夜间", 24 * 60, fail_first, offset=120)
    for minute in (0, 1, 14, 16, 60):
        tick(engine, "a", always(NINE + minute * MINUTE), [job])
    assert times == [NINE, NINE + 16 * MINUTE]
    assert [(run.outcome, run.error) for run in runs(engine)] == [("好了", "")]


def test_hours_of_downtime_are_followed_by_one_run(engine: Engine) -> None:
    job, ran = counting(every=1)
    tick(engine, "a", always(NINE), [job])
    tick(engine, "a", always(NINE + timedelta(hours=7)), [job])
    assert len(ran) == 2


def test_running_a_job_now_asks_nobody_and_disturbs_nobody(engine: Engine) -> None:
    job, ran = counting()
    assert holding(engine, "a", NINE)
    later = NINE + MINUTE
    assert run_now(engine, "hand", always(later), job).outcome == "第 1 次"
    assert run_now(engine, "hand", always(later), job).outcome == "第 2 次"
    tick(engine, "a", always(later), [job])
    assert len(ran) == 3


# -- the list and the scheduler ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "now", "slot"),
    [
        ("clocks", "2025-07-01 09:00:59", "2025-07-01 09:00"),
        ("duties", "2025-07-01 09:04:59", "2025-07-01 09:00"),
        ("replay", "2025-07-01 01:59:59", "2025-06-30 02:00"),
        ("replay", "2025-07-01 02:00", "2025-07-01 02:00"),
        ("waiting", "2025-07-01 23:59", "2025-07-01 08:00"),
    ],
)
def test_slots_are_anchored_to_the_calendar_of_shanghai(name: str, now: str, slot: str) -> None:
    assert BY_NAME[name].slot(at(now)) == at(slot)


def test_every_job_of_the_list_has_a_name_and_a_label_of_its_own() -> None:
    assert len(BY_NAME) == len({job.label for job in JOBS}) == len(JOBS)
    assert all(len(job.name) <= 32 for job in JOBS)


@pytest.fixture
def runner(engine: Engine) -> Iterator[Runner]:
    made = Runner(engine, always(NINE))
    yield made
    made.stop()


def test_the_scheduler_only_says_look_again_and_never_gives_a_tick_up(runner: Runner) -> None:
    [ticking] = runner.scheduler.get_jobs()
    runner.scheduler.start(paused=True)
    [ticking] = runner.scheduler.get_jobs()
    assert (ticking.misfire_grace_time, ticking.coalesce, ticking.max_instances) == (None, True, 1)
    assert ticking.next_run_time <= datetime.now(UTC)


def test_a_tick_survives_a_database_that_is_away(
    runner: Runner, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE lease")
    runner.tick()
    assert "could not be looked at" in caplog.text
