"""What the pages of duties are made from."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from flask import render_template

from app.amendments.inforce import quota_on, quotas_on
from app.clock import now
from app.database import current_session
from app.disputes import queries as dispute_queries
from app.duties import draws, lists, queries, summary, words
from app.duties.answers import form_for
from app.duties.groups import GROUPS
from app.duties.queries import Filters, Listed
from app.files import queries as file_queries
from app.forms import Form
from app.login import viewer
from app.months.queries import months_offered
from app.paging import paged
from app.projects.service import DUTIES, SOURCES, service_now
from models.contract import Obligation, Project
from models.duties import Occurrence
from sla.errors import Invalid, NotFound
from sla.vocab import Cycle, OccurrenceState, Role
from sla.when import day_of, parse_month

DOERS = (Role.ENGINEER, Role.MANAGER)
DECIDERS = (Role.CONTACT, Role.BUREAU)
MISSED_SHOWN = 10
WORKS_SHOWN = 20
PAGE = 30
ONE_DAY = timedelta(days=1)


def index(form: Form, said: dict[str, Any], only: str = "") -> str:
    """Show what is to be done now, or what became of the rest; ``only`` keeps to one way of standing."""
    session, person, at = current_session(), viewer(), now()
    show, page = only or said["show"], said.pop("page") or 1
    month = parse_month(said["month"]) if said["month"] else None
    found = paged(session, lists.begun(person, at, show, lists.wanted(said)), page, PAGE)
    projects = lists.projects(session, person, at)
    return render_template(
        "duties/index.html",
        found=found,
        rows=[queries.listed(one, at) for one in found.items],
        drafts=lists.own_drafts(session, person, at),
        form=form,
        show=show,
        missed_only=bool(only),
        ways=[(name, label) for name, (label, _) in lists.SHOWN.items()],
        filters={name: value for name, value in form.values.items() if value and name in said},
        projects=[(one.seq, words.project_text(one)) for one in projects],
        units=[(one.id, one.name) for one in lists.units(projects)],
        months=_months(at, month),
        groups=[*GROUPS.items()],
        **shared(),
    )


def _months(at: datetime, picked: date | None) -> list[tuple[str, str]]:
    """Return the months a list can be narrowed to: those of service up to now, and the one picked."""
    first, last = months_offered(current_session(), at)
    found = [last]
    while found[-1] > first:
        found.append((found[-1] - ONE_DAY).replace(day=1))
    if picked is not None and picked not in found:
        found.append(picked)
    return [(f"{month:%Y-%m}", f"{month.year} 年 {month.month} 月") for month in sorted(found, reverse=True)]


def start(project: Project, place: str = "") -> str:
    """Show what can be done now for a project, with big buttons: the page a printed code leads to.

    The place that the code names goes into what is begun from here.
    """
    session, person, at = current_session(), viewer(), now()
    only = Filters(project=project.seq)
    listed = lists.obligations_of(session, person, project.id, at)
    cycles = queries.cycles_on(session, day_of(at))
    return render_template(
        "duties/start.html",
        project=project,
        due=queries.open_now(session, person, at, only),
        missed=queries.missed(session, person, at, MISSED_SHOWN, only),
        others=[one for one in listed if is_undated(one, cycles)],
        drafts=lists.own_drafts(session, person, at),
        place=place,
        **shared(),
    )


def duties_of(project: Project | None) -> str:
    """Show every duty of a project, or of the whole contract, with what is outstanding of each."""
    session, person, at = current_session(), viewer(), now()
    listed = lists.obligations_of(session, person, project.id if project else None, at)
    if not listed:
        raise NotFound("没有可以查看的周期义务")
    only = Filters(project=project.seq) if project else None
    open_ones = queries.open_now(session, person, at, only)
    return render_template(
        "duties/list.html",
        project=project,
        obligations=listed,
        cycles=queries.cycles_on(session, day_of(at)),
        quotas=quotas_on(session, day_of(at)),
        open={one.occurrence.obligation_id: one for one in reversed(open_ones)},
        **shared(),
    )


def occurrence(found: Listed, form: Form) -> str:
    """Show one time a duty falls due: when, how it stands, who did what, and what may be done now."""
    session, person, at = current_session(), viewer(), now()
    one = found.occurrence
    works = [work for work in one.works if work.finished_at is not None]
    return render_template(
        "duties/show.html",
        found=found,
        one=one,
        records=lists.counted(session, works),
        files=file_queries.of_works(session, person, [work.id for work in works], at),
        draft=lists.own_drafts(session, person, at).get(one.id),
        does=_does(one.project_id) and _can_begin(one, at),
        decides=person.role in DECIDERS,
        waives=person.role is Role.BUREAU and one.waived_at is None and found.state != OccurrenceState.DONE,
        disputes=dispute_queries.on_occurrence(session, person, one.id, at),
        is_summary=summary.is_summary(one.obligation),
        agreed=queries.cycles_on(session, day_of(at)).get(one.obligation_id),
        form_for=form_for(form),
        failed=form,
        **shared(),
    )


def obligation(found: Obligation, form: Form) -> str:
    """Show a duty: how often, what is outstanding, what was done, and where evidence is entered."""
    session, person, at = current_session(), viewer(), now()
    works = queries.works_of(session, person, found.id, at, WORKS_SHOWN)
    agreed = queries.cycles_on(session, day_of(at)).get(found.id)
    due = lists.outstanding(session, person, found.id, at)
    return render_template(
        "duties/obligation.html",
        obligation=found,
        agreed=agreed,
        quota=quota_on(session, found, day_of(at)),
        due=[queries.listed(one, at) for one in due],
        records=lists.counted(session, works),
        changes=lists.cycle_changes(session, person, at, found.id),
        left=_left(found, at),
        does=_does(found.project_id) and not (found.checklist and not is_undated(found, {found.id: agreed})),
        asks=person.role in DECIDERS and found.cycle is Cycle.QUOTA,
        undated=is_undated(found, {found.id: agreed}),
        is_summary=summary.is_summary(found),
        form_for=form_for(form),
        failed=form,
        sources=SOURCES,
        **shared(),
    )


def monthly_summary(found: Listed, form: Form, picked: str) -> str:
    """Show the form of a monthly summary, prefilled from the data of its month."""
    session, person, at = current_session(), viewer(), now()
    month = summary_month(found.occurrence, picked or str(form.value("month")))
    prefilled = summary.prefill(session, person, month, at)
    return render_template(
        "duties/summary.html",
        one=found.occurrence,
        month=month,
        months=summary.months_of(found.occurrence),
        headings=summary.HEADINGS,
        prefilled=prefilled,
        form=form,
        **shared(),
    )


def summary_month(one: Occurrence, text: str) -> date:
    """Return the month a summary is about: that of its window, or the one before."""
    offered = summary.months_of(one)
    if not text:
        return offered[0]
    month = parse_month(text)
    if month not in offered:
        raise Invalid(f"这次汇总只能写 {offered[0]:%Y-%m} 或 {offered[-1]:%Y-%m}", "month")
    return month


def is_undated(found: Obligation, cycles: dict[int, Cycle | None] | dict[int, Cycle]) -> bool:
    """Tell whether a duty has no cycle now (O5)."""
    return (cycles.get(found.id) or found.cycle) is Cycle.UNSPECIFIED


def _does(project_id: int | None) -> bool:
    role = viewer().role
    return role is Role.MANAGER or (role is Role.ENGINEER and project_id is not None)


def _can_begin(one: Occurrence, at: datetime) -> bool:
    return one.waived_at is None and one.opens_at <= at and one.done_at is None


def _left(found: Obligation, at: datetime) -> int | None:
    """Return what is left of a quota in the present year of service; ``None`` outside it."""
    if found.cycle is not Cycle.QUOTA or found.project is None:
        return None
    service = service_now(found.project.services, day_of(at))
    return draws.remaining(current_session(), found, service, at) if service else None


def shared() -> dict[str, object]:
    return {
        "words": words,
        "kinds": DUTIES,
        "acts": viewer().role in DOERS,
        "manages": viewer().role is Role.MANAGER,
        "person": viewer(),
        "submission": secrets.token_urlsafe(16),
        "today": day_of(now()),
    }
