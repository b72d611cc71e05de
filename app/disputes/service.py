"""What happens in a dispute: one function a step. A breach is never exempt by silence (A3, S2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access import require
from app.disputes import plain
from app.disputes.queries import bars, course_of
from app.disputes.subjects import Subject, dispute_about, ensure_breached, held
from app.disputes.telling import tell_next
from app.files.service import Taken
from app.papers.service import make_paper
from app.tickets.derivation import current_rules, derive_ticket, store
from app.watch.notices import until as until_text
from models import ledger
from models.disputes import Dispute, DisputeStep
from models.people import User
from sla.disputes import Attribution, DisputeState, StepKind, check_attribution, claim_ends
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import PaperKind, Role

LONGEST_TEXT = 2000  # characters
LONGEST_WAIVER = 400


def claim(
    session: Session,
    actor: User,
    subject: Subject,
    attribution: Attribution,
    reason: str,
    now: datetime,
    files: Iterable[Taken] = (),
) -> Dispute:
    """Claim an exemption, as the supplier's manager, with the reason and evidence.

    Within so many workdays after the breach; later only where the bureau has admitted it.
    """
    require(actor, Role.MANAGER)
    check_attribution(attribution, granted=True)
    dispute = dispute_about(session, subject)
    if dispute is None:
        ensure_breached(subject)
        ends = claim_ends(subject.breached_at, current_rules(session).book)
        if now >= ends:
            raise Conflict(
                f"已过申请期限：应在 {until_text(ends)} 前提出。确有原因的，请局方先准予逾期申请，再来提出"
            )
        dispute = _opened(session, subject, now)
    else:
        its = course_of(session, dispute, now)
        if its.state is not DisputeState.CLAIMABLE:
            raise Conflict(f"已有争议 {dispute.number}，状态：{its.state.label}；同一项超时只能申请一次")
        ensure_breached(subject)
    _evidence(session, actor, dispute, files, now)
    _add(session, dispute, StepKind.CLAIMED, actor, now, attribution=attribution, text=_said(reason))
    return dispute


def admit(session: Session, actor: User, subject: Subject, reason: str, now: datetime) -> Dispute:
    """Admit a claim after its period, as the bureau, with the reason; the period then begins anew."""
    require(actor, Role.BUREAU)
    dispute = dispute_about(session, subject)
    if dispute is not None and course_of(session, dispute, now).state is not DisputeState.LAPSED:
        raise Conflict(f"已有争议 {dispute.number}，不需要再准予")
    ensure_breached(subject)
    ends = claim_ends(subject.breached_at, current_rules(session).book)
    if dispute is None and now < ends:
        raise Conflict(f"还在申请期限内（到 {until_text(ends)}），乙方可以直接提出")
    dispute = dispute or _opened(session, subject, now)
    _add(session, dispute, StepKind.ADMITTED, actor, now, text=_said(reason))
    return dispute


def comment(
    session: Session,
    actor: User,
    dispute_id: int,
    agrees: bool,
    text: str,
    now: datetime,
    files: Iterable[Taken] = (),
) -> Dispute:
    """Say, as the unit, whether one agrees that the breach was not the supplier's."""
    dispute, _ = held(session, actor, dispute_id, now)
    require(actor, Role.CONTACT)
    its = course_of(session, dispute, now)
    if its.state is not DisputeState.COMMENTING:
        raise Conflict(f"现在不能再说情况：期限已过，或已经说过（{plain.STATES[its.state]}）")
    if not agrees and not text:
        raise Invalid("不同意的，请写明当时的情况", "text")
    _evidence(session, actor, dispute, files, now)
    _add(session, dispute, StepKind.COMMENTED, actor, now, agrees=agrees, text=text)
    return dispute


def decide(
    session: Session,
    actor: User,
    dispute_id: int,
    granted: bool,
    attribution: Attribution,
    reason: str,
    now: datetime,
) -> Dispute:
    """Decide as the bureau, with its own attribution and the reason; granted, the breach is exempt."""
    dispute, subject = held(session, actor, dispute_id, now)
    _ready(session, actor, dispute, DisputeState.DECIDING, now)
    return _decided(session, actor, dispute, subject, StepKind.DECIDED, granted, attribution, reason, now)


def ask_review(
    session: Session, actor: User, dispute_id: int, reason: str, now: datetime, files: Iterable[Taken] = ()
) -> Dispute:
    """Ask for the one review, as the supplier's manager or the unit; the first decision holds meanwhile."""
    dispute, _ = held(session, actor, dispute_id, now)
    require(actor, Role.MANAGER, Role.CONTACT)
    its = course_of(session, dispute, now)
    if dispute.steps[-1].kind is not StepKind.DECIDED or its.final:
        if actor.role is Role.CONTACT:
            now_it_is = "已经定了，不再改变" if its.final else plain.STATES[its.state]
            raise Conflict(f"现在不能请局方再看一次：{now_it_is}")
        why = "复核期限已过或已经复核，认定为最终" if its.final else f"当前状态：{its.state.label}"
        raise Conflict(f"现在不能申请复核：{why}")
    _evidence(session, actor, dispute, files, now)
    _add(session, dispute, StepKind.REVIEW_ASKED, actor, now, text=_said(reason))
    return dispute


