"""What happens to a call-back: asked, answered, followed up, settled. The supplier never answers (P1, S2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import require
from app.callbacks import telling
from app.callbacks.queries import callback_seen, in_service
from app.files.service import Taken
from app.papers.service import make_paper
from models import ledger
from models.callbacks import CallBack, CallBackAnswer, FollowUp
from models.people import User
from sla.callbacks import CallBackState, is_good
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import Channel, PaperKind, Role, Satisfaction
from sla.when import check_instant, clock_text, day_of, start_of

LONGEST = timedelta(days=366)
LONGEST_TEXT = 1000  # characters
LONGEST_NAME = 64
OPEN = (CallBackState.COMPLAINT, CallBackState.FOLLOWED)
SETTLED = "确认整改完成"


@dataclass(frozen=True)
class Answer:
    """What is said of one project; ``seen`` is how many answers the page showed already."""

    satisfaction: Satisfaction
    running_well: bool
    remarks: str = ""
    seen: int = 0


def start(
    session: Session,
    actor: User,
    first: date,
    last: date,
    now: datetime,
    chosen: Collection[int] | None = None,
) -> tuple[list[CallBack], int]:
    """Ask about a period, both days included: all projects in service then, or those chosen by their ids.

    Who was asked already is not asked again: return what is new, and how many there were.
    """
    require(actor, Role.BUREAU)
    _check_period(first, last, day_of(now))
    projects = in_service(session, first, last)
    if chosen is not None:
        projects = [one for one in projects if one.id in chosen]
    if not projects:
        raise Invalid("这段时间没有在服务的项目，或没有选择项目，请核对", "projects")
    # The chain is locked for its new links anyway; taken first, it lets two who start at once take turns.
    ledger.ensure_head(session)
    there = set(
        session.scalars(
            select(CallBack.project_id).where(CallBack.first_day == first, CallBack.last_day == last)
        )
    )
    made = []
    for project in projects:
        if project.id not in there:
            one = CallBack(
                project=project, first_day=first, last_day=last, asked_by=actor, asked_at=now, answers=[]
            )
            session.add(one)
            session.flush()
            _record(session, "callback.asked", one, actor, now, {})
            made.append(one)
    telling.asked(session, made, now)
    return made, len(projects) - len(made)


def sign(
    session: Session, actor: User, callback_id: int, answer: Answer, sure: bool, now: datetime
) -> CallBackAnswer:
    """Answer for the unit, as its contact: signed in, and with the tick that says so."""
    one = held(session, actor, callback_id, now)
    require(actor, Role.CONTACT)
    if not sure:
        raise Invalid("请勾选「本人代表单位确认以上内容」后再提交", "sure")
    return _answered(session, actor, one, answer, Channel.SITE, actor.name, now, now)


def enter(
    session: Session,
    actor: User,
    callback_id: int,
    answer: Answer,
    channel: Channel,
    said_by: str,
    said_at: datetime,
    now: datetime,
    files: Iterable[Taken] = (),
) -> CallBackAnswer:
    """Enter, as the bureau, what a unit said on the telephone or signed on paper: who, and when."""
    one = held(session, actor, callback_id, now)
    require(actor, Role.BUREAU)
    taken = list(files)
    at = check_instant(said_at, "答复时间")
    if channel is Channel.SITE:
        raise Invalid("代录只能是电话回访或纸质签字", "channel")
    if channel is Channel.PAPER and not taken:
        raise Invalid("纸质签字要上传扫描件或照片", "file")
    if at > now or at < start_of(one.first_day):
        raise Invalid("答复时间不能在将来，也不能早于回访期间的第一天", "said_at")
    if one.answer is not None and at < one.answer.said_at:
        raise Invalid(f"答复时间不能早于上一次答复（{clock_text(one.answer.said_at)}）", "said_at")
    made = _answered(session, actor, one, answer, channel, said_by, at, now)
    if taken:
        keep_scan(session, actor, one, taken, now)
    return made


def keep_scan(
    session: Session,
    actor: User,
    one: CallBack,
    files: Iterable[Taken],
    now: datetime,
    sha256: str | None = None,
) -> None:
    """Keep the signed record that came back on paper; ``sha256`` is the digest of the printed form."""
    require(actor, Role.CONTACT, Role.BUREAU)
    title = f"回访记录：第 {one.project.seq} 项，{one.first_day} 至 {one.last_day}"
    make_paper(
        session,
        actor,
        PaperKind.CALLBACK,
        f"callback:{one.id}",
        title,
        now,
        project_id=one.project_id,
        sha256=sha256,
        files=files,
    )


def follow_up(session: Session, actor: User, callback_id: int, what: str, now: datetime) -> FollowUp:
    """Write what was done about a complaint, as the supplier, or what is still missing, as the others."""
    one = held(session, actor, callback_id, now)
    require(actor, Role.ENGINEER, Role.MANAGER, Role.CONTACT, Role.BUREAU)
    if one.state not in OPEN:
        raise Conflict(f"没有待整改的问题。当前状态：{one.state.label}")
    made = _said(session, one, actor, what, now)
    _record(session, "callback.followed_up", one, actor, now, {"what": what})
    telling.followed(session, one, actor, now)
    return made


def settle(session: Session, actor: User, callback_id: int, what: str, now: datetime) -> None:
    """Find the follow-up done, as the unit or the bureau; then the unit may answer again."""
    one = held(session, actor, callback_id, now)
    require(actor, Role.CONTACT, Role.BUREAU)
    if one.state not in OPEN:
        raise Conflict(f"没有待确认的整改。当前状态：{one.state.label}")
    if one.follow_ups and one.state is CallBackState.FOLLOWED and one.follow_ups[-1].by_id == actor.id:
        raise Forbidden("自己写的整改情况不能由自己确认，请由另一位办理")
    _said(session, one, actor, what or SETTLED, now)
    one.settled_by, one.settled_at = actor, now
    session.flush()
    _record(session, "callback.settled", one, actor, now, {"what": what or SETTLED})
    telling.settled(session, one, now)


def held(session: Session, actor: User, callback_id: int, now: datetime) -> CallBack:
    """Return a call-back the actor may see, locked until the transaction ends."""
    callback_seen(session, actor, callback_id, now)
    session.scalar(select(CallBack.id).where(CallBack.id == callback_id).with_for_update())
    session.expire_all()
    return callback_seen(session, actor, callback_id, now)


def _answered(
    session: Session,
    actor: User,
    one: CallBack,
    answer: Answer,
    channel: Channel,
    said_by: str,
    said_at: datetime,
    now: datetime,
) -> CallBackAnswer:
    if len(one.answers) != answer.seen:
        who = one.answers[-1].entered_by.name if one.answers else ""
        raise Conflict(f"{who}刚刚提交过这个项目的答复，请看过以后再决定要不要重新答复")
    if one.state in OPEN:
        raise Conflict("上一次答复提出的问题还没有了结；请先确认整改，再重新答复")
    good = is_good(answer.satisfaction, answer.running_well)
    if not good and not answer.remarks:
        raise Invalid("不满意或运转不平稳的，请写明哪里不好", "remarks")
    made = CallBackAnswer(
        satisfaction=answer.satisfaction,
        running_well=answer.running_well,
        remarks=answer.remarks,
        channel=channel,
        said_by=said_by,
        said_at=said_at,
        entered_by=actor,
        entered_at=now,
    )
    one.answers.append(made)
    session.flush()
    payload = {
        "answer": made.id,
        "satisfaction": answer.satisfaction,
        "running_well": answer.running_well,
        "remarks": answer.remarks,
        "channel": channel,
        "said_by": "" if channel is Channel.SITE else said_by,
        "said_at": said_at,
    }
    _record(session, "callback.answered", one, actor, now, payload)
    if not good:
        telling.complained(session, one, now)
    return made


def _said(session: Session, one: CallBack, actor: User, what: str, now: datetime) -> FollowUp:
    made = FollowUp(what=what, by=actor, at=now)
    one.follow_ups.append(made)
    session.flush()
    return made


def _check_period(first: date, last: date, today: date) -> None:
    if last < first:
        raise Invalid("最后一天不能早于第一天", "last_day")
    if last > today:
        raise Invalid("只能回访到今天为止的期间", "last_day")
    if last - first > LONGEST:
        raise Invalid("一次回访的期间最多一年", "first_day")


def _record(
    session: Session, kind: str, one: CallBack, actor: User, now: datetime, said: Mapping[str, Any]
) -> None:
    payload = {
        "project": one.project.seq,
        "first_day": one.first_day,
        "last_day": one.last_day,
        **said,
    }
    ledger.append(
        session, kind=kind, subject=f"callback:{one.id}", actor_id=actor.id, at=now, payload=payload
    )
