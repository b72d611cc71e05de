"""What is found for some words, kind by kind; every query is scoped to the viewer (S1).

Of each kind a few are shown and all are counted, the tickets up to a bound: of a hundred thousand nobody
reads more, and the newest come first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.access import own_units, projects_seen
from app.duties.queries import obligations_seen
from app.duties.words import project_text
from app.equipment import queries as equipment
from app.paging import PAGE_SIZE, Page, paged
from app.papers import queries as papers
from app.people import queries as people
from app.projects import queries as projects
from app.search.initials import spelt
from app.tickets import queries as tickets
from app.waiting.kind import sliced
from models.contract import Equipment, Obligation, Project, Unit
from models.papers import Paper
from models.people import User
from models.tickets import Ticket
from sla.errors import NotFound
from sla.vocab import Role
from sla.when import day_of

FEW = 6  # of a kind on the page of all
MOST_COUNTED = 1000  # tickets
MOST_SUGGESTED = 60


@dataclass(frozen=True)
class Looking:
    """Who looks for what, and when."""

    session: Session
    viewer: User
    now: datetime
    text: str


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, its page, and what tells it from its namesakes."""

    title: str
    path: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    """What is found of one kind. ``more`` is the address of all of it; ``bounded``: there are more still."""

    code: str
    label: str
    icon: str
    found: Page[Hit]
    more: str
    bounded: bool = False


Found = tuple[Page[Any], bool]


@dataclass(frozen=True)
class Kind:
    """A kind of things that can be found. ``list`` is the list that takes the same words, where there is one
    with the same rows; otherwise the search shows them all itself, a page at a time."""

    code: str
    label: str
    icon: str
    find: Callable[[Looking, int, int], Found]
    hit: Callable[[Any], Hit]
    list: str = ""
    beside: tuple[tuple[str, str], ...] = ()  # what else stands in the address of the list


def everything(looking: Looking) -> list[Group]:
    """Return the kinds of which something is found, each with its first hits."""
    groups = (_group(looking, kind, 1, FEW) for kind in _kinds(looking))
    return [group for group in groups if group.found.total]


def of_kind(looking: Looking, code: str, page: int) -> Group:
    """Return one kind, a longer page of it."""
    return _group(looking, _kind(code), page, PAGE_SIZE)


def whole(looking: Looking, code: str, most: int) -> list[Group]:
    """Return all that is found, or all of one kind: as many of each as are asked for."""
    kinds = [_kind(code)] if code else _kinds(looking)
    return [_group(looking, kind, 1, most) for kind in kinds]


def _kinds(looking: Looking) -> Sequence[Kind]:
    return KINDS if looking.viewer.role is not Role.ADMIN else [PEOPLE]


def _kind(code: str) -> Kind:
    kind = next((one for one in (*KINDS, PEOPLE) if one.code == code and not one.list), None)
    if kind is None:
        raise NotFound("没有这一类搜索结果")
    return kind


def _group(looking: Looking, kind: Kind, page: int, size: int) -> Group:
    found, bounded = kind.find(looking, page, size)
    hits = Page([kind.hit(one) for one in found.items], found.page, found.total, size)
    if kind.list:
        beside: dict[str, Any] = dict(kind.beside)
        more = url_for(kind.list, q=looking.text, **beside)
    else:
        more = url_for("search.index", q=looking.text, kind=kind.code)
    return Group(kind.code, kind.label, kind.icon, hits, more, bounded)


# -- the kinds ----------------------------------------------------------------------------------------


def _tickets(looking: Looking, _page: int, size: int) -> Found:
    query = tickets.seen(looking.viewer, looking.now).where(tickets.says(looking.text))
    newest = query.options(contains_eager(Ticket.project).joinedload(Project.unit)).order_by(Ticket.id.desc())

    def counted(most: int) -> int:
        bounded = query.with_only_columns(Ticket.id, maintain_column_froms=True).limit(most + 1)
        return looking.session.scalar(select(func.count()).select_from(bounded.subquery())) or 0

    if size > PAGE_SIZE and (total := counted(size)) > size:  # a file: too many for it are not even read
        return Page([], 1, total, size), True
    items = looking.session.scalars(newest.limit(size + 1)).all()
    if len(items) <= size:
        return Page(items, 1, len(items), size), False
    total = counted(MOST_COUNTED)
    return Page(items[:size], 1, min(total, MOST_COUNTED), size), total > MOST_COUNTED


def _ticket(one: Ticket) -> Hit:
    note = f"{one.number} · {one.state.label} · {one.project.unit.name} · {one.project.name}"
    return Hit(one.title, url_for("tickets.show", ticket_id=one.id), note)


