"""What of the residents waits: leaves, months of attendance, objections to answer, replacements asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, ScalarSelect, Select, select
from sqlalchemy.orm import Session, joinedload

from app.contract.queries import calendar
from app.paging import Page
from app.residents import leaves, roster, service
from app.residents.queries import roll
from app.residents.roster import Post, postings_seen
from app.waiting.kind import Desk, Item, counted, sliced
from app.waiting.works import number_in
from models.contract import Posting, Project, ProjectService, Unit
from models.people import User
from models.residents import AttendanceMonth, Leave, PostingMember, ReplacementRequest
from sla.attendance import PostingRules, figure, required_days
from sla.errors import Forbidden, Invalid, NotFound
from sla.vocab import Standing
from sla.when import day_of, next_month, parse_month, start_of

ONE_DAY = timedelta(days=1)
LONGEST_HOLIDAY = 12  # days; a longer part of a month has a day that is worked
NO_MONTH = "没有这个岗位的出勤，或您无权查看"


# -- leaves ---------------------------------------------------------------------------------------------


def find_leaves(desk: Desk, page: int, size: int) -> Page[Item]:
    """Find the leaves nobody has decided about."""
    held = joinedload(Leave.member)
    query = (
        _with_project(_pending(desk.viewer, desk.now))
        .options(held.joinedload(PostingMember.user), joinedload(Leave.substitute))
        .order_by(Leave.asked_at, Leave.id)
    )
    return sliced([_leave_item(one, project) for one, project in desk.session.execute(query)], page, size)


def decide_leave(
    session: Session, actor: User, key: str, confirmed: bool, reason: str, now: datetime
) -> None:
    """Approve or refuse a leave; the key is its number and whom the page showed as the substitute."""
    leave_id, substitute = _leave_key(key)
    found = roster.leave(session, actor, day_of(now), leave_id)
    if found.member.user_id == actor.id:
        raise Forbidden("自己的请假要由别人批准")
    standing = Standing.CONFIRMED if confirmed else Standing.REJECTED
    leaves.decide(session, actor, found, standing, reason, now, substitute_id=substitute)


def hold_leaves(session: Session, keys: Sequence[str]) -> None:
    """Lock the postings of several leaves, in one order."""
    ids = {_leave_key(key)[0] for key in keys}
    of = select(PostingMember.posting_id).join(Leave, Leave.member_id == PostingMember.id)
    _lock(session, Posting.id.in_(of.where(Leave.id.in_(ids))))


def count_leaves(viewer: User, now: datetime) -> ScalarSelect[int]:
    return counted(_pending(viewer, now))


def _pending(viewer: User, now: datetime) -> Select[Leave]:
    seen = select(Posting.id).where(postings_seen(viewer, day_of(now)))
    return (
        select(Leave)
        .join(PostingMember, PostingMember.id == Leave.member_id)
        .where(
            Leave.standing == Standing.PENDING,
            PostingMember.posting_id.in_(seen),
            PostingMember.user_id != viewer.id,
        )
    )


def _leave_item(one: Leave, project: Project) -> Item:
    name = one.member.user.name
    cover = f"{one.substitute.name}顶岗算在岗" if one.substitute else "没有安排顶岗，那几天仍算缺岗"
    return Item(
        key=f"{one.id}-{one.substitute_id or 0}",
        title=f"{name}请假",
        path=url_for("residents.show", posting_id=one.member.posting_id, month=f"{one.first_day:%Y-%m}")
        + "#leaves",
        who=name,
        since=one.asked_at,
        project=project,
        said=(
            f"{one.first_day} {one.first_half.label} 至 {one.last_day} {one.last_half.label}",
            f"事由：{one.reason}",
        ),
        effects=(f"批准后：{cover}；不批准：本人不到就是缺岗",),
    )


def _leave_key(key: str) -> tuple[int, int | None]:
    leave_id, _, substitute = key.partition("-")
    return number_in(leave_id), number_in(substitute or "0") or None


# -- months of attendance ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenMonth:
    """A month of a posting that is over and not confirmed; ``word`` is the unit's objection, if any."""

    post: Post
    month: date
    word: AttendanceMonth | None


