"""The forms about what changes a contract or follows its year: supplement, early end, renewal, request.

What they say comes from one entry or one release alone, so that printing one again later gives the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from app.papers.printing import FormTable, PrintedForm, Signature
from app.payments.facts import YearView
from app.payments.forms import SOURCE, contract_facts, row_tables
from app.payments.renewals import Line
from models.payments import Supplement, Termination
from sla.money import large_writing, shown_yuan
from sla.renewal import Advice, Finding
from sla.shares import WHOLE
from sla.vocab import Standing
from sla.when import day_of

SUPPLEMENT_BASIS = "合同第六条、第十五条第 2 款（招标文件第 4365–4366、4490–4492 行）"
TERMINATION_BASIS = "运维项目清单第 39 项（招标文件第 3829–3833 行）：可以提前终止，费用据实结算"
RENEWAL_BASIS = "招标文件第 206–208 行：服务期一年，期满按服务质量决定是否续签，累计不超过三年"
IN_FORCE = "双方签字盖章后生效"


def supplement_form(one: Supplement, names: Mapping[int, str], terms: Mapping[str, str]) -> PrintedForm:
    """Return the 补充合同 of an entry; ``names`` are those of the projects by number."""
    way = "增加" if one.fen >= 0 else "减少"
    rows = tuple(
        (key if int(key) != WHOLE else "—", names.get(int(key), "合同整体"), shown_yuan(fen))
        for key, fen in sorted(one.rows.items(), key=lambda pair: int(pair[0]))
    )
    return PrintedForm(
        title="补充合同",
        subtitle=IN_FORCE,
        facts=(
            *contract_facts(terms),
            ("甲方", terms["buyer"]),
            ("补充合同编号", one.number),
            ("签订日期", str(one.dated)),
            (f"{way}金额", f"¥{shown_yuan(abs(one.fen))}"),
            ("大写", large_writing(abs(one.fen))),
        ),
        text=(
            f"事由：{one.reason}",
            f"合同总金额{way}上列金额，各项目的增减见下表，合计与上列金额一致。",
            f"各份补充合同累计增加的金额不超过中标金额的 {terms['supplement_cap_percent']}%。",
            "补充合同与原合同效力相同；这里没有写到的，仍按原合同办理。",
        ),
        tables=(FormTable("各项目的增减", ("序号", "运维项目", "金额（元）"), rows, ("金额（元）",)),),
        signatures=_parties(),
        basis=SUPPLEMENT_BASIS,
    )


def termination_form(one: Termination, terms: Mapping[str, str]) -> PrintedForm:
    """Return the 提前终止协议 of a row, with its settlement and how it was reckoned."""
    project = one.project
    text = [
        f"依据：{one.basis}",
        f"按天计算：\n{one.arithmetic}",
        f"{one.last_day} 是最后服务日；从次日起本项不再计时，也不再有应办。",
        "本项价款按上列结算金额了结，其他各项仍按原合同办理。",
    ]
    if one.reason:
        text.insert(2, f"结算金额与按天计算不同的理由：{one.reason}")
    return PrintedForm(
        title="提前终止协议",
        subtitle=IN_FORCE,
        facts=(
            *contract_facts(terms),
            ("甲方", terms["buyer"]),
            ("运维项目", f"第 {project.seq} 项 {project.name}"),
            ("使用单位", project.unit.name),
            ("最后服务日", str(one.last_day)),
            ("本项原金额", f"¥{shown_yuan(one.row_fen)}"),
            ("按天计算", f"¥{shown_yuan(one.proposed_fen)}"),
            ("结算金额", f"¥{shown_yuan(one.decided_fen)}"),
            ("大写", large_writing(one.decided_fen)),
        ),
        text=tuple(text),
        signatures=_parties(),
        basis=TERMINATION_BASIS,
    )


def renewal_form(year: int, found: Sequence[Line], terms: Mapping[str, str]) -> PrintedForm:
    """Return the 续签建议书 of a year: what the facts suggest for each project, and what was decided."""
    counts = Counter(line.draft.advice for line in found)
    rows = tuple(
        (
            str(line.service.project.seq),
            line.service.project.name,
            line.service.project.unit.name,
            line.draft.advice.label,
            "；".join(_measured(one) for one in line.draft.findings if one.value is not None),
            _decided(line),
        )
        for line in found
    )
    return PrintedForm(
        title="续签建议书",
        subtitle=f"第 {year} 服务年度",
        facts=(
            *contract_facts(terms),
            ("运维项目", f"{len(found)} 个"),
            *((advice.label, f"{counts[advice]} 个") for advice in Advice),
        ),
        text=("草案按本年度的事实算出，取最差的一项指标；是否续签由甲方逐个项目决定。",),
        tables=(
            FormTable("各项目的建议", ("序号", "运维项目", "使用单位", "建议", "事实", "甲方决定"), rows),
        ),
        signatures=(Signature("甲方经办人"), Signature("甲方审核人", stamp=True)),
        basis=RENEWAL_BASIS,
    )


def request_form(view: YearView, stage: int, terms: Mapping[str, str]) -> PrintedForm:
    """Return the 付款申请书 of a payment that was released: what the treasury is asked to pay, and why."""
    done, judged = view.progress[stage], view.stages[stage]
    assert done.released is not None
    assert done.released.fen is not None
    fen = done.released.fen
    invoices = tuple(
        (one.number, str(one.issued_on), shown_yuan(one.fen))
        for one in view.invoices[stage]
        if one.standing is Standing.CONFIRMED
    )
    gates = tuple((one.key.label, "满足", str(one.since) if one.since else "") for one in judged.gates)
    first, second = done.prepared, done.released
    return PrintedForm(
        title="付款申请书",
        subtitle=f"第 {view.number} 服务年度第 {stage} 次付款",
        facts=(
            *contract_facts(terms),
            ("申请单位", terms["buyer"]),
            ("申请金额", f"¥{shown_yuan(fen)}"),
            ("大写", large_writing(fen)),
            ("条件齐备", str(judged.met_on) if judged.met_on else ""),
            ("付款期限", str(judged.due) if judged.due else ""),
            ("审核放款", str(day_of(second.at))),
        ),
        text=("合同约定的付款条件已全部满足，经两人经办、审核，申请支付上列金额。",),
        tables=(
            FormTable("付款条件", ("条件", "是否满足", "自何日"), gates),
            FormTable("发票", ("发票号码", "开票日期", "金额（元）"), invoices, ("金额（元）",)),
            *row_tables(view, stage),
        ),
        signatures=(
            Signature("甲方经办人", first.by.name if first else ""),
            Signature("甲方审核人", second.by.name),
            Signature("甲方", stamp=True),
        ),
        basis=SOURCE,
    )


def _parties() -> tuple[Signature, ...]:
    return (
        Signature("甲方经办人"),
        Signature("甲方审核人"),
        Signature("甲方", stamp=True),
        Signature("乙方", stamp=True),
    )


def _measured(one: Finding) -> str:
    value = f"{one.value:.2f}%" if one.measure.is_rate else str(one.value)
    return f"{one.measure.label} {value}"


def _decided(line: Line) -> str:
    if line.decision is None:
        return "未决定"
    said = "续签" if line.decision.renews else "不续签"
    return f"{said}：{line.decision.reason}" if line.decision.reason else said
