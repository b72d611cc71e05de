"""``report …`` on the command line: the bytes the site serves, the same every time, on both databases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import URL, Engine

from app import Site
from app.reports.choice import Choice, period_named, whose_offered
from app.reports.collect import make, write
from models.engine import make_engine, read_session
from reports.catalogue import BY_NAME, OFFERS, PAPERS
from tests.app.lived import copy_rows
from tests.app.personas import at
from tests.app.reports.conftest import NOW
from tests.app.visitors import set_clock, visit
from tests.conftest import new_postgresql

UNIT = "洛阳市教育局"
ARGUMENTS = {
    "unit": ["2025-07", "--unit", UNIT],
    "scores": ["2025-07"],
    "quarterly": ["2025-Q3"],
    "work": ["Y1"],
    "projects": ["Y1"],
    "inspections": ["2025-07"],
    "attendance": ["2025-07"],
    "callbacks": ["2025-07"],
    "breaches": ["2025-07"],
    "payment": ["Y1", "--stage", "1"],
    "acceptance": ["Y1", "--stage", "1"],
}


def run(runner: FlaskCliRunner, *arguments: object) -> dict[str, object]:
    done = runner.invoke(args=["report", *map(str, arguments)])
    assert done.exit_code == 0, done.stderr
    said: dict[str, object] = json.loads(done.stdout)
    return said


def test_every_report_has_the_bytes_the_site_serves_and_later_the_same(
    site: Site, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    bureau = visit(site, "bureau")
    asked = {"quarterly": {"period": "2025-Q3", "whose": "contract"}}
    for number, (name, arguments) in enumerate(ARGUMENTS.items()):
        formats = BY_NAME[name].formats
        ending = formats[number % len(formats)]
        set_clock(site, NOW)
        file = tmp_path / f"{name}.{ending}"
        said = run(runner, name, *arguments, "-o", file)
        assert (said["report"], said["bytes"]) == (name, file.stat().st_size)
        set_clock(site, "2025-10-03 19:00")
        query = asked.get(name) or {"period": arguments[0]}
        if name == "unit":
            query["whose"] = _unit(bureau)
        served = bureau.get(f"/reports/{name}/file.{ending}", query_string=query)
        assert served.data == file.read_bytes(), (name, ending)


def _unit(client: object) -> str:
    page = client.get("/reports/unit").get_data(as_text=True)  # type: ignore[attr-defined]
    return str(page.split(f">{UNIT}</option>")[0].rsplit('value="', 1)[1].split('"')[0])


def test_the_list_names_every_report_with_what_it_needs(site: Site, runner: FlaskCliRunner) -> None:
    lines = [json.loads(line) for line in runner.invoke(args=["report", "list"]).stdout.splitlines()]
    names = [*(one.name for one in OFFERS), *(one.name for one in PAPERS)]
    assert [one["report"] for one in lines] == names
    unit = next(one for one in lines if one["report"] == "unit")
    assert unit == {
        "report": "unit",
        "title": "单位服务月报",
        "periods": ["2025-07"],
        "options": ["--unit"],
        "formats": ["xlsx", "docx"],
    }


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["unit", "2025-07", "-o", "x.xlsx"], 2, "--unit"),
        (["unit", "2025-07", "--unit", "没有的单位", "-o", "x.xlsx"], 1, "没有名称是"),
        (["unit", "2025-Q3", "--unit", UNIT, "-o", "x.xlsx"], 2, "年-月"),
        (["quarterly", "2025-07", "-o", "x.xlsx"], 2, "2025-Q3"),
        (["quarterly", "2025-Q3", "--project", "99", "-o", "x.xlsx"], 1, "没有这个单位或运维项目"),
        (["quarterly", "2025-Q3", "--project", "1", "--unit", UNIT, "-o", "x.xlsx"], 2, "只能用一个"),
        (["yearly", "Y2", "-o", "x.xlsx"], 1, "还没有第 2 服务年度"),
        (["breaches", "2025-07", "-o", "x.pdf"], 2, ".xlsx 或 .docx"),
        (["acceptance", "Y1", "--stage", "2", "-o", "x.docx"], 1, "没有验收报告"),
        (["payment", "Y1", "--stage", "3", "-o", "x.docx"], 2, "--stage"),
        (["callbacks", "2025-07", "-o", "/nowhere/x.xlsx"], 2, "无法写入"),
    ],
)
def test_bad_use_and_what_is_not_there_are_told_in_a_line(
    site: Site, runner: FlaskCliRunner, arguments: list[str], code: int, message: str
) -> None:
    done = runner.invoke(args=["report", *arguments])
    assert (done.exit_code, done.stdout) == (code, "")
    assert message in done.stderr
    assert not Path("x.xlsx").exists()


def test_both_databases_give_the_same_bytes(
    app: Site, lived_sqlite: Path, migrated_postgresql: URL, worker: str
) -> None:
    url = new_postgresql(migrated_postgresql, f"reports_{worker}", migrated_postgresql.database)
    engines = [make_engine(f"sqlite:///{lived_sqlite}"), make_engine(url)]
    copy_rows(*engines)
    with app.app_context():
        made = [[_written(engine, name) for name in ("unit", "breaches")] for engine in engines]
    for engine in engines:
        engine.dispose()
    assert made[0] == made[1]


def _written(engine: Engine, name: str) -> list[bytes]:
    with read_session(engine) as session:
        now, offer = at(NOW), BY_NAME[name]
        whose = whose_offered(session, None, offer, now)
        choice = Choice(offer, period_named(session, "2025-07", now), whose[0] if whose else None)
        made = make(session, None, choice, now)
        assert made.listing.parts[0].rows
        return [write(made, ending) for ending in offer.formats]
