"""The exports of what is done from day to day: tickets, duties, works, disputes, notices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select

from app.disputes import plain
from app.disputes import queries as disputes
from app.disputes.effect import subject_name
from app.disputes.schemas import DisputeFilter
from app.duties import lists, queries, words
from app.duties.schemas import DutyFilter, RecordFilter
from app.exports.looking import Export, Looking, Row, Said, columns
from app.navigation import READERS
from app.projects.service import DUTIES
from app.tickets import queries as tickets
from app.tickets.schemas import TicketFilter
from app.watch import queries as watch
from app.watch.schemas import NoticesFilter
from models.contract import Project
from models.disputes import Dispute
from models.duties import Occurrence, Work
from models.tickets import Ticket
from models.watch import Notice
from reports.columns import Format
from sla.vocab import Role, Standing


def whose(project: Project | None) -> Row:
    """Return number, name and unit of a project, for three cells; none is the whole contract."""
    if project is None:
        return None, words.WHOLE_CONTRACT, ""
    return project.seq, project.name, project.unit.name


OF_PROJECT = (("序号", Format.COUNT), "运维项目", "单位")


def _tickets(looking: Looking, said: Said) -> Select[Ticket]:
    said.pop("page")
    return tickets.tickets(looking.viewer, tickets.Filters(**said), looking.now)


def _ticket_rows(looking: Looking, found: Sequence[Ticket]) -> Iterable[Row]:
    for one in found:
        next_one = tickets.next_clock(one, looking.now)
        yield (
            one.number,
            one.title,
            one.kind.label,
            one.state.label,
            *whose(one.project),
            one.reported_at,
            next_one.kind.label if next_one else "",
            next_one.due_at if next_one else None,
            ("已挂起" if next_one.still else "已超时" if next_one.late else "") if next_one else "",
            one.assignee.name if one.assignee else "未派单" if one.to_give else "—",
            "待单位确认" if one.waiting else "",
            one.place,
            one.closed_at,
            one.rating,
        )


TICKETS = Export(
    "工单",
    READERS,
    TicketFilter,
    columns(
        *("工单号", ("标题", Format.LONG), "类别", "状态", *OF_PROJECT, ("报告时间", Format.INSTANT)),
        *("下一时限", ("应于", Format.INSTANT), "时限情况", "工程师", "待确认", "地点"),
        *(("关闭时间", Format.INSTANT), ("满意度", Format.COUNT)),
    ),
    _tickets,
    _ticket_rows,
)


def _duties(looking: Looking, said: Said, only: str = "") -> Select[Occurrence]:
    show = only or said["show"]
    return lists.begun(looking.viewer, looking.now, show, lists.wanted(said))


def _missed(looking: Looking, said: Said) -> Select[Occurrence]:
    return _duties(looking, said, "missed")


def _duty_rows(looking: Looking, found: Sequence[Occurrence]) -> Iterable[Row]:
    for one in found:
        state = queries.listed(one, looking.now).state
        yield (
            *whose(one.project),
            words.name_of(one),
            DUTIES.get(one.obligation.kind, one.obligation.kind),
            one.opens_at,
            one.closes_at,
            state.label,
            one.done_at,
            one.waived_reason,
        )


_DUTY_COLUMNS = columns(
    *(*OF_PROJECT, ("应办", Format.LONG), "类别", ("开始", Format.INSTANT), ("截止", Format.INSTANT)),
    *("状态", ("完成时间", Format.INSTANT), ("豁免原因", Format.LONG)),
)
DUTIES_DUE = Export("应办", READERS, DutyFilter, _DUTY_COLUMNS, _duties, _duty_rows)
DUTIES_MISSED = Export("未完成的应办", READERS, DutyFilter, _DUTY_COLUMNS, _missed, _duty_rows)


def _works(looking: Looking, said: Said) -> Select[Work]:
    standing = None if said["show"] == "all" else Standing(said["show"])
    return lists.records(looking.viewer, looking.now, standing)


def _work_rows(looking: Looking, found: Sequence[Work]) -> Iterable[Row]:
    for record in lists.counted(looking.session, found):
        one = record.work
        yield (
            *whose(one.project),
            one.obligation.what,
            one.occurred_at,
            one.recorded_at,
            one.by.name,
            one.place,
            one.note,
            record.lines,
            record.abnormal,
            "补录" if one.backentered else "",
            one.standing.label,
            one.decided_by.name if one.decided_by else "",
            one.decided_at,
        )


WORKS = Export(
    "工作记录",
    READERS,
    RecordFilter,
    columns(
        *(*OF_PROJECT, "记录", ("完成时间", Format.INSTANT), ("登记时间", Format.INSTANT), "办理人", "地点"),
        *(("说明", Format.LONG), ("检查项", Format.COUNT), ("异常", Format.COUNT), "补录", "状态", "确认人"),
        ("确认时间", Format.INSTANT),
    ),
    _works,
    _work_rows,
)


def _disputes(looking: Looking, said: Said) -> Select[Dispute] | Sequence[Dispute]:
    if said["show"] == "turn":
        return [one for one, _ in disputes.waiting_for(looking.session, looking.viewer, looking.now)]
    return disputes.disputes(looking.viewer, looking.now, said["show"], said["project"])


def _dispute_rows(looking: Looking, found: Sequence[Dispute]) -> Iterable[Row]:
    is_plain = looking.viewer.role is Role.CONTACT
    for one in found:
        its = disputes.course_of(looking.session, one, looking.now)
        yield (
            one.number,
            plain.subject(one) if is_plain else subject_name(one),
            f"{one.ticket.number} {one.ticket.title}" if one.ticket else "",
            *whose(one.project),
            one.breached_at,
            one.opened_at,
            plain.STATES[its.state] if is_plain else its.state.label,
            "是" if its.final else "",
            its.until,
        )


DISPUTES = Export(
    "争议免责",
    disputes.READERS,
    DisputeFilter,
    columns(
        *("编号", "争议", ("工单", Format.LONG), *OF_PROJECT, ("超时时间", Format.INSTANT)),
        *(("提出时间", Format.INSTANT), "状态", "最终认定", ("期限", Format.INSTANT)),
    ),
    _disputes,
    _dispute_rows,
)


def _notices(looking: Looking, _said: Said) -> Select[Notice]:
    return watch.notices(looking.viewer, looking.now)


def _notice_rows(_looking: Looking, found: Sequence[Notice]) -> Iterable[Row]:
    for one in found:
        yield one.text, one.kind.label, one.happened_at, one.created_at, one.read_at


NOTICES = Export(
    "通知",
    frozenset(Role) - watch.NOT_TOLD,
    NoticesFilter,
    columns(
        *(("通知", Format.LONG), "类别", ("发生于", Format.INSTANT), ("通知时间", Format.INSTANT)),
        ("已读时间", Format.INSTANT),
    ),
    _notices,
    _notice_rows,
)