def find_months(desk: Desk, page: int, size: int) -> Page[Item]:
    """Find the months that are over and about which the unit has not spoken."""
    mine = [one for one in _open_months(desk) if one.word is None]
    found = sliced(mine, page, size)
    return Page(_month_items(desk, found.items), found.page, found.total, size)


def find_objections(desk: Desk, page: int, size: int) -> Page[Item]:
    """Find the months that the unit objected to: the manager corrects them, the unit confirms."""
    return sliced([_objection(one) for one in _open_months(desk) if one.word is not None], page, size)


def decide_month(
    session: Session, actor: User, key: str, confirmed: bool, reason: str, now: datetime
) -> AttendanceMonth:
    """Confirm a posting's month or object to it; the key is the posting and the month."""
    posting_id, month = _month_key(key)
    post = roster.post(session, actor, day_of(now), posting_id)
    standing = Standing.CONFIRMED if confirmed else Standing.REJECTED
    return service.decide_month(session, actor, post, month, standing, reason, now)


def hold_months(session: Session, keys: Sequence[str]) -> None:
    """Lock the postings of several months, in one order."""
    _lock(session, Posting.id.in_({_month_key(key)[0] for key in keys}))


def postings(viewer: User, now: datetime) -> ScalarSelect[int]:
    """Count the postings in scope: without any there are no months to confirm."""
    return counted(select(Posting).where(postings_seen(viewer, day_of(now))))


def number_of_months(desk: Desk) -> int:
    return sum(one.word is None for one in _open_months(desk))


def number_of_objections(desk: Desk) -> int:
    return sum(one.word is not None for one in _open_months(desk))


def _open_months(desk: Desk) -> list[OpenMonth]:
    found: list[OpenMonth] = desk.once("months", lambda: _read_months(desk))
    return found


def _read_months(desk: Desk) -> list[OpenMonth]:
    """Return the months of postings that are over and not confirmed, the oldest first."""
    today = day_of(desk.now)
    rows = desk.session.execute(
        select(Posting, Project, ProjectService.starts_on, ProjectService.ends_on, AttendanceMonth)
        .join(Project, Project.id == Posting.project_id)
        .join(ProjectService, ProjectService.project_id == Posting.project_id)
        .outerjoin(AttendanceMonth, AttendanceMonth.posting_id == Posting.id)
        .options(joinedload(Project.unit).joinedload(Unit.parent))
        .where(postings_seen(desk.viewer, today), ProjectService.starts_on < today.replace(day=1))
        .order_by(Project.seq, Posting.id, ProjectService.starts_on)
    ).all()
    spoken: list[AttendanceMonth | None] = [row[-1] for row in rows]
    words = {(one.posting_id, one.month): one for one in spoken if one is not None}
    spans: dict[int, set[tuple[date, date]]] = defaultdict(set)
    for posting, _project, starts, ends, _word in rows:
        spans[posting.id].add((starts, ends))
    months: dict[tuple[int, date], Post] = {}
    for posting, project, starts, ends, _word in rows:
        rules = PostingRules(posting.heads, posting.pattern, tuple(sorted(spans[posting.id])))
        month = starts.replace(day=1)
        while next_month(month) <= today and month < ends:
            if (posting.id, month) not in months and _is_required(desk, rules, (starts, ends), month):
                months[posting.id, month] = Post(posting, project, rules)
            month = next_month(month)
    found = [OpenMonth(post, key[1], words.get(key)) for key, post in months.items()]
    open_ones = [one for one in found if one.word is None or one.word.standing is not Standing.CONFIRMED]
    return sorted(open_ones, key=lambda one: (one.month, one.post.project.seq, one.post.id))


