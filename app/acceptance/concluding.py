"""Concluding a round: by two bureau persons, signed by the supplier, and what a failure leads to (P2).

The words are the contract's (lines 4431–4440): 合格 ends with the 验收合格单; 不合格 asks for rework in 15
workdays and a new report. A round after the second failure needs the bureau's decision (line 4473).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.acceptance import queries
from app.acceptance.service import LONGEST_REASON, LONGEST_TEXT, checked, held, still_open, witness
from app.access import require
from app.contract.queries import calendar, interpretations
from models.acceptance import Acceptance, Conformity
from models.people import User
from sla.acceptance import ROUNDS_ALLOWED, due_after, majority, missing
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import Opinion, Role
from sla.when import day_of


def conclude(
    session: Session, actor: User, of: Acceptance, opinion: Opinion, text: str, now: datetime
) -> Acceptance:
    """Write the conclusion as the first of two bureau persons; nothing may be missing any more.

    It need not follow the majority of the group or each standard; the text then says why, and the page
    says that it does not.
    """
    require(actor, Role.BUREAU)
    of = held(session, of)
    _not_the_own(of, actor)
    still_open(of)
    lacking = missing(queries.progress(session, of))
    if lacking:
        raise Conflict("还不能作出结论：" + "；".join(one.label for one in lacking))
    of.conclusion_text = checked(text, LONGEST_TEXT, "结论说明", "said", required=True)
    of.conclusion, of.concluded_by, of.concluded_at = opinion, actor, now
    told = {"conclusion": opinion, "text": of.conclusion_text, **_counts(session, of)}
    witness(session, of, actor, "concluded", now, told)
    return of


def check(session: Session, actor: User, of: Acceptance, now: datetime) -> Acceptance:
    """Confirm the conclusion as the second bureau person; from then on it stands (S2).

    A first failure opens the days of rework, counted from this day (T6).
    """
    of = _concluded(session, actor, of)
    _not_the_own(of, actor)
    if of.concluded_by_id == actor.id:
        raise Forbidden("结论是您作出的，要由另一位局方人员审核")
    of.checked_by, of.checked_at = actor, now
    if of.conclusion is Opinion.FAILED and of.round < ROUNDS_ALLOWED:
        _open_rework(session, of, now)
    told = {"conclusion": of.conclusion, "rework_due": of.rework_due}
    witness(session, of, actor, "checked", now, told)
    return of


def send_back(session: Session, actor: User, of: Acceptance, reason: str, now: datetime) -> Acceptance:
    """Take the conclusion back before it is checked; group, opinions and standards are open again."""
    of = _concluded(session, actor, of)
    why = checked(reason, LONGEST_REASON, "原因", "reason", required=True)
    told = {"conclusion": of.conclusion, "text": of.conclusion_text, "reason": why}
    of.conclusion, of.concluded_by, of.concluded_at = None, None, None
    witness(session, of, actor, "sent_back", now, told)
    return of


def countersign(session: Session, actor: User, of: Acceptance, now: datetime) -> Acceptance:
    """Sign the 验收报告 for the supplier: both sides confirm what the group issued (line 4439)."""
    require(actor, Role.MANAGER)
    of = _finished(session, of)
    if of.countersigned_at is not None:
        raise Conflict("验收报告已经确认过了")
    of.countersigned_by, of.countersigned_at = actor, now
    witness(session, of, actor, "countersigned", now, {"conclusion": of.conclusion})
    return of


def record_unsigned(
    session: Session, actor: User, of: Acceptance, reason: str, now: datetime, *, refused: bool
) -> Acceptance:
    """Put on record that the supplier did not sign: it refused, or the objection days went by in silence."""
    require(actor, Role.BUREAU)
    of = _finished(session, of)
    if of.report_signed:
        raise Conflict("验收报告的签署已有记录")
    why = checked(reason, LONGEST_REASON, "情况说明", "reason", required=True)
    if not refused:
        _check_silence(session, of, now)
    of.unsigned_reason = f"{'拒绝签署' if refused else '逾期未签署'}：{why}"[:LONGEST_REASON]
    of.unsigned_by, of.unsigned_at = actor, now
    witness(session, of, actor, "unsigned", now, {"refused": refused, "reason": why})
    return of


def allow_further(session: Session, actor: User, of: Acceptance, reason: str, now: datetime) -> Acceptance:
    """Decide that after a second failure the supplier mends once more and reports again (line 4474)."""
    require(actor, Role.BUREAU)
    of = _finished(session, of)
    rounds = queries.rounds_of(session, of.year, of.stage)
    if not of.failed or of.round < ROUNDS_ALLOWED or rounds[-1].id != of.id or of.further_at is not None:
        raise Conflict("只有最后一轮再次不合格以后，才能决定再组织一轮")
    of.further_reason = checked(reason, LONGEST_REASON, "理由", "reason", required=True)
    of.further_by, of.further_at = actor, now
    _open_rework(session, of, now)
    told = {"reason": of.further_reason, "rework_due": of.rework_due}
    witness(session, of, actor, "further_round", now, told)
    return of


def _not_the_own(of: Acceptance, actor: User) -> None:
    """Refuse who reported the round, or spoke in it, for the supplier before they changed sides (S2)."""
    if actor.id in (of.reported_by_id, of.statement_by_id):
        raise Forbidden("这一轮是您为乙方提交的，结论要由其他局方人员作出和审核")


def departures(session: Session, of: Acceptance, opinion: Opinion) -> list[str]:
    """Return in what a conclusion departs from what it rests on; the report says so."""
    found, said = [], majority(queries.progress(session, of).members)
    if said is not None and said is not opinion:
        found.append(f"验收小组多数意见是{said.label}")
    counts = _counts(session, of)
    if opinion is Opinion.PASSED and counts["standards_failed"]:
        found.append(f"有 {counts['standards_failed']} 项标准判定为不合格")
    unhappy = [one.unit.name for one in queries.heard(session, of) if _is_unhappy(one)]
    if opinion is Opinion.PASSED and unhappy:
        found.append(f"认为不合格或运转不平稳的单位：{'、'.join(unhappy)}")
    return found


def _is_unhappy(one: queries.Heard) -> bool:
    said = one.opinion
    return said is not None and (said.opinion is Opinion.FAILED or said.running_well is False)


def _counts(session: Session, of: Acceptance) -> dict[str, Any]:
    rows = session.execute(
        select(Conformity.conforms, func.count())
        .where(Conformity.acceptance_id == of.id, Conformity.to_judge.is_(True))
        .group_by(Conformity.conforms)
    )
    found = {opinion: number for opinion, number in rows}  # noqa: C416
    return {
        "standards_passed": found.get(Opinion.PASSED, 0),
        "standards_failed": found.get(Opinion.FAILED, 0),
    }


def _concluded(session: Session, actor: User, of: Acceptance) -> Acceptance:
    require(actor, Role.BUREAU)
    of = held(session, of)
    if of.conclusion is None:
        raise Conflict("还没有结论可以审核")
    if of.checked_at is not None:
        raise Conflict(f"结论已经审核：{of.state.label}")
    return of


def _finished(session: Session, of: Acceptance) -> Acceptance:
    of = held(session, of)
    if of.checked_at is None:
        raise Conflict("结论经第二人审核以后才能办理")
    return of


def _open_rework(session: Session, of: Acceptance, now: datetime) -> None:
    workdays = queries.term(session, "rework_workdays")
    of.rework_due = due_after(day_of(now), workdays, calendar(session)).day


def _check_silence(session: Session, of: Acceptance, now: datetime) -> None:
    """Refuse to call it silence before the objection days after the conclusion are over."""
    assert of.checked_at is not None
    since = day_of(of.checked_at)
    until = due_after(since, interpretations(session).objection_days(since), calendar(session)).day
    if day_of(now) <= until:
        raise Invalid(f"乙方可以在 {until} 以前签署，过后才能记为逾期未签署", "refused")
