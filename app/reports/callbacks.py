"""The call-backs of a period for its reports, within the viewer's scope (S1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.callbacks.queries import callbacks_seen, ratings
from app.reports.kept import AskedAt
from models.callbacks import CallBack, FollowUp
from models.contract import Project
from models.people import User
from reports.callbacks import Asked
from reports.period import average_rating
from sla.period import Period
from sla.when import day_of


def called_back(
    session: Session, viewer: User | None, period: Period, now: datetime, seqs: set[int] | None = None
) -> list[AskedAt]:
    """Return the call-backs about days that end in a period as they stand, in the tender's order."""
    seen = true() if viewer is None else callbacks_seen(viewer, day_of(now))
    query = (
        select(CallBack)
        .join(CallBack.project)
        .where(seen, CallBack.last_day >= period.first_day, CallBack.last_day < period.until_day)
        .options(
            joinedload(CallBack.project).joinedload(Project.unit),
            selectinload(CallBack.answers),
            selectinload(CallBack.follow_ups).joinedload(FollowUp.by),
        )
        .order_by(Project.seq, CallBack.last_day, CallBack.id)
    )
    if seqs is not None:
        query = query.where(Project.seq.in_(seqs))
    found = session.scalars(query).all()
    spans = {(one.first_day, one.last_day) for one in found}
    rated = {span: ratings(session, [one.project_id for one in found], *span) for span in sorted(spans)}
    asked: list[AskedAt] = []
    for one in found:
        figure = rated[one.first_day, one.last_day].get(one.project_id)
        said = Asked(
            seq=one.project.seq,
            project=one.project.name,
            unit=one.project.unit.name,
            first_day=one.first_day,
            last_day=one.last_day,
            state=one.state.label,
            followed="\n".join(word.what for word in one.follow_ups),
            rating=average_rating(figure) if figure else None,
        )
        asked.append(AskedAt(_answered(said, one), _last_said(one)))
    return asked


def _last_said(one: CallBack) -> datetime:
    times = [one.asked_at, *(answer.entered_at for answer in one.answers)]
    times += [word.at for word in one.follow_ups]
    return max([*times, *([one.settled_at] if one.settled_at else [])])


def _answered(said: Asked, one: CallBack) -> Asked:
    if one.answer is None:
        return said
    return replace(
        said,
        satisfaction=one.answer.satisfaction.label,
        running_well=one.answer.running_well,
        remarks=one.answer.remarks,
        said_by=one.answer.said_by,
        channel=one.answer.channel.label,
        said_at=one.answer.said_at,
    )
