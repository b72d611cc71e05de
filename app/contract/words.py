"""How the contract's own words are read by people: values of terms and of interpretations."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sla.interpretations import Key
from sla.vocab import Cycle, Window

# Values of contract.csv that are words of ours rather than of the tender.
_TERMS = {
    "yes": "是",
    "no": "否",
    "none": "无",
    "annual": "每年",
    "signature": "双方签字盖章",
    "CNY": "人民币",
    "lpr_1y_daily": "一年期 LPR，按日计",
    "treasury": "已按期提交申请的，不算逾期",
    "optional": "可以参与",
    "any_time": "随时",
    "contract_total": "合同总金额",
    "all_staff": "全体项目人员",
    "allowed": "允许",
    "binding": "有约束力",
}

_READINGS = {
    "workday_period": {"calendar_date": "看当天是不是工作日", "office_hours": "看当时是不是办公时间"},
    "contract_7x24": {"availability": "随时可联系；指标按各行的服务时间计量"},
    "six_by_eight": {
        "saturdays_except_days_off": "工作日，加不放假的周六",
        "workdays_and_all_saturdays": "工作日，加所有周六",
    },
    "daily_on_rest_days": {"yes": "含休息日", "no": "不含休息日"},
    "sla_cell_first": {"yes": "以服务类型栏为准"},
    "units_27": {"sub_unit": "第 28 行的单位算财政局的下级"},
    "rejected_recovery": {"counted": "等待验收的时间照算", "excluded": "等待验收的时间扣除"},
    "short_window": {"less_than_half": "不足一半的周期不要求完成"},
    "year_over": {"contract": "按合同年度", "each_row": "按各行自己的年度"},
    "stage1_due": {
        "later_of_both": "生效后 30 个工作日与条件齐备，取较晚者",
        "effect_only": "生效后 30 个工作日",
    },
    "second_failure": {"instead": "10% 取代 5%", "on_top": "10% 与 5% 相加"},
}
_UNITS = {
    "realtime_minutes": "分钟",
    "backentry_minutes": "分钟",
    "silent_acceptance_workdays": "个工作日",
    "objection_days": "个工作日",
    "dispute_claim_workdays": "个工作日",
    "dispute_comment_workdays": "个工作日",
    "dispute_decision_workdays": "个工作日",
    "dispute_review_workdays": "个工作日",
}


def term_text(key: str, value: str) -> str:
    """Return the value of a contract term as people read it."""
    if key == "ceiling_yuan":
        return f"{Decimal(value):,.2f}"
    if value in list(Window):
        return Window(value).label
    if value in list(Cycle):
        return Cycle(value).label
    return _TERMS.get(value, value)


def reading_text(key: str, value: str) -> str:
    """Return the value of an interpretation as people read it."""
    if key in _UNITS:
        return f"{value} {_UNITS[key]}"
    if key == "office_hours":
        return value.replace("-", "–").replace(",", "、").replace(";", "；")
    return _READINGS.get(key, {}).get(value, value)


def choices_of(key: Key) -> list[tuple[str, str, str]]:
    """Return the words of a closed choice with how they are read; nothing where any value may be typed."""
    return [(word, text, "") for word, text in _READINGS.get(key.name, {}).items()]


def last_day(until: date) -> date:
    """Return the last day of a range that ends before ``until``."""
    return until - timedelta(days=1)


def day_text(day: date) -> str:
    """Return a date as people read it: ``2025年6月3日``."""
    return f"{day.year}年{day.month}月{day.day}日"
