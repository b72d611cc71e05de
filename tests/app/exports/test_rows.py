"""Each list as its page shows it and as its file: the same rows in the same order, for every role."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import URL, make_url
from sqlalchemy.orm import Session

from app import Site
from app.assessment import observing
from app.assessment.observing import Seen
from app.board.service import open_key
from app.callbacks import service as callbacks
from app.disputes import service as disputes
from app.disputes.subjects import of_clock
from app.exports.lists import EXPORTS
from app.tickets import service
from models.duties import DeclaredPeriod
from models.engine import make_engine, write_session
from models.reports import ReportJob
from sla.assessment import Aspect
from sla.disputes import Attribution
from sla.vocab import AcceptanceStage, ClockKind, PeriodKind, Role
from tests.app.acceptance.world import opened
from tests.app.amendments.papers import document, entered, item
from tests.app.duties.world import due
from tests.app.duties.world import visit as inspected
from tests.app.exports.files import rows_of
from tests.app.personas import Personas, at, new_ticket, project, real_contract
from tests.app.visitors import set_clock, visit

NOW = "2025-06-06 09:00"  # a Friday, three days after the effect: there is little of everything
# The page of each list, and what narrows its file where there is nothing on the page that could say it.
PAGES: dict[str, tuple[str, str]] = {
    "tickets": ("/tickets?state=all", "state=all"),
    "duties": ("/duties?show=all&month=2025-06&project=1", "show=all&month=2025-06&project=1"),
    "missed": ("/duties/missed", ""),
    "works": ("/works?show=all", "show=all"),
    "disputes": ("/disputes?show=all", "show=all"),
    "notices": ("/notices", ""),
    "waiting": ("/waiting", ""),
    "risk": ("/overview/risk", ""),
    "office": ("/dispatch/office", ""),
    "residents": ("/residents?month=2025-06", "month=2025-06"),
    "attendance": ("/residents/1/2025-06", "posting=1&month=2025-06"),
    "search": ("/search?q=教育", "q=教育"),
    "behind": ("/months/2025-06/rows", "month=2025-06"),
    "period-tickets": ("/months/2025-Q2/tickets?flow=opened", "month=2025-Q2&flow=opened"),
    "scores": ("/assessment/2025-Q2?order=seq", "month=2025-Q2&order=seq"),
    "grid": ("/grid", ""),
    "heat": ("/overview/heat?indicator=recovery", "indicator=recovery"),
    "closing": ("/closing", ""),
    "observations": ("/assessment/observations", ""),
    "callbacks": ("/callbacks", ""),
    "callback-summary": (
        *("/callbacks/summary?first=2025-06-03&last=2025-06-04", "first=2025-06-03&last=2025-06-04"),
    ),
    "standards": ("/acceptance/1/standards", "round=1"),
    "opinions": ("/acceptance/1/units", "round=1"),
    "papers": ("/papers", ""),
    "projects": ("/projects?q=教育", "q=教育"),
    "equipment": ("/equipment", ""),
    "people": ("/people", ""),
    "terms": ("/contract", ""),
    "readings": ("/contract/interpretations", ""),
    "calendar": ("/contract/calendar?year=2026", "year=2026"),
    "amendments": ("/contract/amendments", ""),
    "obligations": ("/duties/of/1", "project=1"),
    "plan": ("/duties/plan", ""),
    "checklists": ("/checklists", ""),
    "schemes": ("/assessment/schemes", ""),
    "renewals": ("/payments/1/renewal", "year=1"),
    "units": ("/people/units", ""),
    "report-jobs": ("/reports/jobs", ""),
    "jobs": ("/watch", ""),
    "screens": ("/board/keys", ""),
}
SHORT = 3  # characters that may stand in many names
FEW_OF_EACH = {"waiting", "search", "office"}  # the page shows the first of each kind, the file shows all
ALL = (
    "manager",
    "hotline",
    "bureau",
    "auditor",
)  # each list is compared for one of them
OWN = {
    "waiting",
    "amendments",
    "disputes",
    "notices",
    "report-jobs",
}  # and these for every one
BUTTON = re.compile(r'href="(/exports/[^"]+)" download title="[^"]*，(\d+) 行"')
LEADS = (
    *(r'<td class="lead-cell">(.*?)</td>', '<th scope="row">(.*?)</th>'),
    *("<h3><a [^>]*>(.*?)</a></h3>", "<li><a [^>]*><strong>(.*?)<"),
)
DRAWN = re.compile("|".join(LEADS), re.DOTALL)
SCOPED = (
    *("tickets", "missed", "works", "disputes", "waiting", "risk", "residents", "search", "behind"),
    *("period-tickets", "observations", "callbacks", "equipment", "amendments", "scores", "grid"),
    "callback-summary",
)
BEHIND = {
    "response": "计算过程",
    "first_fix": "一次修复",
    "inspection": "时段",
    "attendance": "在岗的人",
    "satisfaction": "评分",
    "backentry": "录入时间",
}


@pytest.fixture(scope="module")
def furnished(contract_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Something in every list, most of it of project 1, some of a stranger's."""
    path = tmp_path_factory.mktemp("lists") / "furnished.sqlite3"
    shutil.copyfile(contract_sqlite, path)
    engine = make_engine(f"sqlite:///{path}")
    with write_session(engine) as session, session.begin():
        _furnish(session, real_contract(session))
    engine.dispose()
    return path


