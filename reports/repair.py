"""The repair report with advice (维修报告建议, O6) as a Word document. It buys nothing: the advice is all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sla.vocab import Advice
from sla.when import clock_text, day_of

TITLE = "维修报告建议"
NO_PURCHASE = "本报告只提出建议，不含设备采购；更换或报废由使用单位按资产管理规定办理。"


@dataclass(frozen=True)
class PastRepair:
    """What was done to the device under one ticket."""

    at: datetime
    ticket: str
    which: str
    repair: str
    note: str


@dataclass(frozen=True)
class RepairAdvice:
    """All that the document says. ``made_at`` is its only time; ``past`` is in the order it happened."""

    number: str
    contract: str
    project: str
    unit: str
    device: str
    model: str
    quantity: str
    which: str
    line: int
    past: tuple[PastRepair, ...]
    findings: str
    advice: Advice
    reason: str
    made_by: str
    made_at: datetime


def repair_document(data: RepairAdvice) -> bytes:
    """Return the file. It depends on the data alone: equal data give equal bytes."""
    from reports.document import Document

    made = Document(TITLE, f"编号 {data.number}　{day_of(data.made_at)}", data.made_at)
    made.heading("一、设备")
    made.pairs(
        [
            ("合同", data.contract),
            ("运维项目", data.project),
            ("使用单位", data.unit),
            ("设备", data.device),
            ("型号", data.model),
            ("合同内数量", data.quantity),
            ("哪一台", data.which),
            ("出处", f"招标文件第 {data.line} 行"),
        ]
    )
    made.heading("二、维修经过")
    if data.past:
        rows = [(str(day_of(one.at)), one.ticket, one.which, one.repair, one.note) for one in data.past]
        made.table(("日期", "工单", "哪一台", "做了什么", "说明"), rows, (25, 26, 34, 28, 53))
    else:
        made.text("系统中没有这台设备的维修记录。")
    made.heading("三、检查情况")
    made.text(data.findings)
    made.heading("四、建议")
    made.text(f"{data.advice.label}。\n{data.reason}\n{NO_PURCHASE}")
    made.heading("五、签署")
    made.pairs(
        [
            ("编写", f"{data.made_by}　{clock_text(data.made_at)}"),
            ("乙方项目经理", "（签字）　　　　　　　　　　　　年　　月　　日"),
            ("使用单位", "（签字、盖章）　　　　　　　　　年　　月　　日"),
        ]
    )
    return made.to_bytes()
