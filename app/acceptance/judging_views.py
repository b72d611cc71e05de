"""What units say in an acceptance, and how each standard is judged: each form calls one use case."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app.acceptance import pages, printing, queries, schemas, standards, units
from app.acceptance.acts import Act, Files, act_on
from app.acceptance.acts import blueprint as blueprint
from app.acceptance.answers import Said, carry_out
from app.acceptance.queries import unit_of
from app.acceptance.views import load
from app.access import require
from app.clock import now
from app.database import current_session
from app.forms import Form
from app.login import viewer
from models.acceptance import Acceptance
from sla.vocab import Channel, FileKind, Role

# -- the units ------------------------------------------------------------------------------------------


@blueprint.post("/<int:round_id>/units/<int:unit_id>")
def unit_says(round_id: int, unit_id: int) -> ResponseReturnValue:
    form = _unit_form(round_id, unit_id, "say", Role.CONTACT, Role.BUREAU)
    own = viewer().role is Role.CONTACT

    def carry(said: Said, files: Files) -> str:
        word = units.Said(
            opinion=said["opinion"],
            running_well=said["running_well"] == schemas.YES,
            text=said["said"],
            channel=Channel.SITE if own else said["channel"] or Channel.SITE,
            said_by=said["said_by"],
        )
        units.say(current_session(), viewer(), _opened(round_id), unit_id, word, now(), files)
        return "单位意见已记录，谢谢。" if own else "单位意见已录入。"

    kind = None if own else FileKind.SCAN
    return carry_out(
        *(form, schemas.UnitForm(), carry, lambda: pages.unit(_opened(round_id), unit_id, form)),
        url_for("acceptance.unit", round_id=round_id, unit_id=unit_id),
        files=kind,
    )


@blueprint.post("/<int:round_id>/units/<int:unit_id>/unheard")
def unit_not_heard(round_id: int, unit_id: int) -> ResponseReturnValue:
    form = _unit_form(round_id, unit_id, "unheard", Role.BUREAU)

    def carry(said: Said, _files: Files) -> str:
        units.not_heard(current_session(), viewer(), _opened(round_id), unit_id, said["reason"], now())
        return "已记为未听取，单位以后仍可表达意见。"

    return carry_out(
        *(form, schemas.ReasonForm(), carry, lambda: pages.unit(_opened(round_id), unit_id, form)),
        url_for("acceptance.units", round_id=round_id),
    )


@blueprint.post("/<int:round_id>/units/<int:unit_id>/sheet")
def unit_sheet(round_id: int, unit_id: int) -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    session, of = current_session(), load(round_id)
    one = queries.heard_of(session, viewer(), of, unit_id)
    paper = printing.make_unit_sheet(session, viewer(), of, one, now())
    return redirect(url_for("papers.show", paper_id=paper.id), 303)


# -- the standards --------------------------------------------------------------------------------------


@blueprint.post("/<int:round_id>/refresh")
def refresh(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, _said: Said, _files: Files) -> str:
        told = standards.refresh(current_session(), viewer(), of, now())
        return f"已重新取数：{told['rows']} 项，其中 {told['again']} 项数据有变，要重新判定。"

    return act_on(round_id, "refresh", schemas.Nothing(), act, Role.BUREAU)


@blueprint.post("/<int:round_id>/propose")
def judge_whole(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, _said: Said, _files: Files) -> str:
        done = standards.judge_proposed(current_session(), viewer(), of, None, now(), whole=True)
        return f"已按数据建议判定 {done} 项合格；其余请逐项判定。"

    back = url_for("acceptance.standards", round_id=round_id)
    return act_on(round_id, "propose", schemas.Nothing(), act, Role.BUREAU, back=back)


@blueprint.post("/<int:round_id>/standards/<int:seq>/propose")
def judge_project(round_id: int, seq: int) -> ResponseReturnValue:
    def act(of: Acceptance, _said: Said, _files: Files) -> str:
        project = pages.project_of(seq)
        done = standards.judge_proposed(current_session(), viewer(), of, project, now())
        return f"已按数据建议判定 {done} 项合格。"

    return _on_project(round_id, seq, Form.sent(request, "propose"), schemas.Nothing(), act)


@blueprint.post("/<int:round_id>/standards/<int:seq>")
def judge(round_id: int, seq: int) -> ResponseReturnValue:
    form = Form.sent(request)
    form.key = f"judge-{form.value('row')}"

    def act(of: Acceptance, said: Said, _files: Files) -> str:
        row = standards.judge(
            current_session(), viewer(), of, said["row"], said["opinion"], said["remark"], now()
        )
        return f"「{row.standard}」判定为{said['opinion'].label}。"

    return _on_project(round_id, seq, form, schemas.JudgeForm(), act)


# -- what the above have in common ------------------------------------------------------------------------


def _on_project(round_id: int, seq: int, form: Form, schema: Schema, act: Act) -> ResponseReturnValue:
    load(round_id)
    require(viewer(), Role.BUREAU)
    return carry_out(
        *(form, schema, lambda said, taken: act(load(round_id), said, taken)),
        lambda: pages.project(load(round_id), seq, form),
        url_for("acceptance.project", round_id=round_id, seq=seq),
    )


def _unit_form(round_id: int, unit_id: int, key: str, *roles: Role) -> Form:
    """Return what was sent about a unit, once it is certain that the viewer sees it and may say so."""
    of = _opened(round_id)
    queries.heard_of(current_session(), viewer(), of, unit_id)
    require(viewer(), *roles)
    if viewer().role is Role.CONTACT and unit_of(viewer()) != unit_id:
        require(viewer(), Role.BUREAU)
    return Form.sent(request, key)


def _opened(round_id: int) -> Acceptance:
    return queries.opened(current_session(), viewer(), round_id)
