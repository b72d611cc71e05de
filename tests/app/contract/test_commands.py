"""``init``, ``contract show`` and ``contract activate`` from the command line, on both databases."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from app.contract.sheet import contract_sheet
from app.database import current_engine, transaction
from models.contract import Project, ServiceYear
from models.ledger import LedgerEntry
from seeds import loader
from tests.seeds.shipped import with_cell

pytestmark = pytest.mark.both_databases

ROOT = Path(__file__).parents[3]
SHEET_KEYS = {"contract", "units", "projects"}
PROJECT_KEYS = {
    *("seq", "unit", "name", "service_level", "window", "targets", "inspections", "residents", "duties"),
    "service_start",
}


def shown(runner, *options: str) -> dict[str, Any]:
    result = runner.invoke(args=["contract", "show", *options])
    assert result.exit_code == 0
    value: dict[str, Any] = json.loads(result.stdout)
    return value


def activated(runner, day: str, *options: str):
    return runner.invoke(args=["contract", "activate", "--effective", day, *options])


def test_init_makes_the_schema_loads_the_contract_and_is_harmless_twice(app, runner):
    with app.app_context(), current_engine().begin() as connection:
        before = connection.scalar(text("SELECT count(*) FROM project"))
    first, second = (json.loads(runner.invoke(args=["init"]).stdout) for _ in range(2))
    assert before == 0
    assert first["added"] == second["unchanged"] > 800
    assert second == {"added": 0, "changed": 0, "unchanged": first["added"], "removed": 0, "kept": 0}


def test_init_with_a_bad_file_says_where_and_loads_nothing(app, runner, tmp_path, monkeypatch):
    folder = with_cell(tmp_path, "targets.csv", 7, "minutes", "4小时")
    monkeypatch.setattr(loader, "DATA", folder)
    result = runner.invoke(args=["init"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.strip().endswith(
        "targets.csv 第 7 行「minutes」列：应为 0 到 100000 的整数，现在是「4小时」"
    )
    with app.app_context(), transaction() as session:
        assert session.scalar(select(func.count()).select_from(Project)) == 0


def test_show_prints_exactly_the_agreed_keys(runner, loaded):
    sheet = shown(runner)
    assert set(sheet) == SHEET_KEYS
    assert (len(sheet["units"]), len(sheet["projects"])) == (28, 45)
    assert all(set(unit) == {"name", "parent"} for unit in sheet["units"])
    for project in sheet["projects"]:
        assert set(project) == PROJECT_KEYS
        assert all(set(one) == {"kind", "minutes", "when", "window"} for one in project["targets"])
        assert all(set(one) == {"cycle", "scope", "when"} for one in project["inspections"])
        assert all(set(one) == {"what", "cycle"} for one in project["duties"])
        assert isinstance(project["residents"], int)


def test_show_says_null_where_a_row_states_nothing(runner, loaded):
    ten = shown(runner)["projects"][9]
    assert (ten["seq"], ten["service_level"], ten["window"], ten["service_start"]) == (10, None, None, None)
    assert (ten["targets"], ten["inspections"], ten["residents"]) == ([], [], 0)


def test_show_gives_conditions_own_windows_and_filing_periods(runner, loaded):
    projects = {one["seq"]: one for one in shown(runner)["projects"]}
    assert projects[6]["targets"][:2] == [
        {"kind": "response", "minutes": 0, "when": {"day": "workday"}, "window": None},
        {"kind": "response", "minutes": 30, "when": {"day": "non_workday"}, "window": None},
    ]
    assert {"kind": "recovery", "minutes": 360, "when": {"fault_level": 1}, "window": None} in (
        projects[5]["targets"]
    )
    assert {"kind": "containment", "minutes": 240, "when": {"severity": "general"}, "window": "5x8"} in (
        projects[34]["targets"]
    )
    assert projects[24]["inspections"] == [
        {"cycle": "weekly", "scope": "", "when": None},
        {"cycle": "filing_daily", "scope": "", "when": "filing_period"},
    ]
    assert projects[40]["service_start"] == "2025-07-01"
    assert {"what": "服务器存储巡检", "cycle": "half_yearly"} in projects[9]["duties"]


def test_show_gives_the_terms_as_text(runner, loaded):
    terms = shown(runner)["contract"]
    assert (terms["project_no"], terms["ceiling_yuan"]) == ("洛采公开-2025-60", "8767867.39")
    assert all(isinstance(value, str) for value in terms.values())


def test_show_with_lines_prints_it_all_with_where_it_stands(runner, loaded):
    activated(runner, "2025-06-03")
    sheet = shown(runner, "--lines")
    assert set(sheet) == {*SHEET_KEYS, "terms", "interpretations", "service_years"}
    assert sheet["service_years"] == [{"number": 1, "starts_on": "2025-06-03", "ends_on": "2026-06-03"}]
    assert len(sheet["interpretations"]) == 20
    assert {"key": "rework_workdays", "value": "15", "label": "验收不合格返工的工作日", "line": 4431} in (
        sheet["terms"]
    )
    assert [one["what"] for one in sheet["contract"]["duties"]][:2] == ["每月工作汇总", "系统优化方案"]
    nine, fourteen = sheet["projects"][8], sheet["projects"][13]
    assert [one["workdays"] for one in nine["targets"]] == [None, None, None, 5]
    assert {"name": "山特UPS", "model": "", "quantity": 1, "unit": "台", "line": 1410} in nine["equipment"]
    assert fourteen["postings"] == [{"heads": 5, "pattern": "6x8", "line": 1827}]
    assert fourteen["service"] == [["2025-06-03", "2026-06-03"]]
    assert fourteen["readings"][0]["other"] == "1.5名"
    everywhere = [
        *sheet["units"],
        *sheet["terms"],
        *(one for p in sheet["projects"] for part in ("targets", "inspections", "duties") for one in p[part]),
    ]
    assert all(1 <= one["line"] <= 4996 for one in everywhere)


def test_show_asks_a_constant_number_of_questions(app, runner, loaded):
    with app.app_context(), transaction() as session:
        asked: list[str] = []
        event.listen(session.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))
        contract_sheet(session, date(2025, 7, 1), lines=True)
    assert len([one for one in asked if one.startswith("SELECT")]) == 14


def test_activation_opens_a_year_and_rows_40_and_45_begin_on_their_own_days(runner, loaded):
    result = activated(runner, "2025-06-03", "--reason", "合同签订")
    assert (result.exit_code, json.loads(result.stdout)) == (
        0,
        {
            "year": 1,
            "starts_on": "2025-06-03",
            "ends_on": "2026-06-03",
            "projects": 45,
            "own_years": [
                {"project": 40, "starts_on": "2025-07-01", "ends_on": "2026-07-01"},
                {"project": 45, "starts_on": "2025-07-27", "ends_on": "2026-07-27"},
            ],
            "changed": True,
        },
    )


def test_activating_again_on_the_same_day_changes_nothing_and_says_so(app, runner, loaded):
    activated(runner, "2025-06-03")
    again = activated(runner, "2025-06-03")
    assert (again.exit_code, json.loads(again.stdout)["changed"]) == (0, False)
    with app.app_context(), transaction() as session:
        assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 2
        assert session.scalar(select(func.count()).select_from(ServiceYear)) == 1


def test_activating_on_another_day_is_refused_with_the_day_in_force(runner, loaded):
    activated(runner, "2025-06-03")
    other = activated(runner, "2025-06-04")
    assert (other.exit_code, other.stdout) == (1, "")
    assert other.stderr.strip().endswith("合同已于 2025-06-03 生效，不能再改为 2025-06-04")


def test_a_renewal_opens_the_second_year_and_another_waits_for_its_turn(app, runner, loaded):
    assert runner.invoke(args=["contract", "renew"]).stderr.strip() == "合同还没有生效，不能续签"
    activated(runner, "2025-06-03")
    app.config["NOW"] = lambda: datetime(2026, 5, 20, tzinfo=UTC)
    second = runner.invoke(args=["contract", "renew", "--reason", "续签协议"])
    year = json.loads(second.stdout)
    assert (year["year"], year["starts_on"], year["own_years"][0]["starts_on"]) == (
        2,
        "2026-06-03",
        "2026-07-01",
    )
    again = runner.invoke(args=["contract", "renew"])
    assert (again.exit_code, again.stderr.strip()) == (
        1,
        "第 2 服务年度从 2026-06-03 开始，尚不能办理下一年度",
    )


@pytest.mark.parametrize(
    "day", ["2025-6-3", "20250603", "2025-02-30", "1999-12-31", "明天", "", "2025-06-03T00:00"]
)
def test_a_bad_date_is_bad_use_with_a_clear_message(runner, loaded, day):
    result = activated(runner, day)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "日期" in result.stderr


def test_activation_without_a_date_or_with_an_endless_reason_is_refused(runner, loaded):
    assert runner.invoke(args=["contract", "activate"]).exit_code == 2
    endless = activated(runner, "2025-06-03", "--reason", "因" * 201)
    assert (endless.exit_code, endless.stderr.strip()) == (1, "说明最多 200 个字，请缩短")


@pytest.mark.parametrize(
    "command",
    [
        ["contract", "show"],
        ["contract", "activate", "--effective", "2025-06-03"],
        ["sla", "explain", "--input", "-"],
    ],
)
def test_without_a_contract_every_command_says_what_to_run_first(runner, command):
    result = runner.invoke(args=command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.strip().endswith("合同还没有载入，请先运行 flask --app wsgi init")


def test_the_clock_of_the_application_dates_the_activation(app, runner, loaded):
    app.config["NOW"] = lambda: datetime(2025, 6, 2, 8, 30, tzinfo=UTC)
    activated(runner, "2025-06-03")
    with app.app_context(), transaction() as session:
        assert session.scalar(select(ServiceYear.activated_at)) == datetime(2025, 6, 2, 8, 30, tzinfo=UTC)


def test_a_bare_machine_needs_no_secret_to_make_its_database(tmp_path):
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LVYUE_")},
        "LVYUE_DATA_DIR": str(tmp_path / "data"),
        "LC_ALL": "C",
    }

    def flask(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        program = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        return subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, check=False)

    before = flask("contract", "show")
    assert (before.returncode, before.stdout) == (1, b"")
    assert "请先运行" in before.stderr.decode()
    made = flask("init")
    assert (made.returncode, json.loads(made.stdout)["removed"]) == (0, 0)
    sheet = flask("contract", "show")
    assert (sheet.returncode, len(json.loads(sheet.stdout)["projects"])) == (0, 45)


@pytest.mark.parametrize("terminal", ["ascii", "gbk", "latin-1"])
def test_standard_output_is_utf8_whatever_the_terminal_speaks(tmp_path, contract_sqlite, terminal):
    """On a copy of the contract, for a process is dear; a second command once, as it writes alike."""
    (tmp_path / "data").mkdir()
    shutil.copyfile(contract_sqlite, tmp_path / "data" / "lvyue.sqlite3")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LVYUE_")},
        "LVYUE_DATA_DIR": str(tmp_path / "data"),
        "PYTHONIOENCODING": terminal,
    }

    def flask(*arguments: str) -> list[dict[str, Any]]:
        program = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi"), *arguments]
        done = subprocess.run(
            program, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True
        )
        return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]

    said = flask("user", "add", "root", "--role", "contact", "--name", "Root", "--unit", "洛阳市教育局")
    assert [one["unit"] for one in said] == ["洛阳市教育局"]
    if terminal == "ascii":
        listed = {one["username"]: one["unit"] for one in flask("user", "list")}
        assert listed["root"] == "洛阳市教育局"
