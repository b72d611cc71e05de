"""``jobs once``, ``jobs list``, ``jobs run``, and the jobs inside the web process."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from app import Site
from app.settings import Settings, SettingsError
from app.watch.commands import clock_of, embedded
from app.watch.jobs import JOBS
from models.watch import JobRun, Notice
from tests.app import visitors
from tests.app.personas import at
from tests.app.tickets.desk import make
from tests.app.visitors import read


def lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def commands(site: Site) -> FlaskCliRunner:
    return site.test_cli_runner()


@pytest.mark.both_databases
def test_once_runs_every_job_and_prints_what_came_of_it(site: Site, commands: FlaskCliRunner) -> None:
    make(site, "contact", now="2025-07-01 08:00")
    result = commands.invoke(args=["jobs", "once"])
    assert result.exit_code == 0, result.stderr
    assert [(one["job"], one["error"]) for one in lines(result.stdout)] == [(j.name, None) for j in JOBS]
    told = read(site, lambda session: len(session.scalars(select(Notice)).all()))
    assert told
    commands.invoke(args=["jobs", "once"])
    assert read(site, lambda session: len(session.scalars(select(Notice)).all())) == told


def test_once_runs_the_jobs_that_are_named(commands: FlaskCliRunner) -> None:
    result = commands.invoke(args=["jobs", "once", "--job", "silence", "--job", "clocks"])
    assert [one["job"] for one in lines(result.stdout)] == ["clocks", "silence"]
    assert commands.invoke(args=["jobs", "once", "--job", "nothing"]).exit_code == 2


def test_list_says_what_ran_and_what_comes_next(site: Site, commands: FlaskCliRunner) -> None:
    *before, nobody = lines(commands.invoke(args=["jobs", "list"]).stdout)
    assert {one["standing"] for one in before} == {"never"}
    assert nobody == {"holder": None, "until": None}
    commands.invoke(args=["jobs", "once", "--job", "clocks"])
    *after, _ = lines(commands.invoke(args=["jobs", "list"]).stdout)
    clocks = next(one for one in after if one["job"] == "clocks")
    assert (clocks["standing"], clocks["last_run"]) == ("well", "2025-07-01T09:00:00+08:00")
    assert clocks["next_run"] == "2025-07-01T09:01:00+08:00"


def test_without_a_contract_there_is_nothing_to_watch(app: Site) -> None:
    for command in (["jobs", "once"], ["jobs", "run"], ["jobs", "list"]):
        result = app.test_cli_runner().invoke(args=command)
        assert result.exit_code == 1
        assert "init" in result.stderr


def test_the_setting_decides_whether_the_web_process_runs_them() -> None:
    assert Settings.load({}).jobs == "embedded"
    assert Settings.load({"LVYUE_JOBS": "OFF"}).jobs == "off"
    with pytest.raises(SettingsError, match="LVYUE_JOBS 的值不能用：请填 embedded、off 之一"):
        Settings.load({"LVYUE_JOBS": "maybe"})


def test_inside_the_web_process_they_run_and_give_the_lease_back(site: Site) -> None:
    visitors.set_clock(site, "2025-07-01 09:00")
    with embedded(site):
        pass  # leaving waits for a tick that has begun
    held = read(site, lambda session: session.scalars(select(JobRun.finished_at)).all())
    assert None not in held


def test_switched_off_nothing_runs(site: Site) -> None:
    site.config["SETTINGS"] = Settings.load({"LVYUE_JOBS": "off"})
    with embedded(site):
        pass
    assert read(site, lambda session: session.scalars(select(JobRun)).all()) == []


def test_the_clock_of_the_jobs_is_the_clock_of_the_site(site: Site) -> None:
    assert clock_of(site)() == at("2025-07-01 09:00")
