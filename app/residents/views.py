"""The pages of the residents: the overview, a posting's month, a member, and the engineer's own page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app.access import require
from app.clock import now
from app.database import current_session
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from app.residents import leaves, members, pages, roster, schemas, service
from app.residents.members import Papers
from app.residents.pages import today
from app.residents.roster import Post
from app.returns import sent_from
from app.wants import wants_json
from models.people import User
from models.residents import PostingMember
from sla.errors import DomainError, Invalid
from sla.vocab import Half, Role, Standing

blueprint = Blueprint("residents", __name__, url_prefix="/residents")

Carry = Callable[[dict[str, Any]], str]


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show every posting in scope; an engineer has a page of the own instead."""
    if viewer().role is Role.ENGINEER:
        return redirect(url_for(".mine"))
    require(viewer(), *sorted(READERS))
    return pages.overview(Form(request.args.to_dict()).read(schemas.MonthPick())["month"])


@blueprint.get("/mine")
def mine() -> ResponseReturnValue:
    """Show where the engineer is expected today, and a month of the own."""
    require(viewer(), Role.ENGINEER)
    return pages.mine(Form(), Form(request.args.to_dict()).read(schemas.MonthPick())["month"])


@blueprint.get("/today")
def today_here() -> ResponseReturnValue:
    """Show where the engineer is expected today: a part of the start page."""
    require(viewer(), Role.ENGINEER)
    return pages.today_here()


@blueprint.get("/<int:posting_id>")
def posting(posting_id: int) -> ResponseReturnValue:
    """Lead to the present month of a posting."""
    return redirect(url_for(".show", posting_id=_post(posting_id).id, month=f"{today():%Y-%m}"))


@blueprint.get("/<int:posting_id>/<month>")
def show(posting_id: int, month: str) -> ResponseReturnValue:
    """Show a posting's month."""
    return pages.sheet(_post(posting_id), month, Form())


@blueprint.get("/members/<int:member_id>")
def member(member_id: int) -> ResponseReturnValue:
    """Show somebody's time on a posting, with its papers."""
    return pages.member(_held(member_id), Form())


# -- being there ------------------------------------------------------------------------------------


@blueprint.post("/<int:posting_id>/present")
def present(posting_id: int) -> ResponseReturnValue:
    post, form = _post(posting_id), Form.sent(request, key="present")
    back = sent_from(form).path(url_for(".mine"))

    def carry(said: dict[str, Any]) -> str:
        made = service.be_present(current_session(), viewer(), post, said["half"], now())
        return f"{said['half'].label}在岗，已记下。" if made else "已经签到过了。"

    return _carry_out(form, schemas.PresentForm(), carry, lambda: pages.mine(form), back)


@blueprint.post("/<int:posting_id>/<month>/entries")
def enter(posting_id: int, month: str) -> ResponseReturnValue:
    post, form = _post(posting_id), Form.sent(request, key="enter")

    def carry(said: dict[str, Any]) -> str:
        halves = list(Half) if said["half"] == schemas.WHOLE_DAY else [Half(said["half"])]
        person, day, presence = said["person"], said["day"], said["presence"]
        common = current_session(), viewer(), post, person
        if said["last_day"] is None or said["last_day"] == day:
            service.enter(*common, day, halves, presence, said["reason"], now())
            return "已登记，标为经理登记。"
        days = service.days_required(current_session(), post, day, said["last_day"])
        wanted = [(one, half) for one in days for half in halves]
        made = service.enter_sheet(*common, wanted, presence, said["reason"], now())
        return f"已登记 {len(made)} 个半天，标为经理登记。"

    return _on_sheet(post, month, form, schemas.EntryForm(), carry)


@blueprint.post("/<int:posting_id>/<month>/confirm")
def confirm_month(posting_id: int, month: str) -> ResponseReturnValue:
    return _decide_month(posting_id, month, Standing.CONFIRMED, "本月出勤已确认。")


@blueprint.post("/<int:posting_id>/<month>/object")
def object_to_month(posting_id: int, month: str) -> ResponseReturnValue:
    return _decide_month(posting_id, month, Standing.REJECTED, "异议已提交，由项目经理核对更正。")


# -- who holds the posting --------------------------------------------------------------------------


@blueprint.post("/<int:posting_id>/<month>/members")
def join(posting_id: int, month: str) -> ResponseReturnValue:
    post, form = _post(posting_id), Form.sent(request, key="join")

    def carry(said: dict[str, Any]) -> str:
        members.join(
            current_session(),
            viewer(),
            post,
            _engineer(said["person"]),
            now(),
            from_day=said["from_day"],
            through=said["last_day"],
            papers=Papers(said["signed_on"], said["handed_on"], None, said["note"]),
        )
        return "已安排到岗。" if said["signed_on"] else "已安排到岗；保密协议还没有签，请尽快补签。"

    return _on_sheet(post, month, form, schemas.JoinForm(), carry)


@blueprint.post("/members/<int:member_id>/papers")
def papers(member_id: int) -> ResponseReturnValue:
    def carry(said: dict[str, Any]) -> str:
        changed = members.set_papers(current_session(), viewer(), _held(member_id), Papers(**said), now())
        return "已保存。" if changed else "没有改动。"

    return _on_member(member_id, "papers", schemas.PapersForm(), carry)


@blueprint.post("/members/<int:member_id>/end")
def end(member_id: int) -> ResponseReturnValue:
    def carry(said: dict[str, Any]) -> str:
        through = said.pop("last_day")
        members.end(current_session(), viewer(), _held(member_id), through, now(), **said)
        return f"驻场到 {through} 为止，项目派驻同时结束。"

    return _on_member(member_id, "end", schemas.EndForm(), carry)


