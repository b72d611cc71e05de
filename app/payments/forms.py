"""The forms that are printed about money: the checklist of a payment, and a claim for damages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.papers.printing import FormTable, PrintedForm, Signature
from app.payments.facts import YearView
from app.payments.two import subject
from models.payments import Damages
from sla.gates import ONE_DAY
from sla.money import large_writing, shown_yuan
from sla.payment_facts import Gate

SOURCE = "招标文件第 198–205 行；合同第七条（第 4368–4378 行）"
LONGEST_LACK = 5  # things missing that a line names


def checklist(view: YearView, stage: int, terms: Mapping[str, str], today: date) -> PrintedForm:
    """Return the 付款条件核对表 of a stage as it stands on a day."""
    judged, held = view.stages[stage], view.account
    amount = held.amount(stage)
    percent = view.terms.stage1_percent if stage == 1 else 100 - view.terms.stage1_percent
    due = str(judged.due) if judged.due else "条件满足后起算"
    if judged.due and not judged.met_on:
        due = f"不早于 {due}，条件满足后才到期"
    facts = [
        *contract_facts(terms),
        ("付款", f"第 {view.number} 服务年度第 {stage} 次，合同总额的 {percent}%"),
        ("合同生效日", str(view.year.starts_on) if view.year else "尚未生效"),
        ("合同总金额", f"¥{shown_yuan(held.total)}" if held.total is not None else "中标金额未录入"),
        ("本次金额", f"¥{shown_yuan(amount)}" if amount is not None else f"合同总额的 {percent}%"),
        ("大写", large_writing(amount) if amount is not None and amount >= 0 else ""),
        ("付款期限", due + ("（暂定）" if judged.provisional else "")),
        ("核对日期", str(today)),
        ("结论", "条件全部满足" if judged.met_on else "条件未满足"),
    ]
    gates = FormTable(
        "付款条件",
        ("条件", "是否满足", "自何日", "还缺什么", "由谁办理"),
        tuple(_gate_row(gate) for gate in judged.gates),
    )
    return PrintedForm(
        title="付款条件核对表",
        subtitle=f"第 {view.number} 服务年度第 {stage} 次付款",
        facts=tuple(facts),
        tables=(gates, *_settled_table(view, stage), *row_tables(view, stage)),
        signatures=(
            Signature("甲方经办人"),
            Signature("甲方审核人", stamp=True),
            Signature("乙方", stamp=True),
        ),
        basis=SOURCE,
    )


def _settled_table(view: YearView, stage: int) -> tuple[FormTable, ...]:
    """Return the rows that are settled at their own end, which the second payment does not wait for (P1)."""
    rows = tuple(
        (
            str(one.seq),
            one.unit,
            str(one.over_on - ONE_DAY),
            str(one.since) if one.since else "—",
            "；".join(each.what for each in one.missing),
        )
        for one in view.settlements
        if stage == 2
    )
    heads = ("序号", "使用单位", "服务至", "可结算自", "还缺什么")
    return (FormTable("另行结算的项目", heads, rows),) if rows else ()


def claim_form(claim: Damages, terms: Mapping[str, str]) -> PrintedForm:
    """Return the 违约金认定书 of a claim, with its evidence and its arithmetic; before it is confirmed, its
    draft."""
    return PrintedForm(
        title="违约金认定书" if claim.confirmed_at else "违约金认定书（草案）",
        subtitle=claim.kind.label,
        facts=(
            ("合同", terms["title"]),
            ("编号", subject(claim)),
            ("合同总金额", f"¥{shown_yuan(claim.total_fen)}"),
            ("按约定计算", f"¥{shown_yuan(claim.draft_fen)}"),
            ("认定金额", f"¥{shown_yuan(claim.decided_fen)}"),
            ("大写", large_writing(claim.decided_fen)),
        ),
        text=(f"事实和证据：{claim.what}", f"计算：\n{claim.arithmetic}", f"理由：{claim.reason}"),
        signatures=(
            Signature("甲方经办人", claim.entered_by.name),
            Signature("甲方审核人", claim.confirmed_by.name if claim.confirmed_by else "", stamp=True),
            Signature("乙方", stamp=True),
        ),
        basis="合同第十三条（招标文件第 4465–4475 行）。认定不自动扣款",
    )


def contract_facts(terms: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the lines that say which contract a form is about."""
    return (("合同", terms["title"]), ("项目编号", terms["project_no"]))


def lacking(gate: Gate) -> str:
    """Return in a line what a gate still waits for."""
    told = [f"{f'第 {one.seq} 项：' if one.seq else ''}{one.what}" for one in gate.missing[:LONGEST_LACK]]
    more = len(gate.missing) - len(told)
    return "；".join(told) + (f"；另有 {more} 项" if more else "")


def _gate_row(gate: Gate) -> tuple[str, ...]:
    return (
        gate.key.label,
        "满足" if gate.met else "未满足",
        str(gate.since) if gate.since else "",
        lacking(gate),
        gate.owner.label if gate.owner else "",
    )


def row_tables(view: YearView, stage: int) -> tuple[FormTable, ...]:
    """Return what a payment pays of each row; empty before there is an award."""
    if view.account.shares is None:
        return ()
    names = {one.project.seq: one.project.name for one in view.services}
    parts = view.account.shares.rows(stage)
    rows = tuple(
        (str(seq) if seq else "—", names.get(seq, "合同整体"), shown_yuan(parts[seq]))
        for seq in sorted(parts)
    )
    return (FormTable("分项金额", ("序号", "项目", "本次金额（元）"), rows, ("本次金额（元）",)),)
