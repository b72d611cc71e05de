"""The contract as plain values, for ``contract show`` (section 5); ``lines`` adds where everything stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.amendments.inforce import establishments, items_in_force, level_on
from app.contract.queries import all_projects, terms_on
from models.amendments import AmendmentItem
from models.contract import (
    ContractTerm,
    InterpretationVersion,
    Obligation,
    Project,
    Reading,
    ServiceYear,
    Unit,
)
from sla.amendments import ItemKind, Key, Terms, in_force, key_of
from sla.attendance import Establishment, PostingRules
from sla.targets import Target
from sla.vocab import Cycle

INSPECTION = "inspection"
SLA_CELL = "sla_cell"

Values = dict[str, Any]


def contract_sheet(session: Session, today: date, lines: bool = False) -> Values:
    """Return the whole contract as it stands today; without ``lines`` exactly the keys programs rely on.

    Where no document amends a row, that is the tender's (P4).
    """
    terms = session.scalars(select(ContractTerm).order_by(ContractTerm.id)).all()
    units = session.scalars(select(Unit).order_by(Unit.id)).all()
    names = {unit.id: unit.name for unit in units}
    projects = all_projects(session)
    amended = _Amended.on(session, projects, today)
    sheet: Values = {
        "contract": {term.key: term.value for term in terms},
        "units": [_unit(unit, names, lines) for unit in units],
        "projects": [_project(project, amended, lines) for project in projects],
    }
    if lines:
        sheet["contract"]["duties"] = _contract_duties(session)
        sheet["terms"] = [_terms(term) for term in terms]
        sheet["interpretations"] = _interpretations(session)
        sheet["service_years"] = _service_years(session)
    return sheet


def is_inspection(duty: Obligation) -> bool:
    """Tell whether a duty is an inspection of the SLA cell; those of the work description are duties."""
    return duty.kind == INSPECTION and duty.source == SLA_CELL


def _unit(unit: Unit, names: dict[int, str], lines: bool) -> Values:
    parent = names[unit.parent_id] if unit.parent_id else None
    return {"name": unit.name, "parent": parent} | _when(lines, line=unit.line)


@dataclass(frozen=True)
class _Amended:
    """What documents make of the rows on a day."""

    today: date
    terms: dict[int, Terms]
    items: list[AmendmentItem]
    postings: dict[int, tuple[Establishment, ...]]
    cycles: dict[int, Cycle]

    @classmethod
    def on(cls, session: Session, projects: Sequence[Project], today: date) -> _Amended:
        items = items_in_force(session)
        terms = terms_on(projects, items, today)
        cycles = {
            item.obligation_id: item.cycle
            for item in sorted(items, key=lambda item: item.from_day)
            if item.what is ItemKind.DUTY_CYCLE and item.cycle and item.obligation_id
            if item.from_day <= today
        }
        return cls(today, terms, items, establishments(items), cycles)

    def residents(self, project: Project) -> int:
        rules = [PostingRules(p.heads, p.pattern, (), self.postings.get(p.id, ())) for p in project.postings]
        return project.residents + sum(one.heads_on(self.today) - one.heads for one in rules)

    def duties(self, project: Project) -> list[Obligation]:
        """Return the duties there are today: not those to come, not those dropped."""
        return [
            duty
            for duty in project.obligations
            if (duty.from_day or date.min) <= self.today < (duty.until_day or date.max)
        ]


def _project(project: Project, amended: _Amended, lines: bool) -> Values:
    duties, terms = amended.duties(project), amended.terms[project.seq]
    at = {key_of(target.rule): target.line for target in project.targets}
    return {
        "seq": project.seq,
        "unit": project.unit.name,
        "name": project.name,
        "service_level": level_on(amended.items, project.id, project.service_level, amended.today),
        "window": terms.window,
        "targets": [_target(target, at, lines) for target in in_force(terms)],
        "inspections": [_inspection(duty, amended, lines) for duty in duties if is_inspection(duty)],
        "residents": amended.residents(project),
        "duties": [_duty(duty, amended, lines) for duty in duties if not is_inspection(duty)],
        "service_start": _day(project.service_start),
    } | (_rest(project) if lines else {})


def _target(target: Target, at: dict[Key, int], lines: bool) -> Values:
    """Return one target; what a document brought names it where the tender's line would stand."""
    named = {"source": target.source} if target.source else {"line": at[key_of(target)]}
    return {
        "kind": target.kind,
        "minutes": target.minutes,
        "when": target.when.as_dict(),
        "window": target.window,
    } | _when(
        lines,
        workdays=target.workdays,
        ratio=None if target.ratio is None else str(target.ratio),
        **named,
    )


def _contract_duties(session: Session) -> list[Values]:
    """Return the duties of the whole contract, which belong to no row."""
    found = select(Obligation).where(Obligation.project_id.is_(None)).order_by(Obligation.id)
    return [_duty(duty, None, lines=True) for duty in session.scalars(found)]


def _cycle(duty: Obligation, amended: _Amended | None) -> Cycle:
    return amended.cycles.get(duty.id, duty.cycle) if amended else duty.cycle


def _inspection(duty: Obligation, amended: _Amended, lines: bool) -> Values:
    return {"cycle": _cycle(duty, amended), "scope": duty.scope, "when": duty.when} | _when(
        lines, what=duty.what, line=duty.line
    )


def _duty(duty: Obligation, amended: _Amended | None, lines: bool) -> Values:
    return {"what": duty.what, "cycle": _cycle(duty, amended)} | _when(
        lines,
        kind=duty.kind,
        quota=duty.quota,
        scope=duty.scope,
        when=duty.when,
        source=duty.source,
        line=duty.line,
    )


def _rest(project: Project) -> Values:
    return {
        "delivery_mode": project.delivery_mode,
        "terminable": project.terminable,
        "line": project.line,
        "line_end": project.line_end,
        "postings": [{"heads": p.heads, "pattern": p.pattern, "line": p.line} for p in project.postings],
        "equipment": [
            {"name": e.name, "model": e.model, "quantity": e.quantity, "unit": e.unit, "line": e.line}
            for e in project.equipment
        ],
        "readings": [_reading(reading) for reading in project.readings],
        "service": [[_day(one.starts_on), _day(one.ends_on)] for one in project.services],
    }


def _reading(reading: Reading) -> Values:
    names = ("subject", "taken", "other", "why", "line", "other_line")
    return {name: getattr(reading, name) for name in names}


def _terms(term: ContractTerm) -> Values:
    return {"key": term.key, "value": term.value, "label": term.label, "line": term.line}


def _interpretations(session: Session) -> list[Values]:
    found = select(InterpretationVersion).order_by(InterpretationVersion.id)
    return [
        {
            "key": one.key,
            "value": one.value,
            "status": one.status,
            "from_day": _day(one.from_day),
            "reason": one.reason,
        }
        for one in session.scalars(found)
    ]


def _service_years(session: Session) -> list[Values]:
    years: Sequence[ServiceYear] = session.scalars(select(ServiceYear).order_by(ServiceYear.number)).all()
    return [
        {"number": year.number, "starts_on": _day(year.starts_on), "ends_on": _day(year.ends_on)}
        for year in years
    ]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _when(lines: bool, **more: Any) -> Values:
    return more if lines else {}
