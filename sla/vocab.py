"""Closed vocabularies. Each word carries its label for the screen and, where it is a state, its tone."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A word with a Chinese label and a tone (neutral, info, good, warn, bad)."""

    label: str
    tone: str

    def __new__(cls, value: str, label: str = "", tone: str = "neutral") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.tone = tone
        return member


class Role(Word):
    """Who a person is here (section 1)."""

    ENGINEER = "engineer", "驻场工程师"
    CONTACT = "contact", "单位联系人"
    BUREAU = "bureau", "局方人员"
    MANAGER = "manager", "乙方项目经理"
    HOTLINE = "hotline", "热线坐席"
    AUDITOR = "auditor", "审计"
    ADMIN = "admin", "系统管理员"


class Side(Word):
    """On whose behalf a statement is made: it decides what binds at once (C9, C12, S2)."""

    UNIT = "unit", "单位"
    BUREAU = "bureau", "局方"
    SUPPLIER = "supplier", "乙方"
    SYSTEM = "system", "系统"


SIDES: dict[Role, Side] = {
    Role.ENGINEER: Side.SUPPLIER,
    Role.MANAGER: Side.SUPPLIER,
    Role.HOTLINE: Side.SUPPLIER,
    Role.CONTACT: Side.UNIT,
    Role.BUREAU: Side.BUREAU,
    Role.AUDITOR: Side.SYSTEM,
    Role.ADMIN: Side.SYSTEM,
}


class TicketKind(Word):
    """What a ticket is about (section 2)."""

    INCIDENT = "incident", "故障"
    REQUEST = "request", "服务请求"
    CONSULTATION = "consultation", "咨询"
    CHANGE = "change", "需求变更"
    DATA = "data", "数据处理"
    SECURITY = "security", "安全事件"


class ClockKind(Word):
    """What a running target measures (section 2; ``change`` is row 9's workday target, C1)."""

    RESPONSE = "response", "响应"
    ONSITE = "onsite", "到场"
    CONTAINMENT = "containment", "遏制"
    RECOVERY = "recovery", "恢复"
    CHANGE = "change", "小改动"


class TargetKind(Word):
    """What a row may promise: the clock kinds and the two ratios of row 34 (C1)."""

    RESPONSE = "response", "响应"
    ONSITE = "onsite", "到场"
    CONTAINMENT = "containment", "遏制"
    RECOVERY = "recovery", "恢复"
    CHANGE = "change", "小改动"
    ACCURACY = "accuracy", "准确率"
    CLOSURE = "closure", "闭环率"


class Window(Word):
    """Service windows (T3)."""

    ALWAYS = "7x24", "7×24 小时"
    EVERY_DAY = "7x8", "7×8 小时"
    SIX_DAYS = "6x8", "6×8 小时"
    WORKDAYS = "5x8", "5×8 小时"


class DayType(Word):
    """Condition ``day``: judged on the date of the clock's raw start (C2)."""

    WORKDAY = "workday", "工作日"
    NON_WORKDAY = "non_workday", "非工作日"


class Severity(Word):
    """Condition ``severity``; nobody stated means major (C9)."""

    MAJOR = "major", "重大", "bad"
    GENERAL = "general", "一般", "neutral"


class Complexity(Word):
    """Condition ``complexity``; nobody stated means normal (C9)."""

    NORMAL = "normal", "非复杂"
    COMPLEX = "complex", "复杂"


class Verdict(Word):
    """How a clock stands (C14). ``VOID``: the ticket was cancelled before anything was decided."""

    RUNNING = "running", "计时中", "info"
    MET = "met", "达标", "good"
    BREACHED = "breached", "超时", "bad"
    EXEMPT = "exempt", "免责", "neutral"
    VOID = "void", "已作废", "neutral"


class PauseReason(Word):
    """Why a clock may stand still (C13)."""

    AWAITING_UNIT = "awaiting_unit", "等待单位配合"
    AWAITING_PARTS = "awaiting_parts", "等待配件审批"
    UNIT_DEFERRED = "unit_deferred", "单位要求延后"
    FORCE_MAJEURE = "force_majeure", "不可抗力"


class Standing(Word):
    """What became of a claim that waits for the unit (C9, C12, C13)."""

    PENDING = "pending", "待确认", "warn"
    CONFIRMED = "confirmed", "已确认", "good"
    REJECTED = "rejected", "已驳回", "bad"


