"""Asking for a report that takes a while, and carrying it on to its end. It is no business fact."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.reports import telling
from app.reports.choice import Choice
from app.reports.queries import jobs_of, scope_of
from app.watch.queries import affected
from models.people import User
from models.reports import ReportJob, ReportState
from sla.errors import Conflict, NotFound

MOST_UNFINISHED = 5  # of one person
MOST_ATTEMPTS = 3
TRY_AGAIN = timedelta(minutes=15)  # after a process that made one has gone
KEPT = timedelta(days=30)
LONGEST_ERROR = 400
_UNFINISHED = (ReportState.WAITING, ReportState.RUNNING)


def ask(session: Session, actor: User, choice: Choice, ending: str, now: datetime) -> ReportJob:
    """Ask for a file; what was asked for already and is not there yet is not asked for twice."""
    if ending not in choice.offer.formats:
        raise NotFound("这种报表没有这种格式")
    open_ones = session.scalars(jobs_of(actor).where(ReportJob.state.in_(_UNFINISHED))).all()
    for one in open_ones:
        same = (one.report, one.parameters, one.format)
        if same == (choice.offer.name, choice.arguments, ending):
            return one
    if len(open_ones) >= MOST_UNFINISHED:
        raise Conflict(f"您已有 {len(open_ones)} 份报表正在生成，请等其中一份完成")
    made = ReportJob(
        report=choice.offer.name,
        title=choice.title[:160],
        parameters=choice.arguments,
        format=ending,
        user=actor,
        scope=scope_of(session, actor, now),
        asked_at=now,
    )
    session.add(made)
    session.flush()
    return made


def claim(session: Session, now: datetime) -> ReportJob | None:
    """Take the report that has waited longest, or one whose maker has gone; one of many gets it."""
    gone = and_(ReportJob.state == ReportState.RUNNING, ReportJob.started_at <= now - TRY_AGAIN)
    given_up = select(ReportJob.id).where(gone, ReportJob.attempts >= MOST_ATTEMPTS)
    for job_id in session.scalars(given_up.order_by(ReportJob.id)).all():
        fail(session, job_id, "多次中断，没有完成，请重新生成", now)
    waiting = or_(ReportJob.state == ReportState.WAITING, gone)
    ids = session.scalars(select(ReportJob.id).where(waiting).order_by(ReportJob.asked_at, ReportJob.id))
    for job_id in ids.all():
        taken = update(ReportJob).where(ReportJob.id == job_id, waiting)
        anew = {"state": ReportState.RUNNING, "started_at": now, "progress": 0, "error": ""}
        if affected(session, taken.values(attempts=ReportJob.attempts + 1, **anew)) == 1:
            return session.get_one(ReportJob, job_id, populate_existing=True)
    return None


def tell(session: Session, job_id: int, percent: int) -> None:
    """Put down how far a report is."""
    mine = ReportJob.id == job_id, ReportJob.state == ReportState.RUNNING
    session.execute(update(ReportJob).where(*mine).values(progress=max(0, min(99, percent))))


def finish(session: Session, job_id: int, sha256: str, size: int, now: datetime) -> None:
    """Put down that the file is there, and tell who asked for it."""
    done = {"state": ReportState.DONE, "progress": 100, "finished_at": now, "sha256": sha256, "size": size}
    session.execute(update(ReportJob).where(ReportJob.id == job_id).values(**done))
    telling.ready(session, session.get_one(ReportJob, job_id), now)


def fail(session: Session, job_id: int, message: str, now: datetime) -> None:
    """Put down why there is no file, and tell who asked for it."""
    told = {"state": ReportState.FAILED, "finished_at": now, "error": message[:LONGEST_ERROR]}
    session.execute(update(ReportJob).where(ReportJob.id == job_id).values(**told))
    telling.failed(session, session.get_one(ReportJob, job_id), message, now)


def forget(session: Session, now: datetime) -> tuple[int, list[str]]:
    """Throw away what was asked for long ago; return how many, and the contents nothing names any more."""
    old = ReportJob.asked_at < now - KEPT
    named = set(session.scalars(select(ReportJob.sha256).where(old, ReportJob.sha256.is_not(None))))
    number = affected(session, delete(ReportJob).where(old))
    still = select(ReportJob.sha256).where(ReportJob.sha256.in_(named)).group_by(ReportJob.sha256)
    kept = set(session.scalars(still.having(func.count() > 0)))
    return number, sorted(one for one in named - kept if one)
