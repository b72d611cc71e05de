"""The service slip (运维服务单) of a ticket: what a unit signs on the spot, on one sheet of A4.

It says what was on record at one event of the ticket, which it names, judged by the time of that event: made
again later for the same event it has the same content and the same digest, unless an exemption was granted or
a device withdrawn meanwhile. What is too long for the sheet is cut, and says where the rest is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.equipment import queries as equipment_queries
from app.papers.printing import FormTable, PrintedForm, Signature
from app.tickets import queries
from app.tickets.derivation import current_rules, derive_exempt, to_event
from app.tickets.story import statement_text
from models.equipment import TicketEquipment
from models.people import User
from models.tickets import Ticket, TicketEvent
from sla.arithmetic import allowance_text
from sla.clock import Clock, Derivation
from sla.clocks import backentries
from sla.errors import NotFound
from sla.vocab import EventKind, Side, Verdict
from sla.when import clock_text

REPORTED, DONE, LINE = 160, 240, 40  # characters: what was reported, all that was done, a cell
# The last of each, for they are what is signed.
MOST_DONE, MOST_ROWS, MOST_PARTS = 2, 5, 2
TITLE = "运维服务单"
# What belongs on the sheet beside what was done: the rest of a story is on the page.
_SHOWN = {
    *(EventKind.OPENED, EventKind.RESPONDED, EventKind.ONSITE_REQUESTED, EventKind.ARRIVED),
    *(EventKind.CONTAINED, EventKind.RECOVERY_CLAIMED, EventKind.RECOVERY_ACCEPTED),
    *(EventKind.RECOVERY_REJECTED, EventKind.PAUSED, EventKind.RESUMED, EventKind.CLOSED),
    EventKind.CANCELLED,
}
RATING = FormTable(
    "单位评价（请勾选一项，意见写在空白处）",
    ("5 分", "4 分", "3 分", "2 分", "1 分"),
    (("□ 非常满意", "□ 满意", "□ 一般", "□ 不满意", "□ 很不满意"),),
)
_SAID = {EventKind.RESPONDED, EventKind.ARRIVED, EventKind.CONTAINED, EventKind.RECOVERY_CLAIMED}


def slip(
    session: Session, viewer: User, ticket_id: int, upto: int | None, now: datetime
) -> tuple[Ticket, PrintedForm, int]:
    """Return a ticket, its slip and the number of the event up to which it goes; ``None`` is the last one.

    Out of scope, or an event that is not there yet, is ``NotFound`` (S1).
    """
    ticket = queries.ticket_seen(session, viewer, ticket_id, now)
    events = [event for event in ticket.events if upto is None or event.seq <= upto]
    if not events or (upto is not None and events[-1].seq != upto):
        raise NotFound("这张工单没有这一条记录")
    at = events[-1].recorded_at
    rules = current_rules(session)
    granted = {one.clock_key for one in ticket.disputes if one.granted and one.clock_key}
    facts = [to_event(event) for event in events]
    derived = derive_exempt(facts, rules.projects[ticket.project.seq], rules.book, at, granted)
    late = {one.seq for one in backentries(derived, rules.book)}
    until = next((event.recorded_at for event in ticket.events if event.seq > events[-1].seq), None)
    links = equipment_queries.of_ticket(session, ticket.id)
    parts = [one for one in links if until is None or one.linked_at < until]
    return ticket, _form(ticket, derived, events, late, parts), events[-1].seq


def cut(text: str, longest: int, number: str) -> str:
    """Return a text in one paragraph; what is too long ends with where the rest stands."""
    return _brief(text, longest, f"……（全文见工单 {number}）")


def _brief(text: str, longest: int = LINE, rest: str = "……") -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[:longest] + rest


def _reported(ticket: Ticket) -> str:
    """Return what was reported; a title that is the beginning of it is not said twice."""
    begins = ticket.description.startswith(ticket.title)
    return ticket.description if begins else f"{ticket.title}。{ticket.description}"


def _form(
    ticket: Ticket,
    derived: Derivation,
    events: Sequence[TicketEvent],
    late: set[int],
    parts: Sequence[TicketEquipment],
) -> PrintedForm:
    facts, project, last = derived.facts, ticket.project, events[-1]
    said = facts.classification
    stated = statement_text({name: said.get(name) for name in said.stated if name != "kind"})
    return PrintedForm(
        title=TITLE,
        subtitle=f"{ticket.number} · 第 1 至 {last.seq} 条记录，截至 {clock_text(last.recorded_at)}",
        facts=(
            ("单位", project.unit.name),
            ("运维项目", _brief(f"{project.seq} · {project.name}")),
            ("地点", _brief(ticket.place) or "—"),
            ("报告人、电话", _brief(f"{ticket.reporter} {ticket.phone}") or "—"),
            ("类别", facts.kind.label + (f"（{stated}）" if stated else "")),
            ("报告时间", clock_text(facts.reported_at) + ("（乙方自查发现）" if facts.own_finding else "")),
            ("状态", facts.state.label),
            ("报告内容", cut(_reported(ticket), REPORTED, ticket.number)),
        ),
        tables=tuple(
            table
            for table in (
                _done(events, ticket.number),
                _clocks(derived.clocks),
                _milestones(events, late, ticket.number),
                _parts(parts, ticket.number),
                RATING,
            )
            if table.rows
        ),
        signatures=(Signature("单位", stamp=False), Signature("工程师", _engineer(events))),
    )


def _done(events: Sequence[TicketEvent], number: str) -> FormTable:
    """Return what was done, in the words of those who did it; the latest where there is much."""
    said = [event for event in events if event.kind in _SAID and event.data.get("note")]
    room = DONE // max(1, min(len(said), MOST_DONE))
    rows = tuple((one.kind.label, cut(one.data["note"], room, number)) for one in said[-MOST_DONE:])
    return FormTable(_more("处理情况", len(said), MOST_DONE, number), ("事项", "做了什么"), rows)


def _clocks(clocks: Sequence[Clock]) -> FormTable:
    last = {clock.kind: clock for clock in clocks if clock.verdict is not Verdict.VOID}
    rows = tuple(
        (
            clock.kind.label + (f"（第 {clock.round + 1} 次）" if clock.round else ""),
            f"{allowance_text(clock)}，{clock.window.label}",
            clock_text(clock.due_at),
            clock_text(clock.stopped_at) if clock.stopped_at else "—",
            clock.verdict.label + ("（待验收）" if clock.outcome_provisional else ""),
        )
        for clock in last.values()
    )
    return FormTable("约定的时限", ("计时", "承诺", "应于", "实际", "结果"), rows)


def _milestones(events: Sequence[TicketEvent], late: set[int], number: str) -> FormTable:
    shown = [event for event in events if event.kind in _SHOWN]
    rows = [
        (
            event.kind.label,
            clock_text(event.occurred_at),
            f"补录，{clock_text(event.recorded_at)} 录入" if event.seq in late else "",
            event.actor.name,
        )
        for event in shown[-MOST_ROWS:]
    ]
    caption = _more("经过", len(shown), MOST_ROWS, number)
    return FormTable(caption, ("事项", "发生时间", "补录", "办理人"), tuple(rows))


def _parts(parts: Sequence[TicketEquipment], number: str) -> FormTable:
    rows = tuple(
        (
            _brief(f"{one.equipment.name} {one.which}"),
            one.repair.label,
            _brief(one.note) or "—",
        )
        for one in parts[-MOST_PARTS:]
    )
    return FormTable(
        _more("设备和部件", len(parts), MOST_PARTS, number), ("设备", "做了什么", "部件和说明"), rows
    )


def _more(caption: str, many: int, shown: int, number: str) -> str:
    return caption if many <= shown else f"{caption}（最近 {shown} 条，其余见工单 {number}）"


def _engineer(events: Sequence[TicketEvent]) -> str:
    """Return who did the last step on the supplier's side."""
    steps = (event for event in reversed(events) if event.kind in _SAID and event.side is Side.SUPPLIER)
    last = next(steps, None)
    return last.actor.name if last else ""
