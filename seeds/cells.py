"""What one cell may hold. A reader gives the value of a text, or raises ``ValueError`` in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sla.errors import Invalid
from sla.when import parse_day

Reader = Callable[[str], Any]

LONGEST = 60  # characters; the data holds values and terms, never a sentence of the tender


def text(most: int) -> Reader:
    """Make a reader of texts of 1 to ``most`` characters."""

    def read(text: str) -> str:
        if not text:
            raise ValueError("不能为空")
        if len(text) > most:
            raise ValueError(f"最多 {most} 个字，现在是 {len(text)} 个")
        return text

    return read


required = text(LONGEST)


def optional_text(text: str) -> str:
    """Read a text that may be empty."""
    return required(text) if text else ""


def optional(reader: Reader) -> Reader:
    """Make a reader that gives ``None`` for an empty cell."""
    return lambda text: reader(text) if text else None


def whole(least: int, most: int) -> Reader:
    """Make a reader of integers in plain digits."""

    def read(text: str) -> int:
        if not re.fullmatch(r"0|[1-9][0-9]{0,8}", text) or not least <= int(text) <= most:
            raise ValueError(f"应为 {least} 到 {most} 的整数，现在是「{text}」")
        return int(text)

    return read


def word(vocabulary: type[StrEnum]) -> Reader:
    """Make a reader of one word of a closed vocabulary."""
    known = one_of(*(item.value for item in vocabulary))
    return lambda text: vocabulary(known(text))


def one_of(*words: str) -> Reader:
    """Make a reader of one of a few codes."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"应为 {'、'.join(words)} 之一，现在是「{text}」")
        return text

    return read


def one_of_or_some(words: Collection[str], others: Collection[str]) -> Reader:
    """Make a reader of one of a few codes, or of some of others with blanks between them."""

    def read(text: str) -> str:
        some = text.split(" ")
        if text not in words and (not set(some) <= set(others) or len(set(some)) < len(some)):
            told = "、".join([*words, *sorted(others)])
            raise ValueError(f"应为 {told} 之一（后几个可以用空格隔开写几个），现在是「{text}」")
        return text

    return read


def flag(text: str) -> bool:
    """Read ``yes``, or empty for no."""
    if text not in ("yes", ""):
        raise ValueError(f"应为 yes 或留空，现在是「{text}」")
    return text == "yes"


def day(text: str) -> date:
    """Read ``2025-07-01``."""
    try:
        return parse_day(text, "日期")
    except Invalid:
        raise ValueError(f"应为日期，例如 2025-07-01，现在是「{text}」") from None


def number(text: str) -> str:
    """Read a limit in plain decimal digits; it stays text, so that nothing rounds it."""
    if not re.fullmatch(r"-?(0|[1-9][0-9]{0,6})(\.[0-9]{1,3})?", text):
        raise ValueError(f"应为数字，例如 18 或 13.5，现在是「{text}」")
    return text


def share(text: str) -> str:
    """Read a ratio from 0 to 1 with two decimals; it stays text, so that nothing rounds it."""
    if not re.fullmatch(r"[01]\.[0-9]{2}", text) or Decimal(text) > 1:
        raise ValueError(f"应为 0.00 到 1.00 的两位小数，现在是「{text}」")
    return text
