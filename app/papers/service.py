"""Making a paper: the one way, so that each is in the ledger with what it is about (L1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.files.service import Taken, add
from models import ledger
from models.papers import Paper
from models.people import User
from sla.vocab import PaperKind


def make_paper(
    session: Session,
    actor: User,
    kind: PaperKind,
    subject: str,
    title: str,
    now: datetime,
    *,
    project_id: int | None = None,
    unit_id: int | None = None,
    number: str = "",
    dated: date | None = None,
    note: str = "",
    sha256: str | None = None,
    content: str | None = None,
    files: Iterable[Taken] = (),
) -> Paper:
    """Make a paper about ``subject`` with its files; whether the actor may, the caller has decided."""
    paper = Paper(
        kind=kind,
        subject=subject,
        project_id=project_id,
        unit_id=unit_id,
        title=title,
        number=number,
        dated=dated,
        note=note,
        sha256=sha256,
        content=content,
        created_by=actor,
        created_at=now,
    )
    session.add(paper)
    session.flush()
    ledger.append(
        session,
        kind="paper.made",
        subject=f"paper:{paper.id}",
        actor_id=actor.id,
        at=now,
        payload={
            "kind": str(kind),
            "about": subject,
            "project_id": project_id,
            "unit_id": unit_id,
            "title": title,
            "number": number,
            "dated": dated,
            "note": note,
            "sha256": sha256,
        },
    )
    for one in files:
        add(session, actor, paper, one, now)
    return paper
