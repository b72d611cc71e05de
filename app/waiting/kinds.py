"""The one list of what may wait for whom; a feature in which something waits adds its kind here.

The order is that of the page. What silence means stands beside each: an acceptance where the contract's
reading makes it one (C11), otherwise the state that lasts until somebody speaks.
"""

from __future__ import annotations

from app.waiting import bureau, callbacks, checklists, observations, residents, tickets, turns, works
from app.waiting.kind import CONFIRMERS, Count, Find, Kind, always, listing
from models.people import User
from sla.callbacks import CallBackState
from sla.vocab import Role

SUPPLIER = frozenset({Role.ENGINEER, Role.MANAGER})
MANAGER = frozenset({Role.MANAGER})
BUREAU = frozenset({Role.BUREAU})
CONTACT = frozenset({Role.CONTACT})


def _of_ticket(what: str, label: str, icon: str, silence: str, plain: tuple[str, str]) -> Kind:
    return Kind(
        what,
        label,
        icon,
        CONFIRMERS,
        always(silence),
        tickets.find(what),
        tickets.decide,
        tickets.hold,
        plain=plain,
    )


def _second(code: str, label: str, icon: str, silence: str, find: Find, count: Count) -> Kind:
    """Return a kind that another bureau person signs on its own page."""
    return Kind(code, label, icon, BUREAU, always(silence), find, count=count, deal="去审核")


