"""The page after signing in, for each role what it came for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.agenda.queries import agenda
from app.clock import now
from app.database import current_session
from app.duties import lists
from app.duties.pages import shared
from app.forms import Form
from app.home import queries
from app.login import viewer
from app.navigation import navigation
from app.tickets.queries import next_clocks
from app.waiting.kind import CONFIRMERS
from app.waiting.views import waiting_number, waiting_numbers
from sla.vocab import Role

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True)
class Start:
    """What a role's page has: tiles, lists (title, filters, what an empty one says), one big button,
    the way to this month's figures, what waits for the viewer's word, the menu as large links, of duties
    either their figures or, for who does them, today's list, the kinds of waiting things that have a tile of
    their own while there are any, and how the payments stand."""

    tiles: tuple[str, ...] = ()
    sections: tuple[tuple[str, dict[str, Any], str], ...] = ()
    button: str = ""
    figures: bool = False
    links: bool = False
    decides: bool = False
    duties: bool = False
    agenda: bool = False
    kinds: tuple[str, ...] = ()
    money: bool = False


DESK = Start(
    ("late", "soon", "unassigned", "open"),
    (
        ("先到期的在前", {}, "没有未结的工单"),
        ("还没有派单", {"unassigned": True}, "都已派单"),
    ),
    "登记工单",
    duties=True,
)
STARTS = {
    Role.ENGINEER: Start(
        ("late", "soon", "waiting", "open"),
        (("先到期的在前", {}, "没有未结的工单"),),
        "登记工单",
        agenda=True,
    ),
    Role.CONTACT: Start(
        (),
        (("处理中的申请", {}, "没有处理中的申请"),),
        "我要报修",
        decides=True,
        duties=True,
        kinds=("callback", "settle", "dispute", "acceptance"),
    ),
    Role.BUREAU: Start(
        ("late", "soon", "waiting", "open"),
        (
            ("有风险：已超时或 4 小时内到期", {"due": "risk"}, "没有超时或即将到期的工单"),
            ("等待确认", {"waiting": True}, "没有等待确认的事项"),
        ),
        figures=True,
        duties=True,
        kinds=("dispute", "acceptance", "release", "invoice"),
        money=True,
    ),
    Role.MANAGER: replace(
        DESK, kinds=("complaint", "dispute", "observation", "acceptance", "objection"), money=True
    ),
    Role.HOTLINE: DESK,
    Role.AUDITOR: Start(("late", "waiting", "open"), links=True, duties=True),
    Role.ADMIN: Start(links=True),
}


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Show the start page of the viewer's role."""
    person, session, at = viewer(), current_session(), now()
    start = STARTS[person.role]
    sections = [
        queries.section(session, person, title, empty, filters, at)
        for title, filters, empty in start.sections
    ]
    waits = waiting_number() if person.role in CONFIRMERS else None
    numbers = waiting_numbers() if start.kinds else {}
    return render_template(
        "home/index.html",
        start=start,
        duty_tiles=queries.duty_tiles(session, person, waits, at) if start.duties else [],
        **(_agenda() if start.agenda else {}),
        tiles=queries.tiles(session, person, start.tiles, at) if start.tiles else [],
        waiting_tiles=queries.waiting_tiles(numbers, start.kinds),
        sections=sections,
        waiting=queries.decisions(session, person, at) if start.decides else [],
        form_for=lambda key: Form(key=key),
        next=next_clocks([ticket for one in sections for ticket in one.tickets], at),
        links=[entry for entry in navigation(person.role) if entry.endpoint != "home.index"],
    )


def _agenda() -> dict[str, Any]:
    """Return what an engineer has to do, with all that its list needs."""
    session, person, at = current_session(), viewer(), now()
    found = agenda(session, person, at)
    return {"agenda_found": found, "drafts": lists.own_drafts(session, person, at), **shared()}