@blueprint.post("/members/<int:member_id>/replacement")
def ask_replacement(member_id: int) -> ResponseReturnValue:
    def carry(said: dict[str, Any]) -> str:
        members.ask_replacement(current_session(), viewer(), _held(member_id), said["reason"], now())
        return "更换要求已提交，等乙方答复。"

    return _on_member(member_id, "replacement", schemas.ReasonForm(), carry)


@blueprint.post("/replacements/<int:request_id>/answer")
def answer_replacement(request_id: int) -> ResponseReturnValue:
    session = current_session()
    asked = roster.replacement(session, viewer(), today(), request_id)

    def carry(said: dict[str, Any]) -> str:
        post = _post(asked.member.posting_id)
        given = Papers(said["signed_on"], said["handed_on"], None, said["note"])
        person, from_day = _engineer(said["person"]), said["from_day"]
        members.answer_replacement(
            session, viewer(), asked, post, person, now(), from_day=from_day, papers=given
        )
        return f"已答复：{from_day} 起由{person.name}接替。"

    return _on_member(asked.member_id, "answer", schemas.AnswerForm(), carry)


# -- leave ------------------------------------------------------------------------------------------


@blueprint.post("/members/<int:member_id>/leaves")
def ask_leave(member_id: int) -> ResponseReturnValue:
    held, form = _held(member_id), Form.sent(request, key=f"leave-{member_id}")

    def carry(said: dict[str, Any]) -> str:
        first, last = (said["first_day"], said["first_half"]), (said["last_day"], said["last_half"])
        leaves.ask(current_session(), viewer(), held, first, last, said["reason"], now())
        return "请假已提交，等单位批准。"

    return _carry_out(form, schemas.LeaveForm(), carry, lambda: pages.mine(form), url_for(".mine"))


@blueprint.post("/leaves/<int:leave_id>/substitute")
def name_substitute(leave_id: int) -> ResponseReturnValue:
    def carry(said: dict[str, Any]) -> str:
        leave = roster.leave(current_session(), viewer(), today(), leave_id)
        substitute = _engineer(said["substitute"], "substitute") if said["substitute"] else None
        leaves.name_substitute(current_session(), viewer(), leave, substitute, now())
        return f"由{substitute.name}顶岗，等单位批准。" if substitute else "不安排顶岗。"

    return _on_leave(leave_id, "substitute", schemas.SubstituteForm(), carry)


@blueprint.post("/leaves/<int:leave_id>/approve")
def approve_leave(leave_id: int) -> ResponseReturnValue:
    return _decide_leave(leave_id, "approve", Standing.CONFIRMED, "已批准。")


@blueprint.post("/leaves/<int:leave_id>/refuse")
def refuse_leave(leave_id: int) -> ResponseReturnValue:
    return _decide_leave(leave_id, "refuse", Standing.REJECTED, "没有批准。")


# -- what the above have in common ------------------------------------------------------------------


def _post(posting_id: int) -> Post:
    return roster.post(current_session(), viewer(), today(), posting_id)


def _held(member_id: int) -> PostingMember:
    return roster.member(current_session(), viewer(), today(), member_id)


def _engineer(person_id: int, field: str = "person") -> User:
    person = current_session().get(User, person_id)
    if person is None or person.role is not Role.ENGINEER:
        raise Invalid("请从列表中选择驻场工程师", field)
    return person


def _decide_month(posting_id: int, month: str, standing: Standing, done: str) -> ResponseReturnValue:
    post, form = _post(posting_id), Form.sent(request, key=standing.value)

    def carry(said: dict[str, Any]) -> str:
        chosen = pages.chosen_month(month)
        service.decide_month(current_session(), viewer(), post, chosen, standing, said["remark"], now())
        return done

    return _on_sheet(post, month, form, schemas.RemarkForm(), carry)


def _decide_leave(leave_id: int, action: str, standing: Standing, done: str) -> ResponseReturnValue:
    def carry(said: dict[str, Any]) -> str:
        leave = roster.leave(current_session(), viewer(), today(), leave_id)
        leaves.decide(
            current_session(),
            viewer(),
            leave,
            standing,
            said["reason"],
            now(),
            substitute_id=said["substitute"],
        )
        return done

    return _on_leave(leave_id, action, schemas.DecisionForm(), carry)


def _on_leave(leave_id: int, action: str, schema: Schema, carry: Carry) -> ResponseReturnValue:
    leave = roster.leave(current_session(), viewer(), today(), leave_id)
    month = min(leave.first_day, today()).strftime("%Y-%m")
    form = Form.sent(request, key=f"{action}-{leave.id}")
    return _on_sheet(_post(leave.member.posting_id), month, form, schema, carry)


def _on_sheet(post: Post, month: str, form: Form, schema: Schema, carry: Carry) -> ResponseReturnValue:
    pages.chosen_month(month)
    back = url_for(".show", posting_id=post.id, month=month)
    return _carry_out(form, schema, carry, lambda: pages.sheet(post, month, form), back)


def _on_member(member_id: int, key: str, schema: Schema, carry: Carry) -> ResponseReturnValue:
    held, form = _held(member_id), Form.sent(request, key=key)
    back = url_for(".member", member_id=member_id)
    return _carry_out(form, schema, carry, lambda: pages.member(held, form), back)


def _carry_out(
    form: Form, schema: Schema, carry: Carry, again: Callable[[], str], back: str
) -> ResponseReturnValue:
    """Read a form, let it be carried out, and say so; what is refused shows the page again."""
    try:
        said = form.read(schema)
        # Refused half-way, nothing of it is left for the page to show.
        with current_session().begin_nested():
            done = carry(said)
    except DomainError as error:
        if wants_json() or error.status in (403, 404):
            raise
        form.blame(error)
        return again(), error.status
    flash(done, "success")
    return redirect(back, 303)
