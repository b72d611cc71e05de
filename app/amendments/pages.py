"""What the pages of documents are made from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from flask import render_template

from app.account.fresh import FIELD
from app.amendments import queries, schemas, words
from app.amendments.proposal import propose
from app.clock import now
from app.contract.changing import first_changeable_day
from app.contract.outlook import outlook
from app.database import current_session
from app.duties.answers import form_for
from app.duties.planning import AGREEABLE, FIXED
from app.files import queries as files
from app.forms import Form
from app.login import viewer
from app.paging import paged
from app.projects.service import DUTIES
from app.residents.roster import posts
from models.amendments import Amendment, AmendmentItem
from models.contract import Posting, Project
from seeds.rows import CHECKLISTS
from sla.amendments import REPLACING, AmendmentKind, AmendmentState, ItemKind
from sla.errors import Conflict, NotFound
from sla.vocab import Complexity, Cycle, DayType, Role, Severity, TargetKind, Window
from sla.when import day_of

CHECKLIST_NAMES = {
    "machine_room": "机房",
    "ups_cooling": "UPS 和空调",
    "servers": "服务器",
    "network_security": "网络和安全设备",
    "application": "应用系统",
    "database": "数据库",
    "backup": "备份",
    "terminals": "终端",
    "video_conference": "视频会议",
}


def listed(page_number: int) -> str:
    """Show the documents in scope, the latest first."""
    found = paged(current_session(), queries.listed(viewer(), now()), page_number)
    return render_template(
        "amendments/index.html", found=found, enters=viewer().role is Role.BUREAU, today=day_of(now())
    )


def new(form: Form) -> str:
    """Show the form of a new document."""
    today = day_of(now())
    return render_template(
        "amendments/new.html",
        form=form,
        kinds=[(one.value, one.label, _kind_told(one)) for one in AmendmentKind],
        first=first_changeable_day(current_session(), today, adjusts=True),
        today=today,
    )


def one(amendment_id: int, form: Form) -> str:
    """Show a document with the items that the viewer sees."""
    session, person, at = current_session(), viewer(), now()
    amendment = queries.amendment(session, person, amendment_id, at)
    seen = queries.items_of(session, person, amendment_id, at)
    bureau, state, mine = person.role is Role.BUREAU, amendment.state, amendment.drafted_by_id == person.id
    ahead = all(item.from_day > day_of(at) for item in seen)
    taken_back = (
        mine
        if state is AmendmentState.DRAFT
        else state is AmendmentState.ENTERED
        or (state is AmendmentState.CONFIRMED and ahead and amendment.confirmed_by_id != person.id)
    )
    return render_template(
        "amendments/show.html",
        amendment=amendment,
        replaces=amendment.kind in REPLACING,
        rows=[(project, list(items)) for project, items in groupby(seen, key=lambda item: item.project)],
        papers=files.of_papers(session, person, amendment.subject, at),
        edits=bureau and mine and state is AmendmentState.DRAFT,
        uploads=bureau and state in (AmendmentState.DRAFT, AmendmentState.ENTERED),
        looks=person.role in (Role.BUREAU, Role.MANAGER, Role.AUDITOR)
        and state in (AmendmentState.DRAFT, AmendmentState.ENTERED),
        confirms=bureau and state is AmendmentState.ENTERED and amendment.entered_by_id != person.id,
        withdraws=bureau and taken_back,
        kinds=[(kind, words.TOLD[kind]) for kind in ItemKind if _offered(amendment, kind)],
        form_for=form_for(form),
        failed=form,
        field=FIELD,
        words=words,
    )


def item(amendment_id: int, what: ItemKind, project_id: int | None, form: Form) -> str:
    """Show the form of a change; where it is about a thing of one row, that row is chosen first."""
    session, person = current_session(), viewer()
    amendment = queries.amendment(session, person, amendment_id, now())
    if amendment.state is not AmendmentState.DRAFT:
        raise Conflict(f"这份文件{amendment.state.label}，内容不能再改")
    rows = queries.projects(session)
    project = next((one for one in rows if one.id == project_id), None)
    if project_id is not None and project is None:
        raise NotFound("没有这个运维项目")
    duties = queries.duties(session, project.id) if project else ()
    if what is ItemKind.DUTY_QUOTA:
        duties = [one for one in duties if one.cycle is Cycle.QUOTA]
    elif what is ItemKind.DUTY_CYCLE:
        duties = [one for one in duties if one.cycle not in FIXED]
    return render_template(
        "amendments/item.html",
        amendment=amendment,
        what=what,
        told=words.TOLD[what],
        choose_first=what in schemas.OF_ONE_ROW and project is None,
        project=project,
        projects=rows,
        picked=set(str(form.value("projects")).split(",")),
        duties=[(one.id, f"{one.what}（{one.cycle.label}）") for one in duties],
        postings=_postings(project),
        first=max(amendment.from_day, day_of(now()) + timedelta(days=1))
        if what.value.startswith("duty")
        else amendment.from_day,
        form=form,
        targets=_options(TargetKind),
        units=schemas.UNITS,
        windows=_options(Window),
        day_types=_options(DayType),
        severities=_options(Severity),
        complexities=_options(Complexity),
        duty_kinds=list(DUTIES.items()),
        checklists=[(one, CHECKLIST_NAMES[one]) for one in CHECKLISTS],
        cycles=[(one.value, one.label) for one in (*AGREEABLE, Cycle.QUOTA) if _cycle_fits(one, what)],
        new_posting=schemas.NEW_POSTING,
    )


def effect(amendment_id: int, form: Form) -> str:
    """Show what a document would change, and to the second person the form that confirms it."""
    session, person, at = current_session(), viewer(), now()
    amendment = queries.amendment(session, person, amendment_id, at)
    if amendment.state not in (AmendmentState.DRAFT, AmendmentState.ENTERED):
        raise Conflict(f"这份文件{amendment.state.label}，不再有预览")
    found = propose(session, amendment, at)
    shown = outlook(session, found.effect, found.duties, at, details=True)
    return render_template(
        "amendments/effect.html",
        amendment=amendment,
        found=found,
        outlook=shown,
        changes=_alike(queries.items_of(session, person, amendment_id, at)),
        past=any(item.from_day <= day_of(at) for item in amendment.items),
        confirms=person.role is Role.BUREAU
        and amendment.state is AmendmentState.ENTERED
        and amendment.entered_by_id != person.id,
        form=form,
        field=FIELD,
    )


def _alike(items: Iterable[AmendmentItem]) -> list[tuple[tuple[str, date], list[Project]]]:
    """Put together what is the same for several rows."""
    found: dict[tuple[str, date], list[Project]] = {}
    for item in items:
        found.setdefault((words.item_text(item), item.from_day), []).append(item.project)
    return list(found.items())


def _postings(project: Project | None) -> list[tuple[str, str]]:
    if project is None:
        return []
    today = day_of(now())
    held = posts(current_session(), Posting.project_id == project.id)
    return [
        (str(one.id), f"{one.rules.heads_on(today)} 人，{one.rules.pattern_on(today).label}") for one in held
    ]


def _offered(amendment: Amendment, kind: ItemKind) -> bool:
    """Tell whether a kind of change is for this document: a promise drops nothing."""
    drops = (ItemKind.TARGET_DROPPED, ItemKind.DUTY_DROPPED)
    return amendment.kind in REPLACING or kind not in drops


def _kind_told(kind: AmendmentKind) -> str:
    if kind in REPLACING:
        return "双方约定，从那天起取代原来的要求，可以更严也可以放宽"
    return "乙方的承诺，与原来的要求并存，谁的期限早按谁算"


def _cycle_fits(cycle: Cycle, what: ItemKind) -> bool:
    return cycle is not Cycle.QUOTA or what is ItemKind.DUTY_NEW


def _options(
    vocabulary: type[TargetKind | Window | DayType | Severity | Complexity],
) -> list[tuple[str, str]]:
    return [(word.value, word.label) for word in vocabulary]
