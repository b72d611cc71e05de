"""How the jobs stand: what ran last, what comes next, who holds the lease."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from app.watch.jobs import JOBS, Job
from app.watch.runner import NAME
from models.watch import JobRun, Lease
from sla.vocab import Word
from sla.when import iso

PATIENCE = 3  # periods without a good run


class JobStanding(Word):
    """Whether a job does its work."""

    WELL = "well", "正常", "good"
    RUNNING = "running", "运行中", "info"
    FAILED = "failed", "出错", "bad"
    OVERDUE = "overdue", "久未运行", "bad"
    NEVER = "never", "从未运行", "bad"


@dataclass(frozen=True)
class JobState:
    """One line of the page: the last run whatever came of it, and the last one that went well."""

    job: Job
    last: JobRun | None
    good: JobRun | None
    next_at: datetime
    standing: JobStanding

    def as_dict(self) -> dict[str, Any]:
        """Return it as a program reads it."""
        last = self.last
        return {
            "job": self.job.name,
            "label": self.job.label,
            "every_minutes": self.job.every,
            "standing": str(self.standing),
            "last_run": iso(last.started_at) if last else None,
            "finished": iso(last.finished_at) if last and last.finished_at else None,
            "outcome": last.outcome if last else None,
            "error": last.error or None if last else None,
            "next_run": iso(self.next_at),
        }


def overview(session: Session, now: datetime) -> list[JobState]:
    """Return how every job stands, in the order of the list; two queries."""
    columns = [query for job in JOBS for query in (_latest(job.name), _latest(job.name, well=True))]
    ids = list(session.execute(select(*columns)).one())
    runs = {
        run.id: run
        for run in session.scalars(select(JobRun).where(JobRun.id.in_([one for one in ids if one])))
    }
    return [_state(job, runs.get(ids[2 * n]), runs.get(ids[2 * n + 1]), now) for n, job in enumerate(JOBS)]


def lease(session: Session, now: datetime) -> Lease | None:
    """Return the lease if somebody holds it."""
    return session.scalar(select(Lease).where(Lease.name == NAME, Lease.until > now))


def _latest(job: str, well: bool = False) -> ScalarSelect[int]:
    query = select(JobRun.id).where(JobRun.job == job)
    if well:
        query = query.where(JobRun.finished_at.is_not(None), JobRun.error == "")
    return query.order_by(JobRun.started_at.desc(), JobRun.id.desc()).limit(1).scalar_subquery()


def _state(job: Job, last: JobRun | None, good: JobRun | None, now: datetime) -> JobState:
    return JobState(job, last, good, job.slot(now) + job.period, _standing(job, last, good, now))


def _standing(job: Job, last: JobRun | None, good: JobRun | None, now: datetime) -> JobStanding:
    if last is None:
        return JobStanding.NEVER
    if (good or last).started_at < now - PATIENCE * job.period:
        return JobStanding.OVERDUE
    if last.error:
        return JobStanding.FAILED
    return JobStanding.WELL if last.finished_at else JobStanding.RUNNING
