"""Observations, schemes and tickets prepared through the use cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import Site
from app.assessment import observing, service
from app.assessment.observing import Seen
from app.database import transaction
from app.tickets import service as tickets
from models.assessment import Observation, SchemeVersion
from sla.assessment import Aspect, SchemeState
from sla.vocab import Indicator
from tests.app.personas import at, new_ticket, project
from tests.app.visitors import PASSWORD, named

NOW = "2025-08-01 09:00"
Made = TypeVar("Made")


def change(site: Site, act: Callable[[Session], Made]) -> Made:
    """Let something happen in a transaction of its own."""
    with site.app_context(), transaction() as session:
        return act(session)


def observed(
    session: Session, row: int | None = 1, text: str = "到场后未登记即离开", **said: Any
) -> Observation:
    given: dict[str, Any] = {"day": date(2025, 7, 15), "aspect": Aspect.ATTITUDE, "submission": text} | said
    if "deduction" in given:
        given["deduction"] = Decimal(given["deduction"])
    if "indicator" in given:
        given["indicator"] = Indicator(given["indicator"])
    where = project(session, row) if row else None
    return observing.record(session, named(session, "bureau"), Seen(where, text=text, **given), at(NOW))


def observation_id(site: Site, **said: Any) -> int:
    return change(site, lambda session: observed(session, **said).id)


def version(session: Session, number: int = 1) -> SchemeVersion:
    return session.scalars(select(SchemeVersion).where(SchemeVersion.number == number)).one()


def adopted(session: Session, number: int = 1, from_day: date = date(2025, 6, 3)) -> SchemeVersion:
    """Let two persons of the bureau sign a version."""
    found = version(session, number)
    seen = service.digest(found.scheme)
    bureau, second = named(session, "bureau"), named(session, "bureau2")
    service.sign(session, bureau, found, from_day, "局长办公会纪要", at(NOW), seen=seen)
    service.adopt(session, second, found, at(NOW), seen=seen)
    assert found.state is SchemeState.ADOPTED
    return found


def draft_of(session: Session, number: int = 1) -> SchemeVersion:
    return service.draft(session, named(session, "bureau"), version(session, number), at(NOW))


def answered(session: Session, when: str, response: str, row: int = 1) -> None:
    """A ticket of a project, reported and responded to at two moments of July."""
    ticket = new_ticket(session, named(session, "bureau"), row, when, title=f"打不开 {when}")
    tickets.respond(session, named(session, "manager"), ticket, at(response))


def late_and_in_time(session: Session) -> None:
    """Row 1: one response in time, one the next day."""
    answered(session, "2025-07-02 09:00", "2025-07-02 09:01")
    answered(session, "2025-07-03 09:00", "2025-07-04 16:00")


SIGN = {"password": PASSWORD}
