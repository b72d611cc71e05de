"""What is valid input about the contract."""

from __future__ import annotations

from typing import Any

from app.contract.agree import LONGEST_VALUE
from app.contract.changing import LONGEST_REASON as LONGEST_AGREED
from app.contract.notice_file import LARGEST
from app.contract.notices import LONGEST_NUMBER
from app.contract.own_days import LONGEST_BASIS, LONGEST_NAME, OwnDay
from app.contract.service import LONGEST_REASON
from app.forms import AddressSchema, FormSchema, day, number, text, word
from sla.calendar import FIRST_YEAR, LAST_YEAR


class CalendarFilter(AddressSchema):
    """The year to look at."""

    year = number("年份", FIRST_YEAR, LAST_YEAR)


class ActivationForm(FormSchema):
    """The day the contract takes effect, and what it rests on."""

    effective = day("生效日期", required=True)
    reason = text("依据", LONGEST_REASON)


class AgreementForm(FormSchema):
    """How the contract is read, from which day on, and what that rests on; ``version`` is what was seen."""

    value = text("读法", LONGEST_VALUE, required=True)
    from_day = day("从何时起", required=True)
    reason = text("依据", LONGEST_AGREED, required=True)
    version = text("规则版本", 64)


class NoticeFile(FormSchema):
    """What is said beside the file of a notice."""

    notice = text("通知文号", LONGEST_NUMBER, required=True)
    reason = text("更正的依据", LONGEST_AGREED)


class NoticeDays(NoticeFile):
    """A whole notice, its days as the text of a table."""

    days = text("放假安排", LARGEST, required=True)
    version = text("规则版本", 64)


FESTIVALS = 14  # rows of the form; a notice has seven festivals


def notice_rows() -> FormSchema:
    """Return the schema of the form with one row a festival: days off from … to, and days worked instead."""
    fields: dict[str, Any] = {}
    for row in range(FESTIVALS):
        fields[f"name_{row}"] = text("名称", LONGEST_NAME)
        for part, label in (("first", "放假第一天"), ("last", "放假最后一天"), *MAKEUPS):
            fields[f"{part}_{row}"] = day(label)
    return NoticeFile.from_dict(fields, name="NoticeRows")()  # type: ignore[return-value]


MAKEUPS = (("work1", "上班日"), ("work2", "上班日"))


class OwnDaysForm(FormSchema):
    """Days of the contract's own."""

    first = day("第一天", required=True)
    last = day("最后一天")
    kind = word("怎样", OwnDay, required=True)
    name = text("名称", LONGEST_NAME)
    reason = text("依据", LONGEST_BASIS, required=True)
    version = text("规则版本", 64)
