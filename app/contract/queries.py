"""Reading the contract. It is the same for everybody; what a viewer may see of it, the views decide (S1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.amendments.inforce import changes_of, fingerprint, items_in_force
from models.amendments import AmendmentItem
from models.calendar import CalendarDay, CalendarYear
from models.contract import InterpretationVersion, Project, ProjectService, ServiceYear, target_rule
from models.contract import Target as TargetRow
from sla.amendments import Change, Terms, versions
from sla.calendar import Calendar, DayKind
from sla.clock import ProjectRules, RuleBook
from sla.interpretations import Interpretations, Status, Version
from sla.targets import Target
from sla.vocab import Window

Changes = Mapping[int, Sequence[Change]]

TARGET_COLUMNS = (
    *(TargetRow.project_id, TargetRow.kind, TargetRow.minutes, TargetRow.workdays, TargetRow.ratio),
    *(TargetRow.day, TargetRow.severity, TargetRow.complexity, TargetRow.fault_level, TargetRow.remote),
    TargetRow.window,
)
OVERRIDES = (DayKind.OVERRIDE_WORK, DayKind.OVERRIDE_OFF)


def project_rules(session: Session, changes: Changes | None = None) -> dict[int, ProjectRules]:
    """Return what each row promises, by its number in the tender (C1), as documents amended it (P4).

    ``service`` is ``None`` while no service year is activated; after that it holds the row's own years.
    ``changes`` are those of the documents by project, read here unless they are given.
    """
    # Columns and no objects: this is read in every request that derives anything.
    activated = service_year(session, 1) is not None
    rows = session.execute(select(Project.id, Project.seq, Project.window).order_by(Project.seq)).all()
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in session.execute(select(*TARGET_COLUMNS).order_by(TargetRow.id)):
        targets[target.project_id].append(target_rule(target))
    service: dict[int, list[tuple[date, date]]] = defaultdict(list)
    spans = select(ProjectService.project_id, ProjectService.starts_on, ProjectService.ends_on)
    for project_id, starts_on, ends_on in session.execute(spans.order_by(ProjectService.starts_on)):
        service[project_id].append((starts_on, ends_on))
    changes = changes_of(items_in_force(session)) if changes is None else changes
    return {
        seq: _promised(
            seq,
            targets[project_id],
            window,
            tuple(service[project_id]) if activated else None,
            changes.get(project_id, ()),
        )
        for project_id, seq, window in rows
    }


def _promised(
    seq: int,
    targets: Iterable[Target],
    window: Window | None,
    service: tuple[tuple[date, date], ...] | None,
    changes: Sequence[Change],
) -> ProjectRules:
    own = tuple(targets)
    return ProjectRules(seq, own, window, service, versions(own, window, changes))


def terms_on(projects: Iterable[Project], items: Iterable[AmendmentItem], day: date) -> dict[int, Terms]:
    """Return what rows promise on a day, by their numbers; their targets are loaded already (P4)."""
    changes = changes_of(items)
    return {
        one.seq: _promised(
            one.seq, (target.rule for target in one.targets), one.window, None, changes.get(one.id, ())
        ).on(day)
        for one in projects
    }


def rule_book(session: Session, changes: Changes | None = None) -> RuleBook:
    """Return calendar, interpretations and the digest of the documents as they stand (T2, section 6)."""
    changes = changes_of(items_in_force(session)) if changes is None else changes
    return RuleBook(calendar(session), interpretations(session), fingerprint(changes))


def calendar(session: Session) -> Calendar:
    """Return the working calendar; the contract's own days are kept apart from those of the notices (T2)."""
    columns = CalendarDay.day, CalendarDay.kind, CalendarDay.name
    rows = session.execute(select(*columns).order_by(CalendarDay.day)).all()
    notices = [row for row in rows if row.kind not in OVERRIDES]
    years = session.execute(select(CalendarYear.year, CalendarYear.status))
    return Calendar(
        days={row.day: row.kind for row in notices},
        years={row.year: row.status for row in years},
        overrides={row.day: row.kind for row in rows if row.kind in OVERRIDES},
        names={row.day: row.name for row in notices},
    )


def interpretations(session: Session) -> Interpretations:
    """Return every reading with its dates; a key nobody stored is read as shipped."""
    versions: dict[str, tuple[Version, ...]] = {}
    columns = (
        *(InterpretationVersion.key, InterpretationVersion.value),
        *(InterpretationVersion.from_day, InterpretationVersion.status),
    )
    for row in session.execute(select(*columns).order_by(InterpretationVersion.id)):
        one = Version(row.from_day, row.value, Status(row.status))
        versions[row.key] = (*versions.get(row.key, ()), one)
    return Interpretations(versions)


def service_year(session: Session, number: int) -> ServiceYear | None:
    """Return a service year, if it is activated."""
    return session.scalar(select(ServiceYear).where(ServiceYear.number == number))


def all_projects(session: Session) -> Sequence[Project]:
    """Return every row with all it holds, in a constant number of queries."""
    held = (
        *(Project.targets, Project.obligations, Project.postings),
        *(Project.equipment, Project.readings, Project.services),
    )
    options = [selectinload(Project.unit), *(selectinload(part) for part in held)]
    return session.scalars(select(Project).options(*options).order_by(Project.seq)).all()
