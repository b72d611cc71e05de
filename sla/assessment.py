"""Assessment schemes (A1): what is judged, with how many points, and from which score on which band.

The contract leaves the scheme to the bureau (tender lines 4383 and 4387), so it is data: ``read_scheme``
takes it from plain values and says what is wrong with it, ``Scheme.as_dict`` gives them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from sla.errors import Invalid
from sla.vocab import Indicator, Word

WHOLE = Decimal(100)
MOST_BANDS = 6
LONGEST_NAME = 20  # characters
_POINTS = re.compile(r"(0|[1-9][0-9]{0,2})(\.[0-9]{1,2})?")

# Being back-entered is no virtue: its share says nothing about how well the service was done.
MEASURABLE = tuple(one for one in Indicator if one is not Indicator.BACKENTRY)

W = TypeVar("W", bound=StrEnum)


class Mode(Word):
    """How an item's points follow from its figure."""

    RATE = "rate", "按比率得分"
    DEDUCTION = "deduction", "按次扣分"


class Source(Word):
    """What satisfaction is judged by; the other one stands beside it."""

    RATINGS = "ratings", "工单评分"
    CALLBACKS = "callbacks", "回访结果"


class Veto(Word):
    """What sets the band to the lowest, whatever the points are."""

    OBSERVATION = "observation", "日常考核记为一票否决"
    CONTAINMENT = "containment", "安全事件没有按时遏制"


class Aspect(Word):
    """What an observation of the daily assessment is about (A2)."""

    ATTITUDE = "attitude", "工作态度"
    COMPLETION = "completion", "完成情况"
    ABILITY = "ability", "技术能力"
    SECURITY = "security", "信息安全"


class SchemeState(Word):
    """Where a version of the scheme stands. Which adopted one is in force, its day decides."""

    DRAFT = "draft", "草案", "warn"
    SIGNED = "signed", "经办人已签，待审核", "info"
    ADOPTED = "adopted", "已签署", "good"
    DISCARDED = "discarded", "已作废", "neutral"


@dataclass(frozen=True)
class Item:
    """One indicator with its points. ``each`` is what one breach costs in the mode DEDUCTION.

    ``cap`` is the most that breaches (in that mode) and recorded deductions take, ``None`` for no limit;
    ``floor`` is what is left in any case.
    """

    indicator: Indicator
    name: str
    weight: Decimal
    mode: Mode = Mode.RATE
    each: Decimal = Decimal(0)
    cap: Decimal | None = None
    floor: Decimal = Decimal(0)


@dataclass(frozen=True)
class Band:
    """A name for the scores from ``least`` on, that one included."""

    name: str
    least: Decimal


@dataclass(frozen=True)
class Bonus:
    """``points`` more where the rate of an indicator is at least so many per cent."""

    indicator: Indicator
    least: Decimal
    points: Decimal


