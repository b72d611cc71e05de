"""Drafting and adopting schemes (A1, S2): one drafts, one signs, another one adopts, all of the bureau."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access import require
from app.assessment.queries import OPEN, versions
from app.contract.changing import check_may_change, checked_reason, hold_contract
from models import ledger
from models.assessment import SchemeVersion
from models.people import User
from sla.assessment import Scheme, SchemeState
from sla.errors import Conflict, Forbidden, Invalid
from sla.ledger import canonical
from sla.vocab import Role

LONGEST_NAME = 64  # characters
CHANGED = "考核办法刚刚被别人改过，请重新核对后再签署"


def digest(scheme: Scheme) -> str:
    """Return the SHA-256 of a scheme: what somebody saw is what is stored and signed."""
    return hashlib.sha256(canonical(scheme.as_dict())).hexdigest()


def draft(session: Session, actor: User, source: SchemeVersion, now: datetime) -> SchemeVersion:
    """Begin a new draft as a copy of a version; there is one open draft at a time."""
    require(actor, Role.BUREAU)
    hold_contract(session)
    known = versions(session)
    waiting = next((one for one in known if one.state in OPEN), None)
    if waiting is not None:
        raise Conflict(f"第 {waiting.number} 版还没有签署，请先修改它，或者把它作废")
    made = SchemeVersion(
        number=known[0].number + 1,
        name=source.name,
        content=source.content,
        state=SchemeState.DRAFT,
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(made)
    session.flush()
    _record(session, "scheme.drafted", made, actor, now, source=source.number)
    return made


def edit(
    session: Session, actor: User, version: SchemeVersion, name: str, scheme: Scheme, now: datetime
) -> bool:
    """Change a draft that nobody has signed; tell whether anything is different."""
    require(actor, Role.BUREAU)
    _hold(session, version, SchemeState.DRAFT)
    if (version.name, version.scheme) == (name, scheme):
        return False
    version.name, version.content = name, scheme.as_dict()
    session.flush()
    _record(session, "scheme.edited", version, actor, now)
    return True


def sign(
    session: Session,
    actor: User,
    version: SchemeVersion,
    from_day: date,
    basis: str,
    now: datetime,
    *,
    seen: str,
) -> None:
    """Sign a draft as the first person, to hold from a day on; ``seen`` is the digest of what was shown."""
    require(actor, Role.BUREAU)
    _hold(session, version, SchemeState.DRAFT)
    _check_seen(version, seen)
    check_may_change(session, from_day, now, "from_day")
    version.basis = checked_reason(basis)
    version.state, version.from_day = SchemeState.SIGNED, from_day
    version.signed_by_id, version.signed_at = actor.id, now
    session.flush()
    _record(session, "scheme.signed", version, actor, now)


def adopt(session: Session, actor: User, version: SchemeVersion, now: datetime, *, seen: str) -> None:
    """Adopt, as the second person, what the first has signed: from its day on it is in force."""
    require(actor, Role.BUREAU)
    _hold(session, version, SchemeState.SIGNED)
    if version.signed_by_id == actor.id:
        raise Forbidden("经办和审核要由两个人签署：您已经作为经办人签署，请另一位局方人员审核")
    _check_seen(version, seen)
    assert version.from_day is not None
    check_may_change(session, version.from_day, now, "from_day")
    version.state = SchemeState.ADOPTED
    version.adopted_by_id, version.adopted_at = actor.id, now
    session.flush()
    _record(session, "scheme.adopted", version, actor, now)


def send_back(session: Session, actor: User, version: SchemeVersion, reason: str, now: datetime) -> None:
    """Make a draft again of what one person has signed, with the reason."""
    require(actor, Role.BUREAU)
    _hold(session, version, SchemeState.SIGNED)
    reason = checked_reason(reason, "退回的原因")
    version.state, version.from_day, version.basis = SchemeState.DRAFT, None, ""
    version.signed_by_id = version.signed_at = None
    session.flush()
    _record(session, "scheme.returned", version, actor, now, reason=reason)


def discard(session: Session, actor: User, version: SchemeVersion, reason: str, now: datetime) -> None:
    """Give a draft up, with the reason; it stays readable. The only version there is stays."""
    require(actor, Role.BUREAU)
    _hold(session, version, SchemeState.DRAFT)
    reason = checked_reason(reason, "作废的原因")
    others = [one for one in versions(session) if one.state is not SchemeState.DISCARDED]
    if others == [version]:
        raise Conflict("这是唯一的一版考核办法，不能作废；请直接修改它")
    version.state = SchemeState.DISCARDED
    session.flush()
    _record(session, "scheme.discarded", version, actor, now, reason=reason)


def checked_name(name: str) -> str:
    """Return the name of a version; one that is missing or too long is refused."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"名称要填 1 到 {LONGEST_NAME} 个字", "name")
    return name


def _hold(session: Session, version: SchemeVersion, wanted: SchemeState) -> None:
    """Hold the schemes: of two at once the second waits here and then sees what the first did."""
    hold_contract(session)
    session.refresh(version)
    if version.state is not wanted:
        raise Conflict(f"第 {version.number} 版现在是「{version.state.label}」，不能这样操作；请刷新页面")


def _check_seen(version: SchemeVersion, seen: str) -> None:
    if seen != digest(version.scheme):
        raise Conflict(CHANGED)


def _record(
    session: Session, kind: str, version: SchemeVersion, actor: User, now: datetime, **more: object
) -> None:
    payload = {
        "number": version.number,
        "name": version.name,
        "content": version.content,
        "sha256": digest(version.scheme),
        "from_day": version.from_day,
        "basis": version.basis,
    }
    subject = f"scheme:{version.id}"
    ledger.append(session, kind=kind, subject=subject, actor_id=actor.id, at=now, payload=payload | more)
