"""``simulate`` on the command line."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from app.database import reading
from models.people import User
from models.tickets import Ticket, TicketEvent

ARGUMENTS = ("--from", "2025-09-01", "--months", "1", "--seed", "7", "--rate", "20", "--only-tickets")


@pytest.fixture
def contract(runner):
    assert runner.invoke(args=["init"]).exit_code == 0


def simulate(runner, *arguments):
    return runner.invoke(args=["simulate", *arguments])


def changed(name, value):
    place = ARGUMENTS.index(name) + 1
    return [*ARGUMENTS[:place], value, *ARGUMENTS[place + 1 :]]


def test_it_prints_what_it_made_and_nothing_else_on_standard_output(app, runner, contract):
    result = simulate(runner, *ARGUMENTS)
    assert result.exit_code == 0, result.stderr
    made = json.loads(result.stdout)
    assert set(made) == {
        *("from", "until", "seed", "rate", "tickets", "events", "kinds", "states", "refusals"),
        *("works", "attendance_months"),
    }
    assert (made["works"], made["attendance_months"]) == (0, 0)
    assert made["from"] == "2025-09-01"
    assert made["until"] == "2025-10-01T00:00:00+08:00"
    assert made["refusals"] == 0
    assert sum(made["kinds"].values()) == sum(made["states"].values()) == made["tickets"]
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == made["tickets"] > 5
        assert session.scalar(select(func.count()).where(User.deactivated_at.is_(None))) == 0


def test_duties_and_attendance_belong_to_a_life_unless_it_is_told_otherwise(app, runner, contract):
    whole = ("--from", "2025-09-29", "--months", "1", "--seed", "7", "--rate", "1", "--until", "2025-10-01")
    made = json.loads(simulate(runner, *whole).stdout)
    assert made["works"] > 10
    assert (made["attendance_months"], made["refusals"]) == (1, 0)
    # Whoever sat on a posting sits there still when the life goes on.
    more = ("--from", "2025-10-01", *whole[2:-1], "2025-10-02", "--append")
    assert json.loads(simulate(runner, *more).stdout)["refusals"] == 0


def test_it_can_stop_early_and_what_was_made_is_the_same_up_to_there(app, runner, contract):
    made = json.loads(simulate(runner, *ARGUMENTS, "--until", "2025-09-12").stdout)
    assert made["until"] == "2025-09-12T00:00:00+08:00"
    exact = simulate(runner, *ARGUMENTS, "--append", "--until", "2025-09-12T09:30:00+08:00")
    assert exact.exit_code == 2  # it lies before what is there
    with app.app_context(), reading() as session:
        last = session.scalars(select(TicketEvent.recorded_at)).all()
        assert max(last).isoformat() < "2025-09-11T16"


def test_a_database_with_tickets_is_left_alone_unless_told_to_go_on(runner, contract):
    first = json.loads(simulate(runner, *ARGUMENTS, "--until", "2025-09-10").stdout)
    again = simulate(runner, *ARGUMENTS)
    assert again.exit_code == 2
    assert "--append" in again.stderr
    more = simulate(runner, *changed("--from", "2025-09-12"), "--append", "--until", "2025-09-20")
    assert more.exit_code == 0, more.stderr
    assert json.loads(more.stdout)["tickets"] > first["tickets"]


def test_without_a_contract_it_says_what_to_run_first(runner):
    result = simulate(runner, *ARGUMENTS)
    assert result.exit_code == 1
    assert "init" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--from", "2025-13-01", "日期"),
        ("--from", "yesterday", "日期"),
        ("--months", "0", "1 到 36 之间的整数"),
        ("--months", "37", "1 到 36 之间的整数"),
        ("--months", "one", "1 到 36 之间的整数"),
        ("--seed", "-1", "之间的整数"),
        ("--seed", "9" * 5000, "之间的整数"),
        ("--rate", "0", "1 到 3000 之间的整数"),
        ("--rate", "１２", "1 到 3000 之间的整数"),
    ],
)
def test_bad_input_is_refused_with_a_chinese_reason_and_nothing_is_made(
    app, runner, contract, option, value, says
):
    result = simulate(runner, *changed(option, value))
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


@pytest.mark.parametrize("until", ["2025-09-01", "2024-01-01", "2025-09-12T09:30:00", "soon"])
def test_an_end_that_is_none_is_refused(runner, contract, until):
    result = simulate(runner, *ARGUMENTS, "--until", until)
    assert result.exit_code == 2
    assert "--until" in result.stderr


def test_missing_arguments_are_named(runner, contract):
    result = simulate(runner, "--from", "2025-09-01")
    assert result.exit_code == 2
    assert "都要给出" in result.stderr