class TicketState(Word):
    """Where a ticket stands; derived from its events, never typed in."""

    NEW = "new", "待响应", "warn"
    WORKING = "working", "处理中", "info"
    PAUSED = "paused", "已挂起", "neutral"
    CLAIMED = "claimed", "待验收", "warn"
    ACCEPTED = "accepted", "已恢复", "good"
    CLOSED = "closed", "已关闭", "neutral"
    CANCELLED = "cancelled", "已撤销", "neutral"


class EventKind(Word):
    """Everything that can happen to a ticket; one event is one fact (section 3)."""

    OPENED = "opened", "登记"
    RESPONDED = "responded", "响应"
    ONSITE_REQUESTED = "onsite_requested", "申请到场"
    ARRIVED = "arrived", "到场"
    CONTAINED = "contained", "遏制"
    RECOVERY_CLAIMED = "recovery_claimed", "申报恢复"
    RECOVERY_ACCEPTED = "recovery_accepted", "验收通过"
    RECOVERY_REJECTED = "recovery_rejected", "验收退回"
    PAUSED = "paused", "挂起"
    RESUMED = "resumed", "恢复计时"
    PAUSE_CONFIRMED = "pause_confirmed", "确认挂起"
    PAUSE_REJECTED = "pause_rejected", "驳回挂起"
    RECLASSIFIED = "reclassified", "更改定性"
    CLAIM_CONFIRMED = "claim_confirmed", "确认定性"
    CLAIM_REJECTED = "claim_rejected", "驳回定性"
    BACKENTRY_CONFIRMED = "backentry_confirmed", "确认补录"
    BACKENTRY_REJECTED = "backentry_rejected", "驳回补录"
    REPORT_TIME_CORRECTED = "report_time_corrected", "更正报告时间"
    CORRECTED = "corrected", "更正时间"
    NOTED = "noted", "补充说明"
    ASSIGNED = "assigned", "派单"
    CANCELLED = "cancelled", "撤销"
    CLOSED = "closed", "关闭"


class Cycle(Word):
    """How often a duty recurs (O2)."""

    DAILY = "daily", "每日"
    TWICE_DAILY = "twice_daily", "每日两次"
    WEEKLY = "weekly", "每周"
    FOUR_PER_MONTH = "four_per_month", "每月四次"
    MONTHLY = "monthly", "每月"
    QUARTERLY = "quarterly", "每季度"
    HALF_YEARLY = "half_yearly", "每半年"
    YEARLY = "yearly", "每年"
    FILING_DAILY = "filing_daily", "填报期间每日"
    QUOTA = "quota", "按次提取"
    UNSPECIFIED = "unspecified", "未约定周期"


class Indicator(Word):
    """The indicators of F4, in its order."""

    RESPONSE = "response", "响应及时率"
    ONSITE = "onsite", "到场及时率"
    CONTAINMENT = "containment", "遏制及时率"
    RECOVERY = "recovery", "恢复及时率"
    FIRST_FIX = "first_fix", "一次修复率"
    INSPECTION = "inspection", "巡检按时率"
    DUTY = "duty", "义务按时率"
    DOCUMENT = "document", "文档按时率"
    ATTENDANCE = "attendance", "出勤率"
    SATISFACTION = "satisfaction", "满意度"
    BACKENTRY = "backentry", "补录率"


class OccurrenceState(Word):
    """How one occurrence of a duty stands (O3)."""

    PENDING = "pending", "待办", "info"
    DONE = "done", "已完成", "good"
    LATE = "late", "逾期完成", "warn"
    MISSED = "missed", "未完成", "bad"
    WAIVED = "waived", "已豁免", "neutral"


class PeriodKind(Word):
    """A period the bureau declares; it creates daily duties (O2)."""

    FILING = "filing", "填报期间"
    HOLIDAY = "holiday", "重大节日"
    CONGRESS = "congress", "两会"
    EXAM = "exam", "考试"
    PROMOTION = "promotion", "大促"
    OTHER = "other", "其他重要时期"


class ItemResult(Word):
    """What was found at one line of a checklist (O4)."""

    NORMAL = "normal", "正常", "good"
    ABNORMAL = "abnormal", "异常", "bad"
    NOT_APPLICABLE = "not_applicable", "不适用", "neutral"


class Half(Word):
    """Half a day (R1)."""

    MORNING = "morning", "上午"
    AFTERNOON = "afternoon", "下午"


