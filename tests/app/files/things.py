"""Things that files are attached to, on project 1, for the tests."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import Site
from app.database import transaction
from models.contract import Equipment, Obligation, Posting
from models.duties import Work
from models.residents import PostingMember
from sla.vocab import Standing
from tests.app.personas import EFFECTIVE, at, project
from tests.app.tickets.desk import make
from tests.app.visitors import JSON, named


@dataclass(frozen=True)
class Things:
    """Ids of one thing of each sort, all of project 1."""

    ticket: int
    work: int
    member: int
    equipment: int

    def address(self, owner: str) -> str:
        return f"/files/{owner}/{getattr(self, 'member' if owner == 'posting-member' else owner)}"


def things(site: Site) -> Things:
    ticket = make(site, "contact")
    with site.app_context(), transaction() as session:
        work, member = a_work(session), a_member(session)
        return Things(ticket, work.id, member.id, a_device(session).id)


def a_work(session: Session, who: str = "engineer", **said: Any) -> Work:
    of = project(session, 1)
    obligation = session.scalars(select(Obligation).where(Obligation.project_id == of.id)).first()
    given: dict[str, Any] = {
        "obligation": obligation,
        "project": of,
        "submission": f"work-{who}-{said}",
        "by": named(session, who),
        "started_at": at("2025-07-01 08:00"),
        "finished_at": at("2025-07-01 08:30"),
        "recorded_at": at("2025-07-01 08:30"),
        "occurred_at": at("2025-07-01 08:30"),
        "standing": Standing.PENDING,
    }
    made = Work(**(given | said))
    session.add(made)
    session.flush()
    return made


def a_member(session: Session, who: str = "engineer") -> PostingMember:
    posting = session.scalars(select(Posting).where(Posting.project_id == project(session, 1).id)).first()
    made = PostingMember(posting=posting, user=named(session, who), from_day=EFFECTIVE)
    session.add(made)
    session.flush()
    return made


def a_device(session: Session, row: int = 1) -> Equipment:
    of = select(Equipment).where(Equipment.project_id == project(session, row).id)
    return session.scalars(of.order_by(Equipment.id)).first()  # type: ignore[return-value]


def send(client: FlaskClient, address: str, *files: tuple[bytes, str], **said: str) -> Any:
    """Send files as the offline program does, which wants JSON."""
    data = {**said, "file": [(BytesIO(content), name) for content, name in files]}
    return client.post(address, data=data, headers=JSON, content_type="multipart/form-data")


def stored(site: Site) -> list[Path]:
    """Return every content in the store."""
    root = site.config["SETTINGS"].data_dir / "files"
    return sorted(path for path in root.rglob("*") if path.is_file())
