"""Duties prepared through the use cases, for the tests of the pages; project 1's weekly inspection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import Site
from app.database import transaction
from app.duties import works
from app.duties.lines import Line
from app.duties.works import WorkForm
from models.checklists import ChecklistItem
from models.contract import Obligation
from models.duties import Occurrence, Work
from models.tickets import Ticket
from sla.vocab import Cycle, ItemResult
from tests.app.personas import at, project
from tests.app.visitors import NOW, named, read

Found = TypeVar("Found")


@dataclass(frozen=True)
class Item:
    """An item of the inspection's checklist, as the page shows it."""

    id: int
    text: str
    unit: str
    low: str | None
    high: str | None


def change(site: Site, use_case: Callable[[Session], Found]) -> Found:
    with site.app_context(), transaction() as session:
        return use_case(session)


def duty(session: Session, row: int | None = 1, what: str = "巡检") -> Obligation:
    of = Obligation.project_id == project(session, row).id if row else Obligation.project_id.is_(None)
    found = select(Obligation).where(of, Obligation.what == what).order_by(Obligation.id)
    return session.scalars(found).first()  # type: ignore[return-value]


def duty_id(site: Site, row: int | None = 1, what: str = "巡检") -> int:
    return read(site, lambda session: duty(session, row, what).id)


def occurrence_id(site: Site, row: int | None = 1, what: str = "巡检", now: str = NOW) -> int:
    """Return the occurrence that is open."""

    def look(session: Session) -> int:
        open_one = select(Occurrence.id).where(
            Occurrence.obligation_id == duty(session, row, what).id,
            Occurrence.opens_at <= at(now),
            Occurrence.closes_at > at(now),
        )
        return session.scalars(open_one).one()

    return read(site, look)


def first_of_cycle(site: Site, cycle: Cycle, **said: Any) -> int:
    """Return some obligation of a project by its cycle."""

    def look(session: Session) -> int:
        found = select(Obligation).where(Obligation.cycle == cycle, Obligation.project_id.is_not(None))
        for name, value in said.items():
            found = found.where(getattr(Obligation, name) == value)
        return session.scalars(found.order_by(Obligation.id)).first().id  # type: ignore[union-attr]

    return read(site, look)


def items(site: Site, row: int = 1) -> list[Item]:
    def look(session: Session) -> list[Item]:
        code = duty(session, row).checklist
        found = select(ChecklistItem).join(ChecklistItem.version).order_by(ChecklistItem.position)
        rows = [one for one in session.scalars(found) if one.version.checklist.code == code]
        return [Item(one.id, one.text, one.unit, one.low, one.high) for one in rows]

    return read(site, look)


def inside(item: Item) -> str:
    """Return a value within the item's limits."""
    return (item.low or item.high or "1") if item.unit else ""


def all_normal(found: list[Item]) -> dict[str, Any]:
    """Return the form of an inspection that found nothing."""
    boxes: dict[str, Any] = {f"result-{one.id}": "normal" for one in found}
    return boxes | {f"value-{one.id}": inside(one) for one in found if one.unit}


def drafted(site: Site, who: str = "engineer", now: str = NOW, submission: str = "s1") -> int:
    """Begin an inspection of project 1 and return its work."""
    of = occurrence_id(site, now=now)
    return change(site, lambda s: works.begin(s, named(s, who), of, submission, at(now)).id)


def inspected(
    site: Site, who: str = "engineer", now: str = NOW, submission: str = "s1", abnormal: bool = False
) -> int:
    """Inspect project 1 and return the work; ``abnormal`` is the last item."""
    of, found = occurrence_id(site, now=now), items(site)
    bad = found[-1].id if abnormal else None
    lines = [
        Line(
            item.id,
            ItemResult.ABNORMAL if item.id == bad else ItemResult.NORMAL,
            inside(item),
            "有异响" if item.id == bad else "",
        )
        for item in found
    ]
    form = WorkForm(of, submission, lines=lines)
    return change(site, lambda s: works.submit(s, named(s, who), form, at(now)).id)


def work(site: Site, work_id: int, *names: str) -> tuple[Any, ...]:
    """Return what is stored of a work."""

    def look(session: Session) -> tuple[Any, ...]:
        found = session.get(Work, work_id)
        return tuple(getattr(found, name) for name in names)

    return read(site, look)


def results(site: Site, work_id: int) -> dict[int, tuple[str | None, str, str, int | None]]:
    def look(session: Session) -> dict[int, tuple[str | None, str, str, int | None]]:
        found = session.get(Work, work_id)
        assert found is not None
        return {row.item_id: (row.result, row.value, row.note, row.ticket_id) for row in found.lines}

    return read(site, look)


def tickets(site: Site) -> list[tuple[int, str]]:
    return read(
        site, lambda s: [(one.id, one.title) for one in s.scalars(select(Ticket).order_by(Ticket.id))]
    )


def work_ids(site: Site) -> list[int]:
    return read(site, lambda s: list(s.scalars(select(Work.id).order_by(Work.id))))


def done_at(site: Site, occurrence: int) -> Any:
    """Return the moment an occurrence is judged by."""
    return read(
        site, lambda s: s.scalars(select(Occurrence.done_at).where(Occurrence.id == occurrence)).one()
    )