class Presence(Word):
    """Whether somebody was there (R1); an approved substitute counts."""

    PRESENT = "present", "在岗", "good"
    ABSENT = "absent", "缺勤", "bad"


class FileKind(Word):
    """What an attachment is."""

    PHOTO = "photo", "照片"
    FILE = "file", "文件"
    SCAN = "scan", "签字扫描件"


class PaperKind(Word):
    """What a paper is: the forms the contract knows, and what is handed in as evidence."""

    EVIDENCE = "evidence", "佐证材料"
    EFFECT = "effect", "合同生效依据"
    AWARD = "award", "中标和分项价款依据"
    INVOICE = "invoice", "发票"
    PAYMENT_REQUEST = "payment_request", "付款申请"
    PAYMENT_PROOF = "payment_proof", "付款凭证"
    CALLBACK = "callback", "回访记录"
    MONTH_SHEET = "month_sheet", "月度签认单"
    STAGE_REPORT = "stage_report", "阶段性验收报告"
    ACCEPTANCE_REPORT = "acceptance_report", "验收报告"
    ACCEPTANCE_FORM = "acceptance_form", "验收合格单"
    OPINION = "opinion", "意见书"
    DOSSIER = "dossier", "验收资料"
    AMENDMENT = "amendment", "变更依据"
    SUPPLEMENT = "supplement", "补充合同"
    TERMINATION = "termination", "终止依据"
    DAMAGES = "damages", "违约金认定书"
    SCORE_SHEET = "score_sheet", "考核表"
    OTHER = "other", "其他文件"


class Satisfaction(Word):
    """What a unit says in a call-back; the first two count as satisfied (P1)."""

    SATISFIED = "satisfied", "满意", "good"
    BASICALLY = "basically", "基本满意", "good"
    DISSATISFIED = "dissatisfied", "不满意", "bad"


class Channel(Word):
    """How a signed word reached the platform."""

    SITE = "site", "本人在线签署"
    TELEPHONE = "telephone", "电话回访，局方代录"
    PAPER = "paper", "纸质签字，上传扫描件"


class AcceptanceStage(Word):
    """What is accepted: the stage before the first payment, or the service year (P1, P2)."""

    STAGE = "stage", "阶段性验收"
    FINAL = "final", "年度验收"


class Opinion(Word):
    """What a member or a unit says of an acceptance, and its conclusion (P2)."""

    PASSED = "passed", "合格", "good"
    FAILED = "failed", "不合格", "bad"


class GroupRole(Word):
    """What somebody is in the acceptance group (P2)."""

    LEADER = "leader", "组长"
    MEMBER = "member", "成员"
    UNIT = "unit", "使用单位代表"
    EXPERT = "expert", "外部专家"
    THIRD_PARTY = "third_party", "第三方机构"


class RepairKind(Word):
    """What was done to a device under a ticket."""

    CHECKED = "checked", "检查，没有修"
    REPAIRED = "repaired", "维修"
    PART_REPLACED = "part_replaced", "更换部件"
    REPLACED = "replaced", "整机更换"


class Advice(Word):
    """What a repair report advises for a device at the end of its life (O6)."""

    REPAIR = "repair", "维修后继续使用", "good"
    REPLACE = "replace", "建议更换", "warn"
    SCRAP = "scrap", "建议报废", "bad"


class NoticeKind(Word):
    """What a notice is about."""

    HALF = "half", "时限过半", "info"
    NEARLY = "nearly", "即将超时", "warn"
    BREACHED = "breached", "已超时", "bad"
    DUTY_DUE = "duty_due", "应办将到期", "warn"
    DUTY_MISSED = "duty_missed", "应办未完成", "bad"
    ACCEPTED = "accepted", "默认验收", "info"
    WAITING = "waiting", "等待确认", "warn"
    DIFFERENCE = "difference", "复核有差异", "bad"
    COMPLAINT = "complaint", "单位不满意", "bad"
    DECIDED = "decided", "已作认定", "info"
    REPORT = "report", "报表已生成", "good"
    REPORT_FAILED = "report_failed", "报表没有生成", "bad"
    MONTH = "month", "月度关账", "info"
    MONTH_DUE = "month_due", "异议期将到期", "warn"
    PAYABLE = "payable", "付款条件齐备", "good"
    GATE_OPEN = "gate_open", "付款条件未满足", "warn"
