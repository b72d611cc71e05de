"""What is done in an acceptance by its parties and its group: each form calls one use case."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.acceptance import concluding, dossier, group, pages, printing, queries, schemas, service
from app.acceptance.acts import Files, act_on
from app.acceptance.answers import Said, carry_out
from app.acceptance.group import NewMember
from app.acceptance.judging_views import blueprint
from app.acceptance.views import load, stage_of
from app.access import require
from app.clock import now
from app.database import current_session
from app.forms import Form
from app.login import viewer
from models.acceptance import Acceptance
from sla.vocab import FileKind, Role

__all__ = ["blueprint"]  # with what the units say and how standards are judged on it


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

    return act_on(round_id, "open", schemas.OpenForm(), act, Role.BUREAU)


@blueprint.post("/<int:round_id>/statement")
def state(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        service.state(current_session(), viewer(), of, said["statement"], now())
        return "说明或申述意见已提交。"

    return act_on(round_id, "statement", schemas.StatementForm(), act, Role.MANAGER)


# -- the group ------------------------------------------------------------------------------------------


@blueprint.post("/<int:round_id>/members")
def add_member(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        new = NewMember(said["role"], said["name"], said["organisation"], said["user"])
        made = group.add(current_session(), viewer(), of, new, now())
        return f"{made.name}已加入验收小组。"

    return act_on(round_id, "member", schemas.MemberForm(), act, Role.BUREAU)


@blueprint.post("/<int:round_id>/members/<int:member_id>/remove")
def remove_member(round_id: int, member_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        group.remove(current_session(), viewer(), of, member_id, said["reason"], now())
        return "已移出验收小组，签过的意见留在记录里。"

    return act_on(round_id, f"remove-{member_id}", schemas.ReasonForm(), act, Role.BUREAU)


@blueprint.post("/<int:round_id>/sign")
def sign(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        group.sign(current_session(), viewer(), of, said["opinion"], said["said"], now())
        return "您的意见已签署。"

    return act_on(round_id, "sign", schemas.OpinionForm(), act, *group.SIGNERS, signed=True)


@blueprint.post("/<int:round_id>/members/<int:member_id>/opinion")
def enter_opinion(round_id: int, member_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, files: Files) -> str:
        group.enter(current_session(), viewer(), of, member_id, said["opinion"], said["said"], files, now())
        return "意见已录入，扫描件已保存。"

    return act_on(
        round_id, f"enter-{member_id}", schemas.OpinionForm(), act, Role.BUREAU, files=FileKind.SCAN
    )


@blueprint.post("/<int:round_id>/members/<int:member_id>/sheet")
def member_sheet(round_id: int, member_id: int) -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    session, of = current_session(), load(round_id)
    one = queries.member(session, of, member_id)
    paper = printing.make_member_sheet(session, viewer(), of, one, now())
    return redirect(url_for("papers.show", paper_id=paper.id), 303)


# -- the conclusion -------------------------------------------------------------------------------------


@blueprint.post("/<int:round_id>/conclude")
def conclude(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        concluding.conclude(current_session(), viewer(), of, said["opinion"], said["said"], now())
        return "结论已作出，等另一位局方人员审核。"

    return act_on(round_id, "conclude", schemas.ConcludeForm(), act, Role.BUREAU, signed=True)


@blueprint.post("/<int:round_id>/check")
def check(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, _said: Said, _files: Files) -> str:
        done = concluding.check(current_session(), viewer(), of, now())
        due = f"，乙方应在 {done.rework_due} 前返工并重新提交" if done.rework_due else ""
        return f"结论已审核：{done.state.label}{due}。"

    return act_on(round_id, "check", schemas.Nothing(), act, Role.BUREAU, signed=True)


@blueprint.post("/<int:round_id>/send-back")
def send_back(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        concluding.send_back(current_session(), viewer(), of, said["reason"], now())
        return "结论已退回，小组、意见和判定可以修改。"

    return act_on(round_id, "send-back", schemas.ReasonForm(), act, Role.BUREAU)


@blueprint.post("/<int:round_id>/countersign")
def countersign(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, _said: Said, _files: Files) -> str:
        concluding.countersign(current_session(), viewer(), of, now())
        return "验收报告已由乙方确认。"

    return act_on(round_id, "countersign", schemas.Nothing(), act, Role.MANAGER, signed=True)


@blueprint.post("/<int:round_id>/unsigned")
def unsigned(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        refused = said["refused"] == schemas.REFUSED
        concluding.record_unsigned(current_session(), viewer(), of, said["reason"], now(), refused=refused)
        return "乙方未签署的情况已记录。"

    return act_on(round_id, "unsigned", schemas.UnsignedForm(), act, Role.BUREAU)


@blueprint.post("/<int:round_id>/further")
def further(round_id: int) -> ResponseReturnValue:
    def act(of: Acceptance, said: Said, _files: Files) -> str:
        done = concluding.allow_further(current_session(), viewer(), of, said["reason"], now())
        return f"已决定再组织一轮，乙方应在 {done.rework_due} 前重新提交。"

    return act_on(round_id, "further", schemas.ReasonForm(), act, Role.BUREAU, signed=True)


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
        apart = "，列在「验收合格以后补充」" if dossier.judged_at(session, year) else ""
        return f"「{made.title}」已上传 {len(files)} 个文件{apart}。"

    def shown() -> str:
        return pages.papers(queries.year(current_session(), number), form)

    back = url_for("acceptance.dossier", number=number)
    return carry_out(form, schemas.PartForm(), carry, shown, back, files=FileKind.FILE)
