"""How the values of readings are said in Chinese."""

from __future__ import annotations

_WORDS = {
    "calendar_date": "按日历日期",
    "office_hours": "按办公时间",
    "availability": "指可联系，指标按各行计",
    "saturdays_except_days_off": "放假以外的周六",
    "workdays_and_all_saturdays": "工作日和所有周六",
    "yes": "是",
    "no": "否",
    "sub_unit": "作为下属单位",
    "counted": "照常计时",
    "excluded": "扣除",
    "less_than_half": "不满一半的不要求",
    "contract": "按合同年度",
    "each_row": "按各行自己的年度",
    "later_of_both": "取两者较晚",
    "effect_only": "只看生效日",
    "instead": "取代，不叠加",
    "on_top": "叠加",
}


def value_text(key: str, raw: str) -> str:
    """Return a reading's value as people read it: hours and numbers as they are, words in Chinese."""
    return raw if key == "office_hours" else _WORDS.get(raw, raw)
