"""The use case the pages add to those of works.py: delivering the monthly summary as a document (O3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO

from sqlalchemy.orm import Session

from app.access import require
from app.duties import works
from app.duties.checks import find_occurrence
from app.duties.drafts import already
from app.duties.summary import HEADINGS, ProjectLine, is_summary, prefill
from app.duties.works import WorkForm
from app.files import service as files
from app.files.store import Store
from app.months.queries import contract_title
from models.duties import Work
from models.people import User
from reports.catalogue import SUMMARY
from reports.summary import Summary, SummaryLine
from sla.errors import Conflict, Invalid
from sla.vocab import FileKind, OccurrenceState, Role

LARGEST_DOCUMENT = 4 * 2**20  # bytes
NUMBERS = "一二三四"


def deliver_summary(
    session: Session,
    actor: User,
    occurrence_id: int,
    month: date,
    texts: Mapping[str, str],
    submission: str,
    now: datetime,
    *,
    store: Store,
) -> Work:
    """Deliver the summary of a month: its text as the work's note, and a Word document with the table.

    The bureau confirms it or gives it back; given back, it is delivered anew. The same ``submission``
    delivers once.
    """
    require(actor, Role.MANAGER)
    if made := already(session, actor, submission):
        return made
    occurrence = find_occurrence(session, actor, occurrence_id, now)
    if not is_summary(occurrence.obligation):
        raise Invalid("这项应办不是每月工作汇总")
    if occurrence.done_at is not None:
        raise Conflict("本次汇总已经提交；局方退回以后才能重新提交")
    if occurrence.waived_at is not None:
        raise Conflict("这项应办已经豁免，不需要再做")
    parts = [(label, texts[name].strip()) for name, label in HEADINGS]
    if missing := [label for label, text in parts if not text]:
        raise Invalid(f"还没有填写：{'、'.join(missing)}")
    heads = zip(NUMBERS, parts, strict=True)
    note = "\n".join(f"{number}、{label}\n{text}" for number, (label, text) in heads)
    form = WorkForm(occurrence_id, submission, note=f"{month:%Y-%m}\n{note}", with_file=True)
    work = works.submit(session, actor, form, now)
    document = Summary(
        contract=contract_title(session),
        month=month,
        parts=tuple(parts),
        lines=tuple(_line(one) for one in prefill(session, actor, month, now).lines),
        made_by=actor.name,
        made_at=now,
    )
    name = SUMMARY.file_name.format(month=f"{month:%Y-%m}")
    content = BytesIO(SUMMARY.write(document))
    taken = files.take(store, content, name, FileKind.FILE, now, LARGEST_DOCUMENT)
    files.add(session, actor, work, taken, now, f"{submission}.docx")
    return work


def _line(one: ProjectLine) -> SummaryLine:
    done = (OccurrenceState.DONE, OccurrenceState.LATE)
    inspections, others = (
        f"{sum(states[state] for state in done)}/{states.total() - states[OccurrenceState.WAIVED]}"
        for states in (one.inspections, one.others)
    )
    rate = one.attendance.rate if one.attendance else None
    return SummaryLine(
        project=f"{one.project.seq} {one.project.name}",
        unit=one.project.unit.name,
        opened=one.opened,
        closed=one.closed,
        inspections=inspections,
        others=others,
        attendance="不适用" if rate is None else f"{rate}%",
    )
