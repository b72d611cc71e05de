"""The person who asked for a report is told when it is there, or why it is not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.watch.notices import Telling, stamp, tell
from app.watch.queries import NOT_TOLD
from models.reports import ReportJob
from sla.vocab import NoticeKind


def ready(session: Session, job: ReportJob, now: datetime) -> int:
    """Tell that a report can be downloaded."""
    return _tell(session, job, NoticeKind.REPORT, "已生成，可以下载", now)


def failed(session: Session, job: ReportJob, message: str, now: datetime) -> int:
    """Tell that a report could not be made, and why."""
    return _tell(session, job, NoticeKind.REPORT_FAILED, f"没有生成。{message}", now)


def _tell(session: Session, job: ReportJob, kind: NoticeKind, said: str, now: datetime) -> int:
    if job.user.role in NOT_TOLD:  # who has no bell finds it among the own reports
        return 0
    telling = Telling(
        key=f"report:{job.id}:{stamp(job.asked_at)}:{kind}",
        kind=kind,
        text=f"{job.title}：{said}",
        path=f"/reports/jobs/{job.id}",
        happened_at=now,
    )
    return tell(session, [job.user_id], telling, now)