def _projects(looking: Looking, page: int, size: int) -> Found:
    found = projects.projects(looking.session, looking.viewer, day_of(looking.now), looking.text)
    return sliced(found, page, size), False


def _project(one: Project) -> Hit:
    return Hit(f"{one.seq} · {one.name}", url_for("projects.show", seq=one.seq), one.unit.name)


def units_found(looking: Looking) -> Select[Unit]:
    """Return the query for the units in scope whose name contains a text or is spelt by it."""
    seen = select(Project.unit_id).where(projects_seen(looking.viewer, day_of(looking.now)))
    named = Unit.name.icontains(looking.text, autoescape=True)
    by_initials, _ = spelt(looking.session, looking.text)
    mine: ColumnElement[bool] = Unit.id.in_(seen)
    if looking.viewer.role is Role.CONTACT:
        mine = or_(mine, Unit.id.in_(own_units(looking.viewer)))
    return select(Unit).where(mine, or_(named, Unit.id.in_(by_initials))).order_by(Unit.id)


def _units(looking: Looking, page: int, size: int) -> Found:
    return paged(looking.session, units_found(looking), page, size), False


def _unit(one: Unit) -> Hit:
    return Hit(one.name, url_for("projects.index", q=one.name), "它的运维项目")


def _duties(looking: Looking, page: int, size: int) -> Found:
    texts = (Obligation.what, Obligation.scope)
    query = (
        select(Obligation)
        .where(
            obligations_seen(looking.viewer, day_of(looking.now)),
            or_(*(one.icontains(looking.text, autoescape=True) for one in texts)),
        )
        .options(joinedload(Obligation.project))
        .order_by(Obligation.project_id, Obligation.line, Obligation.id)
    )
    return paged(looking.session, query, page, size), False


def _duty(one: Obligation) -> Hit:
    note = " · ".join(part for part in (one.cycle.label, one.scope, project_text(one.project)) if part)
    return Hit(one.what, url_for("duties.obligation", obligation_id=one.id), note)


def _equipment(looking: Looking, page: int, size: int) -> Found:
    found = equipment.register(looking.session, looking.viewer, day_of(looking.now), looking.text)
    return sliced([(one, each) for one, devices in found for each in devices], page, size), False


def _device(found: tuple[Project, Equipment]) -> Hit:
    project, one = found
    name = f"{one.name} {one.model}".strip()
    return Hit(name, url_for("equipment.show", equipment_id=one.id), project_text(project))


def _papers(looking: Looking, page: int, size: int) -> Found:
    query = papers.papers(looking.viewer, day_of(looking.now), text=looking.text)
    return paged(looking.session, query, page, size), False


def _paper(one: Paper) -> Hit:
    note = " · ".join(part for part in (one.kind.label, one.number) if part)
    return Hit(one.title, url_for("papers.show", paper_id=one.id), note)


def _people(looking: Looking, page: int, size: int) -> Found:
    return sliced(people.people(looking.session, looking.viewer, looking.text), page, size), False


def _person(one: User) -> Hit:
    note = " · ".join(part for part in (one.role.label, one.unit.name if one.unit else "") if part)
    return Hit(one.name, url_for("people.show", person_id=one.id), note)


PEOPLE = Kind("people", "人员", "people", _people, _person, "people.index")
KINDS = (
    Kind("tickets", "工单", "list-task", _tickets, _ticket, "tickets.index", (("state", "all"),)),
    Kind("projects", "运维项目", "hdd-stack", _projects, _project, "projects.index"),
    Kind("units", "单位", "building", _units, _unit),
    Kind("duties", "周期义务", "calendar2-check", _duties, _duty),
    Kind("equipment", "设备", "pc-display", _equipment, _device, "equipment.index"),
    Kind("papers", "文件", "file-earmark-text", _papers, _paper, "papers.index"),
    PEOPLE,
)


# -- suggestions for a field --------------------------------------------------------------------------


def suggestions(looking: Looking, field: str) -> Sequence[dict[str, Any]]:
    """Return values and texts of the projects or units in scope that what is typed narrows to."""
    if field == "unit":
        found = looking.session.scalars(units_found(looking).limit(MOST_SUGGESTED))
        return [{"value": one.id, "text": one.name} for one in found]
    seen = projects.projects(looking.session, looking.viewer, day_of(looking.now), looking.text)
    return [
        {"value": one.id, "text": f"{one.seq} · {one.unit.name} · {one.name}"}
        for one in seen[:MOST_SUGGESTED]
    ]
