"""The monthly summary (每月工作汇总): the contract's four headings, begun from the data of the month.

What is counted here is counted once for all projects, in a fixed number of queries; the manager edits the
texts, the table of projects goes into the document as it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.access import projects_seen
from app.duties.queries import in_state, occurrences_seen
from app.duties.words import project_text
from app.residents.queries import attendance_figures
from app.residents.roster import posts
from models.amendments import Amendment
from models.contract import InterpretationVersion, Obligation, Posting, Project
from models.duties import CycleChange, DeclaredPeriod, Occurrence
from models.people import User
from models.residents import PostingMember
from models.tickets import Ticket
from sla.figures import Figure, total
from sla.interpretations import KEYS
from sla.obligations import MEASURED_AS
from sla.vocab import Indicator, OccurrenceState, TicketKind
from sla.when import day_of, month_bounds, month_of, next_month

DUTY = "每月工作汇总"
HEADINGS = (
    ("progress", "项目进度执行情况"),
    ("finished", "已完成的项目内容"),
    ("people", "人员配置情况"),
    ("changes", "项目变更情况"),
)
# As the figures of the month count them (F4).
INSPECTIONS = [kind for kind, indicator in MEASURED_AS.items() if indicator is Indicator.INSPECTION]
NAMED = 12  # projects named in a text; the table has them all
_LATE = (OccurrenceState.LATE, OccurrenceState.MISSED)


@dataclass(frozen=True)
class ProjectLine:
    """One project in the table: tickets opened and closed, duties done of those due, people present."""

    project: Project
    opened: int
    closed: int
    inspections: Counter[OccurrenceState]
    others: Counter[OccurrenceState]
    attendance: Figure | None


@dataclass(frozen=True)
class Prefilled:
    """What the data of a month say: a text for each heading, and the table."""

    texts: dict[str, str]
    lines: list[ProjectLine]


def is_summary(obligation: Obligation) -> bool:
    """Tell whether a duty is the monthly summary of the whole contract."""
    return obligation.project_id is None and obligation.what == DUTY


def months_of(occurrence: Occurrence) -> list[date]:
    """Return the months a summary may be about: that of its window, and the one before."""
    own = month_of(occurrence.opens_at)
    return [own, (own - timedelta(days=1)).replace(day=1)]


def prefill(session: Session, viewer: User, month: date, now: datetime) -> Prefilled:
    """Return what is known of a month, within the viewer's scope (S1), as things stand at ``now``."""
    duties = _duties(session, viewer, month, now)
    opened, closed, kinds, still_open = _tickets(session, viewer, month, now)
    scope = projects_seen(viewer, day_of(now))
    projects = session.scalars(
        select(Project).where(scope).options(joinedload(Project.unit)).order_by(Project.seq)
    ).all()
    until = min(next_month(month), max(day_of(now), month))
    rates = attendance_figures(session, month, [one.id for one in projects], until=until)
    lines = [
        ProjectLine(
            one,
            opened[one.id],
            closed[one.id],
            duties[one.id, True],
            duties[one.id, False],
            rates.get(one.seq),
        )
        for one in projects
    ]
    texts = {
        "progress": _progress(duties, lines),
        "finished": _finished(lines, kinds, still_open, duties),
        "people": _people(session, month, now, scope, rates),
        "changes": _changes(session, month),
    }
    return Prefilled(texts, lines)


# -- the texts ----------------------------------------------------------------------------------------


def _progress(duties: Duties, lines: list[ProjectLine]) -> str:
    said = []
    for name, inspections in (("巡检", True), ("其他应办", False)):
        every = sum((states for (_, flag), states in duties.items() if flag is inspections), Counter())
        said.append(f"{name}应完成 {every.total()} 次：{_states(every)}。")
    behind = [
        f"第 {line.project.seq} 项 {number} 次"
        for line in lines
        if (number := sum(line.inspections[state] + line.others[state] for state in _LATE))
    ]
    said.append(f"有未按时完成的项目：{_named(behind)}。" if behind else "各项目没有未按时完成的应办。")
    return "\n".join(said)


def _finished(lines: list[ProjectLine], kinds: Counter[TicketKind], still_open: int, duties: Duties) -> str:
    opened, closed = sum(line.opened for line in lines), sum(line.closed for line in lines)
    by_kind = "、".join(f"{kind.label} {kinds[kind]} 张" for kind in TicketKind if kinds[kind])
    said = [f"登记工单 {opened} 张" + (f"（{by_kind}）" if by_kind else "") + "。"]
    said.append(f"关闭工单 {closed} 张，目前未结 {still_open} 张。")
    busy = sorted((line for line in lines if line.opened), key=lambda line: -line.opened)
    if busy:
        said.append(
            "按项目：" + _named([f"第 {line.project.seq} 项 {line.opened} 张" for line in busy]) + "。"
        )
    inspected = sum(
        states[OccurrenceState.DONE] + states[OccurrenceState.LATE]
        for (_, flag), states in duties.items()
        if flag
    )
    said.append(f"完成巡检 {inspected} 次。")
    return "\n".join(said)


