"""Reading attachments: who may see the thing may see its files, and nobody else (S1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, and_, cast, false, literal, not_, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.access import own_units, projects_seen
from app.duties.queries import works_seen
from models.acceptance import Acceptance, GroupMember
from models.amendments import Amendment
from models.callbacks import CallBack
from models.contract import Equipment, Posting, Project
from models.duties import Work, WorkLine
from models.files import Attachment
from models.papers import Paper
from models.people import User
from models.residents import PostingMember
from models.tickets import Ticket
from sla.errors import Forbidden, NotFound
from sla.vocab import PaperKind, Role
from sla.when import day_of


def attachments_seen(viewer: User, now: datetime) -> ColumnElement[bool]:
    """Return the condition on ``Attachment`` that this viewer's scope puts (S1): that of its owner.

    The papers of somebody on a posting are not for the colleagues: an engineer sees the own ones.
    A draft of a work is its author's alone, and so are its photos.
    """
    if viewer.role is Role.ADMIN:
        return false()
    today = day_of(now)
    projects = select(Project.id).where(projects_seen(viewer, today))
    members = select(PostingMember.id).join(Posting).where(Posting.project_id.in_(projects))
    if viewer.role is Role.ENGINEER:
        members = select(PostingMember.id).where(PostingMember.user_id == viewer.id)
    if viewer.role is Role.HOTLINE:
        members = members.where(false())
    finished = or_(Work.finished_at.is_not(None), Work.by_id == viewer.id)
    works = select(Work.id).where(works_seen(viewer, today), finished)
    return or_(
        Attachment.ticket_id.in_(select(Ticket.id).where(Ticket.project_id.in_(projects))),
        Attachment.work_id.in_(works),
        Attachment.posting_member_id.in_(members),
        Attachment.equipment_id.in_(select(Equipment.id).where(Equipment.project_id.in_(projects))),
        Attachment.paper_id.in_(select(Paper.id).where(papers_seen(viewer, today))),
    )


def papers_seen(viewer: User, today: date) -> ColumnElement[bool]:
    """Return the condition on ``Paper`` that this viewer's scope puts (S1).

    Those of a project are for whoever sees the project, except the hotline; those of a unit (its opinion, its
    score sheet) for its contacts; those of the whole contract (money, acceptance) for the two parties and
    the auditor. A contact in the group of an acceptance reads every paper of that round and the dossier it
    judges. What a draft of a document rests on is the bureau's, and the record of a call-back not for the
    supplier before it is answered.
    """
    if viewer.role is Role.BUREAU:
        return true()
    if viewer.role is Role.AUDITOR:
        return not_(_of_draft())
    if viewer.role is Role.MANAGER:
        return not_(_of_draft()) & not_(_of_open_call_back())
    if viewer.role is Role.HOTLINE:
        return false()
    of_projects = Paper.project_id.in_(select(Project.id).where(projects_seen(viewer, today)))
    if viewer.role is Role.ENGINEER:
        return of_projects & not_(_of_open_call_back())
    if viewer.role is Role.CONTACT:
        return or_(of_projects, Paper.unit_id.in_(own_units(viewer)), _of_own_rounds(viewer))
    return of_projects


def _of_own_rounds(viewer: User) -> ColumnElement[bool]:
    """Return the condition on ``Paper`` that it belongs to a round whose group somebody is in (P2): what was
    signed in it, and the dossier of its year."""
    own = GroupMember.user_id == viewer.id, GroupMember.removed_at.is_(None)
    rounds = select(literal("acceptance:") + cast(GroupMember.acceptance_id, String)).where(*own)
    years = select(literal("service_year:") + cast(Acceptance.service_year_id, String))
    years = years.join(GroupMember, GroupMember.acceptance_id == Acceptance.id).where(*own)
    dossier = and_(Paper.kind == PaperKind.DOSSIER, Paper.subject.in_(years))
    return or_(Paper.subject.in_(rounds), dossier)


def _of_draft() -> ColumnElement[bool]:
    """Return the condition that a paper came with a document that is not handed in."""
    drafts = select("amendment:" + cast(Amendment.id, String)).where(Amendment.entered_at.is_(None))
    return (Paper.kind == PaperKind.AMENDMENT) & Paper.subject.in_(drafts)


def _of_open_call_back() -> ColumnElement[bool]:
    """Return the condition that a paper is the record of a call-back nobody has answered."""
    unanswered = select("callback:" + cast(CallBack.id, String)).where(~CallBack.answers.any())
    return (Paper.kind == PaperKind.CALLBACK) & Paper.subject.in_(unanswered)


def attachment(session: Session, viewer: User, attachment_id: int, now: datetime) -> Attachment:
    """Return one attachment; out of scope is the same as not there (S1)."""
    found = session.scalar(
        select(Attachment).where(Attachment.id == attachment_id, attachments_seen(viewer, now))
    )
    if found is None:
        raise NotFound("没有这个文件，或您无权查看")
    return found


def of_ticket(session: Session, viewer: User, ticket_id: int, now: datetime) -> Sequence[Attachment]:
    """Return the files of a ticket, with the photos of the inspection lines that opened it (O4)."""
    lines = select(WorkLine.id).where(WorkLine.ticket_id == ticket_id)
    mine = or_(Attachment.ticket_id == ticket_id, Attachment.line_id.in_(lines))
    return _listed(session, viewer, mine, now)


def of_work(session: Session, viewer: User, work_id: int, now: datetime) -> Sequence[Attachment]:
    """Return the files of a work, those of its lines among them."""
    return _listed(session, viewer, Attachment.work_id == work_id, now)


def of_works(
    session: Session, viewer: User, work_ids: Iterable[int], now: datetime
) -> dict[int, list[Attachment]]:
    """Return the files of several works in one query, by work."""
    found: dict[int, list[Attachment]] = defaultdict(list)
    for one in _listed(session, viewer, Attachment.work_id.in_(list(work_ids)), now):
        assert one.work_id is not None
        found[one.work_id].append(one)
    return dict(found)


def of_member(session: Session, viewer: User, member_id: int, now: datetime) -> Sequence[Attachment]:
    """Return the papers of somebody on a posting."""
    return _listed(session, viewer, Attachment.posting_member_id == member_id, now)


def of_equipment(session: Session, viewer: User, equipment_id: int, now: datetime) -> Sequence[Attachment]:
    """Return the files of a device."""
    return _listed(session, viewer, Attachment.equipment_id == equipment_id, now)


def of_paper(session: Session, viewer: User, paper_id: int, now: datetime) -> Sequence[Attachment]:
    """Return the files of one paper."""
    return _listed(session, viewer, Attachment.paper_id == paper_id, now)


def of_papers(
    session: Session, viewer: User, subject: str, now: datetime
) -> list[tuple[Paper, list[Attachment]]]:
    """Return the papers about a subject that this viewer may see, each with its files, in two queries."""
    return of_subjects(session, viewer, [subject], now).get(subject, [])


def of_subjects(
    session: Session, viewer: User, subjects: Sequence[str], now: datetime
) -> dict[str, list[tuple[Paper, list[Attachment]]]]:
    """Return the papers about several subjects, as ``of_papers`` does, by subject."""
    seen = select(Paper).where(Paper.subject.in_(subjects), papers_seen(viewer, day_of(now)))
    papers = session.scalars(seen.options(joinedload(Paper.created_by)).order_by(Paper.id)).all()
    files: dict[int, list[Attachment]] = defaultdict(list)
    for one in _listed(session, viewer, Attachment.paper_id.in_([paper.id for paper in papers]), now):
        assert one.paper_id is not None
        files[one.paper_id].append(one)
    found: dict[str, list[tuple[Paper, list[Attachment]]]] = defaultdict(list)
    for paper in papers:
        found[paper.subject].append((paper, files[paper.id]))
    return dict(found)


def by_submission(session: Session, submission: str) -> Attachment | None:
    """Return the file that a repeated sending has already brought."""
    return session.scalar(select(Attachment).where(Attachment.submission == submission))


def ticket(session: Session, viewer: User, ticket_id: int, now: datetime) -> Ticket:
    """Return a ticket for attaching to it; out of scope is the same as not there (S1)."""
    found = session.scalar(
        select(Ticket).join(Project).where(Ticket.id == ticket_id, projects_seen(viewer, day_of(now)))
    )
    if found is None:
        raise NotFound("没有这张工单，或您无权查看")
    return found


def work(session: Session, viewer: User, work_id: int, now: datetime) -> Work:
    """Return a work for attaching to it; a draft is its author's alone (S1)."""
    found = session.scalar(
        select(Work).where(
            Work.id == work_id,
            works_seen(viewer, day_of(now)),
            or_(Work.finished_at.is_not(None), Work.by_id == viewer.id),
        )
    )
    if found is None:
        raise NotFound("没有这份记录，或您无权查看")
    return found


