"""The exports of what is agreed: terms, readings, days, amendments, duties, cycles, checklists, schemes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Select

from app.access import require
from app.amendments import queries as amendments
from app.amendments.inforce import quotas_on
from app.amendments.schemas import PageOf
from app.assessment import queries as assessment
from app.checklists import queries as checklists
from app.contract import pages as contract
from app.contract.schemas import CalendarFilter
from app.contract.words import reading_text, term_text
from app.duties import lists, queries, words
from app.duties.schemas import OfProject
from app.exports.looking import Export, Looking, Row, Said, columns
from app.exports.of_work import OF_PROJECT, whose
from app.forms import AddressSchema
from app.navigation import EVERYONE, READERS
from app.projects.service import DUTIES
from models.amendments import Amendment
from models.assessment import SchemeVersion
from models.contract import ContractTerm, Obligation
from reports.columns import Format
from sla.amendments import AmendmentState
from sla.errors import NotFound
from sla.when import day_of

# -- the contract and its readings ------------------------------------------------------------------------


def _terms(looking: Looking, _said: Said) -> Sequence[ContractTerm]:
    return contract.terms(looking.session)


def _term_rows(_looking: Looking, found: Sequence[ContractTerm]) -> Iterable[Row]:
    return ((one.label, term_text(one.key, one.value), f"第 {one.line} 行") for one in found)


TERMS = Export(
    "合同条款",
    READERS,
    AddressSchema,
    columns("条款", ("内容", Format.LONG), "招标文件"),
    _terms,
    _term_rows,
)


def _readings(looking: Looking, _said: Said) -> Sequence[contract.ReadingRow]:
    return contract.reading_rows(looking.session, day_of(looking.now))


def _reading_rows(looking: Looking, found: Sequence[contract.ReadingRow]) -> Iterable[Row]:
    for one in found:
        yield (
            *(one.key.label, one.key.name, one.key.reason),
            *(reading_text(one.key.name, one.raw), one.status.label),
            _standing(one, day_of(looking.now)),
            *(one.from_day or "一开始", one.key.effect.label, one.reason),
        )


def _standing(one: contract.ReadingRow, today: date) -> str:
    if one.in_force:
        return "现行"
    return "还没有开始" if one.from_day and one.from_day > today else "已被后来的取代"


READINGS = Export(
    "口径",
    READERS,
    AddressSchema,
    columns(
        *("口径", "代码", ("合同怎样写", Format.LONG), ("读法", Format.LONG), "状态", "是否现行"),
        *(("从何时起", Format.DAY), "影响", ("理由", Format.LONG)),
    ),
    _readings,
    _reading_rows,
)


def _days(looking: Looking, said: Said) -> Sequence[contract.Special]:
    return contract.specials(looking.session, said["year"] or day_of(looking.now).year)


def _day_rows(_looking: Looking, found: Sequence[contract.Special]) -> Iterable[Row]:
    return ((one.first, one.last, one.name, one.kind.label, one.notice) for one in found)


CALENDAR = Export(
    "放假和调休",
    EVERYONE,
    CalendarFilter,
    columns(("第一天", Format.DAY), ("最后一天", Format.DAY), "名称", "怎样", ("依据", Format.LONG)),
    _days,
    _day_rows,
)


def _amendments(looking: Looking, _said: Said) -> Select[Amendment]:
    return amendments.listed(looking.viewer, looking.now)


def _amendment_rows(looking: Looking, found: Sequence[Amendment]) -> Iterable[Row]:
    for one in found:
        ahead = one.state is AmendmentState.CONFIRMED and one.from_day > day_of(looking.now)
        yield (
            *(one.title, one.number, one.kind.label, one.signed_on, one.from_day, len(one.items)),
            one.state.label + ("，未到日期" if ahead else ""),
        )


AMENDMENTS = Export(
    "变更文件",
    READERS,
    PageOf,
    columns(
        *(("文件", Format.LONG), "文号", "类型", ("签署日期", Format.DAY), ("从何时起", Format.DAY)),
        *(("变更项数", Format.COUNT), "状态"),
    ),
    _amendments,
    _amendment_rows,
)


# -- duties and how often they fall due -------------------------------------------------------------------


def _obligations(looking: Looking, said: Said) -> Sequence[Obligation]:
    session, person, at = looking.session, looking.viewer, looking.now
    if said["project"] is None:
        require(person, *sorted(queries.SEE_CONTRACT_WIDE))
    project = lists.project(session, person, said["project"], at) if said["project"] is not None else None
    found = lists.obligations_of(session, person, project.id if project else None, at)
    if not found:
        raise NotFound("没有可以查看的周期义务")
    return found


def _obligation_rows(looking: Looking, found: Sequence[Obligation]) -> Iterable[Row]:
    session, today = looking.session, day_of(looking.now)
    project = found[0].project
    only = queries.Filters(project=project.seq) if project else None
    open_ones = reversed(queries.open_now(session, looking.viewer, looking.now, only))
    present = {one.occurrence.obligation_id: one for one in open_ones}
    cycles, quotas = queries.cycles_on(session, today), quotas_on(session, today)
    for one in found:
        now = present.get(one.id)
        yield (
            *whose(one.project),
            *(one.what, one.scope, DUTIES.get(one.kind, one.kind)),
            words.cycle_text(one, cycles.get(one.id), quotas.get(one.id)),
            "已约定" if one.id in cycles else "",
            words.bounds_text(one),
            now.state.label if now else "",
            now.occurrence.closes_at if now else None,
            f"第 {one.line} 行",
        )


OBLIGATIONS = Export(
    "周期义务",
    READERS,
    OfProject,
    columns(
        *(*OF_PROJECT, ("义务", Format.LONG), ("范围", Format.LONG), "类别", "周期", "是否另行约定", "起止"),
        *("本期", ("本期截止", Format.INSTANT), "招标文件"),
    ),
    _obligations,
    _obligation_rows,
)


def _plan(looking: Looking, _said: Said) -> Sequence[Row]:
    session = looking.session
    periods = [
        (
            *("宣布的时期", one.name, one.kind.label, one.first_day, one.last_day),
            words.project_text(one.project) if one.project else "所有有关的项目",
            *(one.reason, one.declared_by.name, one.declared_at),
        )
        for one in queries.periods(session)
    ]
    changes = [
        (
            *("约定的周期", one.obligation.what, f"{one.cycle.label}（合同：{one.obligation.cycle.label}）"),
            *(one.from_day, None, words.project_text(one.obligation.project)),
            *(one.reason, one.approved_by.name, one.approved_at),
        )
        for one in lists.cycle_changes(session, looking.viewer, looking.now)
    ]
    return [*periods, *changes]


PLAN = Export(
    "周期和时期",
    queries.SEE_CONTRACT_WIDE,
    AddressSchema,
    columns(
        *("分类", ("名称", Format.LONG), "类型或周期", ("第一天", Format.DAY), ("最后一天", Format.DAY)),
        *(("范围", Format.LONG), ("依据", Format.LONG), "谁", ("何时", Format.INSTANT)),
    ),
    _plan,
    lambda _looking, found: found,
)


# -- checklists and schemes -------------------------------------------------------------------------------


def _checklists(looking: Looking, _said: Said) -> Sequence[checklists.Listed]:
    return checklists.checklists(looking.session, looking.viewer)


def _checklist_rows(looking: Looking, found: Sequence[checklists.Listed]) -> Iterable[Row]:
    used_by = checklists.used_by(looking.session)
    for one in found:
        used = one.used
        yield (
            one.checklist.name,
            f"第 {used.number} 版" if used else "还没有",
            used.approved_at if used else None,
            len(used.items) if used else None,
            used_by.get(one.checklist.code, 0),
            "有待批准的草稿" if one.draft else "",
        )


CHECKLISTS = Export(
    "检查表",
    READERS,
    AddressSchema,
    columns(
        *("名称", "启用的版本", ("启用时间", Format.INSTANT), ("项数", Format.COUNT)),
        *(("使用它的义务", Format.COUNT), "草稿"),
    ),
    _checklists,
    _checklist_rows,
)


def _schemes(looking: Looking, _said: Said) -> Sequence[SchemeVersion]:
    return assessment.versions(looking.session)


def _scheme_rows(looking: Looking, found: Sequence[SchemeVersion]) -> Iterable[Row]:
    present = assessment.in_force(found, day_of(looking.now))
    for one in found:
        yield (
            f"第 {one.number} 版",
            one.name,
            one.state.label + ("，现行" if one is present else ""),
            one.from_day,
            one.created_by.name if one.created_by else "随系统提供",
            one.created_at if one.created_by else None,
            one.signed_by.name if one.signed_by else "",
            one.signed_at,
            one.adopted_by.name if one.adopted_by else "",
            one.adopted_at,
        )


SCHEMES = Export(
    "考核办法",
    assessment.ASSESSED,
    AddressSchema,
    columns(
        *("版本", "名称", "状态", ("施行", Format.DAY), "起草人", ("起草时间", Format.INSTANT)),
        *("经办", ("经办时间", Format.INSTANT), "审核", ("审核时间", Format.INSTANT)),
    ),
    _schemes,
    _scheme_rows,
)
