"""The one list of what may wait for whom; a feature in which something waits adds its kind here.

The order is that of the page. What silence means stands beside each: an acceptance where the contract's
reading makes it one (C11), otherwise the state that lasts until somebody speaks.
"""

from __future__ import annotations

from app.waiting import checklists, residents, tickets, works
from app.waiting.kind import CONFIRMERS, Kind, always
from models.people import User
from sla.vocab import Role

SUPPLIER = frozenset({Role.ENGINEER, Role.MANAGER})
MANAGER = frozenset({Role.MANAGER})


def _of_ticket(what: str, label: str, icon: str, silence: str) -> Kind:
    return Kind(
        what, label, icon, CONFIRMERS, always(silence), tickets.find(what), tickets.decide, tickets.hold
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
    ),
    _of_ticket(
        "pause",
        "工单挂起",
        "pause-circle",
        "不处理就一直待确认：这段时间先不计入时限，驳回后照常计算",
    ),
    _of_ticket("claim", "工单定性", "tags", "不处理就一直待确认：在此之前按较严的时限计"),
    _of_ticket("backentry", "工单补录", "clock-history", "不处理就一直待确认：在此之前按录入时间判定"),
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
        no="有异议",
    ),
    Kind(
        "checklist",
        "检查表新版",
        "card-checklist",
        frozenset({Role.BUREAU}),
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
        "work",
        "做完的应办",
        "clipboard-check",
        CONFIRMERS,
        always("不确认照样算完成，所以不计入菜单上的数字"),
        works.find(backentered=False),
        works.decide,
        works.hold,
        optional=True,
    ),
)
BY_CODE = {kind.code: kind for kind in KINDS}
ROLES = frozenset[Role]().union(*(kind.roles for kind in KINDS))


def kinds_of(viewer: User) -> list[Kind]:
    """Return what may wait for this person, in the order of the page."""
    return [kind for kind in KINDS if viewer.role in kind.roles]
