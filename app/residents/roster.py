"""Who may see which postings (S1), and who holds them: members, leaves, requests, the units' words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import projects_seen
from app.amendments.inforce import read_establishments
from models.contract import Posting, Project, Unit
from models.people import User
from models.residents import AttendanceMonth, Leave, PostingMember, ReplacementRequest
from sla.attendance import Establishment, PostingRules
from sla.errors import NotFound
from sla.vocab import Role, Standing

Condition = ColumnElement[bool]
Establishments = Mapping[int, tuple[Establishment, ...]]
EVERYTHING: Condition = true()


@dataclass(frozen=True)
class Post:
    """A posting with its project and its rules."""

    posting: Posting
    project: Project
    rules: PostingRules

    @property
    def id(self) -> int:
        return self.posting.id


# -- scope ------------------------------------------------------------------------------------------


def postings_seen(viewer: User, today: date) -> Condition:
    """Return the condition on ``Posting`` that this viewer's scope puts (S1).

    An engineer sees the postings held or to be held, and those they stand in for; everybody else those
    of the projects they see.
    """
    if viewer.role is not Role.ENGINEER:
        return Posting.project_id.in_(select(Project.id).where(projects_seen(viewer, today)))
    own = select(PostingMember.posting_id).where(PostingMember.user_id == viewer.id, not_over(today))
    stood_in = (
        select(PostingMember.posting_id)
        .join(Leave)
        .where(
            Leave.substitute_id == viewer.id,
            Leave.standing == Standing.CONFIRMED,
            Leave.last_day >= today,
        )
    )
    return or_(Posting.id.in_(own), Posting.id.in_(stood_in))


def not_over(today: date) -> Condition:
    return or_(PostingMember.until_day.is_(None), PostingMember.until_day > today)


def posts(
    session: Session, scope: Condition = EVERYTHING, changes: Establishments | None = None
) -> list[Post]:
    """Return the postings in scope, in the tender's order; ``changes`` in place of those of the documents."""
    found = session.execute(
        select(Posting, Project)
        .join(Project, Posting.project_id == Project.id)
        .options(joinedload(Project.unit).joinedload(Unit.parent), selectinload(Project.services))
        .where(scope)
        .order_by(Project.seq, Posting.id)
    )
    changes = read_establishments(session) if changes is None else changes
    return [
        Post(posting, project, _rules(posting, project, changes.get(posting.id, ())))
        for posting, project in found
    ]


def _rules(posting: Posting, project: Project, changes: tuple[Establishment, ...]) -> PostingRules:
    service = tuple((one.starts_on, one.ends_on) for one in project.services)
    return PostingRules(posting.heads, posting.pattern, service, changes)


def residents_on(project: Project, held: Sequence[Post], day: date) -> int:
    """Return how many residents a row asks for on a day: the tender's number, and what documents changed."""
    return project.residents + sum(one.rules.heads_on(day) - one.rules.heads for one in held)


def post(session: Session, viewer: User, today: date, posting_id: int) -> Post:
    """Return one posting; one the viewer does not see is ``NotFound``."""
    found = posts(session, and_(Posting.id == posting_id, postings_seen(viewer, today)))
    if not found:
        raise NotFound("没有这个驻场岗位，或您无权查看")
    return found[0]


def member(session: Session, viewer: User, today: date, member_id: int) -> PostingMember:
    """Return somebody's time on a posting in scope; an engineer sees only the own."""
    own = PostingMember.user_id == viewer.id
    scope = own if viewer.role is Role.ENGINEER else _member_of(postings_seen(viewer, today))
    found: PostingMember | None = session.scalar(_members_query().where(PostingMember.id == member_id, scope))
    if found is None:
        raise NotFound("没有这条驻场人员记录，或您无权查看")
    return found


def _member_of(scope: Condition) -> Condition:
    return PostingMember.posting_id.in_(select(Posting.id).where(scope))


def _members_query() -> Select[PostingMember]:
    return select(PostingMember).options(joinedload(PostingMember.user), joinedload(PostingMember.posting))