@dataclass(frozen=True)
class Scheme:
    """A scheme that has been checked. ``observation_cap``: the most that observations take from the total."""

    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    bonuses: tuple[Bonus, ...] = ()
    bonus_cap: Decimal = Decimal(0)
    vetoes: frozenset[Veto] = frozenset({Veto.OBSERVATION})
    observation_cap: Decimal = WHOLE
    satisfaction: Source = Source.RATINGS

    def item(self, indicator: Indicator) -> Item | None:
        """Return the item of an indicator, if it is judged."""
        return next((one for one in self.items if one.indicator is indicator), None)

    def band(self, points: Decimal) -> Band:
        """Return the band of a score: its lower bound belongs to it."""
        return next((one for one in self.bands if points >= one.least), self.bands[-1])

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values: what is stored, signed and put into the ledger."""
        return {
            "items": [_item_as_dict(one) for one in self.items],
            "bands": [{"name": one.name, "least": plain(one.least)} for one in self.bands],
            "bonuses": [
                {"indicator": str(one.indicator), "least": plain(one.least), "points": plain(one.points)}
                for one in self.bonuses
            ],
            "bonus_cap": plain(self.bonus_cap),
            "vetoes": sorted(str(one) for one in self.vetoes),
            "observation_cap": plain(self.observation_cap),
            "satisfaction": str(self.satisfaction),
        }


def _item_as_dict(item: Item) -> dict[str, str]:
    return {
        "indicator": str(item.indicator),
        "name": item.name,
        "weight": plain(item.weight),
        "mode": str(item.mode),
        "each": plain(item.each),
        "cap": "" if item.cap is None else plain(item.cap),
        "floor": plain(item.floor),
    }


def plain(number: Decimal) -> str:
    """Write points without needless places: ``15``, ``7.5``."""
    return format(number.normalize() + 0, "f")


def read_points(text: object, label: str, field: str, most: Decimal = WHOLE) -> Decimal:
    """Read points, at most ``most`` with two decimals; anything else is ``Invalid`` and names ``label``."""
    said = str(text).strip()
    if not _POINTS.fullmatch(said) or (found := Decimal(said)) > most:
        raise Invalid(f"{label}要填 0 到 {plain(most)} 的数字，最多两位小数，现在是「{said[:20]}」", field)
    return found


def read_scheme(said: Mapping[str, Any]) -> Scheme:
    """Read and check a scheme; the first thing that is wrong is ``Invalid`` and names its field."""
    items = tuple(_read_item(one) for one in said.get("items", ()))
    _check_items(items)
    bonuses = tuple(_read_bonus(one, place) for place, one in enumerate(said.get("bonuses", ()), start=1))
    return Scheme(
        items=items,
        bands=_read_bands(said.get("bands", ())),
        bonuses=bonuses,
        bonus_cap=read_points(said.get("bonus_cap", "0"), "加分上限", "bonus_cap"),
        vetoes=frozenset(_word(Veto, one, "一票否决项", "vetoes") for one in said.get("vetoes", ())),
        observation_cap=read_points(
            said.get("observation_cap", "100"), "日常考核从总分扣分的上限", "observation_cap"
        ),
        satisfaction=_word(Source, said.get("satisfaction", Source.RATINGS), "满意度的依据", "satisfaction"),
    )


def _read_item(said: Mapping[str, Any]) -> Item:
    indicator = _measurable(said.get("indicator"), "考核项")
    label = indicator.label

    def points(what: str, name: str, most: Decimal = WHOLE) -> Decimal:
        return read_points(said.get(what) or "0", f"「{label}」的{name}", f"{what}_{indicator}", most)

    weight = points("weight", "分值")
    if not weight:
        raise Invalid(f"「{label}」的分值要大于 0；不考核这一项，请把分值留空", f"weight_{indicator}")
    item = Item(
        indicator=indicator,
        name=_name(said.get("name") or label, f"「{label}」的名称", f"name_{indicator}"),
        weight=weight,
        mode=_word(Mode, said.get("mode") or Mode.RATE, f"「{label}」的计分方式", f"mode_{indicator}"),
        each=points("each", "每次扣分"),
        cap=points("cap", "扣分上限", weight) if said.get("cap") else None,
        floor=points("floor", "最低得分", weight),
    )
    if item.mode is Mode.DEDUCTION and not item.each:
        raise Invalid(f"「{label}」按次扣分，请填每次扣多少分", f"each_{indicator}")
    if item.mode is Mode.RATE and item.each:
        raise Invalid(f"「{label}」按比率得分，每次扣分请留空", f"each_{indicator}")
    return item


def _check_items(items: Sequence[Item]) -> None:
    if not items:
        raise Invalid("至少要有一个考核项，请填写分值", "weights")
    twice = _twice(one.indicator for one in items)
    if twice:
        raise Invalid(f"「{twice.label}」写了两次，一个指标只能考核一次", f"weight_{twice}")
    whole = sum(one.weight for one in items)
    if whole != WHOLE:
        raise Invalid(f"各考核项的分值合计要等于 100，现在是 {plain(Decimal(whole))}", "weights")


def _read_bonus(said: Mapping[str, Any], place: int) -> Bonus:
    label = f"第 {place} 条加分"
    if not said.get("indicator"):
        raise Invalid(f"{label}要选择看哪个指标", f"bonus_indicator_{place}")
    bonus = Bonus(
        _measurable(said["indicator"], label, f"bonus_indicator_{place}"),
        read_points(said.get("least", ""), f"{label}的比率（%）", f"bonus_least_{place}"),
        read_points(said.get("points", ""), f"{label}的分数", f"bonus_points_{place}"),
    )
    if not bonus.points:
        raise Invalid(f"{label}的分数要大于 0；不要这一条，请都留空", f"bonus_points_{place}")
    return bonus


def _read_bands(said: Iterable[Mapping[str, Any]]) -> tuple[Band, ...]:
    """Read the bands, the highest first: they go down step by step and cover everything from 0 to 100."""
    bands: list[Band] = []
    for place, one in enumerate(said, start=1):
        name = _name(one.get("name"), f"第 {place} 个等次的名称", f"band_name_{place}")
        least = read_points(one.get("least", ""), f"「{name}」的下限", f"band_least_{place}")
        if bands and least >= bands[-1].least:
            raise Invalid(
                f"等次要从高到低：「{name}」的下限要低于「{bands[-1].name}」", f"band_least_{place}"
            )
        bands.append(Band(name, least))
    if not 2 <= len(bands) <= MOST_BANDS:
        raise Invalid(f"等次要有 2 到 {MOST_BANDS} 个，从高到低填写", "band_name_1")
    if _twice(one.name for one in bands):
        raise Invalid("两个等次的名称相同，请改一个", "band_name_1")
    if bands[-1].least:
        raise Invalid(
            f"最后一个等次「{bands[-1].name}」的下限要是 0，否则更低的分数没有等次",
            f"band_least_{len(bands)}",
        )
    return tuple(bands)


def _measurable(said: object, label: str, field: str = "weights") -> Indicator:
    found = _word(Indicator, said, label, field)
    if found not in MEASURABLE:
        raise Invalid(f"{label}：{found.label}越低越好，不能用来得分", field)
    return found


def _word(vocabulary: type[W], said: object, label: str, field: str) -> W:
    try:
        return vocabulary(str(said))
    except ValueError:
        raise Invalid(f"{label}：没有「{str(said)[:20]}」这个词", field) from None


def _name(said: object, label: str, field: str) -> str:
    name = str(said or "").strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"{label}要填 1 到 {LONGEST_NAME} 个字", field)
    return name


T = TypeVar("T")


def _twice(things: Iterable[T]) -> T | None:
    seen: set[T] = set()
    for one in things:
        if one in seen:
            return one
        seen.add(one)
    return None
