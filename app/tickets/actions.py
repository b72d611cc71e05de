"""The one list of what can be done to a ticket: by whom, and in which state.

The page offers from this list, the use cases check against it: what is not offered cannot be done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.people import User
from sla.clock import Derivation
from sla.errors import Conflict, Forbidden
from sla.timeline import Facts
from sla.vocab import Role, TicketKind

SUPPLIER = frozenset({Role.ENGINEER, Role.MANAGER})
DESK = frozenset({Role.MANAGER, Role.HOTLINE})
UNIT = frozenset({Role.CONTACT, Role.BUREAU})
ANYONE = SUPPLIER | DESK | UNIT


@dataclass(frozen=True)
class Action:
    """A use case on a ticket. ``possible`` looks at the facts alone; ``needs`` says what is missing."""

    code: str
    label: str
    roles: frozenset[Role]
    possible: Callable[[Facts], bool]
    needs: str


def _open(facts: Facts) -> bool:
    return not (facts.cancelled_at or facts.closed_at)


def _unfinished(facts: Facts) -> bool:
    return _open(facts) and facts.claim is None


def _claimed(facts: Facts) -> bool:
    return _open(facts) and facts.claim is not None and facts.claim.outstanding


def _accepted(facts: Facts) -> bool:
    return _open(facts) and facts.claim is not None and not facts.claim.outstanding


def _restorable(facts: Facts) -> bool:
    return facts.kind in (TicketKind.INCIDENT, TicketKind.SECURITY)


ACTIONS: dict[str, Action] = {
    action.code: action
    for action in (
        Action(
            "respond",
            "响应",
            SUPPLIER | DESK,
            lambda f: _open(f) and f.response is None and not f.own_finding,
            "这张工单已经响应过，或不需要响应",
        ),
        Action(
            "request_onsite",
            "申请到场",
            ANYONE,
            lambda f: _unfinished(f),
            "工单已申报恢复或已结束，不能再申请到场",
        ),
        Action(
            "arrive",
            "到场",
            SUPPLIER,
            lambda f: _open(f) and (f.awaiting_arrival or (f.claim is None and not f.rounds)),
            "已经记录到场，且没有新的到场申请",
        ),
        Action(
            "contain",
            "已遏制",
            SUPPLIER,
            lambda f: _open(f) and f.kind is TicketKind.SECURITY and f.containment is None,
            "只有安全事件需要遏制，且只记录一次",
        ),
        Action("claim_recovery", "申报恢复", SUPPLIER, _unfinished, "已申报恢复，或工单已结束"),
        Action("accept", "验收通过", UNIT, _claimed, "没有待验收的恢复申报"),
        Action("reject", "退回", UNIT, _claimed, "没有待验收的恢复申报"),
        Action(
            "pause",
            "挂起",
            SUPPLIER,
            lambda f: _unfinished(f) and f.open_pause is None,
            "工单已挂起，或已申报恢复、已结束",
        ),
        Action(
            # The unit too: what the supplier waited for is there, and a confirmed pause must not run on.
            "resume",
            "恢复计时",
            SUPPLIER | UNIT,
            lambda f: _open(f) and f.open_pause is not None,
            "工单没有挂起",
        ),
        Action("confirm_pause", "确认挂起", UNIT, lambda f: True, "没有待确认的挂起"),
        Action("reject_pause", "驳回挂起", UNIT, lambda f: True, "没有待确认的挂起"),
        Action("confirm_claim", "确认定性", UNIT, lambda f: True, "没有待确认的定性"),
        Action("reject_claim", "驳回定性", UNIT, lambda f: True, "没有待确认的定性"),
        Action("confirm_backentry", "确认补录", UNIT, lambda f: True, "没有待确认的补录"),
        Action("reject_backentry", "驳回补录", UNIT, lambda f: True, "没有待确认的补录"),
        Action("reclassify", "更改定性", ANYONE, _open, "工单已结束，不能再更改定性"),
        Action("correct_report_time", "更正报告时间", UNIT, _open, "工单已结束，不能再更正报告时间"),
        Action("correct", "更正时间", SUPPLIER | UNIT, lambda f: bool(f.milestones), "还没有可以更正的时间"),
        Action("assign", "派单", DESK, _open, "工单已结束，不需要派单"),
        Action("note", "补充说明", ANYONE, lambda f: f.cancelled_at is None, "工单已撤销"),
        Action("cancel", "撤销工单", UNIT, _unfinished, "已申报恢复或已结束的工单不能撤销"),
        Action("close", "关闭并评价", UNIT, _accepted, "验收通过后才能关闭"),
    )
}


def ensure(code: str, actor: User, derived: Derivation) -> None:
    """Refuse what this role may not do (403) or what the state does not allow (409, with the state)."""
    action = ACTIONS[code]
    if actor.role not in action.roles:
        allowed = "、".join(sorted(role.label for role in action.roles))
        raise Forbidden(f"「{action.label}」由{allowed}办理，您的角色是{actor.role.label}")
    if not action.possible(derived.facts):
        state = derived.facts.state.label
        raise Conflict(f"不能「{action.label}」：{action.needs}。工单当前状态：{state}")


def offered(actor: User, derived: Derivation) -> list[Action]:
    """Return what this person may do to the ticket now, in the order of the list."""
    return [a for a in ACTIONS.values() if actor.role in a.roles and a.possible(derived.facts)]
