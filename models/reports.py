"""Reports that take a while: asked for by a person, made in the background, found again until they expire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType, json_column
from models.people import User
from sla.vocab import Word


class ReportState(Word):
    """How a report that somebody asked for stands."""

    WAITING = "waiting", "排队中", "info"
    RUNNING = "running", "生成中", "info"
    DONE = "done", "已完成", "good"
    FAILED = "failed", "失败", "bad"


class ReportJob(Base):
    """One file asked for by one person. ``parameters`` are those of its page; ``progress`` is in per cent.

    ``scope`` says what the person could see when it was asked for: who sees something else now does not get
    the file any more (S1). ``sha256`` names the content in the store of reports.
    """

    __tablename__ = "report_job"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_in_per_cent"),
        CheckConstraint("state <> 'done' OR sha256 IS NOT NULL", name="done_has_file"),
        Index("ix_report_job_user", "user_id", "asked_at"),
        Index("ix_report_job_state", "state", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(160))
    parameters: Mapped[dict[str, Any]] = json_column()
    format: Mapped[str] = mapped_column(String(8))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    scope: Mapped[str] = mapped_column(String(64))
    state: Mapped[ReportState] = mapped_column(WordType(ReportState), default=ReportState.WAITING)
    progress: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(400), default="")

    user: Mapped[User] = relationship()

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more happens to it."""
        return self.state in (ReportState.DONE, ReportState.FAILED)