def _furnish(session: Session, people: Personas) -> None:
    manager, bureau, now = people.manager, people.bureau, at("2025-06-06 08:00")
    late = new_ticket(session, people.contact, 1, "2025-06-04 09:00", title="教育平台打不开")
    service.respond(session, manager, late, at("2025-06-04 11:30"))
    subject = of_clock(session, manager, late.id, ClockKind.RESPONSE, 0, at("2025-06-05 10:00"))
    disputes.claim(session, manager, subject, Attribution.UNIT, "单位机房停电", at("2025-06-05 10:00"))
    done = new_ticket(session, people.contact, 1, "2025-06-05 09:00", title="已办结")
    service.respond(session, manager, done, at("2025-06-05 14:00"), at("2025-06-05 09:05"))
    service.claim_recovery(session, manager, done, at("2025-06-05 14:50"), note="换件")
    service.accept(session, people.contact, done, at("2025-06-05 15:00"))
    service.close(session, people.contact, done, at("2025-06-05 15:01"), rating=4)
    new_ticket(session, people.stranger, 3, "2025-06-05 09:00", title="别家的事")
    said = Seen(project(session, 1), date(2025, 6, 5), Aspect.ATTITUDE, "到场未登记", "1", None, Decimal(1))
    observing.record(session, bureau, said, now)
    asked = [project(session, row).id for row in (1, 3)]
    callbacks.start(session, bureau, date(2025, 6, 3), date(2025, 6, 4), now, asked)
    target: dict[str, Any] = {"kind": "response", "minutes": 15}
    entered(session, people, document(), item(session, "target", 1, **target), now=now)
    opened(session, AcceptanceStage.STAGE, "2025-06-06 08:00", "2025-06-05 16:00")
    open_key(session, bureau, "三楼大厅", now)
    meeting = {"kind": PeriodKind.OTHER, "name": "重要会议", "declared_at": now, "declared_by": bureau}
    session.add(DeclaredPeriod(first_day=date(2025, 6, 20), last_day=date(2025, 6, 22), **meeting))
    inspected(session, people.engineer, due(session, 1, "巡检", "2025-06-03 00:00"), "2025-06-05 10:00")
    job = {"report": "breaches", "title": "违约明细", "parameters": {}, "format": "xlsx", "scope": ""}
    session.add(ReportJob(**job, user=bureau, asked_at=now))


@pytest.fixture
def fresh_sqlite(furnished: Path, tmp_path: Path) -> URL:
    path = tmp_path / "lvyue.sqlite3"
    shutil.copyfile(furnished, path)
    return make_url(f"sqlite:///{path}")


@pytest.fixture
def lists(app: Site) -> Site:
    set_clock(app, NOW)
    return app


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def drawn(page: str) -> list[str]:
    """Return how the page names each of its rows."""
    shown = re.sub(r"<details.*?</details>", "", page.split("<main")[1], flags=re.DOTALL)
    return [plain("".join(parts)) for parts in DRAWN.findall(shown)]


def is_named(row: tuple[Any, ...], name: str) -> bool:
    """Tell whether a row of a file says what its page calls it."""
    cells = [f"{one:%Y-%m-%d}" if isinstance(one, datetime) else one for one in row]
    texts = [one for one in cells if isinstance(one, str) and one]
    inside = any(len(one) > SHORT and one in name for one in texts)
    return inside or any(name.startswith(one) or one.startswith(name) for one in texts)


