"""A response of row 1 that came two hours late on 1 July 2025, and the steps of its dispute."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import Site
from app.database import transaction
from app.months.queries import rows_of
from app.tickets import service
from models.contract import Obligation
from models.disputes import Dispute
from models.duties import Occurrence
from models.tickets import Ticket
from sla.figures import Figure
from sla.fold import figures
from sla.period import month as month_period
from sla.vocab import ClockKind, Indicator, Verdict
from sla.when import parse_month
from tests.app.personas import at, new_ticket, project
from tests.app.visitors import PASSWORD, named, read, set_clock, visit

CLAIM: dict[str, Any] = {"attribution": "unit", "text": "单位机房停电"}
GRANT = {"granted": "true", "attribution": "unit", "text": "停电通知属实", "password": PASSWORD}
REFUSE = {"granted": "false", "attribution": "supplier", "text": "本可以远程处理", "password": PASSWORD}


def late_ticket(site: Site, row: int = 1) -> int:
    """Open a ticket at nine and answer it at half past eleven: the response is due at half past nine."""
    with site.app_context(), transaction() as session:
        ticket = new_ticket(session, named(session, "bureau2"), row, "2025-07-01 09:00", title=f"late {row}")
        service.respond(session, named(session, "manager"), ticket, at("2025-07-01 11:30"))
        return ticket.id


def post(site: Site, who: str, path: str, data: dict[str, Any], when: str = "") -> TestResponse:
    if when:
        set_clock(site, when)
    client: FlaskClient = visit(site, who)
    return client.post(f"/disputes{path}", data=data)


def claimed(site: Site, ticket_id: int, when: str = "2025-07-02 10:00", **more: Any) -> TestResponse:
    about = {"ticket": ticket_id, "clock": "response", "round": 0}
    return post(site, "manager", "/claim", about | CLAIM | more, when)


def clock(site: Site, ticket_id: int) -> Verdict:
    """Return the stored verdict of the response."""

    def look(session: Session) -> Verdict:
        clocks = session.get_one(Ticket, ticket_id).clocks
        return next(one.verdict for one in clocks if one.kind is ClockKind.RESPONSE)

    return read(site, look)


def figure(site: Site, now: str, row: int = 1) -> Figure:
    """Return July's figure of responses in time."""

    def look(session: Session) -> Figure:
        rows = rows_of(session, month_period(parse_month("2025-07")), None, at(now))
        return figures(rows).projects[row][Indicator.RESPONSE]

    return read(site, look)


def steps(site: Site, dispute_id: int = 1) -> list[str]:
    return read(site, lambda s: [str(one.kind) for one in s.get_one(Dispute, dispute_id).steps])


def missed_duty(site: Site, row: int | None = 1, what: str = "巡检") -> int:
    """Return the duty of the week from 23 June (or the first of the contract), which nobody did."""

    def look(session: Session) -> int:
        of = Obligation.project_id == project(session, row).id if row else Obligation.project_id.is_(None)
        query = select(Occurrence.id).join(Occurrence.obligation).where(of, Obligation.what == what)
        closed = query.where(Occurrence.closes_at <= at("2025-07-01 00:00"))
        return session.scalars(closed.order_by(Occurrence.closes_at.desc())).all()[0]

    return read(site, look)