MONEY = (
    _second(
        "release",
        "待审核放款",
        "cash-coin",
        "不审核就不放款：过了付款期限算甲方逾期付款",
        bureau.find_releases,
        bureau.count(bureau.releases),
    ),
    Kind(
        "invoice",
        "待确认的发票",
        "receipt",
        BUREAU,
        always("不确认就不算收到：付款条件中的发票不满足，付款不到期"),
        bureau.find_invoices,
        count=bureau.count(bureau.invoices),
        deal="去确认",
    ),
    _second(
        "entry",
        "待审核的金额登记",
        "calculator",
        "不审核就不生效：中标金额、补充合同、提前终止、违约金都按已审核的算",
        bureau.find_entries,
        bureau.count_entries,
    ),
    _second(
        "amendment",
        "待确认的变更文件",
        "file-earmark-diff",
        "不确认就不生效：指标、驻场和周期都按原来的约定",
        bureau.find_amendments,
        bureau.count(bureau.amendments),
    ),
    _second(
        "scheme",
        "待审核的考核办法",
        "sliders",
        "不审核就不启用：继续用现行的一版，没有现行的按草案试算",
        bureau.find_schemes,
        bureau.count(bureau.schemes),
    ),
)
KINDS: tuple[Kind, ...] = (
    Kind(
        "recovery",
        "恢复待验收",
        "clipboard-check",
        CONFIRMERS,
        tickets.silence,
        tickets.find("recovery"),
        tickets.decide,
        tickets.hold,
        # The number cached with a ticket is of all that waits about it: counted once, with the first kind.
        count=tickets.count,
        yes="验收通过",
        no="退回",
        plain=("说办好了，等您验收", ""),
    ),
    _of_ticket(
        "pause",
        "工单挂起",
        "pause-circle",
        "不处理就一直待确认：这段时间先不计入时限，驳回后照常计算",
        ("要等一等、不计时的", "不处理就一直待确认：等的时间先不算在承诺的时间里，您驳回就照常算"),
    ),
    _of_ticket(
        "claim",
        "工单定性",
        "tags",
        "不处理就一直待确认：在此之前按较严的时限计",
        ("工程师怎样认定这件事", "不处理就一直待确认：先按更紧的时间算"),
    ),
    _of_ticket(
        "backentry",
        "工单补录",
        "clock-history",
        "不处理就一直待确认：在此之前按录入时间判定",
        ("事后补记或更正的时间", "不处理就一直待确认：先按工程师记下来的那一刻算"),
    ),
    Kind(
        "late_work",
        "应办补录",
        "journal-check",
        CONFIRMERS,
        always("不处理就一直待确认：在此之前按登记时间判定"),
        works.find(backentered=True),
        works.decide,
        works.hold,
        count=works.count,
        plain=("事后补记的巡检和其他定期工作", "不处理就一直待确认：先按工程师记下来的那一刻算"),
    ),
    Kind(
        "leave",
        "请假和顶岗",
        "calendar-x",
        CONFIRMERS,
        always("不处理就一直待批准：没有批准的，本人不在就是缺岗，顶岗的也不算在岗"),
        residents.find_leaves,
        residents.decide_leave,
        residents.hold_leaves,
        count=residents.count_leaves,
        yes="批准",
        no="不批准",
    ),
    Kind(
        "attendance",
        "月度出勤",
        "person-check",
        CONFIRMERS,
        always("不处理就一直待确认：按已登记的出勤计算，乙方仍可以更正"),
        residents.find_months,
        residents.decide_month,
        residents.hold_months,
        number=residents.number_of_months,
        at_most=residents.postings,
        no="有异议",
    ),
    Kind(
        "callback",
        "待签署的回访",
        "chat-square-heart",
        CONTACT,
        always("不签署就一直待签署，每周提醒一次；在此之前，回访不作为满意，也不作为不满意"),
        callbacks.find(CallBackState.ASKED),
        count=callbacks.count(CallBackState.ASKED),
        deal="去签署",
        in_place=CONTACT,
    ),
    Kind(
        "settle",
        "已整改、待确认的回访",
        "chat-square-text",
        CONFIRMERS,
        always("不确认就一直待确认：仍按上一次签署的回访判断，付款条件不满足"),
        callbacks.find(CallBackState.FOLLOWED),
        count=callbacks.count(CallBackState.FOLLOWED),
        deal="去确认",
        in_place=CONFIRMERS,
    ),
    Kind(
        "dispute",
        "轮到您的争议",
        "shield-check",
        CONFIRMERS | MANAGER,
        turns.dispute_silence,
        listing("disputes turn", turns.disputes_turn, turns.dispute_item),
        number=lambda desk: len(turns.disputes_turn(desk)),
        at_most=turns.open_disputes,
        in_place=CONTACT,
        plain=("乙方的超时申诉，等您说说情况", ""),
    ),
    Kind(
        "acceptance",
        "验收",
        "patch-check",
        CONFIRMERS | MANAGER,
        turns.acceptance_silence,
        listing("acceptances turn", turns.acceptance_turn, turns.acceptance_item),
        number=lambda desk: len(turns.acceptance_turn(desk)),
        at_most=turns.open_rounds,
        in_place=CONTACT,
    ),
    Kind(
        "closing",
        "月度关账",
        "lock",
        frozenset({Role.BUREAU, Role.MANAGER}),
        turns.closing_silence,
        listing("closing turn", turns.closing_turn, turns.closing_item),
        number=lambda desk: len(turns.closing_turn(desk)),
        at_most=turns.months_in_review,
    ),
    *MONEY,
    Kind(
        "complaint",
        "待整改的回访",
        "chat-square-text",
        SUPPLIER,
        always("不整改就一直挂着：这个项目的回访不满意，第一次付款的条件不满足"),
        callbacks.find(CallBackState.COMPLAINT),
        count=callbacks.count(CallBackState.COMPLAINT),
        deal="去登记整改",
    ),
    Kind(
        "observation",
        "待答复的日常考核",
        "journal-text",
        MANAGER,
        always("不答复照样计入考核，每条只能答复一次"),
        observations.find,
        count=observations.count,
        deal="去答复",
    ),
    Kind(
        "checklist",
        "检查表新版",
        "card-checklist",
        BUREAU,
        always("不处理就一直待批准：在此之前用现行的版本"),
        checklists.find,
        checklists.decide,
        checklists.hold,
        count=checklists.count,
        yes="批准启用",
    ),
    Kind(
        "returned",
        "被驳回、要重做的",
        "arrow-counterclockwise",
        SUPPLIER,
        always("到期没有重做就是未完成，过期重做算逾期完成"),
        works.find_returned,
        count=works.count_returned,
        deal="看驳回的记录",
    ),
    Kind(
        "draw",
        "单位提出的提取",
        "box-arrow-up",
        SUPPLIER,
        always("到期没有交付就是未完成"),
        works.find_draws,
        count=works.count_draws,
        deal="去交付",
    ),
    Kind(
        "objection",
        "有异议的出勤",
        "person-x",
        MANAGER,
        always("不处理就一直挂着：按已登记的出勤计算，单位确认以后才定"),
        residents.find_objections,
        number=residents.number_of_objections,
        deal="去核对更正",
    ),
    Kind(
        "replacement",
        "要求更换的人员",
        "person-gear",
        MANAGER,
        always("不答复就一直挂着，原来的人继续驻场"),
        residents.find_replacements,
        count=residents.count_replacements,
        deal="去答复",
    ),
    Kind(
        "rating",
        "已解决、待评价的",
        "star",
        CONTACT,
        always("不评价也不影响什么，只是满意度里没有这一次，所以不计入菜单上的数字"),
        tickets.find_unrated,
        optional=True,
        in_place=CONTACT,
        deal="去评价",
    ),
    Kind(
        "work",
        "做完的应办",
        "clipboard-check",
        CONFIRMERS,
        always("不确认照样算完成，所以不计入菜单上的数字"),
        works.find(backentered=False),
        works.decide,
        works.hold,
        optional=True,
        plain=("做完的巡检和其他定期工作", ""),
    ),
)
BY_CODE = {kind.code: kind for kind in KINDS}
ROLES = frozenset[Role]().union(*(kind.roles for kind in KINDS))


def kinds_of(viewer: User) -> list[Kind]:
    """Return what may wait for this person, in the order of the page."""
    return [kind for kind in KINDS if viewer.role in kind.roles]