def _people(
    session: Session, month: date, now: datetime, scope: ColumnElement[bool], rates: dict[int, Figure]
) -> str:
    after = next_month(month)
    members = session.scalars(
        select(PostingMember)
        .join(PostingMember.posting)
        .join(Project, Posting.project_id == Project.id)
        .join(PostingMember.user)
        .options(contains_eager(PostingMember.user), contains_eager(PostingMember.posting))
        .where(
            scope,
            PostingMember.from_day < after,
            or_(PostingMember.until_day.is_(None), PostingMember.until_day > month),
        )
        .order_by(PostingMember.from_day, PostingMember.id)
    ).all()
    last = min(after - timedelta(days=1), max(day_of(now), month))
    there = {one.user_id for one in members if one.from_day <= last and (one.until_day or after) > last}
    heads = sum(post.rules.heads_on(last) for post in posts(session, scope))
    said = [f"合同要求驻场 {heads} 人，{last} 在岗位上的有 {len(there)} 人。"]
    whole = total(rates.values())
    if whole.rate is not None:
        said.append(f"出勤率 {whole.rate}%（{whole.met / 2:g}/{whole.total / 2:g} 人天）。")
    came = [one.user.name for one in members if month <= one.from_day]
    left = [one.user.name for one in members if one.until_day is not None and one.until_day < after]
    said.append(f"本月到岗：{_named(came)}。" if came else "本月没有新到岗的人员。")
    said.append(f"本月离岗：{_named(left)}。" if left else "本月没有离岗的人员。")
    return "\n".join(said)


def _changes(session: Session, month: date) -> str:
    start, end = month_bounds(month)
    after = next_month(month)
    said = []
    for one in session.scalars(
        select(InterpretationVersion)
        .where(InterpretationVersion.from_day >= month, InterpretationVersion.from_day < after)
        .order_by(InterpretationVersion.from_day, InterpretationVersion.id)
    ):
        label = next((key.label for key in KEYS if key.name == one.key), one.key)
        said.append(f"{one.from_day} 起约定口径「{label}」。")
    amended = select(Amendment).where(
        Amendment.confirmed_at.is_not(None),
        Amendment.withdrawn_at.is_(None),
        Amendment.from_day >= month,
        Amendment.from_day < after,
    )
    documents = session.scalars(amended.order_by(Amendment.from_day, Amendment.id))
    said += [f"{document.name}从 {document.from_day} 起执行。" for document in documents]
    changes = select(CycleChange).where(
        or_(
            and_(CycleChange.approved_at >= start, CycleChange.approved_at < end),
            and_(CycleChange.from_day >= month, CycleChange.from_day < after),
        )
    )
    options = joinedload(CycleChange.obligation).joinedload(Obligation.project)
    for change in session.scalars(changes.options(options).order_by(CycleChange.from_day, CycleChange.id)):
        of = project_text(change.obligation.project)
        said.append(f"{of}「{change.obligation.what}」从 {change.from_day} 起改为{change.cycle.label}。")
    for period in session.scalars(
        select(DeclaredPeriod)
        .where(
            DeclaredPeriod.withdrawn_at.is_(None),
            DeclaredPeriod.first_day < after,
            DeclaredPeriod.last_day >= month,
        )
        .order_by(DeclaredPeriod.first_day, DeclaredPeriod.id)
    ):
        days = f"{period.first_day} 至 {period.last_day}"
        said.append(f"{period.kind.label}「{period.name}」：{days}。")
    return "\n".join(said) or "本月没有变更。"


# -- the counts ---------------------------------------------------------------------------------------

Duties = defaultdict[tuple[int | None, bool], Counter[OccurrenceState]]


def _duties(session: Session, viewer: User, month: date, now: datetime) -> Duties:
    """Count the occurrences that close in a month, by project, inspection or not, and state (F1)."""
    start, end = month_bounds(month)
    state, inspection = in_state(now).label("state"), Obligation.kind.in_(INSPECTIONS).label("inspection")
    rows = session.execute(
        select(Occurrence.project_id, inspection, state, func.count())
        .join(Occurrence.obligation)
        .where(
            occurrences_seen(viewer, day_of(now)), Occurrence.closes_at > start, Occurrence.closes_at <= end
        )
        .group_by(Occurrence.project_id, inspection, state)
    )
    found: Duties = defaultdict(Counter)
    for project_id, flag, word, number in rows:
        found[project_id, bool(flag)][OccurrenceState(word)] += number
    return found


def _tickets(
    session: Session, viewer: User, month: date, now: datetime
) -> tuple[Counter[int], Counter[int], Counter[TicketKind], int]:
    """Count the tickets opened and closed in a month by project, those opened by kind, and those open now."""
    start, end = month_bounds(month)
    new = and_(Ticket.opened_at >= start, Ticket.opened_at < end)
    ended = and_(Ticket.closed_at >= start, Ticket.closed_at < end)
    still = and_(Ticket.opened_at < end, Ticket.closed_at.is_(None), Ticket.cancelled_at.is_(None))
    many_new, many_ended, many_open = (func.count(case((condition, 1))) for condition in (new, ended, still))
    rows = session.execute(
        select(Ticket.project_id, Ticket.kind, many_new, many_ended, many_open)
        .join(Ticket.project)
        .where(projects_seen(viewer, day_of(now)), or_(new, ended, still))
        .group_by(Ticket.project_id, Ticket.kind)
    )
    opened, closed, kinds, open_ones = Counter[int](), Counter[int](), Counter[TicketKind](), 0
    for project_id, kind, came, went, left in rows:
        opened[project_id] += came
        closed[project_id] += went
        kinds[kind] += came
        open_ones += left
    return opened, closed, kinds, open_ones


def _states(states: Counter[OccurrenceState]) -> str:
    return (
        "，".join(f"{state.label} {states[state]} 次" for state in OccurrenceState if states[state]) or "无"
    )


def _named(names: list[str]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more
