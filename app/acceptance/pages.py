"""What the pages of acceptances are made from."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import timedelta
from typing import Any

from flask import render_template
from sqlalchemy import select

from app.acceptance import concluding, dossier, draft, queries, standards, waiting
from app.acceptance.archive import folder_of
from app.acceptance.group import SIGNERS
from app.acceptance.service import judged_until
from app.access import projects_seen
from app.clock import now
from app.database import current_session
from app.duties.answers import form_for
from app.files import queries as file_queries
from app.forms import Form
from app.login import viewer
from models.acceptance import Acceptance
from models.contract import Project, ServiceYear
from models.people import User
from sla.acceptance import ROUNDS_ALLOWED, Evidence, RoundState, missing, needs_remark
from sla.errors import NotFound
from sla.vocab import AcceptanceStage, Channel, GroupRole, Opinion, Role
from sla.when import day_of

OPINIONS = [(one.value, one.label, "") for one in Opinion]
CHANNELS = [(one.value, one.label, "") for one in (Channel.PAPER, Channel.TELEPHONE)]
WHOLE_CONTRACT = 0  # stands for the contract's own standards in an address


def index() -> str:
    """Show the years with their rounds to the parties, and to a contact what is asked of the unit."""
    session, person, at = current_session(), viewer(), now()
    found = queries.rounds(session, person)
    sees_all = person.role in queries.ALL_ROUNDS
    years = []
    for year in queries.years(session) if sees_all else []:
        mine = {
            stage: [one for one in found if one.year is year and one.stage is stage]
            for stage in AcceptanceStage
        }
        years.append((year, mine, queries.due_for(session, year), day_of(at) >= year.ends_on))
    return render_template(
        "acceptance/index.html",
        years=years,
        rounds=found,
        units=[] if sees_all else queries.unit_rounds(session, person),
        waiting=waiting.waiting_for(session, person, at),
        **_common(),
    )


def notice(year: ServiceYear, stage: AcceptanceStage, form: Form) -> str:
    """Show the form by which the supplier reports, its text begun from the data."""
    session, at = current_session(), now()
    last_day = judged_until(session, year, at)
    return render_template(
        "acceptance/notice.html",
        year=year,
        stage=stage,
        form=form,
        parts=dossier.parts(session, year, report="x"),
        draft="" if form.values else draft.work_report(session, year, at),
        due=queries.due_for(session, year) if stage is AcceptanceStage.FINAL else None,
        last_day=last_day,
        yesterday=min(day_of(at) - timedelta(days=1), last_day),
        **_common(),
    )


def show(of: Acceptance, form: Form) -> str:
    """Show a round: what it waits for, its people and opinions, its conclusion and its papers."""
    session, person, at = current_session(), viewer(), now()
    progress, counted = queries.progress(session, of), standards.overview(session, of)
    counts: Counter[str] = Counter()
    for _, one in counted:
        counts.update(one)
    people = queries.members(session, of)
    members = {one.user_id for one in people}
    return render_template(
        "acceptance/show.html",
        of=of,
        people=people,
        missing=missing(progress) if of.conclusion is None else [],
        heard=queries.heard(session, of),
        counts=counts,
        departures=concluding.departures(session, of, of.conclusion) if of.conclusion else [],
        due=queries.due_of(session, of),
        accounts=_accounts(members) if person.role is Role.BUREAU and _is_open(of) else [],
        own=next((one for one in people if one.user_id == person.id), None),
        papers=file_queries.of_papers(session, person, of.subject, at),
        may_further=person.role is Role.BUREAU and _may_further(of),
        rework_late=waiting.is_rework_late(of, day_of(at)),
        form_for=form_for(form),
        failed=form,
        **_common(),
    )


def overview(of: Acceptance) -> str:
    """Show every project of a round with how far its standards are judged."""
    return render_template(
        "acceptance/standards.html",
        of=of,
        lines=standards.overview(current_session(), of),
        **_common(),
    )


def project(of: Acceptance, seq: int, form: Form) -> str:
    """Show the standards of a project; ``seq`` 0 is the contract as a whole."""
    session = current_session()
    found = project_of(seq)
    rows = standards.of_project(session, of, found)
    if not rows:
        raise NotFound("这次验收里没有这个项目")
    lines = [one.seq if one else WHOLE_CONTRACT for one, _ in standards.overview(session, of)]
    place = lines.index(seq)
    return render_template(
        "acceptance/project.html",
        of=of,
        project=found,
        seq=seq,
        rows=[(row, Evidence.of(row.figures)) for row in rows],
        next=lines[place + 1] if place + 1 < len(lines) else None,
        service=_service(of, found),
        form_for=form_for(form),
        needs_remark=needs_remark,
        **_common(),
    )


def units(of: Acceptance) -> str:
    """Show every unit that is asked, with what it said."""
    heard = queries.heard(current_session(), of)
    return render_template("acceptance/units.html", of=of, heard=heard, **_common())


def unit(of: Acceptance, unit_id: int, form: Form) -> str:
    """Show what a unit is asked and what it said, with what was found of its own projects."""
    session, person = current_session(), viewer()
    found = queries.heard_of(session, person, of, unit_id)
    own = person.role is Role.CONTACT
    speaks = queries.unit_of(person) == unit_id if own else person.role is Role.BUREAU
    # Who speaks for a sub-unit sees of the unit above it the word, and of the projects the own ones.
    seen = set(session.scalars(select(Project.id).where(projects_seen(person, day_of(now())))))
    rows = [
        row
        for row in standards.of_project(session, of, None, whole=True)
        if row.project
        and row.project_id in seen
        and unit_id in (row.project.unit_id, row.project.unit.parent_id)
    ]
    return render_template(
        "acceptance/unit.html",
        of=of,
        found=found,
        rows=rows,
        own=own,
        says=speaks and _is_open(of),
        form_for=form_for(form),
        failed=form,
        channels=CHANNELS,
        papers=[
            (paper, files)
            for paper, files in file_queries.of_papers(session, person, of.subject, now())
            if paper.number == f"unit-{unit_id}"
        ],
        **_common(),
    )


def papers(year: ServiceYear, form: Form) -> str:
    """Show the dossier of a year: its parts, how they stand, and where they are handed in."""
    return render_template(
        "acceptance/dossier.html",
        year=year,
        parts=dossier.parts(current_session(), year),
        folder_of=folder_of,
        judged_at=dossier.judged_at(current_session(), year),
        form_for=form_for(form),
        failed=form,
        **_common(),
    )


def project_of(seq: int) -> Project | None:
    """Return a project by its number in the tender, ``None`` for the contract as a whole."""
    if seq == WHOLE_CONTRACT:
        return None
    found = current_session().scalar(select(Project).where(Project.seq == seq))
    if found is None:
        raise NotFound("没有这个运维项目")
    return found


def _is_open(of: Acceptance) -> bool:
    return of.state is RoundState.OPEN


def _may_further(of: Acceptance) -> bool:
    later = queries.rounds_of(current_session(), of.year, of.stage)[-1].id != of.id
    return of.failed and of.round >= ROUNDS_ALLOWED and of.further_at is None and not later


def _accounts(members: set[int | None]) -> list[tuple[int, str]]:
    """Return whose accounts may still come into the group."""
    people = current_session().scalars(
        select(User)
        .where(User.role.in_(SIGNERS), User.deactivated_at.is_(None))
        .order_by(User.role, User.name)
    )
    named = [(one, one.unit.name if one.unit else one.role.label) for one in people if one.id not in members]
    return [(one.id, f"{one.name}（{of}）") for one, of in named]


def _service(of: Acceptance, found: Project | None) -> str:
    """Say what part of its own year a project is judged for, where that is not the whole period."""
    if found is None:
        return ""
    for one in found.services:
        last = one.ends_on - timedelta(days=1)
        if one.service_year_id == of.service_year_id and (
            one.starts_on > of.first_day or last != of.last_day
        ):
            judged = f"{max(one.starts_on, of.first_day)} 至 {min(last, of.last_day)}"
            return f"本项目服务期 {one.starts_on} 至 {last}，这次验收看 {judged}"
    return ""


def _common() -> dict[str, Any]:
    person = viewer()
    return {
        "person": person,
        "submission": secrets.token_urlsafe(16),
        "bureau": person.role is Role.BUREAU,
        "manages": person.role is Role.MANAGER,
        "sees_all": person.role in queries.ALL_ROUNDS,
        "opinions": OPINIONS,
        "roles": [(one.value, one.label) for one in GroupRole],
        "stages": list(AcceptanceStage),
        "today": day_of(now()),
        "one_day": timedelta(days=1),
    }
