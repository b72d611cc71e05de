"""Money (F3): whole fen inside, yuan at the edges, and the customary large writing of an amount."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from sla.errors import Invalid

FEN = Decimal("0.01")
MOST_FEN = 10**14 - 1  # below 万亿 yuan: beyond any contract, within a 64-bit column
_YUAN = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]{1,2})?")

K = TypeVar("K")


def parse_yuan(text: str, label: str, field: str | None = None) -> int:
    """Read an amount in yuan, ``8,767,867.39``, as fen; anything else is ``Invalid`` and names ``label``."""
    plain = text.strip().removeprefix("¥").removeprefix("￥").replace(",", "").replace("，", "").strip()
    if not _YUAN.fullmatch(plain) or (fen := int(Decimal(plain) * 100)) > MOST_FEN:
        raise Invalid(f"{label}要填金额（元，最多两位小数），例如 195300.00，现在是「{text[:40]}」", field)
    return fen


def yuan(fen: int) -> str:
    """Return fen as a decimal string of yuan with two places: ``876786739`` is ``8767867.39``."""
    sign, rest = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{rest // 100}.{rest % 100:02d}"


def shown_yuan(fen: int) -> str:
    """Return fen for a screen: ``8,767,867.39``."""
    whole, part = yuan(fen).split(".")
    return f"{int(whole):,}.{part}" if not whole.startswith("-0") else f"-0.{part}"


def share_of(fen: int, percent: Decimal | int) -> int:
    """Return so many per cent of an amount, rounded once, half up, to the fen (F3)."""
    return int((Decimal(fen) * Decimal(percent) / 100).quantize(Decimal(1), ROUND_HALF_UP))


def split(total: int, weights: Mapping[K, int]) -> dict[K, int]:
    """Divide a total in proportion: the parts sum to it, the remainder is on the largest (F3).

    Every part is rounded half up; what is over or short goes to the part with the largest weight, the
    first one of equals. ``total`` is not negative; no weight, or only zeros, is ``Invalid``.
    """
    whole = sum(weights.values())
    if whole <= 0 or min(weights.values()) < 0 or total < 0:
        raise Invalid("没有可以分配的比例，请先填写各项目的金额")
    parts = {key: (2 * total * weight + whole) // (2 * whole) for key, weight in weights.items()}
    largest = max(weights, key=lambda key: weights[key])
    parts[largest] += total - sum(parts.values())
    return parts


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def large_writing(fen: int) -> str:
    """Return an amount in 大写 as bank forms ask for it: ``1070005`` fen is 壹万零柒佰元零伍分.

    It ends with 整 unless it has fen; a zero is said once between two digits that are apart, and before
    the fen where there are no jiao. Negative amounts begin with 负.
    """
    if fen < 0:
        return "负" + large_writing(-fen)
    whole, jiao, cents = fen // 100, fen // 10 % 10, fen % 10
    head = f"{_whole(whole)}元" if whole else ""
    if not jiao and not cents:
        return (head or "零元") + "整"
    tail = f"{_DIGITS[jiao]}角" if jiao else ("零" if head else "")
    return head + tail + (f"{_DIGITS[cents]}分" if cents else "整")


def _whole(number: int) -> str:
    """Say a whole number above zero, below 万亿, in groups of four digits."""
    said = ""
    for group in (2, 1, 0):
        four = number // 10_000**group % 10_000
        if four:
            gap = said and (four < 1000 or said[-1] != _GROUPS[group + 1])
            said += ("零" if gap else "") + _four(four) + _GROUPS[group]
    return said


def _four(number: int) -> str:
    """Say one to four digits; a zero between digits is said once, one at the end never."""
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(said)
            continue
        said += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return said
