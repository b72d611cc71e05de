"""What is done in an acceptance: each form calls one use case."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app.acceptance import (
    concluding,
    dossier,
    group,
    pages,
    printing,
    queries,
    schemas,
    service,
    standards,
    units,
)
from app.acceptance.answers import Said, carry_out
from app.acceptance.group import NewMember
from app.acceptance.queries import unit_of
from app.acceptance.views import again, load, stage_of
from app.access import require
from app.clock import now
from app.database import current_session
from app.files.service import Taken
from app.forms import Form
from app.login import viewer
from models.acceptance import Acceptance
from sla.vocab import Channel, FileKind, Role

blueprint = Blueprint("acceptance_acts", __name__, url_prefix="/acceptance")

Files = Sequence[Taken]
Act = Callable[[Acceptance, Said, Files], str]


@blueprint.post("/years/<int:number>/<stage>")
def report(number: int, stage: str) -> ResponseReturnValue:
    require(viewer(), Role.MANAGER)
    form, of = Form.sent(request, "notice"), stage_of(stage)

    def carry(said: Said, _files: Files) -> str:
        session = current_session()
        made = service.report(session, viewer(), number, of, said["report"], now(), said["last_day"])
        return f"第 {made.round} 轮{of.label}已提交，等局方组织验收。"

    def shown() -> str:
        return pages.notice(queries.year(current_session(), number), of, form)

    return carry_out(form, schemas.NoticeForm(), carry, shown, url_for("acceptance.index"))


@blueprint.post("/<int:round_id>/open")
def open_round(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        service.open_round(current_session(), viewer(), of, said["meeting_on"], said["place"], now())
        return "验收已组织，各项标准已按数据列出。"

    return _act(round_id, "open", schemas.OpenForm(), act, Role.BUREAU)


@blueprint.post("/<int:round_id>/statement")
def state(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        service.state(current_session(), viewer(), of, said["statement"], now())
        return "说明或申述意见已提交。"

    return _act(round_id, "statement", schemas.StatementForm(), act, Role.MANAGER)


# -- the group ------------------------------------------------------------------------------------------


@blueprint.post("/<int:round_id>/members")
def add_member(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        new = NewMember(said["role"], said["name"], said["organisation"], said["user"])
        made = group.add(current_session(), viewer(), of, new, now())
        return f"{made.name}已加入验收小组。"

    return _act(round_id, "member", schemas.MemberForm(), act, Role.BUREAU)


@blueprint.post("/<int:round_id>/members/<int:member_id>/remove")
def remove_member(round_id: int, member_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        group.remove(current_session(), viewer(), of, member_id, said["reason"], now())
        return "已移出验收小组，签过的意见留在记录里。"

    return _act(round_id, f"remove-{member_id}", schemas.ReasonForm(), act, Role.BUREAU)


@blueprint.post("/<int:round_id>/sign")
def sign(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        group.sign(current_session(), viewer(), of, said["opinion"], said["said"], now())
        return "您的意见已签署。"

    return _act(round_id, "sign", schemas.OpinionForm(), act, *group.SIGNERS, signed=True)


@blueprint.post("/<int:round_id>/members/<int:member_id>/opinion")
def enter_opinion(round_id: int, member_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, files: Files) -> str:
        group.enter(current_session(), viewer(), of, member_id, said["opinion"], said["said"], files, now())
        return "意见已录入，扫描件已保存。"

    return _act(round_id, f"enter-{member_id}", schemas.OpinionForm(), act, Role.BUREAU, files=FileKind.SCAN)


@blueprint.post("/<int:round_id>/members/<int:member_id>/sheet")
def member_sheet(round_id: int, member_id: int) -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    session, of = current_session(), load(round_id)
    one = queries.member(session, of, member_id)
    paper = printing.make_member_sheet(session, viewer(), of, one, now())
    return redirect(url_for("papers.show", paper_id=paper.id), 303)


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

    return _act(round_id, "refresh", schemas.Nothing(), act, Role.BUREAU)


@blueprint.post("/<int:round_id>/propose")
def judge_whole(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, _said: Said, _files: Files) -> str:
        done = standards.judge_proposed(current_session(), viewer(), of, None, now(), whole=True)
        return f"已按数据建议判定 {done} 项合格；其余请逐项判定。"

    back = url_for("acceptance.standards", round_id=round_id)
    return _act(round_id, "propose", schemas.Nothing(), act, Role.BUREAU, back=back)


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


# -- the conclusion -------------------------------------------------------------------------------------


@blueprint.post("/<int:round_id>/conclude")
def conclude(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        concluding.conclude(current_session(), viewer(), of, said["opinion"], said["said"], now())
        return "结论已作出，等另一位局方人员审核。"

    return _act(round_id, "conclude", schemas.ConcludeForm(), act, Role.BUREAU, signed=True)


@blueprint.post("/<int:round_id>/check")
def check(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, _said: Said, _files: Files) -> str:
        done = concluding.check(current_session(), viewer(), of, now())
        due = f"，乙方应在 {done.rework_due} 前返工并重新提交" if done.rework_due else ""
        return f"结论已审核：{done.state.label}{due}。"

    return _act(round_id, "check", schemas.Nothing(), act, Role.BUREAU, signed=True)


@blueprint.post("/<int:round_id>/send-back")
def send_back(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        concluding.send_back(current_session(), viewer(), of, said["reason"], now())
        return "结论已退回，小组、意见和判定可以修改。"

    return _act(round_id, "send-back", schemas.ReasonForm(), act, Role.BUREAU)


@blueprint.post("/<int:round_id>/countersign")
def countersign(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, _said: Said, _files: Files) -> str:
        concluding.countersign(current_session(), viewer(), of, now())
        return "验收报告已由乙方确认。"

    return _act(round_id, "countersign", schemas.Nothing(), act, Role.MANAGER, signed=True)


@blueprint.post("/<int:round_id>/unsigned")
def unsigned(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        refused = said["refused"] == schemas.REFUSED
        concluding.record_unsigned(current_session(), viewer(), of, said["reason"], now(), refused=refused)
        return "乙方未签署的情况已记录。"

    return _act(round_id, "unsigned", schemas.UnsignedForm(), act, Role.BUREAU)


@blueprint.post("/<int:round_id>/further")
def further(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        done = concluding.allow_further(current_session(), viewer(), of, said["reason"], now())
        return f"已决定再组织一轮，乙方应在 {done.rework_due} 前重新提交。"

    return _act(round_id, "further", schemas.ReasonForm(), act, Role.BUREAU, signed=True)


@blueprint.post("/<int:round_id>/forms/<which>")
def make_form(round_id: int, which: str) -> ResponseReturnValue:
    require(viewer(), Role.BUREAU, Role.MANAGER)
    paper = printing.make(current_session(), viewer(), load(round_id), which, now())
    return redirect(url_for("papers.show", paper_id=paper.id), 303)


@blueprint.post("/dossier/<int:number>/<int:part>")
def hand_in(number: int, part: int) -> ResponseReturnValue:
    require(viewer(), Role.MANAGER)
    form = Form.sent(request, f"part-{part}")

    def carry(said: Said, files: Files) -> str:
        session = current_session()
        year = queries.year(session, number)
        made = dossier.hand_in(session, viewer(), year, part, files, said["note"], now())
        return f"「{made.title}」已上传 {len(files)} 个文件。"

    def shown() -> str:
        return pages.papers(queries.year(current_session(), number), form)

    back = url_for("acceptance.dossier", number=number)
    return carry_out(form, schemas.PartForm(), carry, shown, back, files=FileKind.FILE)


# -- what the above have in common ------------------------------------------------------------------------


def _act(
    round_id: int,
    key: str,
    schema: Schema,
    act: Act,
    *roles: Role,
    signed: bool = False,
    files: FileKind | None = None,
    back: str = "",
) -> ResponseReturnValue:
    """Carry out an act on a round: who may not see it finds nothing, who may not do it is refused."""
    load(round_id)
    require(viewer(), *roles)
    form = Form.sent(request, key)
    back = back or url_for("acceptance.show", round_id=round_id)
    return carry_out(
        *(form, schema, lambda said, taken: act(load(round_id), said, taken), again(round_id, form), back),
        signed=signed,
        files=files,
    )


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
