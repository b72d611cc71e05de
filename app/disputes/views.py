"""The pages of disputes: the list, one of them, and each step."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app.access import require
from app.account import fresh
from app.clock import now
from app.database import current_session
from app.disputes import pages, queries, schemas, service, subjects
from app.disputes.subjects import Subject
from app.duties.answers import Carry, Files, Said, carry_out
from app.forms import Form
from app.login import viewer
from app.wants import wants_json
from sla.errors import DomainError, NotFound
from sla.vocab import Role

blueprint = Blueprint("disputes", __name__, url_prefix="/disputes")

BESIDE = ("ticket", "clock", "round", "occurrence")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the disputes in scope."""
    require(viewer(), *sorted(queries.READERS))
    form = Form(request.args.to_dict(), key="filter")
    return pages.index(form, form.read(schemas.DisputeFilter()))


@blueprint.get("/<int:dispute_id>")
def show(dispute_id: int) -> ResponseReturnValue:
    """Show one dispute."""
    return _page(dispute_id, Form())


# -- claiming ---------------------------------------------------------------------------------------


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """Show the form to claim an exemption for one clock or one duty."""
    require(viewer(), Role.MANAGER, Role.BUREAU)
    return pages.new(_subject(Form(request.args.to_dict()).read(schemas.SubjectPick())), Form())


@blueprint.post("/claim")
def claim() -> ResponseReturnValue:
    """Claim an exemption."""
    require(viewer(), Role.MANAGER)

    def carry(said: Said, files: Files) -> tuple[str, str]:
        made = service.claim(
            current_session(),
            viewer(),
            _subject(said),
            said["attribution"],
            said["text"],
            now(),
            files.get("file", []),
        )
        return f"已申请免责 {made.number}。", url_for(".show", dispute_id=made.id)

    return _opening("claim", schemas.ClaimForm(), carry, files=True)


@blueprint.post("/admit")
def admit() -> ResponseReturnValue:
    """Admit a claim after its period."""
    require(viewer(), Role.BUREAU)

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        made = service.admit(current_session(), viewer(), _subject(said), said["text"], now())
        return "已准予，乙方可以提出申请。", url_for(".show", dispute_id=made.id)

    return _opening("admit", schemas.AdmitForm(), carry)


# -- the steps --------------------------------------------------------------------------------------


@blueprint.post("/<int:dispute_id>/comment")
def comment(dispute_id: int) -> ResponseReturnValue:
    """Say what the unit thinks of it."""

    def carry(said: Said, files: Files) -> tuple[str, str]:
        given = files.get("file", [])
        service.comment(current_session(), viewer(), dispute_id, said["agrees"], said["text"], now(), given)
        return "您说的情况已提交，等局方决定。", url_for(".show", dispute_id=dispute_id)

    return _step(dispute_id, "comment", schemas.CommentForm(), carry, (Role.CONTACT,), files=True)


@blueprint.post("/<int:dispute_id>/decide")
def decide(dispute_id: int) -> ResponseReturnValue:
    """Decide, signed with the own password."""
    return _decision(dispute_id, "decide", service.decide, "已认定。")


@blueprint.post("/<int:dispute_id>/ask-review")
def ask_review(dispute_id: int) -> ResponseReturnValue:
    """Ask for the one review."""

    def carry(said: Said, files: Files) -> tuple[str, str]:
        service.ask_review(
            current_session(), viewer(), dispute_id, said["text"], now(), files.get("file", [])
        )
        return (
            "已提交，由另一位局方人员再看一次。"
            if viewer().role is Role.CONTACT
            else "已申请复核，由另一位局方人员办理。",
            url_for(".show", dispute_id=dispute_id),
        )

    roles = (Role.MANAGER, Role.CONTACT)
    return _step(dispute_id, "ask-review", schemas.ReviewForm(), carry, roles, files=True)


@blueprint.post("/<int:dispute_id>/review")
def review(dispute_id: int) -> ResponseReturnValue:
    """Review, signed with the own password."""
    return _decision(dispute_id, "review", service.review, "复核已认定，为最终认定。")


# -- what the above have in common ------------------------------------------------------------------


def _page(dispute_id: int, form: Form) -> str:
    return pages.show(queries.dispute_seen(current_session(), viewer(), dispute_id, now()), form)


def _subject(said: dict[str, Any]) -> Subject:
    session, person, at, lock = current_session(), viewer(), now(), request.method == "POST"
    if said["occurrence"] is not None and said["ticket"] is None:
        return subjects.of_occurrence(session, person, said["occurrence"], at, lock=lock)
    if said["ticket"] is None or said["clock"] is None:
        raise NotFound("没有这项计时或应办，请从工单或应办的页面进入")
    number = said["round"] or 0
    return subjects.of_clock(session, person, said["ticket"], said["clock"], number, at, lock=lock)


def _opening(key: str, schema: Schema, carry: Carry, *, files: bool = False) -> ResponseReturnValue:
    form = Form.sent(request, key=key)

    def again() -> str:
        named = Form({name: form.values[name] for name in BESIDE if name in form.values})
        return pages.new(_subject(named.read(schemas.SubjectPick())), form)

    return carry_out(form, schema, carry, again, files=files)


def _step(
    dispute_id: int, key: str, schema: Schema, carry: Carry, roles: tuple[Role, ...], *, files: bool = False
) -> ResponseReturnValue:
    """Take one step; who may not see the dispute is told so before anything else (S1)."""
    queries.dispute_seen(current_session(), viewer(), dispute_id, now())
    require(viewer(), *roles)
    form = Form.sent(request, key=key)
    return carry_out(form, schema, carry, lambda: _page(dispute_id, form), files=files)


def _decision(dispute_id: int, key: str, use_case: Any, done: str) -> ResponseReturnValue:
    queries.dispute_seen(current_session(), viewer(), dispute_id, now())
    require(viewer(), Role.BUREAU)
    form = Form.sent(request, key=key)
    try:
        fresh.prove(form, schemas.DecisionForm())
    except DomainError as error:
        if wants_json() or error.status in (403, 404):
            raise
        form.blame(error)
        return _page(dispute_id, form), error.status

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        use_case(
            current_session(), viewer(), dispute_id, said["granted"], said["attribution"], said["text"], now()
        )
        return done, url_for(".show", dispute_id=dispute_id)

    return carry_out(form, schemas.DecisionForm(), carry, lambda: _page(dispute_id, form))
