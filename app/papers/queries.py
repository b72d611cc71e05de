"""Reading papers, within the viewer's scope (S1)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from app.files.queries import papers_seen
from models.contract import Project
from models.papers import Paper
from models.people import User
from sla.errors import NotFound
from sla.vocab import PaperKind


def paper(session: Session, viewer: User, paper_id: int, today: date) -> Paper:
    """Return one paper with its project; out of scope is the same as not there (S1)."""
    found = session.scalar(_loaded(viewer, today).where(Paper.id == paper_id))
    if found is None:
        raise NotFound("没有这份文件，或您无权查看")
    return found


def papers(viewer: User, today: date, kind: PaperKind | None = None, text: str = "") -> Select[Paper]:
    """Return the query for the papers in scope, the newest first, of one kind, with a text, if named."""
    query = _loaded(viewer, today).order_by(Paper.id.desc())
    if text:
        query = query.where(
            or_(*(one.icontains(text, autoescape=True) for one in (Paper.title, Paper.number)))
        )
    return query.where(Paper.kind == kind) if kind else query


def _loaded(viewer: User, today: date) -> Select[Paper]:
    parts = (
        joinedload(Paper.project).joinedload(Project.unit),
        joinedload(Paper.unit),
        joinedload(Paper.created_by),
    )
    return select(Paper).options(*parts).where(papers_seen(viewer, today))
