"""Call-backs that wait: to be signed, to be followed up, to be found settled (P1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import ScalarSelect
from sqlalchemy.orm import joinedload, selectinload

from app.callbacks.queries import waiting_in
from app.waiting.kind import Desk, Find, Item, counted, listing
from models.callbacks import CallBack, CallBackAnswer, FollowUp
from models.contract import Project
from models.people import User
from sla.callbacks import CallBackState


def find(state: CallBackState) -> Find:
    """Return how those in one state are found."""

    def read(desk: Desk) -> Sequence[CallBack]:
        query = waiting_in(desk.viewer, desk.now, state).options(
            joinedload(CallBack.project).joinedload(Project.unit),
            joinedload(CallBack.asked_by),
            selectinload(CallBack.answers).joinedload(CallBackAnswer.entered_by),
            selectinload(CallBack.follow_ups).joinedload(FollowUp.by),
        )
        return desk.session.scalars(query).all()

    return listing(f"callback {state}", read, _item)


def count(state: CallBackState) -> Callable[[User, datetime], ScalarSelect[int]]:
    """Return how those in one state are counted."""
    return lambda viewer, now: counted(waiting_in(viewer, now, state))


def _item(_desk: Desk, one: CallBack) -> Item:
    period = f"{one.first_day} 至 {one.last_day}的回访"
    answer, words = one.answer, one.follow_ups
    if answer is None:  # several are signed on one page
        path = url_for("callbacks.sign")
        return Item(str(one.id), period, path, one.asked_by.name, one.asked_at, one.project)
    said = [f"{answer.satisfaction.label}，{'运转平稳' if answer.running_well else '运转不平稳'}"]
    said += [text for text in (answer.remarks, words[-1].what if words else "") if text]
    last = max([answer.entered_at, *(word.at for word in words)])
    by = words[-1].by if words and words[-1].at == last else answer.entered_by
    path = url_for("callbacks.show", callback_id=one.id)
    return Item(str(one.id), period, path, by.name, last, one.project, said)
