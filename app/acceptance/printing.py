"""The forms of an acceptance that are printed and signed: report, 验收合格单, opinion sheets (P2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.acceptance import queries, standards
from app.acceptance.concluding import departures
from app.acceptance.queries import Heard
from app.access import require
from app.papers.printing import FormTable, PrintedForm, Signature, signed_form
from models.acceptance import Acceptance, Conformity, GroupMember
from models.contract import ContractTerm
from models.papers import Paper
from models.people import User
from sla.errors import Conflict, NotFound
from sla.vocab import AcceptanceStage, Opinion, PaperKind, Role
from sla.when import day_of

ACCEPTANCE = "合同第十一条「运维服务工作成果的评价、验收」（招标文件第 4417–4443 行）"
CERTIFICATE = "合同第十一条第 2 款：验收合格的，甲方在验收合格单上签字盖章（招标文件第 4431 行）"
FORMS = ("report", "certificate")
CHOICES = "□ 合格　　□ 不合格"


def make(session: Session, actor: User, of: Acceptance, which: str, now: datetime) -> Paper:
    """Keep a form of a finished round for signing: ``report`` or ``certificate``."""
    require(actor, Role.BUREAU, Role.MANAGER)
    if which not in FORMS:
        raise NotFound("没有这种表单")
    if of.checked_at is None:
        raise Conflict("结论经第二人审核以后才能打印验收报告和合格单")
    stage = of.stage is AcceptanceStage.STAGE
    if which == "report":
        kind = PaperKind.STAGE_REPORT if stage else PaperKind.ACCEPTANCE_REPORT
        return signed_form(
            session, actor, kind, of.subject, report(session, of), now, number=f"round-{of.round}"
        )
    if not of.passed:
        raise Conflict("验收合格以后才有验收合格单")
    form = certificate(session, of)
    return signed_form(
        *(session, actor, PaperKind.ACCEPTANCE_FORM, of.subject, form, now), number=f"round-{of.round}"
    )


def make_member_sheet(
    session: Session, actor: User, of: Acceptance, one: GroupMember, now: datetime
) -> Paper:
    """Keep a member's opinion sheet for signing."""
    require(actor, Role.BUREAU)
    form = member_sheet(session, of, one)
    return signed_form(*(session, actor, PaperKind.OPINION, of.subject, form, now), number=f"member-{one.id}")


def make_unit_sheet(session: Session, actor: User, of: Acceptance, one: Heard, now: datetime) -> Paper:
    """Keep a unit's opinion sheet for signing."""
    require(actor, Role.BUREAU)
    form = unit_sheet(session, of, one)
    return signed_form(
        *(session, actor, PaperKind.OPINION, of.subject, form, now),
        number=f"unit-{one.unit.id}",
        unit_id=one.unit.id,
    )


# -- the forms ----------------------------------------------------------------------------------------


def report(session: Session, of: Acceptance) -> PrintedForm:
    """Return the 验收报告: each standard of each row with what was found and how it was judged."""
    rows = standards.of_project(session, of, None, whole=True)
    people = queries.members(session, of)
    judged = [one for one in rows if one.to_judge]
    failed = sum(one.conforms is Opinion.FAILED for one in judged)
    counts = f"应判定 {len(judged)} 项：合格 {len(judged) - failed} 项，不合格 {failed} 项"
    assert of.conclusion is not None
    facts = (
        *_facts(session, of),
        ("标准判定", f"{counts}；没有约定周期、不判定的 {len(rows) - len(judged)} 项"),
        ("验收结论", of.conclusion.label),
        ("结论作出", _who(of.concluded_by, of.concluded_at)),
        ("结论审核", _who(of.checked_by, of.checked_at)),
        ("乙方确认", _supplier(of)),
        ("返工期限", str(of.rework_due) if of.failed and of.rework_due else ""),
    )
    text = [f"结论说明：{of.conclusion_text}"]
    text += [f"与结论不一致的情况：{one}。" for one in departures(session, of, of.conclusion)]
    text.append(f"乙方说明或申述意见：{of.statement or '没有提出'}")
    return PrintedForm(
        title="阶段性验收报告" if of.stage is AcceptanceStage.STAGE else "验收报告",
        subtitle=f"{_year(of)}，第 {of.round} 轮",
        facts=tuple((name, value) for name, value in facts if value),
        text=tuple(text),
        tables=(_group_table(people), _units_table(session, of), _standards_table(rows)),
        signatures=(
            Signature("甲方", stamp=True),
            Signature("乙方", stamp=True),
            *(Signature(one.role.label, one.name) for one in people),
        ),
        basis=ACCEPTANCE,
    )


