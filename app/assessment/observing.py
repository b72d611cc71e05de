"""The daily assessment (A2): the bureau observes, the supplier answers once, nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import require
from app.assessment import telling
from app.contract.changing import checked_reason
from app.contract.queries import service_year
from app.files.service import Taken
from app.papers.service import make_paper
from models import ledger
from models.assessment import Observation
from models.contract import Project
from models.people import User
from sla.assessment import Aspect
from sla.errors import Conflict, Invalid
from sla.vocab import Indicator, PaperKind, Role
from sla.when import day_of

EVIDENCE = "日常考核佐证"


@dataclass(frozen=True)
class Seen:
    """What the bureau observed; without ``project`` of the whole contract. ``submission`` tells repeats."""

    project: Project | None
    day: date
    aspect: Aspect
    text: str
    submission: str
    indicator: Indicator | None = None
    deduction: Decimal = Decimal(0)
    veto: bool = False


def record(
    session: Session, actor: User, said: Seen, now: datetime, files: Iterable[Taken] = ()
) -> Observation:
    """Record an observation with its evidence; the same submission again is the same observation."""
    require(actor, Role.BUREAU)
    known = session.scalar(select(Observation).where(Observation.submission == said.submission))
    if known is not None:
        return known
    _check(session, said, now)
    made = Observation(
        project=said.project,
        day=said.day,
        aspect=said.aspect,
        text=said.text,
        indicator=said.indicator if said.deduction else None,
        deduction=f"{said.deduction:.2f}" if said.deduction else "",
        veto=said.veto,
        submission=said.submission,
        recorded_by=actor,
        recorded_at=now,
    )
    session.add(made)
    session.flush()
    payload: dict[str, object] = {
        "project": said.project.seq if said.project else None,
        "day": made.day,
        "aspect": made.aspect,
        "text": made.text,
        "indicator": made.indicator,
        "deduction": made.deduction,
        "veto": made.veto,
    }
    _append(session, "observation.recorded", made, actor, now, payload)
    attach(session, actor, made, now, files)
    telling.observed(session, made, now)
    return made


def attach(
    session: Session, actor: User, observation: Observation, now: datetime, files: Iterable[Taken]
) -> None:
    """Keep evidence about an observation as a paper; without files there is none."""
    taken = list(files)
    if taken:
        make_paper(
            session,
            actor,
            PaperKind.EVIDENCE,
            f"observation:{observation.id}",
            EVIDENCE,
            now,
            project_id=observation.project_id,
            dated=observation.day,
            files=taken,
        )


def withdraw(session: Session, actor: User, observation: Observation, reason: str, now: datetime) -> None:
    """Withdraw an observation with the reason: it stays readable and counts no longer."""
    require(actor, Role.BUREAU)
    _hold(session, observation)
    reason = checked_reason(reason, "撤回的原因")
    observation.withdrawn_reason = reason
    observation.withdrawn_by_id, observation.withdrawn_at = actor.id, now
    session.flush()
    _append(session, "observation.withdrawn", observation, actor, now, {"reason": reason})


def answer(session: Session, actor: User, observation: Observation, text: str, now: datetime) -> None:
    """Answer an observation for the supplier, once."""
    require(actor, Role.MANAGER)
    _hold(session, observation)
    if observation.answered_at is not None:
        raise Conflict("这条日常考核已经答复过，只能答复一次")
    if not text:
        raise Invalid("请写明答复的内容", "answer")
    observation.answer = text
    observation.answered_by_id, observation.answered_at = actor.id, now
    session.flush()
    _append(session, "observation.answered", observation, actor, now, {"answer": text})


def _check(session: Session, said: Seen, now: datetime) -> None:
    first = service_year(session, 1)
    if first is None:
        raise Conflict("合同还没有生效，不能登记日常考核")
    if said.day > day_of(now):
        raise Invalid("日期不能晚于今天", "day")
    if said.day < first.starts_on:
        raise Invalid(f"日期不能早于合同生效日 {first.starts_on}", "day")
    if said.indicator and not said.deduction:
        raise Invalid("选了从哪一项扣分，请填扣多少分；不扣分，请不要选", "deduction")


def _hold(session: Session, observation: Observation) -> None:
    held = select(Observation.id).where(Observation.id == observation.id).with_for_update()
    session.scalar(held)
    session.refresh(observation)
    if observation.withdrawn_at is not None:
        raise Conflict("这条日常考核已经撤回")


def _append(
    session: Session,
    kind: str,
    observation: Observation,
    actor: User,
    now: datetime,
    payload: dict[str, object],
) -> None:
    subject = f"observation:{observation.id}"
    ledger.append(session, kind=kind, subject=subject, actor_id=actor.id, at=now, payload=payload)
