"""The call-backs of a period (回访汇总): who said what of which project, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports.columns import Column, Format
from reports.listing import Listing, Part

TITLE = "回访汇总"


@dataclass(frozen=True)
class Asked:
    """One project asked about one stretch of days; without an answer the words about it are empty."""

    seq: int
    project: str
    unit: str
    first_day: date
    last_day: date
    state: str
    satisfaction: str = ""
    running_well: bool | None = None
    remarks: str = ""
    said_by: str = ""
    channel: str = ""
    said_at: datetime | None = None
    followed: str = ""
    rating: Decimal | None = None


def callbacks_listing(
    contract: str, period: str, audience: str, asked: Sequence[Asked], at: datetime
) -> Listing:
    """Return the report of a period. Equal data give equal listings."""
    said = [one for one in asked if one.satisfaction]
    words = Counter(one.satisfaction for one in said)
    told = "，".join(f"{word} {number} 个" for word, number in words.most_common())
    well = sum(one.running_well is True for one in said)
    bad = [one for one in said if one.running_well is False or one.remarks]
    return Listing(
        TITLE,
        f"{contract}　{period}",
        at,
        facts=(
            ("期间", period),
            ("范围", audience),
            ("回访", f"{len(asked)} 次，已答复 {len(said)} 次，未答复 {len(asked) - len(said)} 次"),
            ("满意度", told or "还没有答复"),
            ("运转平稳", f"{well} 个"),
        ),
        parts=(callbacks_part(asked), _remarks(bad)),
        signatures=(("甲方", True), ("乙方项目经理", False)),
        basis="合同第七条第 1 款：回访满意或基本满意、运转平稳",
    )


def callbacks_part(asked: Sequence[Asked]) -> Part:
    """Return the table of all call-backs."""
    columns = (
        *(Column("序号", Format.COUNT), Column("项目"), Column("单位")),
        *(Column("期间开始", Format.DAY), Column("期间结束", Format.DAY), Column("状态")),
        *(Column("满意度"), Column("运转平稳"), Column("签署人"), Column("方式")),
        *(Column("签署时间", Format.INSTANT), Column("工单平均评分", Format.POINTS)),
    )
    well = {None: "", True: "是", False: "否"}
    rows = tuple(
        (
            *(one.seq, one.project, one.unit, one.first_day, one.last_day, one.state, one.satisfaction),
            *(well[one.running_well], one.said_by, one.channel, one.said_at, one.rating),
        )
        for one in asked
    )
    brief = ("序号", "项目", "状态", "满意度", "运转平稳", "签署人", "签署时间")
    return Part("各项目回访", columns, rows, f"共 {len(rows)} 次", brief)


def _remarks(asked: Sequence[Asked]) -> Part:
    columns = (
        *(Column("序号", Format.COUNT), Column("项目"), Column("满意度")),
        *(Column("意见", Format.LONG), Column("整改", Format.LONG), Column("状态")),
    )
    rows = tuple(
        (one.seq, one.project, one.satisfaction, one.remarks, one.followed, one.state) for one in asked
    )
    return Part("意见和整改", columns, rows, f"共 {len(rows)} 条")
