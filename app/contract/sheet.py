"""The contract as plain values, for ``contract show`` (section 5); ``lines`` adds where everything stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contract.queries import all_projects
from models.contract import (
    ContractTerm,
    InterpretationVersion,
    Obligation,
    Project,
    Reading,
    ServiceYear,
    Target,
    Unit,
)

INSPECTION = "inspection"
SLA_CELL = "sla_cell"

Values = dict[str, Any]


def contract_sheet(session: Session, lines: bool = False) -> Values:
    """Return the whole contract; without ``lines`` exactly the keys that programs rely on."""
    terms = session.scalars(select(ContractTerm).order_by(ContractTerm.id)).all()
    units = session.scalars(select(Unit).order_by(Unit.id)).all()
    names = {unit.id: unit.name for unit in units}
    sheet: Values = {
        "contract": {term.key: term.value for term in terms},
        "units": [_unit(unit, names, lines) for unit in units],
        "projects": [_project(project, lines) for project in all_projects(session)],
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


def _project(project: Project, lines: bool) -> Values:
    duties = project.obligations
    return {
        "seq": project.seq,
        "unit": project.unit.name,
        "name": project.name,
        "service_level": project.service_level,
        "window": project.window,
        "targets": [_target(target, lines) for target in project.targets],
        "inspections": [_inspection(duty, lines) for duty in duties if is_inspection(duty)],
        "residents": project.residents,
        "duties": [_duty(duty, lines) for duty in duties if not is_inspection(duty)],
        "service_start": _day(project.service_start),
    } | (_rest(project) if lines else {})


def _target(target: Target, lines: bool) -> Values:
    return {
        "kind": target.kind,
        "minutes": target.minutes,
        "when": target.rule.when.as_dict(),
        "window": target.window,
    } | _when(lines, workdays=target.workdays, ratio=target.ratio, line=target.line)


def _contract_duties(session: Session) -> list[Values]:
    """Return the duties of the whole contract, which belong to no row."""
    found = select(Obligation).where(Obligation.project_id.is_(None)).order_by(Obligation.id)
    return [_duty(duty, lines=True) for duty in session.scalars(found)]


def _inspection(duty: Obligation, lines: bool) -> Values:
    return {"cycle": duty.cycle, "scope": duty.scope, "when": duty.when} | _when(
        lines, what=duty.what, line=duty.line
    )


def _duty(duty: Obligation, lines: bool) -> Values:
    return {"what": duty.what, "cycle": duty.cycle} | _when(
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