def member(session: Session, viewer: User, member_id: int, now: datetime) -> PostingMember:
    """Return somebody on a posting for attaching papers; an engineer finds only the own place (S1)."""
    scope = projects_seen(viewer, day_of(now))
    if viewer.role is Role.ENGINEER:
        scope = PostingMember.user_id == viewer.id
    if viewer.role is Role.HOTLINE:
        raise NotFound("没有这位驻场人员，或您无权查看")
    query = select(PostingMember).join(Posting).join(Project, Project.id == Posting.project_id)
    found = session.scalar(query.where(PostingMember.id == member_id, scope))
    if found is None:
        raise NotFound("没有这位驻场人员，或您无权查看")
    return found


def paper(session: Session, viewer: User, paper_id: int, now: datetime) -> Paper:
    """Return a paper for attaching to it; out of scope is the same as not there, what is only read is
    ``Forbidden`` (S1)."""
    found = session.scalar(select(Paper).where(Paper.id == paper_id, papers_seen(viewer, day_of(now))))
    if found is None:
        raise NotFound("没有这份文件，或您无权查看")
    if viewer.role is Role.CONTACT and not _is_own(session, viewer, found):
        raise Forbidden("验收小组成员只能查看这份文件，附件由局方和乙方上传")
    return found


def _is_own(session: Session, viewer: User, of: Paper) -> bool:
    """Tell whether a paper is about the unit somebody speaks for: who is in a group only reads the rest."""
    units = set(session.scalars(own_units(viewer)))
    return of.unit_id in units or (of.project is not None and of.project.unit_id in units)


def equipment(session: Session, viewer: User, equipment_id: int, now: datetime) -> Equipment:
    """Return a device for attaching to it; out of scope is the same as not there (S1)."""
    found = session.scalar(
        select(Equipment)
        .join(Project)
        .where(Equipment.id == equipment_id, projects_seen(viewer, day_of(now)))
    )
    if found is None:
        raise NotFound("没有这台设备，或您无权查看")
    return found


def _listed(
    session: Session, viewer: User, which: ColumnElement[bool], now: datetime
) -> Sequence[Attachment]:
    query = select(Attachment).where(which, attachments_seen(viewer, now))
    return session.scalars(query.options(joinedload(Attachment.uploaded_by)).order_by(Attachment.id)).all()
