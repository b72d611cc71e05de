"""What a visitor finds going on at this very minute: a few tickets set beside the simulated ones.

Each scene is opened so many minutes ago and goes on in the same time as everything else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.simulation.course import Course
from app.simulation.world import World
from app.tickets import decisions, service
from app.tickets.opening import NewTicket
from models.people import User
from sla.vocab import Complexity, PauseReason, Role, TicketKind


@dataclass(frozen=True)
class Act:
    """Something done so many minutes ago by one of the people of a ticket."""

    ago: int
    who: str
    use_case: Callable[..., Any]
    options: dict[str, Any]
    happened: int | None = None  # minutes ago, where it was put down only afterwards


@dataclass(frozen=True)
class Scene:
    """A ticket of row ``seq``: who opened it how long ago, and what has happened to it since."""

    seq: int
    ago: int
    who: str
    kind: TicketKind
    title: str
    description: str
    acts: tuple[Act, ...] = ()
    paralysis: bool | None = None


def _act(
    ago: int, who: str, use_case: Callable[..., Any], happened: int | None = None, **options: Any
) -> Act:
    return Act(ago, who, use_case, options, happened)


_FAULT, _ASK = TicketKind.INCIDENT, TicketKind.CONSULTATION

SCENES = (
    # -- fresh, and running ---------------------------------------------------------------------------
    Scene(27, 21, "contact", _FAULT, "缴款书录入提交后一直转圈", "窗口有三位群众在等，换电脑也一样。"),
    Scene(44, 8, "hotline", _FAULT, "塔机监测三号工地离线", "项目部来电，平台上看不到三号塔机。"),
    Scene(
        22,
        34,
        "contact",
        _FAULT,
        "养老待遇计算全部中断",
        "大厅所有窗口都算不出来，只能先登记。",
        (_act(22, "engineer", service.respond, note="已联系机房，正在切换备用节点。"),),
        paralysis=True,
    ),
    Scene(
        34,
        47,
        "engineer",
        TicketKind.SECURITY,
        "学校网站检测到可疑上传",
        "防护平台报告脚本文件上传，正在核实。",
        (_act(41, "manager", service.respond, note="收到，先封禁来源地址。"),),
    ),
    Scene(
        26,
        170,
        "contact",
        _FAULT,
        "银行回单三笔对不上",
        "今天下班前要入库，请尽快。",
        (
            _act(148, "engineer", service.respond, note="正在比对报文。"),
            _act(52, "engineer", service.request_onsite, remote_failed=True, note="专线设备要到现场看。"),
        ),
    ),
    # -- waiting for the contact ----------------------------------------------------------------------
    Scene(
        24,
        1530,
        "contact",
        _FAULT,
        "预算公开模板第三章取不到数",
        "预览时表格是空的。",
        (
            _act(1490, "engineer", service.respond, note="已收到，先看取数公式。"),
            _act(1290, "engineer", service.claim_recovery, note="公式引用了旧科目，已改正并重新生成。"),
        ),
    ),
    Scene(
        25,
        260,
        "contact",
        _FAULT,
        "收入日报级次合计不符",
        "市本级合计和人行日报差一笔。",
        (
            _act(228, "engineer", service.respond, note="已定位到昨晚的一批数据。"),
            _act(
                95, "engineer", service.pause, reason=PauseReason.AWAITING_UNIT, note="等国库科提供昨日回单"
            ),
        ),
    ),
    Scene(
        29,
        560,
        "contact",
        _FAULT,
        "资产清查表导出缺两列",
        "三家单位反映同样的问题。",
        (
            _act(522, "engineer", service.respond, note="先按单位核对版本。"),
            _act(505, "contact", service.request_onsite, note="数据不能外传，请到现场。"),
            _act(65, "engineer", service.arrive, happened=410, note="上午已到现场，事后补记。"),
        ),
    ),
    Scene(
        28,
        1720,
        "contact",
        _ASK,
        "公物仓盘点二维码怎么重打",
        "有几张标签磨花了。",
        (
            _act(1700, "engineer", service.respond, note="已电话说明。"),
            _act(1680, "engineer", service.claim_recovery, note="在卡片页选中后点补打，已带着操作一遍。"),
            _act(1600, "contact", service.accept, note="会了，谢谢。"),
        ),
    ),
    # -- overdue, and waiting for a decision ----------------------------------------------------------
    Scene(
        27,
        430,
        "contact",
        _FAULT,
        "收缴日报昨天的数没有出来",
        "领导要看，手工先报了一份。",
        (_act(396, "engineer", service.respond, note="批处理卡住，正在排查。"),),
    ),
    Scene(
        44,
        235,
        "contact",
        _FAULT,
        "实名制考勤机多个工地不上传",
        "四个工地从中午开始没有记录。",
        (
            _act(226, "engineer", service.respond, note="已联系厂家。"),
            _act(
                205,
                "engineer",
                decisions.reclassify,
                said={"complexity": Complexity.COMPLEX},
                reason="涉及厂家平台和四个工地，需要分步恢复。",
            ),
        ),
    ),
    Scene(
        13,
        640,
        "hotline",
        _FAULT,
        "企业门禁道闸不抬杆",
        "货车堵在门口，值班员手动放行。",
        (_act(560, "engineer", service.respond, note="安排人员前往。"),),
    ),
)


def put_on(world: World, now: datetime) -> None:
    """Schedule every scene so that it stands at ``now`` as described."""
    for number, scene in enumerate(SCENES):
        course = Course(world, scene.seq, Random(f"scene:{number}"))
        course.engineer, course.contact = _leads(course)
        at = now - timedelta(minutes=scene.ago)
        if at < world.now:
            continue
        world.schedule(at, lambda c=course, s=scene, n=number: _open(c, s, f"scene-{n}"))  # type: ignore[misc]
        if scene.acts:
            world.schedule(at + timedelta(seconds=75), lambda c=course: _dispatch(c))  # type: ignore[misc]
        for act in scene.acts:
            at = now - timedelta(minutes=act.ago)
            world.schedule(at, lambda c=course, a=act: _do(c, a, now))  # type: ignore[misc]


def _leads(course: Course) -> tuple[User, User]:
    cast, unit = course.world.cast, course.project.unit
    contacts = cast.contacts[unit.parent_id or unit.id] if course.seq == 28 else cast.contacts[unit.id]
    return cast.engineers[course.seq][0], contacts[0]


def _person(course: Course, who: str) -> User:
    people = {"engineer": course.engineer, "contact": course.contact}
    cast = course.world.cast
    return people.get(who) or {"hotline": cast.hotline, "manager": cast.managers}[who][0]


def _open(course: Course, scene: Scene, submission: str) -> None:
    who = _person(course, scene.who)
    told = course.contact if who.role is not Role.CONTACT else None
    course.open(
        who,
        NewTicket(
            project_id=course.project.id,
            kind=scene.kind,
            title=scene.title,
            description=scene.description,
            submission=submission,
            reporter=told.name if told else "",
            phone=told.phone if told else "",
            paralysis=scene.paralysis,
        ),
    )


def _dispatch(course: Course) -> None:
    course.do(service.assign, _person(course, "manager"), engineer_id=course.engineer.id)


def _do(course: Course, act: Act, now: datetime) -> None:
    options = dict(act.options)
    if act.happened is not None:
        options["occurred_at"] = now - timedelta(minutes=act.happened)
    course.do(act.use_case, _person(course, act.who), **options)
