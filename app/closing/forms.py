"""The sheet on which both sides sign a month's figures (月度签认单)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.closing.figures import Reckoned, reckoned
from app.closing.frozen import served
from app.closing.queries import close_of
from app.files.store import Store
from app.papers.printing import FormTable, PrintedForm, Signature
from app.watch.notices import until
from models.closing import MonthClose
from sla.figures import Figure
from sla.fold import adjusted, figures
from sla.period import Period
from sla.vocab import Indicator

HEADINGS = ("指标", "分子", "分母", "比率", "调整（分子）", "调整（分母）")
BASIS = "合同第八条（日常、季度和年度考核）；月度关账规则 M1"


def on_sheet(
    session: Session, store: Store, period: Period, now: datetime
) -> tuple[MonthClose, Reckoned] | None:
    """Return what the sign-off sheet of a month says, frozen or as it is now; ``None`` before the review."""
    close = close_of(session, period.first_day)
    if close is None or close.opened_at is None:
        return None
    if close.frozen_at is None:
        return close, reckoned(session, period, now)
    assert close.book is not None
    return close, Reckoned(served(session, store, period, None, now).rows, close.book)


def sheet(close: MonthClose, found: Reckoned, contract: str, person: str = "") -> PrintedForm:
    """Return the sheet of a month under review or frozen, with its figures and their digest."""
    rows = found.rows
    assert close.objections_until is not None
    return PrintedForm(
        title=f"{rows.period.key} 月度签认单",
        subtitle=contract,
        facts=(
            ("月份", rows.period.key),
            (
                "异议期截止",
                until(close.objections_until) + ("（暂定）" if close.until_provisional else ""),
            ),
            ("数字摘要（SHA-256）", found.sha256),
            ("运维项目", f"{len(rows.projects)} 个"),
        ),
        text=(
            "下列数字由平台按本月的工单、应办和出勤记录计算得出，每个数字可在平台上逐条核对。",
            "双方对上列摘要所对应的数字予以确认；冻结以后的更正作为编号的调整计入以后的月份。",
        ),
        tables=(_figures(found), *_adjustments(found)),
        signatures=(
            Signature("甲方经办人"),
            Signature("甲方审核人", stamp=True),
            Signature("乙方项目经理", person, stamp=True),
        ),
        basis=BASIS,
    )


def _figures(found: Reckoned) -> FormTable:
    kept, more = figures(found.rows).contract, adjusted(found.rows.adjustments)
    lines = [_line(one, kept[one], more[one]) for one in Indicator]
    return FormTable("合同各项指标", HEADINGS, tuple(lines), HEADINGS[1:])


def _line(indicator: Indicator, own: Figure, more: Figure) -> tuple[str, ...]:
    rate = "不适用" if own.rate is None else f"{own.rate}%"
    return (indicator.label, str(own.met), str(own.total), rate, _signed(more.met), _signed(more.total))


def _signed(number: int) -> str:
    return f"{number:+d}" if number else "0"


def _adjustments(found: Reckoned) -> tuple[FormTable, ...]:
    lines = tuple(
        (
            one.label,
            f"{one.of_month:%Y-%m}",
            one.subject,
            one.before.said if one.before else "不计",
            one.after.said if one.after else "不计",
        )
        for one in found.rows.adjustments
    )
    return (FormTable("计入本月的调整", ("编号", "更正月份", "事项", "原", "现"), lines),) if lines else ()
