"""The exports of what belongs to the contract: projects, equipment, assessments, papers, people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select

from app.amendments.inforce import items_in_force
from app.assessment import queries as assessment
from app.assessment.schemas import ObservationsFilter
from app.callbacks import queries as callbacks
from app.callbacks.schemas import ListFilter
from app.contract.queries import terms_on
from app.equipment import queries as equipment
from app.equipment.schemas import EquipmentFilter
from app.exports.looking import Export, Looking, Row, Said, columns
from app.exports.of_work import OF_PROJECT, whose
from app.navigation import PAPER_READERS, READERS
from app.papers import queries as papers
from app.papers.schemas import PapersFilter
from app.people import queries as people
from app.people.schemas import PeopleFilter
from app.projects import queries as projects
from app.projects import service as words
from app.projects.schemas import ProjectFilter
from models.assessment import Observation
from models.callbacks import CallBack
from models.contract import Equipment, Project
from models.papers import Paper
from models.people import User
from reports.columns import Format
from reports.period import average_rating
from sla.errors import NotFound
from sla.figures import Figure
from sla.fold import TOP_RATING
from sla.vocab import Role
from sla.when import day_of


def _observations(looking: Looking, said: Said) -> Select[Observation]:
    return assessment.observations(looking.viewer, day_of(looking.now), assessment.wanted(said))


def _observation_rows(_looking: Looking, found: Sequence[Observation]) -> Iterable[Row]:
    for one in found:
        yield (
            one.day,
            *whose(one.project),
            one.aspect.label,
            one.text,
            one.points,
            "是" if one.veto else "",
            "已撤回" if one.withdrawn_at else "",
            one.answer,
            one.answered_at,
        )


OBSERVATIONS = Export(
    "日常考核",
    assessment.ASSESSED,
    ObservationsFilter,
    columns(
        *(("日期", Format.DAY), *OF_PROJECT, "方面", ("情况", Format.LONG), ("扣分", Format.POINTS)),
        *("一票否决", "状态", ("乙方答复", Format.LONG), ("答复时间", Format.INSTANT)),
    ),
    _observations,
    _observation_rows,
)


def _callbacks(looking: Looking, said: Said) -> Select[CallBack]:
    period = (said["first"], said["last"]) if said["first"] and said["last"] else None
    return callbacks.callbacks(looking.viewer, looking.now, said["show"], period)


def _callback_rows(_looking: Looking, found: Sequence[CallBack]) -> Iterable[Row]:
    for one in found:
        said = one.answer
        running = "" if said is None else "运转平稳" if said.running_well else "不平稳"
        yield (
            *whose(one.project),
            one.first_day,
            one.last_day,
            one.state.label,
            said.satisfaction.label if said else "",
            running,
            said.said_by if said else "",
            said.said_at if said else None,
        )


CALLBACK_COLUMNS = columns(
    *(*OF_PROJECT, ("第一天", Format.DAY), ("最后一天", Format.DAY), "状态", "满意度", "运转"),
    *("签署人", ("签署时间", Format.INSTANT)),
)
CALLBACKS = Export(
    "回访",
    READERS,
    ListFilter,
    CALLBACK_COLUMNS,
    _callbacks,
    _callback_rows,
)


def _summary(looking: Looking, said: Said) -> Sequence[tuple[CallBack, Figure | None]]:
    session, person, at = looking.session, looking.viewer, looking.now
    period = said["first"], said["last"]
    if period not in callbacks.periods(session, person, at):
        raise NotFound("没有这段期间的回访，或您无权查看")
    found = session.scalars(callbacks.callbacks(person, at, "all", period)).all()
    rated = callbacks.ratings(session, [one.project_id for one in found], *period)
    return [(one, rated.get(one.project_id)) for one in found]


def _summary_rows(looking: Looking, found: Sequence[tuple[CallBack, Figure | None]]) -> Iterable[Row]:
    for row, (one, figure) in zip(_callback_rows(looking, [one for one, _ in found]), found, strict=True):
        said = one.answer
        yield (
            *row,
            said.channel.label if said else "",
            said.remarks if said else "",
            one.follow_ups[-1].what if one.follow_ups else "",
            average_rating(figure) if figure else None,
            figure.total // TOP_RATING if figure else None,
        )


SUMMARY = Export(
    "回访汇总",
    READERS,
    ListFilter,
    CALLBACK_COLUMNS
    + columns(
        *("方式", ("意见", Format.LONG), ("整改", Format.LONG)),
        *(("工单评价", Format.POINTS), ("评价的工单", Format.COUNT)),
    ),
    _summary,
    _summary_rows,
)


def _papers(looking: Looking, said: Said) -> Select[Paper]:
    return papers.papers(looking.viewer, day_of(looking.now), said["kind"], said["q"])


def _paper_rows(_looking: Looking, found: Sequence[Paper]) -> Iterable[Row]:
    for one in found:
        about = one.unit.name if one.unit else "整个合同"
        if one.project:
            about = f"{one.project.seq} · {one.project.name}"
        yield one.title, one.kind.label, one.number, about, one.created_by.name, one.created_at


PAPERS = Export(
    "文件和签字",
    PAPER_READERS,
    PapersFilter,
    columns(("文件", Format.LONG), "类别", "文号", "关于", "建立人", ("建立时间", Format.INSTANT)),
    _papers,
    _paper_rows,
)


def _projects(looking: Looking, said: Said) -> Sequence[Project]:
    found = projects.projects(looking.session, looking.viewer, day_of(looking.now), said["q"])
    return [one for _, group in projects.by_unit(found) for one in group]


def _project_rows(looking: Looking, found: Sequence[Project]) -> Iterable[Row]:
    today = day_of(looking.now)
    terms = terms_on(found, items_in_force(looking.session), today)
    open_ones = projects.open_tickets(looking.session, looking.viewer, today)
    for one in found:
        promised = "；".join(words.summary(terms[one.seq]))
        window = one.window.label if one.window else "未写"
        yield (*whose(one), window, one.residents, promised, open_ones.get(one.id, 0))


PROJECTS = Export(
    "运维项目",
    READERS,
    ProjectFilter,
    columns(
        *(*OF_PROJECT, "服务时间", ("驻场人数", Format.COUNT), ("指标", Format.LONG)),
        ("未结工单", Format.COUNT),
    ),
    _projects,
    _project_rows,
)


def _equipment(looking: Looking, said: Said) -> Sequence[tuple[Project, Equipment]]:
    found = equipment.register(looking.session, looking.viewer, day_of(looking.now), said["q"])
    return [(project, device) for project, devices in found for device in devices]


def _equipment_rows(looking: Looking, found: Sequence[tuple[Project, Equipment]]) -> Iterable[Row]:
    times = equipment.worked_on(looking.session, looking.viewer, day_of(looking.now))
    for project, one in found:
        yield (*whose(project), one.name, one.model, one.quantity, one.unit, times.get(one.id, 0))


EQUIPMENT = Export(
    "设备",
    READERS,
    EquipmentFilter,
    columns(
        *(*OF_PROJECT, "设备", "型号", ("数量", Format.COUNT), "计量单位", ("维修次数", Format.COUNT)),
    ),
    _equipment,
    _equipment_rows,
)


def _people(looking: Looking, said: Said) -> Sequence[User]:
    return people.people(looking.session, looking.viewer, said["q"], said["role"], said["former"])


def _people_rows(looking: Looking, found: Sequence[User]) -> Iterable[Row]:
    for one in found:
        assigned = people.current(one.assignments, day_of(looking.now))
        where = "、".join(f"{each.project.seq} {each.project.name}" for each in assigned)
        place = one.unit.name if one.unit else where
        state = "在用" if one.is_active else "已停用"
        yield one.name, one.username, one.role.label, place, one.phone, state


PEOPLE = Export(
    "人员",
    frozenset({Role.ADMIN, Role.MANAGER}),
    PeopleFilter,
    columns("姓名", "用户名", "角色", ("单位或派驻项目", Format.LONG), "电话", "状态"),
    _people,
    _people_rows,
)
