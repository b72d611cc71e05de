"""The data of what the platform writes for a dossier; all of it depends on the facts alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.acceptance import dossier
from app.months.queries import EVERYTHING, contract_title
from app.projects.service import summary
from app.tickets.derivation import current_rules
from models.checklists import ChecklistItem
from models.contract import Obligation, Project, ProjectService, ServiceYear
from models.duties import Work, WorkLine
from models.files import Attachment
from models.people import User
from reports.dossier import Inspected, Inspections, ListedProject, Pictured, ProjectList, WorkReport
from sla.amendments import Terms
from sla.vocab import ItemResult
from sla.when import clock_text, start_of

LINES_HEAD = ("巡检编号", "项目序号", "巡检", "完成时间", "检查项", "结果", "测得", "单位", "说明", "工单")


@dataclass(frozen=True)
class Reported:
    """The work report of one round."""

    round: int
    data: WorkReport


def title(session: Session) -> str:
    """Return what the contract is called."""
    return contract_title(session)


def year_text(year: ServiceYear) -> str:
    """Return a service year in words."""
    return f"第 {year.number} 服务年度：{year.starts_on} 至 {year.ends_on - timedelta(days=1)}"


def work_reports(session: Session, year: ServiceYear) -> list[Reported]:
    """Return the work reports that came with the rounds of a year."""
    return [
        Reported(
            one.round,
            WorkReport(
                contract=title(session),
                year=year_text(year),
                text=one.report,
                made_by=f"{one.reported_by.name}　{clock_text(one.reported_at)}",
                at=one.reported_at,
            ),
        )
        for one in dossier.reports(session, year)
    ]


def project_list(session: Session, year: ServiceYear) -> ProjectList:
    """Return the projects of a year, in the tender's order."""
    rows = session.scalars(
        select(ProjectService)
        .join(ProjectService.project)
        .options(
            joinedload(ProjectService.project).options(
                joinedload(Project.unit), selectinload(Project.targets)
            )
        )
        .where(ProjectService.service_year_id == year.id)
        .order_by(Project.seq)
    )
    rules = current_rules(session).projects
    return ProjectList(
        contract=title(session),
        year=year_text(year),
        projects=[_listed(one, rules[one.project.seq].on(one.ends_on - timedelta(days=1))) for one in rows],
        at=year.activated_at,
    )


def _listed(one: ProjectService, terms: Terms) -> ListedProject:
    project = one.project
    return ListedProject(
        seq=project.seq,
        name=project.name,
        unit=project.unit.name,
        level=f"{project.service_level} 级" if project.service_level else "未写",
        window=project.window.label if project.window else "未写",
        residents=project.residents,
        first_day=one.starts_on,
        last_day=one.ends_on - timedelta(days=1),
        promises="；".join(summary(terms)),
    )


def inspections(session: Session, year: ServiceYear) -> tuple[Inspections, Sequence[Attachment]]:
    """Return the inspections of a year and their files, in a fixed number of queries."""
    span = year_text(year), year.starts_on, year.ends_on
    return inspections_between(session, *span, year.activated_at)


def inspections_between(
    session: Session,
    label: str,
    first: date,
    until: date,
    since: datetime,
    scope: ColumnElement[bool] = EVERYTHING,
) -> tuple[Inspections, Sequence[Attachment]]:
    """Return the inspections of ``[first, until)`` and their files; ``scope`` limits ``Project``.

    ``since`` is the time of the data where there is no inspection at all.
    """
    wanted = _inspected(first, until, scope)
    works = session.execute(
        select(Work, Project, Obligation.what, User.name)
        .join(Work.obligation)
        .join(Work.project)
        .join(Work.by)
        .options(joinedload(Project.unit))
        .where(wanted)
        .order_by(Project.seq, Work.occurred_at, Work.id)
    ).all()
    lines, abnormal = _counts(session, wanted)
    files = session.scalars(
        select(Attachment)
        .join(Work, Attachment.work_id == Work.id)
        .join(Work.obligation)
        .where(wanted)
        .order_by(Attachment.work_id, Attachment.id)
    ).all()
    with_files = Counter(one.work_id for one in files)
    found = [
        Inspected(
            number=work.id,
            seq=project.seq,
            project=project.name,
            unit=project.unit.name,
            duty=duty,
            done_at=work.occurred_at or work.started_at,
            recorded_at=work.recorded_at or work.started_at,
            person=person,
            place=work.place,
            standing=work.standing.label,
            lines=lines[work.id],
            abnormal=abnormal[work.id],
            files=with_files[work.id],
            note=work.note,
        )
        for work, project, duty, person in works
    ]
    data = Inspections(
        contract=title(session),
        year=label,
        inspections=found,
        files=[Pictured(one.work_id or 0, one.name, one.kind.label, one.size, one.sha256) for one in files],
        at=max((one.recorded_at for one in found), default=since),
    )
    return data, files


def inspection_lines(session: Session, year: ServiceYear) -> Iterator[tuple[str, ...]]:
    """Yield every line of every inspection of a year, after a heading."""
    yield LINES_HEAD
    rows = session.execute(
        select(
            *(Work.id, Project.seq, Obligation.what, Work.occurred_at, ChecklistItem.text, WorkLine.result),
            *(WorkLine.value, ChecklistItem.unit, WorkLine.note, WorkLine.ticket_id),
        )
        .select_from(WorkLine)
        .join(WorkLine.work)
        .join(Work.obligation)
        .join(Work.project)
        .join(WorkLine.item)
        .where(_inspected(year.starts_on, year.ends_on))
        .order_by(Work.id, ChecklistItem.position)
    )
    for number, seq, what, at, item, result, value, unit, note, ticket in rows:
        yield (
            *(
                str(number),
                str(seq),
                what,
                clock_text(at) if at else "",
                item,
                result.label if result else "",
            ),
            *(value, unit if value else "", note, f"GD{ticket:06d}" if ticket else ""),
        )


def _counts(session: Session, wanted: ColumnElement[bool]) -> tuple[Counter[int], Counter[int]]:
    """Count the lines of each inspection, and those that were abnormal."""
    rows = session.execute(
        select(WorkLine.work_id, func.count(), func.count().filter(WorkLine.result == ItemResult.ABNORMAL))
        .join(WorkLine.work)
        .join(Work.obligation)
        .where(wanted)
        .group_by(WorkLine.work_id)
    )
    lines, abnormal = Counter[int](), Counter[int]()
    for work_id, every, bad in rows:
        lines[work_id], abnormal[work_id] = every, bad
    return lines, abnormal


def _inspected(first: date, until: date, scope: ColumnElement[bool] = EVERYTHING) -> ColumnElement[bool]:
    found = (
        Obligation.checklist.is_not(None)
        & Work.finished_at.is_not(None)
        & (Work.occurred_at >= start_of(first))
        & (Work.occurred_at < start_of(until))
    )
    # Without a scope the whole contract's are listed too, as far as they belong to a project.
    return found if scope is EVERYTHING else found & Work.project_id.in_(select(Project.id).where(scope))
