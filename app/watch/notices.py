"""What people are told, in words, and to whom it goes: each thing once to each (S1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.watch.queries import NOT_TOLD, Audience, told_already
from models.duties import Occurrence, Work
from models.tickets import Ticket
from models.watch import Notice
from sla.alerts import Alert
from sla.clock import Clock
from sla.vocab import NoticeKind, Role
from sla.when import clock_text, day_of, start_of

NEWS = timedelta(days=7)  # what happened longer ago is on its page, and no news to anybody
LONGEST_TEXT = 200
SHOWN = 3  # duties named in one notice
WAITING = "/waiting"
DUE, MISSED = "/duties?show=due", "/duties?show=missed"

# Who is told of a ticket, by what it is: the engineer it was given to (or those of the project) always.
ROLES: dict[NoticeKind, tuple[Role, ...]] = {
    NoticeKind.HALF: (),
    NoticeKind.NEARLY: (Role.MANAGER, Role.HOTLINE),
    NoticeKind.BREACHED: (Role.MANAGER, Role.HOTLINE, Role.BUREAU, Role.CONTACT),
    NoticeKind.ACCEPTED: (Role.MANAGER, Role.CONTACT),
}


@dataclass(frozen=True)
class Telling:
    """One thing to tell. ``key`` makes it one and the same whoever notices it, and however often."""

    key: str
    kind: NoticeKind
    text: str
    path: str
    happened_at: datetime
    project_id: int | None = None


def tell(session: Session, people: Iterable[int], telling: Telling, now: datetime) -> int:
    """Tell people who have not been told yet; return how many that were. Old news is told nobody."""
    wanted = set(people)
    if telling.happened_at < now - NEWS or not wanted:
        return 0
    wanted -= told_already(session, wanted, telling.key)
    if not wanted:
        return 0
    rows = [
        {
            "user_id": user_id,
            "project_id": telling.project_id,
            "key": telling.key,
            "kind": telling.kind,
            "text": fit(telling.text),
            "path": telling.path,
            "happened_at": telling.happened_at,
            "created_at": now,
        }
        for user_id in sorted(wanted)
    ]
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Of two who notice it at once, the second finds it told.
    session.execute(insert(Notice).values(rows).on_conflict_do_nothing())
    return len(rows)


def tell_of_ticket(
    session: Session, audience: Audience, ticket: Ticket, telling: Telling, now: datetime
) -> int:
    """Tell those concerned of something about a ticket."""
    people = audience.engineers_of(ticket.project_id, ticket.assignee_id)
    for role in ROLES[telling.kind]:
        people = [*people, *_of_role(audience, role, ticket)]
    return tell(session, people, telling, now)


def _of_role(audience: Audience, role: Role, ticket: Ticket) -> list[int]:
    assert role not in NOT_TOLD
    return audience.contacts_of(ticket.project.unit) if role is Role.CONTACT else audience.roles[role]


def of_clock(ticket: Ticket, clock: Clock, alert: Alert) -> Telling:
    """Say how far a clock has run."""
    due = minute(clock.due_at)
    said = {
        NoticeKind.HALF: f"{clock.kind.label}时限已过半，应于 {due} 前完成",
        NoticeKind.NEARLY: f"{clock.kind.label}即将超时，应于 {due} 前完成",
        NoticeKind.BREACHED: f"{clock.kind.label}已超时，应于 {due} 前完成",
    }[alert.kind]
    return Telling(
        key=f"{alert.kind}:{ticket.id}:{clock.kind}:{clock.round}:{stamp(alert.at)}",
        kind=alert.kind,
        text=f"{ticket.number} {said}：{ticket.title}",
        path=ticket_path(ticket.id),
        happened_at=alert.at,
        project_id=ticket.project_id,
    )


def of_silence(ticket: Ticket, accepted_at: datetime) -> Telling:
    """Say that nobody objected, so that a recovery counts as accepted (C11)."""
    return Telling(
        key=f"accepted:{ticket.id}:{stamp(accepted_at)}",
        kind=NoticeKind.ACCEPTED,
        text=f"{ticket.number} 到 {until(accepted_at)} 没有异议，视为验收通过：{ticket.title}",
        path=ticket_path(ticket.id),
        happened_at=accepted_at,
        project_id=ticket.project_id,
    )


def of_duties(
    occurrences: Sequence[Occurrence], kind: NoticeKind, happened_at: datetime, closes_at: datetime
) -> Telling:
    """Say that duties of one project, or of the whole contract, are about to close, or closed undone."""
    project = occurrences[0].project
    whose = f"第 {project.seq} 项 {project.name}" if project else "合同整体"
    names = [one.obligation.what for one in occurrences]
    more = " 等" if len(names) > SHOWN else ""
    state = "将于" if kind is NoticeKind.DUTY_DUE else "未完成，已于"
    many = f"{len(names)} 项应办"
    return Telling(
        key=f"{kind}:{project.id if project else 0}:{stamp(happened_at)}:{stamp(closes_at)}",
        kind=kind,
        text=f"{whose}：{many}{state} {until(closes_at)} 到期（{'、'.join(names[:SHOWN])}{more}）",
        path=duties_path(occurrences, kind),
        happened_at=happened_at,
        project_id=project.id if project else None,
    )


def of_rejected(work: Work, one: Occurrence) -> Telling:
    """Say that a work was rejected after its duty had closed, which is therefore not done (O3)."""
    assert work.decided_at is not None
    whose = f"第 {one.project.seq} 项 {one.project.name}" if one.project else "合同整体"
    return Telling(
        key=f"rejected:{work.id}:{one.id}:{stamp(work.decided_at)}",
        kind=NoticeKind.DUTY_MISSED,
        text=f"{whose}：{work.obligation.what}的记录被驳回，{until(one.closes_at)} 到期的应办未完成",
        path=f"/duties/{one.id}",
        happened_at=work.decided_at,
        project_id=one.project_id,
    )


def of_missed(occurrences: Sequence[Occurrence], closes_at: datetime) -> Telling:
    """Say in one line, to who looks at all projects, what closed undone at one instant."""
    projects = {one.project_id for one in occurrences}
    return Telling(
        key=f"missed:{stamp(closes_at)}",
        kind=NoticeKind.DUTY_MISSED,
        text=f"截至 {until(closes_at)}，{len(projects)} 个项目共 {len(occurrences)} 项应办未完成",
        path=MISSED,
        happened_at=closes_at,
    )


def of_waiting(tickets: int, works: int, days: int, today: date, now: datetime) -> Telling:
    """Remind a contact of what waits about tickets and about works, once a day at most."""
    return Telling(
        key=f"waiting:{today}",
        kind=NoticeKind.WAITING,
        text=f"有 {tickets + works} 项等您确认，已超过 {days} 个工作日",
        path=WAITING,
        happened_at=now,
    )


def of_differences(numbers: Sequence[str], digest: str, now: datetime) -> Telling:
    """Say that stored results differ from what the events amount to."""
    named = "、".join(numbers[:SHOWN]) + (" 等" if len(numbers) > SHOWN else "")
    single = len(numbers) == 1
    return Telling(
        key=f"difference:{digest}",
        kind=NoticeKind.DIFFERENCE,
        text=f"夜间复核：{len(numbers)} 张已结工单的存储结果与重新推导不一致（{named}）",
        path=ticket_path(int(numbers[0].removeprefix("GD"))) if single else "/watch",
        happened_at=now,
    )


def of_findings(count: int, first: str, digest: str, now: datetime) -> Telling:
    """Say that the chain of evidence does not hold."""
    return Telling(
        key=f"ledger:{digest}",
        kind=NoticeKind.DIFFERENCE,
        text=f"夜间核验：存证链有 {count} 处问题，第一处：{first}",
        path="/watch",
        happened_at=now,
    )


def ticket_path(ticket_id: int) -> str:
    """Return the address of a ticket's page; the jobs run outside any request."""
    return f"/tickets/{ticket_id}"


def duties_path(occurrences: Sequence[Occurrence], kind: NoticeKind) -> str:
    """Return the address of the one duty, else of all such duties of its project or the contract."""
    if len(occurrences) == 1:
        return f"/duties/{occurrences[0].id}"
    if occurrences[0].project_id is None:
        return "/duties/contract"
    show = MISSED if kind is NoticeKind.DUTY_MISSED else DUE
    assert occurrences[0].project is not None
    return f"{show}&project={occurrences[0].project.seq}"


def minute(instant: datetime) -> str:
    """Write an instant to the minute, Shanghai."""
    return clock_text(instant)[:16]


def until(instant: datetime) -> str:
    """Write the end of something: midnight is 24:00 of the day that ends (T6)."""
    day = day_of(instant)
    if instant == start_of(day):
        return f"{day - timedelta(days=1)} 24:00"
    return minute(instant)


def stamp(instant: datetime) -> int:
    return int(instant.timestamp())


def fit(text: str) -> str:
    """Return a text that fits its column."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
