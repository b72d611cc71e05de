"""What a device needs to work on without network, within what its person may see (S1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.duties import lists, words
from app.duties.lines import limits_text
from app.duties.queries import Listed, open_now
from app.tickets.actions import offered
from app.tickets.derivation import derive_many
from app.tickets.queries import Filters, next_clock, recent_projects
from app.tickets.queries import projects as projects_of
from app.tickets.queries import tickets as tickets_of
from models.checklists import Checklist, ChecklistVersion
from models.duties import Work
from models.files import Attachment
from models.people import User
from models.submissions import Submission
from models.tickets import Ticket
from sla.clock import Derivation
from sla.vocab import ItemResult, TicketKind
from sla.when import iso

STEPS = ("respond", "request_onsite", "arrive", "contain", "claim_recovery")
MOST_TICKETS = 100  # what expires first is kept


def prepared(session: Session, viewer: User, now: datetime) -> dict[str, Any]:
    """Return the open duties with their checklists, the own open tickets and the projects of an engineer."""
    due = open_now(session, viewer, now)
    drafts = lists.own_drafts(session, viewer, now)
    versions = _checklists(session, due, drafts.values())
    projects = projects_of(session, viewer, now)
    recent = recent_projects(session, viewer)[:1]
    return {
        "person": {"id": viewer.id, "name": viewer.name},
        "duties": [_duty(one, versions, drafts.get(one.occurrence.id)) for one in due],
        "checklists": {version.id: _checklist(version) for version in versions.values()},
        "tickets": _tickets(session, viewer, now),
        "projects": [
            {"id": one.id, "name": words.project_text(one), "unit": one.unit.name} for one in projects
        ],
        # A guess of the place, never of what has happened: the project a ticket was last logged for.
        "suggested": next((one.id for one in projects if one.id in recent), None),
        "kinds": [[kind.value, kind.label] for kind in TicketKind],
        "results": [[result.value, result.label] for result in ItemResult],
    }


def arrived(session: Session, viewer: User, keys: Sequence[str]) -> list[str]:
    """Return those of a person's numbers under which something has been taken."""
    if not keys:
        return []
    mine = select(Submission.key).where(Submission.key.in_(keys), Submission.user_id == viewer.id)
    # Files that came alone have numbers of their own: that of the form, and their place.
    firsts = select(Attachment.submission).where(
        Attachment.submission.in_([f"{key}.0" for key in keys]), Attachment.uploaded_by_id == viewer.id
    )
    of_files = {str(one).removesuffix(".0") for one in session.scalars(firsts)}
    return sorted({*session.scalars(mine), *of_files})


def _duty(listed: Listed, versions: dict[str, ChecklistVersion], draft: Work | None) -> dict[str, Any]:
    one = listed.occurrence
    code = one.obligation.checklist
    version = draft.checklist_version_id if draft else None
    if version is None and code in versions:
        version = versions[code].id
    return {
        "id": one.id,
        "what": words.name_of(one),
        "project": words.project_text(one.project),
        "window": words.window_text(one.slot),
        "closes": words.closes_text(one.slot),
        "closes_at": iso(one.closes_at),
        "checklist": version,
        # A delivery from a quota names its amount: that has a page of its own.
        "here": not one.obligation.quota and (code is None or version is not None),
        "draft": {"work": draft.id, "version": draft.version, "values": _values(draft)} if draft else None,
    }


def _values(draft: Work) -> dict[str, str]:
    """Return what was saved of a draft, by the names of its boxes."""
    found = {"note": draft.note, "place": draft.place}
    for row in draft.lines:
        found[f"result-{row.item_id}"] = row.result.value if row.result else ""
        found[f"value-{row.item_id}"] = row.value
        found[f"note-{row.item_id}"] = row.note
    return {name: value for name, value in found.items() if value}


def _checklists(
    session: Session, due: Iterable[Listed], drafts: Iterable[Work]
) -> dict[str, ChecklistVersion]:
    """Return the version in use of each checklist that is needed; those of drafts under their number."""
    codes = {one.occurrence.obligation.checklist for one in due} - {None}
    begun = {work.checklist_version_id for work in drafts} - {None}
    if not codes and not begun:
        return {}
    found: dict[str, ChecklistVersion] = {}
    query = (
        select(ChecklistVersion)
        .join(ChecklistVersion.checklist)
        .where(
            or_(Checklist.code.in_(codes), ChecklistVersion.id.in_(begun)),
            ChecklistVersion.approved_at.is_not(None),
        )
        .options(joinedload(ChecklistVersion.checklist), selectinload(ChecklistVersion.items))
        .order_by(ChecklistVersion.number)
    )
    for version in session.scalars(query):
        if version.id in begun:
            found[f"#{version.id}"] = version
        found[version.checklist.code] = version
    return found


def _checklist(version: ChecklistVersion) -> dict[str, Any]:
    return {
        "id": version.id,
        "name": f"{version.checklist.name}第 {version.number} 版",
        "items": [
            {
                "id": item.id,
                "position": item.position,
                "section": item.section,
                "text": item.text,
                "unit": item.unit,
                "low": item.low,
                "high": item.high,
                "limits": limits_text(item),
            }
            for item in version.items
        ],
    }


def _tickets(session: Session, viewer: User, now: datetime) -> list[dict[str, Any]]:
    """Return the open tickets that are given to this person, or to nobody yet."""
    own = or_(Ticket.assignee_id == viewer.id, Ticket.assignee_id.is_(None), Ticket.opened_by_id == viewer.id)
    query = tickets_of(viewer, Filters(), now).where(own).limit(MOST_TICKETS)
    found = session.scalars(query).unique().all()
    derived = derive_many(session, found, now)
    return [_ticket(viewer, ticket, derived[ticket.id], now) for ticket in found]


def _ticket(viewer: User, ticket: Ticket, derived: Derivation, now: datetime) -> dict[str, Any]:
    may = {action.code: action.label for action in offered(viewer, derived)}
    clock = next_clock(ticket, now)
    return {
        "id": ticket.id,
        "number": ticket.number,
        "title": ticket.title,
        "kind": ticket.kind.label,
        "state": ticket.state.label,
        "project": words.project_text(ticket.project),
        "unit": ticket.project.unit.name,
        "place": ticket.place,
        "phone": ticket.phone,
        "description": ticket.description,
        "version": ticket.version,
        "due": {"kind": clock.kind.label, "at": iso(clock.due_at), "still": clock.still} if clock else None,
        "steps": [[code, may[code]] for code in STEPS if code in may],
    }