def leave(session: Session, viewer: User, today: date, leave_id: int) -> Leave:
    """Return a leave of somebody the viewer sees; any other is ``NotFound``."""
    found = session.get(Leave, leave_id)
    if found is None:
        raise NotFound("没有这条请假记录，或您无权查看")
    member(session, viewer, today, found.member_id)
    return found


def replacement(session: Session, viewer: User, today: date, request_id: int) -> ReplacementRequest:
    """Return a request for somebody else in scope; any other is ``NotFound``."""
    found = session.get(ReplacementRequest, request_id)
    if found is None:
        raise NotFound("没有这条更换要求，或您无权查看")
    member(session, viewer, today, found.member_id)
    return found


# -- who and what ---------------------------------------------------------------------------------


def members(session: Session, posting_ids: Collection[int], first: date, end: date) -> list[PostingMember]:
    """Return who held the postings on some day of ``[first, end)``, earliest first."""
    return list(
        session.scalars(
            _members_query()
            .where(
                PostingMember.posting_id.in_(posting_ids),
                PostingMember.from_day < end,
                or_(PostingMember.until_day.is_(None), PostingMember.until_day > first),
            )
            .order_by(PostingMember.from_day, PostingMember.id)
        )
    )


def own_members(session: Session, person: User) -> Sequence[PostingMember]:
    """Return every posting somebody held, holds or will hold, the latest first."""
    return session.scalars(
        _members_query()
        .where(PostingMember.user_id == person.id)
        .order_by(PostingMember.from_day.desc(), PostingMember.id.desc())
    ).all()


def leaves(session: Session, condition: Condition) -> Sequence[Leave]:
    """Return leaves with the people concerned, the earliest day first."""
    return session.scalars(
        select(Leave)
        .join(PostingMember)
        .options(
            joinedload(Leave.member).joinedload(PostingMember.user),
            joinedload(Leave.substitute),
            joinedload(Leave.decided_by),
        )
        .where(condition)
        .order_by(Leave.first_day, Leave.id)
    ).all()


def leaves_of(
    session: Session, posting_ids: Collection[int], first: date = date.min, end: date = date.max
) -> Sequence[Leave]:
    """Return the leaves on postings that touch ``[first, end)``, the earliest day first."""
    return leaves(
        session,
        and_(PostingMember.posting_id.in_(posting_ids), Leave.first_day < end, Leave.last_day >= first),
    )


def pending_leaves(session: Session, viewer: User, today: date) -> Sequence[Leave]:
    """Return the leaves in scope that wait for the unit or the bureau."""
    return leaves(session, and_(Leave.standing == Standing.PENDING, _member_of(postings_seen(viewer, today))))


def requests(session: Session, member_ids: Collection[int]) -> Sequence[ReplacementRequest]:
    """Return the requests for somebody else about these members, the latest first."""
    return session.scalars(
        select(ReplacementRequest)
        .options(joinedload(ReplacementRequest.asked_by), joinedload(ReplacementRequest.answered_by))
        .where(ReplacementRequest.member_id.in_(member_ids))
        .order_by(ReplacementRequest.id.desc())
    ).all()


def word_of(session: Session, posting_id: int, month: date) -> AttendanceMonth | None:
    """Return the unit's word on a month of a posting, if there is one."""
    return session.scalar(
        select(AttendanceMonth)
        .options(joinedload(AttendanceMonth.decided_by))
        .where(AttendanceMonth.posting_id == posting_id, AttendanceMonth.month == month)
    )


def words_of(session: Session, posting_ids: Collection[int], month: date) -> dict[int, AttendanceMonth]:
    """Return the units' words on a month, by posting."""
    found = session.scalars(
        select(AttendanceMonth).where(
            AttendanceMonth.posting_id.in_(posting_ids), AttendanceMonth.month == month
        )
    )
    return {one.posting_id: one for one in found}


def engineers(session: Session) -> Sequence[User]:
    """Return the engineers in use: whom a manager may put on a posting or name as a substitute."""
    return session.scalars(
        select(User)
        .where(User.role == Role.ENGINEER, User.deactivated_at.is_(None))
        .order_by(User.name, User.id)
    ).all()
