"""The lines of an inspection: typed, complete, and an abnormal one is followed up by a ticket (O4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.tickets.opening import LONGEST_BACKDATING_DAYS, NewTicket, open_ticket
from app.tickets.queries import ENDED
from models.checklists import ChecklistItem
from models.duties import Work, WorkLine
from models.people import User
from models.tickets import Ticket
from sla.errors import Invalid
from sla.vocab import ItemResult, TicketKind

LONGEST_NOTE = 400  # characters
LONGEST_TITLE = 100
_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True)
class Line:
    """What a person says about one item. Without ``result`` it is not answered yet: drafts only.

    ``ticket_id`` links an abnormal line to an open ticket of the project instead of opening a new one.
    """

    item_id: int
    result: ItemResult | None = None
    value: str = ""
    note: str = ""
    ticket_id: int | None = None


def put_lines(session: Session, work: Work, lines: Iterable[Line]) -> None:
    """Write what was said into the work; items nobody spoke of keep what they had."""
    lines = list(lines)
    _check_tickets(session, work, {line.ticket_id for line in lines if line.ticket_id is not None})
    items = {item.id: item for item in _items(work)}
    rows = {row.item_id: row for row in work.lines}
    spoken: set[int] = set()
    for line in lines:
        item = items.get(line.item_id)
        if item is None or item.id in spoken:
            raise Invalid("检查项目与检查表不符或重复，请刷新页面后重新填写", "lines")
        spoken.add(item.id)
        row = rows.get(item.id)
        if row is None:
            row = WorkLine(item=item, item_id=item.id)
            work.lines.append(row)
        row.result = line.result
        row.value = read_number(item, line.value)
        row.note = _note(item, line.note)
        row.ticket_id = line.ticket_id


def read_number(item: ChecklistItem, text: str) -> str:
    """Return a measured value as plain decimal digits, empty when none was typed."""
    value = unicodedata.normalize("NFKC", text).strip()
    if not value:
        return ""
    if not item.unit:
        raise Invalid(f"「{item.text}」不需要填写数值", "lines")
    if not _NUMBER.fullmatch(value):
        raise Invalid(f"「{item.text}」请只填数字（单位 {item.unit}），例如 24.5", "lines")
    return value


def is_outside(item: ChecklistItem, value: str) -> bool:
    """Tell whether a measured value lies outside the item's limits; the limits themselves lie inside."""
    if not value:
        return False
    number = Decimal(value)
    too_low = item.low is not None and number < Decimal(item.low)
    return too_low or (item.high is not None and number > Decimal(item.high))


def check_complete(work: Work) -> None:
    """Refuse a work with items not answered, named; with values not measured, or findings not explained."""
    rows = {row.item_id: row for row in work.lines}
    missing = [item.text for item in _items(work) if item.id not in rows or rows[item.id].result is None]
    if missing:
        raise Invalid(f"还有 {len(missing)} 项没有填写：{'、'.join(missing)}", "lines")
    for item in _items(work):
        _check(item, rows[item.id])


def problems(work: Work) -> list[tuple[ChecklistItem, str]]:
    """Return the answered items that keep a work from being finished, and what is wrong with each."""
    rows = {row.item_id: row for row in work.lines if row.result is not None}
    found = []
    for item in _items(work):
        try:
            if item.id in rows:
                _check(item, rows[item.id])
        except Invalid as error:
            found.append((item, error.message))
    return found


def follow_up(session: Session, actor: User, work: Work, now: datetime) -> None:
    """Give every abnormal line its ticket: the one the person chose, or a new one, once (O4)."""
    for row in work.lines:
        if row.result is ItemResult.ABNORMAL and row.ticket_id is None and work.project_id is not None:
            row.ticket_id = open_ticket(session, actor, _new_ticket(work, row, now), now).id


def _items(work: Work) -> Sequence[ChecklistItem]:
    return work.checklist.items if work.checklist else []


def _note(item: ChecklistItem, text: str) -> str:
    note = text.strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"「{item.text}」的说明最多 {LONGEST_NOTE} 个字，请缩短", "lines")
    return note


def _check(item: ChecklistItem, row: WorkLine) -> None:
    if row.ticket_id is not None and row.result is not ItemResult.ABNORMAL:
        raise Invalid(f"「{item.text}」不是异常，不能关联工单", "lines")
    if row.result is ItemResult.NOT_APPLICABLE:
        if row.value:
            raise Invalid(f"「{item.text}」填了数值，就不能选不适用", "lines")
        return
    if item.unit and not row.value:
        raise Invalid(f"「{item.text}」请填写测得的数值（单位 {item.unit}）", "lines")
    if row.result is ItemResult.ABNORMAL and not row.note:
        raise Invalid(f"「{item.text}」异常，请说明情况", "lines")
    if row.result is ItemResult.NORMAL and not row.note and is_outside(item, row.value):
        raise Invalid(
            f"「{item.text}」的数值 {row.value} {item.unit} 超出{limits_text(item)}，请改为异常，或说明原因",
            "lines",
        )


def limits_text(item: ChecklistItem) -> str:
    """Return the limits of an item as people read them: 18 至 27 ℃."""
    if item.low is not None and item.high is not None:
        return f"{item.low} 至 {item.high} {item.unit}"
    if item.low is not None:
        return f"下限 {item.low} {item.unit}"
    return f"上限 {item.high} {item.unit}" if item.high is not None else ""


def _check_tickets(session: Session, work: Work, chosen: set[int]) -> None:
    """Refuse to link anything but open tickets of the same project."""
    if not chosen:
        return
    found = select(Ticket.id).where(
        Ticket.id.in_(chosen), Ticket.project_id == work.project_id, Ticket.state.not_in(ENDED)
    )
    if set(session.scalars(found)) != chosen:
        raise Invalid("只能关联本项目尚未结束的工单，请重新选择", "lines")


def _new_ticket(work: Work, row: WorkLine, now: datetime) -> NewTicket:
    assert work.project_id is not None
    assert work.occurred_at is not None
    measured = f"测得 {row.value} {row.item.unit}（{limits_text(row.item)}）\n" if row.value else ""
    # A ticket cannot be dated further back than this; the inspection itself may be.
    fresh = (now - work.occurred_at) < timedelta(days=LONGEST_BACKDATING_DAYS)
    return NewTicket(
        project_id=work.project_id,
        kind=TicketKind.INCIDENT,
        title=f"{work.obligation.what}异常：{row.item.text}"[:LONGEST_TITLE],
        submission=f"work-{work.id}-{row.item_id}",
        description=f"{measured}{row.note}",
        place=work.place,
        reported_at=work.occurred_at if fresh else now,
        own_finding=True,
    )