def button(page: str) -> tuple[str, int]:
    """Return where the button leads and how many rows it promises."""
    found = BUTTON.search(page)
    return (unescape(found[1]), int(found[2])) if found else ("", 0)


def in_order(rows: Iterable[tuple[Any, ...]], names: list[str]) -> bool:
    """Tell whether what the page draws is among the rows, in its order."""
    left = iter(rows)
    return all(any(is_named(row, name) for row in left) for name in names)


def compared(client: FlaskClient, name: str) -> list[tuple[Any, ...]]:
    """Return the rows of a list's file, once they have been found to be those of its page."""
    address, query = PAGES[name]
    page = client.get(address)
    if page.status_code != 200:  # an engineer is led from the postings to the own one
        refused = client.get(f"/exports/{name}.xlsx?{query}").status_code
        assert refused in (403, 404), name
        return []
    path, total = button(page.text)
    if not total:
        assert rows_of(client, f"/exports/{name}.xlsx?{query}") == [], name
        assert drawn(page.text) == [], name
        return []
    assert path.startswith(f"/exports/{name}.xlsx"), name
    rows, names = rows_of(client, path), drawn(page.text)
    assert len(rows) == total, name
    if name not in FEW_OF_EACH and "下一页" not in page.text:
        assert len(names) == total, name
    assert names, name
    assert in_order(rows, names), (name, names, rows[:20])
    return rows


def test_every_list_is_compared():
    assert set(PAGES) == set(EXPORTS)


def test_a_file_has_the_rows_of_its_page_for_every_role(lists):
    filled = set()
    for who in ("contact", "engineer", "admin", *ALL):
        client = visit(lists, who)
        for number, name in enumerate(PAGES):
            readers = [one for one in ALL if Role(one) in EXPORTS[name].roles]
            if who not in readers or name in OWN or who == readers[number % len(readers)]:
                filled |= {name} if compared(client, name) else set()
            elif client.get(PAGES[name][0]).status_code != 200:
                compared(client, name)
    assert filled == set(PAGES)


def test_the_rows_behind_each_figure_have_columns_of_their_own(lists):
    client = visit(lists, "contact")
    for indicator, head in BEHIND.items():
        page = client.get(f"/months/Y1/rows?indicator={indicator}&project=1")
        path, total = button(page.text)
        rows = rows_of(client, path, heads=True)
        assert head in rows[0], indicator
        assert len(rows) - 1 == total, indicator
        assert in_order(rows[1:], drawn(page.text)), indicator
    late = client.get("/months/2025-06/rows?indicator=response&verdict=breached").text
    (number, *_, verdict, _, because), _ = rows_of(client, button(late)[0])
    assert (number, verdict) == ("GD000001", "超时")
    assert "2025-06-04 09:30" in because
    for more in ("project=3", "unit=9999", "whole=1"):
        assert client.get(f"/exports/behind.xlsx?month=2025-06&{more}").status_code == 404
    assert client.get("/exports/behind.xlsx?month=2031-07").status_code == 404
    assert client.get("/exports/behind.xlsx").status_code == 422


def test_one_kind_is_exported_alone_and_another_persons_is_not_there(lists):
    manager = visit(lists, "manager")
    asked = rows_of(manager, "/exports/waiting.xlsx?kind=observation")
    assert [(row[0], row[1]) for row in asked] == [("待答复的日常考核", "2025-06-05 工作态度")]
    assert manager.get("/exports/waiting.xlsx?kind=callback").status_code == 404
    duties = rows_of(manager, "/exports/search.xlsx?q=巡检&kind=duties")
    assert {row[0] for row in duties} == {"周期义务"}
    assert manager.get("/exports/search.xlsx?q=x&kind=tickets").status_code == 404
    stranger = visit(lists, "stranger")
    whole = {"duties": "show=all&month=2025-06", "projects": "", "papers": "", "heat": ""}
    for name in (*SCOPED, *whole):
        rows = rows_of(stranger, f"/exports/{name}.xlsx?{whole.get(name, PAGES[name][1])}")
        assert not any("教育局" in str(cell) for row in rows for cell in row), name
    for name in ("attendance", "obligations"):  # those of project 1
        assert stranger.get(f"/exports/{name}.xlsx?{PAGES[name][1]}").status_code == 404, name