def review(
    session: Session,
    actor: User,
    dispute_id: int,
    granted: bool,
    attribution: Attribution,
    reason: str,
    now: datetime,
) -> Dispute:
    """Review as another person of the bureau than the one who decided; that is final."""
    dispute, subject = held(session, actor, dispute_id, now)
    _ready(session, actor, dispute, DisputeState.REVIEWING, now)
    return _decided(session, actor, dispute, subject, StepKind.REVIEWED, granted, attribution, reason, now)


def _ready(session: Session, actor: User, dispute: Dispute, wanted: DisputeState, now: datetime) -> None:
    """Check that it is the bureau's turn, and that this person may take it."""
    require(actor, Role.BUREAU)
    its = course_of(session, dispute, now)
    if its.state is DisputeState.COMMENTING and its.until:
        raise Conflict(f"单位还可以在 {until_text(its.until)} 前表示意见，意见到了或期满以后再认定")
    if its.state is not wanted:
        raise Conflict(f"现在不能作这项认定。当前状态：{its.state.label}")
    if bars(actor, dispute, wanted is DisputeState.REVIEWING):
        said = "复核" if wanted is DisputeState.REVIEWING else "认定"
        raise Forbidden(f"{said}要由没有经手过这项争议的另一位局方人员办理")


def _decided(
    session: Session,
    actor: User,
    dispute: Dispute,
    subject: Subject,
    kind: StepKind,
    granted: bool,
    attribution: Attribution,
    reason: str,
    now: datetime,
) -> Dispute:
    check_attribution(attribution, granted)
    text = _said(reason)
    _add(session, dispute, kind, actor, now, attribution=attribution, granted=granted, text=text)
    _apply(session, actor, dispute, subject, now)
    return dispute


def _apply(session: Session, actor: User, dispute: Dispute, subject: Subject, now: datetime) -> None:
    """Let the bureau's last word take effect: clocks are derived anew, a duty is waived or is not."""
    if subject.ticket is not None:
        store(session, subject.ticket, derive_ticket(session, subject.ticket, now))
    elif (one := subject.occurrence) is not None:
        mark = f"争议 {dispute.number}："
        if dispute.granted and one.waived_at is None and subject.breached:
            one.waived_at, one.waived_by = now, actor
            one.waived_reason = f"{mark}{dispute.steps[-1].text}"[:LONGEST_WAIVER]
        elif not dispute.granted and one.waived_reason.startswith(mark):
            one.waived_at, one.waived_by, one.waived_reason = None, None, ""
    session.flush()


def _opened(session: Session, subject: Subject, now: datetime) -> Dispute:
    dispute = Dispute(
        project=subject.project,
        ticket=subject.ticket,
        clock=subject.clock.kind if subject.clock else None,
        round=subject.clock.round if subject.clock else None,
        occurrence=subject.occurrence,
        breached_at=subject.breached_at,
        opened_at=now,
    )
    session.add(dispute)
    session.flush()
    return dispute


def _add(session: Session, dispute: Dispute, kind: StepKind, actor: User, now: datetime, **said: Any) -> None:
    """Append a step, its link in the chain, and tell whose turn it is."""
    step = DisputeStep(seq=len(dispute.steps) + 1, kind=kind, by=actor, at=now, **said)
    dispute.steps.append(step)
    session.flush()
    payload = {
        "project": dispute.project.seq if dispute.project else None,
        "ticket": dispute.ticket_id,
        "clock": dispute.clock,
        "round": dispute.round,
        "occurrence": dispute.occurrence_id,
        "breached_at": dispute.breached_at,
        "seq": step.seq,
        "attribution": step.attribution,
        "agrees": step.agrees,
        "granted": step.granted,
        "text": step.text or "",
    }
    ledger.append(
        session,
        kind=f"dispute.{kind}",
        subject=f"dispute:{dispute.id}",
        actor_id=actor.id,
        at=now,
        payload=payload,
    )
    tell_next(session, dispute, course_of(session, dispute, now), now)


def _evidence(session: Session, actor: User, dispute: Dispute, files: Iterable[Taken], now: datetime) -> None:
    """Keep what came with a step as a paper about the dispute."""
    taken = list(files)
    if taken:
        title = f"争议 {dispute.number} 佐证材料（{actor.side.label}）"
        subject, project_id = f"dispute:{dispute.id}", dispute.project_id
        kind = PaperKind.EVIDENCE
        make_paper(session, actor, kind, subject, title, now, project_id=project_id, files=taken)


def _said(reason: str) -> str:
    if not reason:
        raise Invalid("请写明理由", "text")
    return reason
