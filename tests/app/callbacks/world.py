"""Call-backs about June 2025 and what is answered to them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from app import Site
from app.callbacks import service
from app.database import transaction
from models.callbacks import CallBack
from models.contract import Project
from sla.callbacks import CallBackState
from tests.app.personas import at
from tests.app.visitors import named, read, set_clock, visit

JUNE = date(2025, 6, 3), date(2025, 6, 30)
GOOD: dict[str, Any] = {"satisfaction": "satisfied", "running": "true", "seen": 0, "sure": "1"}
BAD = GOOD | {"satisfaction": "dissatisfied", "remarks": "半天打不通电话"}
SAID: dict[str, Any] = {name: value for name, value in GOOD.items() if name != "sure"}
TOLD = SAID | {"channel": "telephone", "said_by": "王科长", "said_at": "2025-07-01T08:30:00"}


def start(site: Site, when: str = "2025-07-01 09:00", rows: tuple[int, ...] | None = (1, 3)) -> int:
    """Let the bureau ask; return how many are new."""
    with site.app_context(), transaction() as session:
        ids = None
        if rows is not None:
            ids = list(session.scalars(select(Project.id).where(Project.seq.in_(rows))))
        made, _ = service.start(session, named(session, "bureau"), *JUNE, at(when), ids)
        return len(made)


def of_row(site: Site, row: int = 1) -> int:
    """Return the call-back of a row."""
    query = select(CallBack.id).join(CallBack.project).where(Project.seq == row)
    return read(site, lambda session: session.scalars(query).one())


def post(
    site: Site, who: str, act: str, data: dict[str, Any] | None = None, when: str = "", row: int = 1
) -> TestResponse:
    if when:
        set_clock(site, when)
    return visit(site, who).post(f"/callbacks/{of_row(site, row)}/{act}", data=data or {})


def state(site: Site, row: int = 1) -> CallBackState:
    return read(site, lambda session: session.get_one(CallBack, of_row(site, row)).state)


def answers(site: Site, row: int = 1) -> list[str]:
    found = of_row(site, row)
    return read(site, lambda s: [str(one.satisfaction) for one in s.get_one(CallBack, found).answers])
