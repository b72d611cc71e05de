"""The one list of how each action of a ticket is asked for on the web: its schema and its use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.forms import FormSchema
from app.tickets import decisions, schemas, service
from models.people import User
from models.tickets import Ticket
from sla.classification import FIELDS
from sla.clock import Derivation

Said = Mapping[str, Any]
UseCase = Callable[[Session, User, Ticket, datetime, Said], Derivation]


@dataclass(frozen=True)
class Way:
    """How an action is asked for. ``done`` is what the page says afterwards; ``shown_first`` shows the
    due times before and after and saves only when they have been seen (C10)."""

    schema: type[FormSchema]
    use_case: UseCase
    done: str
    shown_first: bool = False

    @property
    def takes_photos(self) -> bool:
        """Tell whether it is done on the spot: with photos, and also without network."""
        return issubclass(self.schema, (schemas.Step, schemas.Note))


def _step(use_case: Callable[..., Derivation]) -> UseCase:
    return lambda session, actor, ticket, now, said: use_case(
        *(session, actor, ticket, now),
        occurred_at=said["occurred_at"],
        note=said["note"],
        device_at=said.get("device_at"),
    )


def _confirm(what: str) -> UseCase:
    return lambda session, actor, ticket, now, said: decisions.confirm(
        session, actor, ticket, now, what, said["seq"], said["note"]
    )


def _refuse(what: str) -> UseCase:
    return lambda session, actor, ticket, now, said: decisions.refuse(
        session, actor, ticket, now, what, said["seq"], said["reason"]
    )


def _request_onsite(session: Session, actor: User, ticket: Ticket, now: datetime, said: Said) -> Derivation:
    return service.request_onsite(
        session,
        actor,
        ticket,
        now,
        remote_failed=said["remote_failed"],
        occurred_at=said["occurred_at"],
        note=said["note"],
        device_at=said.get("device_at"),
    )


def _accept(session: Session, actor: User, ticket: Ticket, now: datetime, said: Said) -> Derivation:
    return service.accept(session, actor, ticket, now, said["note"])


def _reject(session: Session, actor: User, ticket: Ticket, now: datetime, said: Said) -> Derivation:
    return service.reject(session, actor, ticket, now, said["reason"])


def _pause(session: Session, actor: User, ticket: Ticket, now: datetime, said: Said) -> Derivation:
    told = (said["reason"], said["note"], said["occurred_at"], said.get("device_at"))
    return service.pause(session, actor, ticket, now, *told)


def _reclassify(session: Session, actor: User, ticket: Ticket, now: datetime, said: Said) -> Derivation:
    stated = {name: said[name] for name in FIELDS}
    return decisions.reclassify(session, actor, ticket, now, stated, said["reason"])


def _report_time(session: Session, actor: User, ticket: Ticket, now: datetime, said: Said) -> Derivation:
    return decisions.correct_report_time(session, actor, ticket, now, said["reported_at"], said["reason"])


def _correct(session: Session, actor: User, ticket: Ticket, now: datetime, said: Said) -> Derivation:
    return decisions.correct(session, actor, ticket, now, said["entry"], said["occurred_at"], said["reason"])


def _assign(session: Session, actor: User, ticket: Ticket, now: datetime, said: Said) -> Derivation:
    return service.assign(session, actor, ticket, now, said["engineer"], said["note"])


def _note(session: Session, actor: User, ticket: Ticket, now: datetime, said: Said) -> Derivation:
    return service.add_note(session, actor, ticket, now, said["note"])


def _cancel(session: Session, actor: User, ticket: Ticket, now: datetime, said: Said) -> Derivation:
    return service.cancel(session, actor, ticket, now, said["reason"])


def _close(session: Session, actor: User, ticket: Ticket, now: datetime, said: Said) -> Derivation:
    return service.close(session, actor, ticket, now, said["rating"], said["comment"])


WAYS: dict[str, Way] = {
    "respond": Way(schemas.Step, _step(service.respond), "已记录响应。"),
    "request_onsite": Way(schemas.OnsiteRequest, _request_onsite, "已申请到场，等待工程师到达。"),
    "arrive": Way(schemas.Step, _step(service.arrive), "已记录到场。"),
    "contain": Way(schemas.Step, _step(service.contain), "已记录遏制。"),
    "claim_recovery": Way(schemas.RecoveryClaim, _step(service.claim_recovery), "已申报恢复，等待单位验收。"),
    "accept": Way(schemas.Acceptance, _accept, "已验收通过。"),
    "reject": Way(schemas.Refusal, _reject, "已退回，计时没有停过。"),
    "pause": Way(schemas.Pause, _pause, "已挂起，等待单位确认。"),
    "resume": Way(schemas.Step, _step(service.resume), "已恢复计时。"),
    "confirm_pause": Way(schemas.Confirmation, _confirm("pause"), "已确认挂起。"),
    "reject_pause": Way(schemas.Rejection, _refuse("pause"), "已驳回挂起，这段时间照常计算。"),
    "confirm_claim": Way(schemas.Confirmation, _confirm("claim"), "已确认定性。"),
    "reject_claim": Way(schemas.Rejection, _refuse("claim"), "已驳回定性，仍按较严的时限。"),
    "confirm_backentry": Way(schemas.Confirmation, _confirm("backentry"), "已确认补录的时间。"),
    "reject_backentry": Way(schemas.Rejection, _refuse("backentry"), "已驳回补录，按录入时间计。"),
    "reclassify": Way(schemas.Statement, _reclassify, "已更改定性。", shown_first=True),
    "correct_report_time": Way(schemas.ReportTime, _report_time, "已更正报告时间。", shown_first=True),
    "correct": Way(schemas.Correction, _correct, "已更正时间。", shown_first=True),
    "assign": Way(schemas.Assignment, _assign, "已派单。"),
    "note": Way(schemas.Note, _note, "已补充说明。"),
    "cancel": Way(schemas.Refusal, _cancel, "工单已撤销。"),
    "close": Way(schemas.Closing, _close, "工单已关闭，谢谢您的评价。"),
}
