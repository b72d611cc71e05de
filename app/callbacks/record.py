"""The record of a call-back (回访记录) as a form: answered as it was, unanswered with boxes to tick."""

from __future__ import annotations

from datetime import datetime

from app.papers.printing import PrintedForm, Signature
from models.callbacks import CallBack
from sla.vocab import Satisfaction
from sla.when import clock_text

BASIS = "合同第七条第一次付款条件：各项目运转平稳，经回访满意合格（招标文件第 4375 行）"


def printed_record(one: CallBack) -> PrintedForm:
    """Return the form; equal contents give equal bytes."""
    answer = one.answer
    boxes = "　".join(f"□ {word.label}" for word in Satisfaction)
    facts = [
        ("运维项目", f"第 {one.project.seq} 项 {one.project.name}"),
        ("使用单位", one.project.unit.name),
        ("回访期间", f"{one.first_day} 至 {one.last_day}"),
        ("满意度", answer.satisfaction.label if answer else boxes),
        ("系统运转", _running(answer.running_well) if answer else "□ 运转平稳　□ 不平稳"),
        ("意见", (answer.remarks if answer else "") or ("无" if answer else "\n\n")),
    ]
    if answer:
        facts += [
            ("答复方式", answer.channel.label),
            ("答复人", answer.said_by),
            ("答复时间", clock_text(answer.said_at)),
        ]
    for number, word in enumerate(one.follow_ups, 1):
        facts.append(
            (f"整改 {number}", f"{word.what}\n{word.by.name}（{word.by.side.label}）{clock_text(word.at)}")
        )
    return PrintedForm(
        title="运维服务回访记录",
        subtitle=f"{one.project.unit.name} · {one.first_day} 至 {one.last_day}",
        facts=tuple(facts),
        signatures=(
            Signature("使用单位", answer.said_by if answer else "", stamp=True),
            Signature("回访人（局方）"),
        ),
        basis=BASIS,
    )


def made_at(one: CallBack) -> datetime:
    """Return when the last thing the record says came to be: all its document knows of time."""
    known = [one.asked_at, *(answer.entered_at for answer in one.answers)]
    return max([*known, *(word.at for word in one.follow_ups)])


def _running(well: bool) -> str:
    return "运转平稳" if well else "不平稳"