def _is_required(desk: Desk, rules: PostingRules, span: tuple[date, date], month: date) -> bool:
    """Tell whether anybody had to be there; only a short part of a month needs a look at the calendar."""
    first, end = max(month, span[0]), min(next_month(month), span[1])
    if (end - first).days > LONGEST_HOLIDAY:
        return True
    known = desk.once("calendar", lambda: calendar(desk.session))
    return bool(required_days(rules, first, end, known))


def _month_items(desk: Desk, shown: Sequence[OpenMonth]) -> list[Item]:
    if not shown:
        return []
    known = roll(desk.session, shown[0].month, next_month(shown[-1].month))
    items = []
    for one in shown:
        end, there = next_month(one.month), known.counts(one.post.id)
        found = figure(one.post.rules, there, one.month, end, desk.book.calendar)
        items.append(
            Item(
                key=f"{one.post.id}-{one.month:%Y-%m}",
                title=f"{one.month.year} 年 {one.month.month} 月出勤",
                path=_month_path(one),
                who="驻场人员",
                since=start_of(end),
                project=one.post.project,
                said=(f"到岗率 {found.rate}%（{found.met}/{found.total} 个半天）",),
                effects=("确认后这个月的出勤不再改动；有异议由项目经理核对更正",),
            )
        )
    return items


def _objection(one: OpenMonth) -> Item:
    assert one.word is not None
    return Item(
        key=f"{one.post.id}-{one.month:%Y-%m}",
        title=f"{one.month.year} 年 {one.month.month} 月出勤有异议",
        path=_month_path(one),
        who=one.post.project.unit.name,
        since=one.word.decided_at,
        project=one.post.project,
        said=(one.word.remark,),
    )


def _month_path(one: OpenMonth) -> str:
    return url_for("residents.show", posting_id=one.post.id, month=f"{one.month:%Y-%m}")


def _month_key(key: str) -> tuple[int, date]:
    posting, _, month = key.partition("-")
    try:
        return number_in(posting), parse_month(month)
    except Invalid:
        raise NotFound(NO_MONTH) from None


# -- replacements -----------------------------------------------------------------------------------------


def find_replacements(desk: Desk, page: int, size: int) -> Page[Item]:
    """Find the requests for somebody else that the supplier has not answered (contract, article 8)."""
    held = joinedload(ReplacementRequest.member)
    query = (
        _with_project(_unanswered(desk.viewer, desk.now))
        .options(held.joinedload(PostingMember.user), joinedload(ReplacementRequest.asked_by))
        .order_by(ReplacementRequest.asked_at, ReplacementRequest.id)
    )
    rows = desk.session.execute(query)
    return sliced([_replacement_item(one, project) for one, project in rows], page, size)


def count_replacements(viewer: User, now: datetime) -> ScalarSelect[int]:
    return counted(_unanswered(viewer, now))


def _unanswered(viewer: User, now: datetime) -> Select[ReplacementRequest]:
    seen = select(Posting.id).where(postings_seen(viewer, day_of(now)))
    return (
        select(ReplacementRequest)
        .join(PostingMember, PostingMember.id == ReplacementRequest.member_id)
        .where(ReplacementRequest.answered_at.is_(None), PostingMember.posting_id.in_(seen))
    )


def _replacement_item(one: ReplacementRequest, project: Project) -> Item:
    return Item(
        key=str(one.id),
        title=f"更换{one.member.user.name}",
        path=url_for("residents.member", member_id=one.member_id),
        who=one.asked_by.name,
        since=one.asked_at,
        project=project,
        said=(one.reason,),
    )


def _with_project(query: Select[Any]) -> Select[Any, Project]:
    """Return a query about members with the project of each posting beside it."""
    return (
        query.add_columns(Project)
        .join(Posting, Posting.id == PostingMember.posting_id)
        .join(Project, Project.id == Posting.project_id)
        .options(joinedload(Project.unit))
    )


def _lock(session: Session, which: ColumnElement[bool]) -> None:
    session.scalars(select(Posting.id).where(which).order_by(Posting.id).with_for_update()).all()
