"""Reading what is offered to whom, and the reports somebody has asked for: the own ones alone (S1)."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.reports.choice import seen
from models.contract import Project
from models.people import User
from models.reports import ReportJob
from reports.catalogue import OFFERS, Offer
from sla.errors import NotFound
from sla.vocab import Role


def offers_of(role: Role) -> list[Offer]:
    """Return the reports a role may take, in the order of the list."""
    return [one for one in OFFERS if role in one.roles]


def jobs_of(viewer: User) -> Select[ReportJob]:
    """Return the query for what somebody has asked for, the latest first."""
    return select(ReportJob).where(ReportJob.user_id == viewer.id).order_by(ReportJob.id.desc())


def jobs_for(viewer: User, report: str) -> Select[ReportJob]:
    """Return the query for what somebody has asked for of one report, the latest first."""
    return jobs_of(viewer).where(ReportJob.report == report)


def job_of(session: Session, viewer: User, job_id: int) -> ReportJob:
    """Return one report somebody has asked for; that of another person is not there."""
    found = session.scalar(jobs_of(viewer).where(ReportJob.id == job_id))
    if found is None:
        raise NotFound("没有这份报表，或您无权查看；报表保留 30 天")
    return found


def scope_of(session: Session, viewer: User, now: datetime) -> str:
    """Return a short text that is another as soon as somebody sees other projects, or has another role."""
    seqs = session.scalars(select(Project.seq).where(seen(viewer, now)).order_by(Project.seq))
    told = f"{viewer.role}:{viewer.unit_id}:{','.join(map(str, seqs))}"
    return sha256(told.encode("ascii")).hexdigest()
