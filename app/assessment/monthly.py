"""The scores of a month (月度考核得分): everybody's with each deduction, as a workbook and as data (A1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.assessment.judging import Judged
from app.assessment.queries import SEE_WHOLE, Judging
from app.assessment.scores import CONTRACT, ItemSheet, Sheet, Whose, lacks, sheet, units_scored
from app.assessment.sheets import loss_text
from models.people import User
from reports.columns import Column, Format
from reports.listing import Listing, Part
from sla.period import Period
from sla.rows import PeriodRows

TITLE = "月度考核得分"
NO_FACTS = "不适用"
NO_SCHEME = "还没有考核办法"


def month_sheets(judged: Judged, rows: PeriodRows, viewer: User | None) -> list[Sheet]:
    """Return the sheet of everybody this viewer sees, the contract first; none without a scheme."""
    if judged.judging is None:
        return []
    whole = viewer is None or viewer.role in SEE_WHOLE
    scope, among = judged.facts.scope, lacks(rows)
    everybody = [
        *([CONTRACT] if whole else []),
        *(Whose(unit=unit) for unit in units_scored(viewer, scope)),
        *(Whose(project=one) for one in scope.projects),
    ]
    return [sheet(judged.facts, among, judged.judging.scheme, whose) for whose in everybody]


def month_listing(
    contract: str, audience: str, period: Period, by: Judging | None, sheets: list[Sheet], at: datetime
) -> Listing:
    """Return the report; whether the scheme is signed stands at its head. Equal data give equal listings."""
    return Listing(
        TITLE,
        f"{contract}　{period.label}",
        at,
        facts=(
            ("期间", f"{period.label}（{period.first_day} 起，{period.until_day} 前）"),
            ("范围", audience),
            ("考核办法", scheme_text(by)),
        ),
        text=("得分由平台按事实计算，得分本身不影响合同价款。",),
        parts=(_totals(sheets), _items(sheets), _losses(sheets)),
        signatures=(("甲方考核人", False), ("甲方审核人", False), ("乙方项目经理", False)),
        basis="合同第八条第 3、6 项；得分和扣分的计算见考核办法",
    )


def scheme_text(by: Judging | None) -> str:
    """Say by which version a month is judged, and whether it is signed."""
    if by is None:
        return NO_SCHEME
    return f"第 {by.version.number} 版「{by.version.name}」，{by.standing.label}"


def month_scores(sheets: list[Sheet]) -> list[dict[str, Any]]:
    """Return the scores with their deductions as plain values, for programs."""
    return [
        {
            "whose": one.whose.key,
            "title": one.whose.title,
            "total": _text(one.score.total),
            "band": one.score.band.name if one.score.band else None,
            "vetoes": [str(veto) for veto in one.score.vetoes],
            "bonus": str(one.score.bonus),
            "items": [_item(each) for each in one.items],
            "deducted": [_observed(each.observation.id, each.points) for each in one.deducted],
        }
        for one in sheets
    ]


def _item(one: ItemSheet) -> dict[str, Any]:
    score = one.score
    return {
        "indicator": str(score.item.indicator),
        "name": score.item.name,
        "weight": _text(score.weight),
        "met": score.figure.met,
        "total": score.figure.total,
        "points": _text(score.points),
        "lost": str(score.lost),
        "facts": [{"fact": loss_text(loss), "points": str(loss.points)} for loss in one.losses],
        "deducted": [_observed(each.observation.id, each.points) for each in one.deducted],
    }


def _observed(number: int, points: Decimal) -> dict[str, Any]:
    return {"observation": number, "points": str(points)}


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


# -- the tables -----------------------------------------------------------------------------------------


def _totals(sheets: list[Sheet]) -> Part:
    columns = (
        *(Column("对象"), Column("单位"), Column("得分", Format.POINTS), Column("等次")),
        *(Column("一票否决"), Column("加分", Format.POINTS)),
    )
    rows = tuple(
        (
            one.whose.title,
            one.whose.project.unit_name if one.whose.project else "",
            NO_FACTS if one.score.total is None else one.score.total,
            one.score.band.name if one.score.band else "—",
            "；".join(veto.label for veto in one.score.vetoes),
            one.score.bonus,
        )
        for one in sheets
    )
    return Part("得分", columns, rows, "单位和合同按全部事实合计计算，不是得分的平均。")


def _items(sheets: list[Sheet]) -> Part:
    columns = (
        *(Column("对象"), Column("考核项"), Column("分值", Format.POINTS)),
        *(Column("分子", Format.COUNT), Column("分母", Format.COUNT)),
        *(Column("扣分", Format.POINTS), Column("得分", Format.POINTS)),
    )
    rows = tuple(
        (
            one.whose.title,
            each.score.item.name,
            NO_FACTS if each.score.weight is None else each.score.weight,
            each.score.figure.met,
            each.score.figure.total,
            each.score.lost,
            NO_FACTS if each.score.points is None else each.score.points,
        )
        for one in sheets
        for each in one.items
    )
    return Part("考核项", columns, rows, "没有事实的考核项不适用，分值按比例分给其他项。")


def _losses(sheets: list[Sheet]) -> Part:
    columns = (
        Column("对象"),
        Column("考核项"),
        Column("扣分依据", Format.LONG),
        Column("扣分", Format.POINTS),
    )
    rows = tuple(row for one in sheets if one.whose.unit is None for row in _lost(one))
    told = "各项目的每一处扣分；合同整体只列不属于任何项目的事实和从总分扣的日常考核。"
    return Part("扣分明细", columns, rows, told)


def _lost(one: Sheet) -> Iterator[tuple[str, str, str, Decimal]]:
    whole = one.whose == CONTRACT
    for item in one.items:
        for loss in item.losses:
            if not whole or (loss.part is not None and loss.part.project is None):
                yield one.whose.title, item.score.item.name, loss_text(loss), loss.points
        for each in item.deducted:
            if not whole or each.observation.project is None:
                said = f"日常考核第 {each.observation.id} 号：{each.observation.text}"
                yield one.whose.title, item.score.item.name, said, each.points
    for each in one.deducted:
        if not whole or each.observation.project is None:
            said = f"日常考核第 {each.observation.id} 号：{each.observation.text}"
            yield one.whose.title, "总分", said, each.points
