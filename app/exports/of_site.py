"""The exports of what the site itself is made of: units, the own reports, jobs, screens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select

from app.board import queries as board
from app.exports.looking import Export, Looking, Row, Said, columns
from app.forms import AddressSchema
from app.navigation import READERS
from app.people import queries as people
from app.reports import queries as reports
from app.reports.schemas import JobsFilter
from app.watch.overview import JobState, overview
from models.board import BoardKey
from models.contract import Unit
from models.reports import ReportJob
from reports.catalogue import FORMATS
from reports.columns import Format
from sla.vocab import Role

DAILY = 24 * 60  # minutes


def _units(looking: Looking, _said: Said) -> Sequence[Unit]:
    return people.units(looking.session)


def _unit_rows(looking: Looking, found: Sequence[Unit]) -> Iterable[Row]:
    contacts = people.contacts_by_unit(looking.session)
    for one in found:
        known = (f"{each.name} {each.phone}".strip() for each in contacts.get(one.id, []))
        above = one.parent.name if one.parent else ""
        yield one.name, above, "\n".join(known) or "还没有", f"第 {one.line} 行"


UNITS = Export(
    "单位",
    frozenset({Role.ADMIN}),
    AddressSchema,
    columns(("单位", Format.LONG), "上级单位", ("联系人", Format.LONG), "招标文件"),
    _units,
    _unit_rows,
)


def _jobs(looking: Looking, _said: Said) -> Select[ReportJob]:
    return reports.jobs_of(looking.viewer)


def _job_rows(_looking: Looking, found: Sequence[ReportJob]) -> Iterable[Row]:
    for one in found:
        yield one.title, FORMATS[one.format], one.state.label, one.asked_at, one.finished_at, one.error


REPORT_JOBS = Export(
    "我的报表",
    READERS,
    JobsFilter,
    columns(
        *(("报表", Format.LONG), "格式", "状态", ("要求时间", Format.INSTANT), ("完成时间", Format.INSTANT)),
        ("出错原因", Format.LONG),
    ),
    _jobs,
    _job_rows,
)


def _watch(looking: Looking, _said: Said) -> Sequence[JobState]:
    return overview(looking.session, looking.now)


def _watch_rows(looking: Looking, found: Sequence[JobState]) -> Iterable[Row]:
    told = looking.viewer.role is not Role.ADMIN  # what came of a job is business
    for one in found:
        last = one.last
        yield (
            one.job.label,
            one.standing.label,
            "每天" if one.job.every == DAILY else f"每 {one.job.every} 分钟",
            last.started_at if last else None,
            one.next_at,
            "；".join(part for part in (last.outcome, last.error) if part) if told and last else "",
        )


WATCH = Export(
    "自动任务",
    frozenset({Role.BUREAU, Role.MANAGER, Role.ADMIN}),
    AddressSchema,
    columns(
        *("任务", "状态", "周期", ("上次运行", Format.INSTANT), ("下次运行", Format.INSTANT)),
        ("结果", Format.LONG),
    ),
    _watch,
    _watch_rows,
)


def _keys(looking: Looking, _said: Said) -> Sequence[BoardKey]:
    return board.keys(looking.session)


def _key_rows(looking: Looking, found: Sequence[BoardKey]) -> Iterable[Row]:
    for one in found:
        over = "已作废" if one.revoked_at else "已到期" if one.expires_at <= looking.now else "使用中"
        yield one.place, over, one.made_by.name, one.created_at, one.revoked_at or one.expires_at


SCREENS = Export(
    "大屏地址",
    frozenset({Role.BUREAU}),
    AddressSchema,
    columns("屏幕位置", "状态", "生成人", ("生成时间", Format.INSTANT), ("到期时间", Format.INSTANT)),
    _keys,
    _key_rows,
)
