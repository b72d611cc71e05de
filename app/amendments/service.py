"""A document that amends the contract: handed in by one of the bureau, confirmed by another (P4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access import require
from app.amendments import items
from app.amendments.carrying import carry_out, take_back
from app.amendments.items import NewItem, check, check_day
from app.amendments.proposal import Proposal, propose
from app.amendments.queries import for_change
from app.amendments.telling import handed_in
from app.contract.changing import check_may_change, hold_contract, put_in_force
from app.duties.checks import said as checked_text
from app.files.service import Taken
from app.papers.service import make_paper
from app.tickets.derivation import forget_rules
from models import ledger
from models.amendments import Amendment, AmendmentItem
from models.contract import Project
from models.files import Attachment
from models.papers import Paper
from models.people import User
from sla.amendments import AmendmentKind, AmendmentState
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import PaperKind, Role
from sla.when import day_of

LONGEST_TITLE, LONGEST_NUMBER, LONGEST_NOTE = 120, 64, 400  # characters
CHANGED = "情况刚才有变化，请重新看一遍影响再确认"
_NOT_KEPT = {"id", "amendment_id", "project_id", "posting_id"}


@dataclass(frozen=True)
class Document:
    """A document as it is drafted."""

    kind: AmendmentKind
    title: str
    signed_on: date
    from_day: date
    number: str = ""
    note: str = ""


def draft(
    session: Session, actor: User, said: Document, now: datetime, files: Iterable[Taken] = ()
) -> Amendment:
    """Begin a document with its scan; nothing of it holds before it is confirmed."""
    require(actor, Role.BUREAU)
    title = checked_text(said.title, LONGEST_TITLE, "名称", "title", required=True)
    if said.signed_on > day_of(now):
        raise Invalid("签署日期不能在将来", "signed_on")
    if said.from_day < said.signed_on and said.kind is not AmendmentKind.CORRECTION:
        raise Invalid("起始日不能早于签署日期：已经开始的计时沿用开始时的指标", "from_day")
    check_may_change(session, said.from_day, now, "from_day", adjusts=True)
    number = checked_text(said.number, LONGEST_NUMBER, "文号", "number")
    note = checked_text(said.note, LONGEST_NOTE, "说明", "note")
    made = Amendment(
        kind=said.kind,
        title=title,
        number=number,
        signed_on=said.signed_on,
        from_day=said.from_day,
        note=note,
        drafted_by=actor,
        drafted_at=now,
    )
    session.add(made)
    session.flush()
    make_paper(
        session,
        actor,
        PaperKind.AMENDMENT,
        made.subject,
        title,
        now,
        number=number,
        dated=said.signed_on,
        note=note,
        files=files,
    )
    return made


def add_item(
    session: Session, actor: User, amendment_id: int, said: NewItem, now: datetime
) -> list[AmendmentItem]:
    """Add a change to a draft, for one row or for several."""
    made = items.made(session, _own_draft(session, actor, amendment_id, now), said, now)
    session.flush()
    return made


def remove_item(session: Session, actor: User, amendment_id: int, item_id: int, now: datetime) -> None:
    """Take a change out of a draft."""
    amendment = _own_draft(session, actor, amendment_id, now)
    amendment.items.remove(items.of(amendment, item_id))
    session.flush()


def enter(session: Session, actor: User, amendment_id: int, now: datetime) -> Amendment:
    """Hand a draft in for confirmation: from now on the supplier sees it, and nobody changes it."""
    amendment = _own_draft(session, actor, amendment_id, now)
    if not amendment.items:
        raise Conflict("还没有填写变更的内容")
    scans = _scans(session, amendment)
    if not scans:
        raise Conflict("请先上传文件的扫描件")
    _check_again(session, amendment, now)
    amendment.entered_by, amendment.entered_at = actor, now
    _show_to_those_concerned(session, amendment)
    _record(
        session,
        "amendment.entered",
        amendment,
        actor,
        now,
        {"items": _items(session, amendment), "files": scans},
    )
    handed_in(session, amendment, actor, now)
    return amendment


def confirm(session: Session, actor: User, amendment_id: int, seen: str, now: datetime) -> Proposal:
    """Put a document in force; ``seen`` is the digest of the effect that was looked at.

    The second person is another than the first (S2). Tickets are derived anew, duties laid out anew.
    """
    require(actor, Role.BUREAU)
    hold_contract(session)
    amendment = for_change(session, actor, amendment_id, now)
    if amendment.state is not AmendmentState.ENTERED:
        raise Conflict(f"这份文件{amendment.state.label}，不能确认")
    if amendment.entered_by_id == actor.id:
        raise Forbidden("经办人不能审核自己录入的文件，请由另一位局方人员确认")
    _check_again(session, amendment, now)
    found = propose(session, amendment, now, lock=True)
    if found.digest != seen:
        raise Conflict(CHANGED)
    amendment.confirmed_by, amendment.confirmed_at = actor, now
    done = carry_out(session, amendment, actor, now)
    put_in_force(session, found.effect, now)
    told = {
        "items": _items(session, amendment),
        "effect": found.counts(),
        "rules": found.after.book.version,
        "duties": done.digest,
    }
    _record(session, "amendment.confirmed", amendment, actor, now, told)
    return found


def withdraw(session: Session, actor: User, amendment_id: int, reason: str, now: datetime) -> Amendment:
    """Withdraw a document that is not confirmed, or that does not hold yet; later another one amends it.

    What another person has confirmed is not withdrawn by that person alone: somebody else has to.
    """
    require(actor, Role.BUREAU)
    hold_contract(session)
    amendment = for_change(session, actor, amendment_id, now)
    why = checked_text(reason, LONGEST_NOTE, "原因", "reason", required=True)
    if amendment.state is AmendmentState.WITHDRAWN:
        raise Conflict("这份文件已经撤回")
    was = amendment.state
    if was is AmendmentState.DRAFT and amendment.drafted_by_id != actor.id:
        raise Forbidden("草稿由起草人自己撤回")
    if was is AmendmentState.CONFIRMED:
        _may_take_back(amendment, actor, now)
        take_back(session, amendment, now)
    amendment.withdrawn_by, amendment.withdrawn_at, amendment.withdrawn_reason = actor, now, why
    session.flush()
    forget_rules(session)
    _record(session, "amendment.withdrawn", amendment, actor, now, {"was": str(was), "reason": why})
    return amendment


def _may_take_back(amendment: Amendment, actor: User, now: datetime) -> None:
    first = min(item.from_day for item in amendment.items)
    if first <= day_of(now):
        raise Conflict(f"这份文件从 {first} 起已经生效，不能撤回；要改请另录入一份文件")
    if amendment.confirmed_by_id == actor.id:
        raise Forbidden("审核人不能自己撤回已确认的文件，请由另一位局方人员办理")


def _own_draft(session: Session, actor: User, amendment_id: int, now: datetime) -> Amendment:
    require(actor, Role.BUREAU)
    amendment = for_change(session, actor, amendment_id, now)
    if amendment.state is not AmendmentState.DRAFT:
        raise Conflict(f"这份文件{amendment.state.label}，内容不能再改")
    if amendment.drafted_by_id != actor.id:
        raise Forbidden("草稿由起草人自己填写和提交")
    return amendment


def _check_again(session: Session, amendment: Amendment, now: datetime) -> None:
    """Check every item as things stand: other documents may have been confirmed, and days have passed."""
    projects = {one.id: one for one in session.scalars(select(Project))}
    for item in amendment.items:
        check_day(session, item, now)
        check(session, amendment, item, projects[item.project_id], now)


def _show_to_those_concerned(session: Session, amendment: Amendment) -> None:
    """Let the paper of a document about one row, or about rows of one unit, be seen there (S1).

    Handed in, the items do not change any more.
    """
    ids = {item.project_id for item in amendment.items}
    units = set(session.scalars(select(Project.unit_id).where(Project.id.in_(ids))))
    papers = update(Paper).where(Paper.subject == amendment.subject)
    if len(ids) == 1:
        session.execute(papers.values(project_id=ids.pop()))
    elif len(units) == 1:
        session.execute(papers.values(unit_id=units.pop()))


def _record(
    session: Session, kind: str, amendment: Amendment, actor: User, now: datetime, told: dict[str, Any]
) -> None:
    payload = {
        "kind": str(amendment.kind),
        "title": amendment.title,
        "number": amendment.number,
        "signed_on": amendment.signed_on,
        "from_day": amendment.from_day,
        **told,
    }
    ledger.append(session, kind=kind, subject=amendment.subject, actor_id=actor.id, at=now, payload=payload)


def _scans(session: Session, amendment: Amendment) -> list[str]:
    """Return the digests of the files that came with a document."""
    of = select(Attachment.sha256).join(Paper, Attachment.paper_id == Paper.id)
    return list(session.scalars(of.where(Paper.subject == amendment.subject).order_by(Attachment.id)))


def _items(session: Session, amendment: Amendment) -> list[dict[str, Any]]:
    """Return the items as the ledger keeps them: only what each of them says."""
    session.flush()
    seqs = {one.id: one.seq for one in session.scalars(select(Project))}
    names = [column.name for column in AmendmentItem.__table__.columns if column.name not in _NOT_KEPT]
    return [
        {"project": seqs[item.project_id], "posting": item.posting_id}
        | {
            name: str(value) if isinstance(value, str) else value
            for name in names
            if (value := getattr(item, name)) not in (None, "")
        }
        for item in amendment.items
    ]
