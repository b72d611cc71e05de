"""What each unit says of its projects: on the site by one tap, or entered by the bureau for it (P2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.acceptance import queries
from app.acceptance.queries import Heard
from app.acceptance.service import LONGEST_REASON, checked, held, still_open, witness
from app.access import require
from app.files.service import Taken
from app.papers.service import make_paper
from models.acceptance import Acceptance, UnitOpinion
from models.people import User
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import Channel, Opinion, PaperKind, Role

LONGEST_TEXT = 1000  # characters
LONGEST_NAME = 64


@dataclass(frozen=True)
class Said:
    """A unit's word. ``said_by`` names the person asked, where the bureau enters it."""

    opinion: Opinion
    running_well: bool
    text: str = ""
    channel: Channel = Channel.SITE
    said_by: str = ""


def say(
    session: Session,
    actor: User,
    of: Acceptance,
    unit_id: int,
    said: Said,
    now: datetime,
    files: Sequence[Taken] = (),
) -> UnitOpinion:
    """Record a unit's word: its contact says it on the site, the bureau enters what came otherwise.

    What the unit itself said on the site the bureau does not replace; the other way round it does. A paper
    comes with its scan. 不合格, or not running well, says why.
    """
    require(actor, Role.CONTACT, Role.BUREAU)
    of = held(session, of)
    still_open(of)
    asked = queries.heard_of(session, actor, of, unit_id)
    own = actor.role is Role.CONTACT
    if own and queries.unit_of(actor) != unit_id:
        raise Forbidden(f"意见由{asked.unit.name}的联系人填写")
    _check_channel(asked, said, own, files)
    if (said.opinion is Opinion.FAILED or not said.running_well) and not said.text.strip():
        raise Invalid("不合格或运转不平稳，请说明情况", "said")
    row = asked.opinion or UnitOpinion(acceptance_id=of.id, unit_id=unit_id)
    row.opinion, row.running_well, row.channel = said.opinion, said.running_well, said.channel
    row.text = checked(said.text, LONGEST_TEXT, "意见", "said")
    row.said_by = (
        actor.name if own else checked(said.said_by, LONGEST_NAME, "表达意见的人", "said_by", required=True)
    )
    row.entered_by, row.signed_at = actor, now
    session.add(row)
    told = {
        "unit": unit_id,
        "opinion": said.opinion,
        "running_well": said.running_well,
        "channel": said.channel,
        "text": row.text,
        "said_by": row.said_by,
        "sha256": [one.sha256 for one in files],
    }
    if files:
        make_paper(
            *(session, actor, PaperKind.OPINION, of.subject, f"单位验收意见书：{asked.unit.name}", now),
            number=f"unit-{unit_id}",
            unit_id=unit_id,
            files=files,
        )
    witness(session, of, actor, "unit_said", now, told)
    return row


def not_heard(
    session: Session, actor: User, of: Acceptance, unit_id: int, reason: str, now: datetime
) -> UnitOpinion:
    """Put on record that a unit was asked and not heard, and why; its own word may still come."""
    require(actor, Role.BUREAU)
    of = held(session, of)
    still_open(of)
    asked = queries.heard_of(session, actor, of, unit_id)
    if asked.opinion is not None and asked.opinion.opinion is not None:
        raise Conflict(f"{asked.unit.name}已经表达意见")
    row = asked.opinion or UnitOpinion(acceptance_id=of.id, unit_id=unit_id)
    row.text = checked(reason, LONGEST_REASON, "原因", "reason", required=True)
    row.entered_by, row.signed_at = actor, now
    session.add(row)
    witness(session, of, actor, "unit_not_heard", now, {"unit": unit_id, "reason": row.text})
    return row


def _check_channel(asked: Heard, said: Said, own: bool, files: Sequence[Taken]) -> None:
    if own != (said.channel is Channel.SITE):
        raise Invalid("请选择意见是电话还是纸质收到的", "channel")
    before = asked.opinion
    if not own and before is not None and before.channel is Channel.SITE:
        raise Conflict(f"{asked.unit.name}已经在线表达意见，不能代为修改")
    if said.channel is Channel.PAPER and not files:
        raise Invalid("请上传单位签字的意见书扫描件", "file")
