"""The record of a finished work as a form: what was done for which duty, line by line, and who signs it."""

from __future__ import annotations

from datetime import datetime

from app.duties.lines import limits_text
from app.duties.words import WHOLE_CONTRACT, window_text
from app.papers.printing import FormTable, PrintedForm, Signature
from models.checklists import ChecklistItem
from models.duties import Work, WorkLine
from sla.when import clock_text

HEADINGS = ("项目", "结果", "测得", "说明")


def printed_record(work: Work) -> PrintedForm:
    """Return the form; equal contents give equal bytes."""
    assert work.occurred_at is not None
    assert work.recorded_at is not None
    first = window_text(work.occurrences[0].slot) if work.occurrences else "没有约定周期"
    more = f" 等 {len(work.occurrences)} 次" if len(work.occurrences) > 1 else ""
    checklist = work.checklist
    decided = ""
    if work.decided_by and work.decided_at:
        decided = f"{work.decided_by.name}　{clock_text(work.decided_at)}　{work.standing.label}"
        decided += f"：{work.decided_reason}" if work.decided_reason else ""
    facts = (
        ("运维项目", f"第 {work.project.seq} 项 {work.project.name}" if work.project else WHOLE_CONTRACT),
        ("使用单位", work.project.unit.name if work.project else ""),
        ("编号", str(work.id)),
        ("应办", first + more),
        ("办理人", work.by.name),
        ("完成时间", clock_text(work.occurred_at)),
        ("登记时间", clock_text(work.recorded_at) + ("（补录）" if work.backentered else "")),
        ("地点", work.place),
        ("检查表", f"{checklist.checklist.name}第 {checklist.number} 版" if checklist else ""),
        ("单位意见" if work.project else "局方意见", decided),
    )
    lines = {line.item_id: line for line in work.lines}
    rows = tuple(_row(item, lines.get(item.id)) for item in checklist.items) if checklist else ()
    return PrintedForm(
        title=f"{work.obligation.what}记录",
        subtitle=facts[0][1],
        facts=tuple(pair for pair in facts if pair[1]),
        text=(f"说明：{work.note}",) if work.note else (),
        tables=(FormTable("检查结果", HEADINGS, rows),) if rows else (),
        signatures=(
            Signature("办理人", work.by.name),
            Signature("单位联系人" if work.project else "局方", stamp=True),
        ),
    )


def made_at(work: Work) -> datetime:
    """Return when the last thing the record says came to be: all its document knows of time."""
    assert work.recorded_at is not None
    return max(work.recorded_at, work.decided_at or work.recorded_at)


def _row(item: ChecklistItem, line: WorkLine | None) -> tuple[str, ...]:
    limits = limits_text(item)
    name = f"{item.position}. {item.text}" + (f"（{limits}）" if limits else "")
    if line is None:
        return (name, "", "", "")
    measured = f"{line.value} {item.unit}".strip() if line.value else ""
    return (name, line.result.label if line.result else "", measured, line.note)