def certificate(session: Session, of: Acceptance) -> PrintedForm:
    """Return the 验收合格单, which the buyer signs and stamps."""
    title = session.scalars(select(ContractTerm.value).where(ContractTerm.key == "acceptance_form")).one()
    return PrintedForm(
        title=title,
        subtitle=f"{_year(of)} · {of.stage.label}",
        facts=(*_facts(session, of), ("验收结论", "合格"), ("结论审核", _who(of.checked_by, of.checked_at))),
        text=("经验收小组验收，乙方在上述期间提供的运维服务合格。",),
        signatures=(Signature("甲方", stamp=True), Signature("乙方", stamp=True)),
        basis=CERTIFICATE,
    )


def member_sheet(session: Session, of: Acceptance, one: GroupMember) -> PrintedForm:
    """Return a member's opinion sheet, filled in if the opinion is known."""
    said = one.opinion.label if one.opinion else CHOICES
    return PrintedForm(
        title="验收小组成员意见书",
        subtitle=f"{_year(of)} · {of.stage.label}",
        facts=(
            *_facts(session, of),
            ("姓名", one.name),
            ("单位", one.organisation),
            ("职责", one.role.label),
            ("意见", said),
        ),
        text=(f"说明：{one.opinion_text or '　'}",),
        signatures=(Signature(one.role.label, one.name),),
        basis=ACCEPTANCE,
    )


def unit_sheet(session: Session, of: Acceptance, one: Heard) -> PrintedForm:
    """Return a unit's opinion sheet with its projects, filled in if the unit has spoken."""
    said = one.opinion
    rows = [
        (str(project.seq), project.name, project.unit.name)
        for project, _ in standards.overview(session, of)
        if project is not None and one.unit.id in (project.unit_id, project.unit.parent_id)
    ]
    known = said is not None and said.opinion is not None
    return PrintedForm(
        title="单位验收意见书",
        subtitle=f"{_year(of)} · {of.stage.label}",
        facts=(
            *_facts(session, of),
            ("单位", one.unit.name),
            ("意见", said.opinion.label if known and said and said.opinion else CHOICES),
            ("运转平稳", ("是" if said.running_well else "否") if known and said else "□ 是　　□ 否"),
        ),
        text=(f"说明：{(said.text if said else '') or '　'}",),
        tables=(FormTable("本单位的运维项目", ("序号", "运维项目", "使用单位"), tuple(rows)),),
        signatures=(Signature("单位经办人"), Signature("单位负责人", stamp=True)),
        basis=ACCEPTANCE,
    )


# -- their parts ----------------------------------------------------------------------------------------


def _facts(session: Session, of: Acceptance) -> tuple[tuple[str, str], ...]:
    named = ContractTerm.key.in_(("title", "project_no", "buyer"))
    terms = {one.key: one.value for one in session.scalars(select(ContractTerm).where(named))}
    return (
        ("合同", terms["title"]),
        ("采购文件编号", terms["project_no"]),
        ("甲方", terms["buyer"]),
        ("验收期间", f"{of.first_day} 至 {of.last_day}"),
        ("乙方提交", _who(of.reported_by, of.reported_at)),
        ("验收时间地点", f"{of.meeting_on}　{of.place}"),
    )


def _group_table(people: Sequence[GroupMember]) -> FormTable:
    rows = tuple(
        (
            one.name,
            one.organisation,
            one.role.label,
            one.opinion.label if one.opinion else "",
            one.opinion_text,
        )
        for one in people
    )
    return FormTable("验收小组", ("姓名", "单位", "职责", "意见", "说明"), rows)


def _units_table(session: Session, of: Acceptance) -> FormTable:
    rows = []
    for one in queries.heard(session, of):
        said = one.opinion
        if said is None or said.opinion is None or said.channel is None:
            rows.append((one.unit.name, "未听取", "—", said.text if said else ""))
        else:
            steady = "是" if said.running_well else "否"
            told = f"{said.said_by}，{said.channel.label}"
            rows.append(
                (one.unit.name, said.opinion.label, steady, f"{told}；{said.text}" if said.text else told)
            )
    return FormTable("单位意见", ("单位", "意见", "运转平稳", "说明"), tuple(rows))


def _standards_table(rows: Sequence[Conformity]) -> FormTable:
    told = tuple(
        (
            str(one.project.seq) if one.project else "合同",
            one.standard,
            one.found,
            one.conforms.label if one.conforms else "不判定",
            one.remark,
        )
        for one in rows
    )
    return FormTable("各项目每一项标准", ("项目", "标准", "期间情况", "判定", "说明"), told)


def _who(person: User | None, at: datetime | None) -> str:
    return f"{person.name}　{day_of(at)}" if person and at else ""


def _supplier(of: Acceptance) -> str:
    if of.countersigned_at:
        return _who(of.countersigned_by, of.countersigned_at)
    return of.unsigned_reason


def _year(of: Acceptance) -> str:
    return f"第{'一二三'[of.year.number - 1]}服务年度（{of.year.starts_on} 起）"
