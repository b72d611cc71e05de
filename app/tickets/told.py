"""A request as its unit is told of it, in plain sentences: the present step, the stages, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.filters import near_text
from app.tickets.queries import Next
from app.tickets.story import Line
from models.people import User
from models.tickets import Ticket
from sla.arithmetic import allowance_text, net_seconds, open_time_text
from sla.clock import Clock, Derivation, RuleBook
from sla.timeline import Facts
from sla.vocab import ClockKind, EventKind, PauseReason, Side, TicketKind, TicketState, Verdict

# What a promise is about, as "承诺 14:30 前…" says it.
UNTIL = {
    ClockKind.RESPONSE: "响应",
    ClockKind.ONSITE: "到现场",
    ClockKind.CONTAINMENT: "控制住影响",
    ClockKind.RECOVERY: "恢复",
    ClockKind.CHANGE: "完成",
}
ASKED = {
    TicketKind.INCIDENT: "报修",
    TicketKind.REQUEST: "服务申请",
    TicketKind.CONSULTATION: "咨询",
    TicketKind.CHANGE: "需求",
    TicketKind.DATA: "数据申请",
    TicketKind.SECURITY: "安全问题",
}
BROKEN = frozenset({TicketKind.INCIDENT, TicketKind.SECURITY})
# Actions as a contact names them.
ACTIONS = {
    "accept": "已解决，确认",
    "reject": "还没解决",
    "close": "评价",
    "resume": "可以继续处理了",
    "request_onsite": "远程没能解决，要求到现场",
    "reclassify": "情况有变：类别、是否全都用不了",
    "correct_report_time": "报告时间记得不对",
    "correct": "处理的时间记得不对",
    "note": "补充说明",
    "cancel": "不用处理了，撤销",
}
# What waits for the contact's word, as a contact names it.
TITLES = {
    "recovery": "工程师说办好了，请您看看是不是解决了",
    "pause": "工程师说要等一等，这段时间不计时，您看对不对",
    "claim": "工程师这样认定这件事，您看对不对",
    "backentry": "时间是事后补记或更正的，您看对不对",
}
_KIND = "类别："
_STOPS = {
    EventKind.RESPONDED: ClockKind.RESPONSE,
    EventKind.ARRIVED: ClockKind.ONSITE,
    EventKind.CONTAINED: ClockKind.CONTAINMENT,
    EventKind.RECOVERY_CLAIMED: ClockKind.RECOVERY,
}


@dataclass(frozen=True)
class Present:
    """The step a request is at: what goes on, and what is promised next."""

    text: str
    icon: str
    tone: str
    promise: str = ""
    due_at: datetime | None = None
    late: bool = False


class Stage(NamedTuple):
    """One stage of the way: ``state`` is done, now, todo or stopped."""

    label: str
    state: str
    note: str = ""


@dataclass(frozen=True)
class Sentence:
    """One thing that happened, as one sentence, with what was written about it."""

    at: datetime
    icon: EventKind
    text: str
    said: str = ""
    recorded_at: datetime | None = None
    backentered: bool = False


@dataclass(frozen=True)
class Told:
    """Everything a contact is told of a request."""

    present: Present
    stages: Sequence[Stage]
    sentences: Sequence[Sentence]
    onsite: bool


def told(
    viewer: User, ticket: Ticket, derived: Derivation, book: RuleBook, lines: Iterable[Line], now: datetime
) -> Told:
    """Tell a request to its contact; ``lines`` is its story, oldest first."""
    facts = derived.facts
    return Told(
        present(facts.kind, facts.state, _following(derived.clocks, now), _reason(facts)),
        stages(facts),
        [_sentence(viewer, line, ticket, derived, book) for line in lines],
        onsite=_may_ask(facts),
    )


def present(kind: TicketKind, state: TicketState, following: Next | None, why: str = "") -> Present:
    """Return the present step; ``following`` is the clock that comes due next."""
    broken = kind in BROKEN
    match state:
        case TicketState.CLAIMED:
            done = "工程师说已经修好" if broken else "工程师说已经办好"
            return Present(f"{done}，请您确认", "person-check", "warn")
        case TicketState.ACCEPTED:
            return Present("已解决，请您评价", "star", "good")
        case TicketState.CLOSED:
            return Present("已办结", "check-circle", "good")
        case TicketState.CANCELLED:
            return Present("已撤销", "x-circle", "neutral")
        case TicketState.PAUSED:
            return Present(f"暂停处理{'：' + why if why else ''}", "pause-circle", "neutral")
    waits = state is TicketState.NEW
    text = "已提交，等工程师响应" if waits else "工程师正在处理"
    icon, tone = ("hourglass-split", "info") if waits else ("tools", "info")
    if following is None:
        return Present(text, icon, tone)
    if following.kind is ClockKind.ONSITE:
        text, icon = "等工程师到现场", "geo-alt"
    what = UNTIL[following.kind]
    if following.late:
        promise = f"承诺 {near_text(following.due_at)} 前{what}，已经超时"
        return Present(text, icon, "bad", promise, following.due_at, late=True)
    return Present(text, icon, tone, f"承诺 {near_text(following.due_at)} 前{what}", following.due_at)


def stages(facts: Facts) -> list[Stage]:
    """Return the stages of the way; that of coming on site only where somebody asked for it."""
    mended = "修好" if facts.kind in BROKEN else "办好"
    arrived = facts.rounds[-1].arrival if facts.rounds else None
    claim = facts.claim
    known: list[tuple[str, datetime | None]] = [("提交", facts.reported_at)]
    if not facts.own_finding:
        known.append(("响应", facts.response.occurred_at if facts.response else None))
    if facts.rounds:
        known.append(("到场", arrived.occurred_at if arrived else None))
    known.append((mended, claim.stop.occurred_at if claim else None))
    known.append(("您确认", claim.accepted_at if claim else None))
    over = facts.cancelled_at or facts.closed_at
    found: list[Stage] = []
    for label, at in known:
        if at:
            found.append(Stage(label, "done", near_text(at)))
        elif over or any(one.state == "now" for one in found):
            found.append(Stage(label, "stopped" if facts.cancelled_at else "todo"))
        else:
            found.append(Stage(label, "now"))
    return found


def promises(clocks: Iterable[Clock]) -> list[tuple[str, str, datetime]]:
    """Return what clocks promise: what, within what time, and by when; what is due first comes first."""
    return [
        (UNTIL[clock.kind], allowance_text(clock), clock.due_at)
        for clock in sorted(clocks, key=lambda one: one.due_at)
        if clock.verdict is Verdict.RUNNING
    ]


def _following(clocks: Iterable[Clock], now: datetime) -> Next | None:
    """Return the clock that comes due next, or came due without a stop."""
    undecided = (Verdict.RUNNING, Verdict.BREACHED)
    counting = [one for one in clocks if one.stopped_at is None and one.verdict in undecided]
    if not counting:
        return None
    first = min(counting, key=lambda one: one.due_at)
    return Next(first.kind, first.due_at, first.due_at < now, still=False)


def _may_ask(facts: Facts) -> bool:
    """Tell whether on-site work can be asked for: the request is under way and nobody is on the way."""
    under_way = not (facts.cancelled_at or facts.closed_at) and facts.claim is None
    return under_way and not facts.awaiting_arrival


def _reason(facts: Facts) -> str:
    pause = facts.open_pause
    return PauseReason(pause.reason).label if pause else ""


def _sentence(viewer: User, line: Line, ticket: Ticket, derived: Derivation, book: RuleBook) -> Sentence:
    said = [text for text in line.said if text]
    if line.kind is EventKind.OPENED and said and said[0].startswith(_KIND):
        said[0] = said[0].partition("；")[2]  # which kind it is, the sentence says
    event = next((one for one in ticket.events if one.seq == line.seq), None)
    mine = event is not None and event.actor_id == viewer.id
    who = "您" if mine else line.who
    text = _text(who, line, ticket, derived) + _measured(line, derived, book)
    return Sentence(
        line.occurred_at, line.kind, text, "\n".join(filter(None, said)), line.recorded_at, line.backentered
    )


def _text(who: str, line: Line, ticket: Ticket, derived: Derivation) -> str:
    asked, broken = ASKED[derived.facts.kind], derived.facts.kind in BROKEN
    if line.kind is EventKind.OPENED:
        if derived.facts.own_finding:
            return f"{who}在巡检或监控中发现，已登记"
        for_unit = line.side is Side.SUPPLIER
        return f"{who}接到{asked}，替您登记" if for_unit else f"{who}提交了{asked}"
    if line.kind is EventKind.RECOVERY_ACCEPTED and line.side is Side.SYSTEM:
        return "到期没有不同意见，视为您已确认"
    return _SAYINGS[line.kind].format(who=who, mended="修好" if broken else "办好")


def _measured(line: Line, derived: Derivation, book: RuleBook) -> str:
    """Return what was promised and what it took, where the line is what stopped a clock."""
    kind, stops = _STOPS.get(line.kind), {line.occurred_at, line.recorded_at} - {None}
    clock = next((c for c in derived.clocks if c.kind is kind and c.stopped_at in stops), None)
    if clock is None or clock.minutes is None:
        return ""
    took = open_time_text(net_seconds(clock, book) or 0)
    late = "，超时" if clock.verdict in (Verdict.BREACHED, Verdict.EXEMPT) else ""
    return f"（承诺 {allowance_text(clock)}，用了 {took}{late}）"


_SAYINGS: Mapping[EventKind, str] = {
    EventKind.RESPONDED: "{who}已响应",
    EventKind.ONSITE_REQUESTED: "{who}要求派人到现场",
    EventKind.ARRIVED: "{who}已到现场",
    EventKind.CONTAINED: "{who}已控制住影响",
    EventKind.RECOVERY_CLAIMED: "{who}说已经{mended}，请您确认",
    EventKind.RECOVERY_ACCEPTED: "{who}确认已解决",
    EventKind.RECOVERY_REJECTED: "{who}说还没解决，继续处理；承诺的时间没有停过",
    EventKind.PAUSED: "{who}说要等一等，暂停处理",
    EventKind.RESUMED: "{who}继续处理",
    EventKind.PAUSE_CONFIRMED: "{who}同意暂停",
    EventKind.PAUSE_REJECTED: "{who}不同意暂停，这段时间照常计算",
    EventKind.RECLASSIFIED: "{who}说明了情况",
    EventKind.CLAIM_CONFIRMED: "{who}同意这样认定",
    EventKind.CLAIM_REJECTED: "{who}不同意这样认定",
    EventKind.BACKENTRY_CONFIRMED: "{who}确认补记的时间属实",
    EventKind.BACKENTRY_REJECTED: "{who}不认可补记的时间",
    EventKind.REPORT_TIME_CORRECTED: "{who}改正了报告时间",
    EventKind.CORRECTED: "{who}要求改正时间",
    EventKind.NOTED: "{who}补充",
    EventKind.ASSIGNED: "{who}安排了工程师",
    EventKind.CANCELLED: "{who}撤销了这件事",
    EventKind.CLOSED: "{who}评价后办结",
}
