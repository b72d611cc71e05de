"""The exports of what asks for something now: what waits or expires, the office, a search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.dispatch.office import ANSWERS, Office, office
from app.disputes.effect import subject_name
from app.duties import words
from app.exports.looking import MOST, Export, Looking, Row, Said, columns, within_bound
from app.exports.of_work import OF_PROJECT, whose
from app.forms import AddressSchema
from app.navigation import READERS
from app.overview import risk
from app.overview.schemas import RiskFilter
from app.search import queries as search
from app.search.schemas import SearchFilter
from app.waiting import queries as waiting
from app.waiting.kind import Desk, Item
from app.waiting.kinds import ROLES as WAITED_FOR
from app.waiting.schemas import WaitingFilter
from app.watch.notices import until
from models.contract import Project
from reports.columns import Format
from sla.vocab import Role

Waiting = tuple[waiting.Group, Item]


# -- what waits -------------------------------------------------------------------------------------------


def _whole(desk: Desk, code: str) -> list[Waiting]:
    """Return what waits, counted before it is put into words."""
    within_bound(sum(group.found.total for group in waiting.whole(desk, code, 1)))
    return [(group, item) for group in waiting.whole(desk, code, MOST) for item in group.found.items]


def _waiting(looking: Looking, said: Said) -> Sequence[tuple[str, Waiting]]:
    desk = Desk(looking.session, looking.viewer, looking.now)
    found = _whole(desk, said["kind"])
    return [(group.kind.label_for(looking.viewer), (group, item)) for group, item in found]


def _project(project: Project | None) -> Row:
    """Return number, name and unit of a project; what waits may be about none, and says so itself."""
    return whose(project) if project else (None, "", "")


def _waiting_rows(_looking: Looking, found: Sequence[tuple[str, Waiting]]) -> Iterable[Row]:
    for label, (group, item) in found:
        yield (
            *(label, item.title),
            *_project(item.project),
            *("\n".join(item.said), item.who, item.since, item.until, group.silence),
        )


WAITING = Export(
    "等待处理",
    WAITED_FOR,
    WaitingFilter,
    columns(
        *(
            "类别",
            ("事项", Format.LONG),
            *OF_PROJECT,
            ("说明", Format.LONG),
            "谁",
            ("何时起", Format.INSTANT),
        ),
        *("期限", ("不处理会怎样", Format.LONG)),
    ),
    _waiting,
    _waiting_rows,
)


# -- what expires next ------------------------------------------------------------------------------------


def _risk(looking: Looking, said: Said) -> Sequence[risk.AtRisk]:
    who = looking.session, looking.viewer, looking.now
    within_bound(risk.number_at_risk(risk.risk_counts(*who), said["within"]))
    return risk.at_risk(*who, said["within"], MOST)


def _risk_rows(_looking: Looking, found: Sequence[risk.AtRisk]) -> Iterable[Row]:
    for one in found:
        late = "已超时" if one.is_late else "未到期"
        yield one.number, one.title, one.kind.label, one.seq, one.project, one.unit, one.due_at, late


RISK = Export(
    "将要到期的计时",
    READERS,
    RiskFilter,
    columns("工单号", ("标题", Format.LONG), "计时", *OF_PROJECT, ("应于", Format.INSTANT), "情况"),
    _risk,
    _risk_rows,
)


# -- the manager's office ---------------------------------------------------------------------------------


def _office(looking: Looking, _said: Said) -> Sequence[Row]:
    found = office(looking.session, looking.viewer, looking.now)
    desk = Desk(looking.session, looking.viewer, looking.now)
    return [*_to_claim(found), *_claims(found), *_documents(found), *_answers(desk), *_gaps(found)]


def _to_claim(found: Office) -> Iterator[Row]:
    for one in sorted(found.claimable, key=lambda one: one.ticket is None):  # as its page draws them
        left = f"还有 {one.workdays} 个工作日"
        what = f"{one.about} {one.name}" if one.ticket else f"{one.name} {one.about}"
        yield "还能申请免责的超时", what, *whose(one.project), one.breached_at, until(one.ends), left


def _claims(found: Office) -> Iterator[Row]:
    for one, its in found.claims:
        what = f"{subject_name(one)} {one.number}"
        if one.ticket:
            what = f"{what} · {one.ticket.number} {one.ticket.title}"
        state = f"{its.state.label}，轮到{its.turn.label}" if its.turn else its.state.label
        late = "，已逾期" if its.overdue else ""
        ends = until(its.until) if its.until else ""
        yield "办理中的争议", what, *whose(one.project), one.opened_at, ends, state + late


def _documents(found: Office) -> Iterator[Row]:
    for each in found.ordered:
        one = each.occurrence
        what = f"{words.name_of(one)} {words.window_text(one.slot)}"
        ends = words.closes_text(one.slot)
        yield "要交的报告和方案", what, *whose(one.project), one.opens_at, ends, each.state.label


def _answers(desk: Desk) -> Iterator[Row]:
    for code in ANSWERS:
        for group, item in _whole(desk, code):
            yield group.kind.label, item.title, *_project(item.project), item.since, item.until, item.who


def _gaps(found: Office) -> Iterator[Row]:
    for one in found.roster.gaps:
        away = "、".join(f"{who.user.name} {who.word.label}" for who in one.absent)
        said = f"要求 {one.heads} 人，还缺 {one.lacking} 人" + (f"：{away}" if away else "")
        where = words.project_text(one.post.project)
        yield f"今天{found.roster.half.label}缺人的岗位", where, *whose(one.post.project), None, "", said


OFFICE = Export(
    "申诉、文档和在岗",
    frozenset({Role.MANAGER}),
    AddressSchema,
    columns("类别", ("事项", Format.LONG), *OF_PROJECT, ("何时起", Format.INSTANT), "期限", "情况"),
    _office,
    lambda _looking, found: found,
)


# -- what a search finds ----------------------------------------------------------------------------------


def _hits(looking: Looking, said: Said) -> Sequence[tuple[str, search.Hit]]:
    if not said["q"]:
        return []
    asked = search.Looking(looking.session, looking.viewer, looking.now, said["q"])
    found = search.whole(asked, said["kind"], MOST)
    within_bound(sum(one.found.total for one in found), more=any(one.bounded for one in found))
    return [(group.label, hit) for group in found for hit in group.found.items]


def _hit_rows(_looking: Looking, found: Sequence[tuple[str, search.Hit]]) -> Iterable[Row]:
    for label, hit in found:
        yield label, hit.title, hit.note


SEARCH = Export(
    "搜索结果",
    frozenset(Role),
    SearchFilter,
    columns("类别", ("名称", Format.LONG), ("说明", Format.LONG)),
    _hits,
    _hit_rows,
)
