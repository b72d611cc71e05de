"""The score sheet as a form that is printed and signed (季度考核表、年度考核表, tender line 4388)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.queries import Judging
from app.assessment.scores import Loss, Sheet, Whose
from app.duties.words import window_text
from app.months.queries import contract_title
from app.papers.printing import FormTable, PrintedForm, Signature, signed_form
from models.contract import Project
from models.papers import Paper
from models.people import User
from sla.period import Length, Period
from sla.scoring import ItemScore
from sla.vocab import Indicator, PaperKind
from sla.when import clock_text

MOST_LISTED = 20  # facts of an item on a page
MOST_PRINTED = 200  # facts on a sheet
BASIS = "合同第八条第 3、6 项（招标文件第 4383、4387–4388 行）"
TITLES = {Length.QUARTER: "季度考核表", Length.YEAR: "年度考核表"}


def is_printed(period: Period, now: datetime) -> bool:
    """Tell whether a period has a sheet for signing: a quarter or a service year that is over."""
    return period.kind in TITLES and period.is_over(now)


def subject(period: Period, whose: Whose) -> str:
    """Return what a sheet is about, as papers name it."""
    return f"score:{period.key}:{whose.key}"


def keep(
    session: Session, actor: User, period: Period, judging: Judging, found: Sheet, now: datetime
) -> Paper:
    """Keep a sheet for signing; as long as nothing changes it is the same paper."""
    project_id = None
    if found.whose.project:
        project_id = session.scalar(select(Project.id).where(Project.seq == found.whose.project.seq))
    return signed_form(
        session,
        actor,
        PaperKind.SCORE_SHEET,
        subject(period, found.whose),
        sheet_form(contract_title(session), period, judging, found),
        now,
        project_id=project_id,
        unit_id=found.whose.unit.id if found.whose.unit else None,
    )


def sheet_form(contract: str, period: Period, judging: Judging, found: Sheet) -> PrintedForm:
    """Return a sheet as a form; everything on it follows from facts, nothing from the moment of printing."""
    score, version = found.score, judging.version
    facts = [
        ("合同", contract),
        ("考核对象", found.whose.title),
        ("单位", found.whose.project.unit_name if found.whose.project else ""),
        ("期间", f"{period.label}（{period.first_day} 起，{period.until_day} 前）"),
        ("考核办法", f"第 {version.number} 版「{version.name}」，{judging.standing.label}"),
        ("得分", "不适用：没有可以考核的事实" if score.total is None else f"{score.total} 分"),
        ("等次", score.band.name if score.band else "—"),
    ]
    if score.vetoes:
        facts.append(("一票否决", "；".join(one.label for one in score.vetoes)))
    losses = list(_losses(found))
    return PrintedForm(
        title=TITLES[period.kind],
        subtitle=f"{found.whose.title} · {period.label}",
        facts=tuple(facts),
        text=("本表的得分由平台按事实计算，得分本身不影响合同价款。",),
        tables=(_items_table(found), _losses_table(losses)) if losses else (_items_table(found),),
        signatures=(
            Signature("甲方考核人"),
            Signature("甲方审核人"),
            Signature("使用单位", stamp=True) if found.whose != Whose() else Signature("甲方", stamp=True),
            Signature("乙方项目经理"),
        ),
        basis=BASIS,
    )


def _items_table(found: Sheet) -> FormTable:
    rows = [
        (
            one.score.item.name,
            "不适用" if one.score.weight is None else str(one.score.weight),
            figure_text(one.score),
            str(one.score.lost) if one.score.points is not None else "—",
            "—" if one.score.points is None else str(one.score.points),
        )
        for one in found.items
    ]
    score = found.score
    rows += [("日常考核从总分扣", "", "", str(one.points), "") for one in found.deducted]
    if score.bonus:
        rows.append(("加分", "", "", "", f"+{score.bonus}"))
    rows.append(("合计", "100.00", "", "", "不适用" if score.total is None else str(score.total)))
    headings = ("考核项", "分值", "完成情况", "扣分", "得分")
    return FormTable("得分", headings, tuple(rows), ("分值", "扣分", "得分"))


def _losses_table(losses: list[tuple[str, str, Decimal]]) -> FormTable:
    rows = [(item, what, str(points)) for item, what, points in losses[:MOST_PRINTED]]
    if rest := losses[MOST_PRINTED:]:
        cost = sum((points for _, _, points in rest), Decimal(0))
        rows.append(("其余", f"另有 {len(rest)} 项事实，见平台明细", str(cost)))
    return FormTable("扣分依据", ("考核项", "事实", "扣分"), tuple(rows), ("扣分",))


def _losses(found: Sheet) -> Iterator[tuple[str, str, Decimal]]:
    for item in found.items:
        name = item.score.item.name
        for loss in item.losses:
            yield name, loss_text(loss), loss.points
        for one in item.deducted:
            yield name, f"日常考核第 {one.observation.id} 号：{one.observation.text}", one.points
    for one in found.deducted:
        yield "总分", f"日常考核第 {one.observation.id} 号：{one.observation.text}", one.points
    for seen in found.vetoing:
        name = "一票否决" if found.score.vetoes else "项目一票否决"
        yield name, f"日常考核第 {seen.id} 号：{seen.text}", Decimal("0.00")


def figure_text(score: ItemScore) -> str:
    """Return what an item is judged by: ``9/10，90.00%``."""
    figure = score.figure
    if figure.rate is None:
        return "没有事实"
    return f"{figure.met}/{figure.total}，{figure.rate}%"


def loss_text(loss: Loss) -> str:
    """Say in a line which fact cost points."""
    if loss.callback is not None:
        answer = loss.callback.answer
        return f"回访（{loss.callback.last_day}）：{answer.satisfaction.label if answer else ''}"
    part = loss.part
    assert part is not None
    if part.occurrence:
        one = part.occurrence
        return f"{one.name}（{window_text(one.slot)}）{one.state.label}"
    if part.half_day:
        half = part.half_day
        return f"{half.day} {half.half.label}应到 {half.required} 人，在岗 {half.present} 人"
    assert part.ticket is not None
    name = f"工单 {part.ticket.number}「{part.ticket.title}」"
    if part.clock:
        clock = part.clock.clock
        return f"{name}{clock.kind.label}应于 {clock_text(clock.due_at)}，{clock.verdict.label}"
    if part.indicator is Indicator.FIRST_FIX:
        return f"{name}恢复被退回 {part.ticket.rejections} 次"
    return f"{name}评 {part.figure.met} 分"
