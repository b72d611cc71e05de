"""Observations of the daily assessment that the supplier has not answered (A2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import ScalarSelect, Select, select
from sqlalchemy.orm import joinedload

from app.assessment.queries import SHOWING, observations_seen
from app.waiting.kind import Desk, Item, counted, listing
from models.assessment import Observation
from models.contract import Project
from models.people import User
from sla.when import day_of


def count(viewer: User, now: datetime) -> ScalarSelect[int]:
    return counted(_unanswered(viewer, now))


def _unanswered(viewer: User, now: datetime) -> Select[Observation]:
    return select(Observation).where(observations_seen(viewer, day_of(now)), SHOWING["unanswered"])


def _read(desk: Desk) -> Sequence[Observation]:
    parts = joinedload(Observation.project).joinedload(Project.unit), joinedload(Observation.recorded_by)
    query = _unanswered(desk.viewer, desk.now).options(*parts)
    return desk.session.scalars(query.order_by(Observation.recorded_at, Observation.id)).all()


def _item(_desk: Desk, one: Observation) -> Item:
    points = f"扣 {one.deduction} 分" if one.deduction else ""
    return Item(
        key=str(one.id),
        title=f"{one.day} {one.aspect.label}",
        path=url_for("observations.show", observation_id=one.id),
        who=one.recorded_by.name,
        since=one.recorded_at,
        project=one.project,
        said=[text for text in (one.text, points, "一票否决" if one.veto else "") if text],
    )


find = listing("observations", _read, _item)
