"""``month show``, ``month facts`` and ``report``: exact keys, exit codes, the same bytes as the web."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from app import Site
from app.database import transaction
from tests.app.months.outsider import INDICATORS, recompute
from tests.app.months.world import live
from tests.app.personas import real_contract
from tests.app.visitors import set_clock, visit


@pytest.fixture
def lived(app: Site) -> Site:
    with app.app_context(), transaction() as session:
        live(session, real_contract(session), 25)
    set_clock(app, "2025-09-01 12:00")
    return app


@pytest.mark.both_databases
def test_show_prints_exactly_the_keys_of_the_design_page(lived: Site, runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["month", "show", "2025-07"])
    said = json.loads(done.stdout)
    assert done.exit_code == 0
    assert list(said) == ["month", "contract", "projects"]
    assert said["month"] == "2025-07"
    assert tuple(said["contract"]) == INDICATORS
    assert [one["seq"] for one in said["projects"]] == list(range(1, 46))
    for one in said["projects"]:
        assert tuple(one) == ("seq", "unit", *INDICATORS)
        for indicator in INDICATORS:
            assert list(one[indicator]) == ["met", "total", "rate"]
            assert (one[indicator]["rate"] is None) == (one[indicator]["total"] == 0)


@pytest.mark.both_databases
def test_facts_print_the_rows_from_which_the_figures_can_be_computed_again(
    lived: Site, runner: FlaskCliRunner
) -> None:
    done = runner.invoke(args=["month", "facts", "2025-07"])
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    shown = json.loads(runner.invoke(args=["month", "show", "2025-07"]).stdout)
    assert recompute("2025-07", lines)["contract"] == shown["contract"]
    clock = next(line for line in lines if line["type"] == "clock")
    assert " ".join(clock) == (
        "type ticket project unit kind minutes window started_at due_at original_due_at"
        " stopped_at verdict decided_at exempt pauses"
    )
    ticket = next(line for line in lines if line["type"] == "ticket")
    assert " ".join(ticket) == (
        "type ticket project unit kind state reported_at opened_at accepted_at rejections first_fix"
        " closed_at cancelled_at rating milestones"
    )
    assert clock["started_at"].endswith("+08:00")
    assert {line["ticket"] for line in lines if line["type"] == "clock"} <= {
        line["ticket"] for line in lines if line["type"] == "ticket"
    }


def test_the_report_has_the_bytes_the_site_serves_and_twice_the_same(
    lived: Site, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for file in files:
        done = runner.invoke(args=["report", "monthly", "2025-07", "-o", str(file)])
        assert done.exit_code == 0, done.stderr
        assert json.loads(done.stdout)["bytes"] == file.stat().st_size
    set_clock(lived, "2025-10-03 08:00")
    served = visit(lived, "bureau").get("/months/2025-07/report.xlsx").data
    assert files[0].read_bytes() == files[1].read_bytes() == served


@pytest.mark.parametrize(
    "month", ["2025-13", "2025-00", "25-07", "2025/07", "七月", "", "1999-12", "2025-07-01"]
)
@pytest.mark.parametrize("command", [("month", "show"), ("month", "facts"), ("report", "monthly")])
def test_a_wrong_month_is_bad_use_and_says_so_in_chinese(
    app: Site, runner: FlaskCliRunner, tmp_path: Path, command: tuple[str, str], month: str
) -> None:
    output = ["-o", str(tmp_path / "x.xlsx")] if command[0] == "report" else []
    done = runner.invoke(args=[*command, month, *output])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "月份 要写成年-月，例如 2025-07" in done.stderr
    assert not (tmp_path / "x.xlsx").exists()


def test_a_file_that_cannot_be_written_is_bad_use(
    lived: Site, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    done = runner.invoke(args=["report", "monthly", "2025-07", "-o", str(tmp_path / "none" / "x.xlsx")])
    assert done.exit_code == 2
    assert "无法写入" in done.stderr


def test_a_month_without_facts_has_no_rates(lived: Site, runner: FlaskCliRunner) -> None:
    said = json.loads(runner.invoke(args=["month", "show", "2030-01"]).stdout)
    assert {figure["rate"] for figure in said["contract"].values()} == {None}


@pytest.mark.empty_database
def test_without_a_contract_the_command_says_what_to_run_first(app: Site, runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["month", "show", "2025-07"])
    assert done.exit_code == 1
    assert "flask --app wsgi init" in done.stderr
