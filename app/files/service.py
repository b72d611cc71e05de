"""Taking files in and attaching them: what comes in is checked and stored first, then a row names it (L3).

The two halves are apart because drawing a photo anew takes a moment: ``take`` needs no transaction, and
``add`` is quick. ``attach`` is both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.files import kinds
from app.files.photos import JPEG, LONGEST_PHOTO, LONGEST_SCAN, redrawn
from app.files.queries import by_submission
from app.files.store import Store
from models import ledger
from models.contract import Equipment
from models.duties import Work, WorkLine
from models.files import Attachment
from models.papers import Paper
from models.people import User
from models.residents import PostingMember
from models.tickets import Ticket
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import FileKind, Role, Side, Standing

Owner = Ticket | Work | PostingMember | Equipment | Paper

_COLUMNS: dict[type, str] = {
    Ticket: "ticket_id",
    Work: "work_id",
    PostingMember: "posting_member_id",
    Equipment: "equipment_id",
    Paper: "paper_id",
}
_SUPPLIER = frozenset({Role.ENGINEER, Role.MANAGER})
_UNIT = frozenset({Role.CONTACT, Role.BUREAU})
_MAY: dict[type, frozenset[Role]] = {
    Ticket: _SUPPLIER | _UNIT | {Role.HOTLINE},
    Work: _SUPPLIER | _UNIT,
    PostingMember: _SUPPLIER,
    Equipment: _SUPPLIER,
    Paper: frozenset({Role.MANAGER}) | _UNIT,
}


@dataclass(frozen=True)
class Taken:
    """A content that is in the store and may now be attached to something."""

    sha256: str
    size: int
    media_type: str
    name: str
    kind: FileKind
    taken_at: datetime | None = None


def take(
    store: Store, stream: IO[bytes], name: str, kind: FileKind | None, now: datetime, most: int
) -> Taken:
    """Check what was sent and put it into the store; what is not taken is ``Invalid``.

    ``most`` is the largest size in bytes. Pictures are drawn anew without metadata; as a ``FILE``, or
    without a kind, they are photos. A ``SCAN`` is a picture or a PDF.
    """
    content = stream.read(most + 1)
    if len(content) > most:
        raise Invalid(f"文件太大，最大 {most // 2**20} MB，请压缩后上传", "file")
    if not content:
        raise Invalid("文件是空的，请重新选择", "file")
    if kinds.is_image(content):
        scan = kind is FileKind.SCAN
        photo = redrawn(content, now, LONGEST_SCAN if scan else LONGEST_PHOTO)
        kept = store.put(photo.data)
        shown = kinds.safe_name(name, kinds.IMAGE.endings[0])
        kind = FileKind.SCAN if scan else FileKind.PHOTO
        return Taken(kept.sha256, kept.size, JPEG, shown, kind, photo.taken_at)
    if kind is FileKind.PHOTO:
        raise Invalid("这不是照片，请上传 JPEG、PNG 或 WebP", "file")
    shown = kinds.safe_name(name)
    found = kinds.recognised(content, shown)
    if kind is FileKind.SCAN and found is not kinds.PDF:
        raise Invalid("扫描件请上传照片或 PDF", "file")
    kept = store.put(content)
    return Taken(kept.sha256, kept.size, found.media_type, shown, kind or FileKind.FILE)


def add(
    session: Session,
    actor: User,
    owner: Owner,
    taken: Taken,
    now: datetime,
    submission: str | None = None,
    line: WorkLine | None = None,
) -> Attachment:
    """Attach a content to a thing the actor may see. The same ``submission`` attaches it once only."""
    check(actor, owner, taken.kind)
    if line is not None and (not isinstance(owner, Work) or line.work_id != owner.id):
        raise Invalid("这一行不属于这份记录", "line")
    if made := _already(session, actor, owner, submission):
        return made
    made = Attachment(
        sha256=taken.sha256,
        size=taken.size,
        media_type=taken.media_type,
        name=taken.name,
        kind=taken.kind,
        taken_at=taken.taken_at,
        submission=submission,
        uploaded_by=actor,
        uploaded_at=now,
        line_id=line.id if line else None,
        **{_COLUMNS[type(owner)]: owner.id},
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        if found := _already(session, actor, owner, submission):
            return found
        raise
    _witness(session, actor, owner, made, now)
    return made


def attach(
    session: Session,
    actor: User,
    owner: Owner,
    stream: IO[bytes],
    name: str,
    kind: FileKind | None,
    now: datetime,
    submission: str | None = None,
    *,
    store: Store,
    most: int,
    line: WorkLine | None = None,
) -> Attachment:
    """Take a file in and attach it; the same ``submission`` does so once only."""
    check(actor, owner, kind)
    if made := _already(session, actor, owner, submission):
        return made
    return add(session, actor, owner, take(store, stream, name, kind, now, most), now, submission, line)


def check(actor: User, owner: Owner, kind: FileKind | None = None) -> None:
    """Refuse what this role may not attach (403), or what the state does not allow any more (409).

    The unit attaches the signed scan of a work, nothing else; after its decision nobody does anything else.
    To evidence only the side that brought it adds; to a form kept for signing both parties bring the scan.
    """
    allowed = _MAY[type(owner)]
    if actor.role not in allowed:
        told = "、".join(sorted(role.label for role in allowed))
        raise Forbidden(f"附件由{told}上传，您的角色是{actor.role.label}")
    if isinstance(owner, Ticket) and owner.cancelled_at is not None:
        raise Conflict("工单已撤销，不能再上传附件")
    if isinstance(owner, Work) and kind is not FileKind.SCAN:
        if actor.role in _UNIT:
            raise Forbidden("单位和局方在这里只上传签字扫描件")
        if owner.standing is not Standing.PENDING:
            raise Conflict(f"这份记录{owner.standing.label}，只能再上传签字扫描件")
    if isinstance(owner, Paper) and owner.content is None and not _speaks_for(actor, owner.created_by):
        told = owner.created_by.side.label
        raise Forbidden(f"这份材料是{told}提交的，只能由{told}补充文件")
    if isinstance(owner, PostingMember) and actor.role is Role.ENGINEER and owner.user_id != actor.id:
        raise Forbidden("驻场工程师只上传自己的材料")


def _speaks_for(actor: User, author: User) -> bool:
    """Tell whether somebody may add to what another brought: of the same side, or the bureau for the unit."""
    return actor.side is author.side or (actor.side is Side.BUREAU and author.side is Side.UNIT)


def _already(session: Session, actor: User, owner: Owner, submission: str | None) -> Attachment | None:
    found = by_submission(session, submission) if submission else None
    if found and (found.uploaded_by_id != actor.id or getattr(found, _COLUMNS[type(owner)]) != owner.id):
        raise Conflict("这个提交编号已经用过，请刷新页面后重新上传")
    return found


def _witness(session: Session, actor: User, owner: Owner, made: Attachment, now: datetime) -> None:
    ledger.append(
        session,
        kind="file.attached",
        subject=f"{_COLUMNS[type(owner)].removesuffix('_id')}:{owner.id}",
        actor_id=actor.id,
        at=now,
        payload={
            "file": made.id,
            "sha256": made.sha256,
            "size": made.size,
            "media_type": made.media_type,
            "kind": str(made.kind),
            "name": made.name,
            "taken_at": made.taken_at,
            "line": made.line_id,
        },
    )
