"""Scores (A1, F2, F3): what a scheme makes of the figures of a period and of what the bureau has recorded.

1. Each item has its weight; where there are no facts its weight is spread over the others in proportion.
2. By rate: weight × met ÷ total. By deduction: the weight less so much for each breach, within the cap.
3. Then what observations take from the item, within the cap; the floor is left in any case.
4. The sum of the items, less what observations take from the total, plus bonuses, is the score: 0 to 100.
5. The score has its band; a veto sets the lowest one and leaves the points as they are.

A unit and the contract are scored from the sums of their facts in the same way, never from scores (A2). The
arithmetic is exact and rounded once, half up, to two decimals; parts sum to the whole, the remainder on the
largest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from sla.assessment import Band, Bonus, Item, Mode, Scheme, Veto
from sla.figures import Figure
from sla.money import split
from sla.vocab import Indicator

ZERO = Decimal("0.00")
MOST = Decimal("100.00")

K = TypeVar("K")


@dataclass(frozen=True)
class Recorded:
    """What an observation says to the score. ``indicator`` names the item; ``None`` is the total."""

    key: int
    points: Decimal = ZERO
    indicator: Indicator | None = None
    veto: bool = False


@dataclass(frozen=True)
class Taken:
    """What a recorded deduction really took, after cap and floor."""

    key: int
    points: Decimal


@dataclass(frozen=True)
class ItemScore:
    """One item: ``weight`` is what it counts after spreading, ``points`` what is left of it.

    Both are ``None`` where it is 不适用. ``by_figure`` is what the breaches cost, ``taken`` what observations
    did.
    """

    item: Item
    figure: Figure
    weight: Decimal | None = None
    points: Decimal | None = None
    by_figure: Decimal = ZERO
    taken: tuple[Taken, ...] = ()

    @property
    def lost(self) -> Decimal:
        """Return all points that were deducted."""
        return self.by_figure + sum((one.points for one in self.taken), ZERO)

    def shares(self, deficits: Mapping[K, int]) -> dict[K, Decimal]:
        """Divide what the breaches cost among the facts behind it, by how much each lacks."""
        if not self.by_figure or not deficits:
            return dict.fromkeys(deficits, ZERO)
        return {key: _points(part) for key, part in split(_cents(self.by_figure), deficits).items()}


@dataclass(frozen=True)
class Score:
    """The score of a project, a unit or the contract; no ``total`` and no ``band`` where nothing counts."""

    scheme: Scheme
    items: tuple[ItemScore, ...]
    base: Decimal | None = None
    taken: tuple[Taken, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    bonus: Decimal = ZERO
    total: Decimal | None = None
    band: Band | None = None
    vetoes: tuple[Veto, ...] = ()

    @property
    def is_lowest(self) -> bool:
        """Tell whether the band is the lowest one, by points or by veto."""
        return self.band is not None and self.band == self.scheme.bands[-1]


def score(scheme: Scheme, figures: Mapping[Indicator, Figure], recorded: Iterable[Recorded] = ()) -> Score:
    """Return the score by a scheme, from figures and from what was recorded, in the order it was recorded."""
    said = list(recorded)
    by_item = {
        item.indicator: [one for one in said if one.points and one.indicator is item.indicator]
        for item in scheme.items
    }
    # What names no item of this scheme is taken from the total.
    of_total = [one for one in said if one.points and one.indicator not in by_item]
    vetoes = _vetoes(scheme, figures, said)
    items = _items(scheme, figures, by_item)
    counts = any(one.points is not None for one in items)
    if not counts and not of_total:
        return Score(scheme, items, band=scheme.bands[-1] if vetoes else None, vetoes=vetoes)
    # A recorded deduction is a fact: without any other the whole is what it is deducted from.
    base = sum((one.points for one in items if one.points is not None), ZERO) if counts else MOST
    taken = _take(of_total, min(Fraction(scheme.observation_cap), Fraction(base)))
    bonuses = tuple(one for one in scheme.bonuses if _earned(one, figures))
    bonus = min(sum((one.points for one in bonuses), ZERO), scheme.bonus_cap)
    total = min(MOST, base - sum((one.points for one in taken), ZERO) + bonus)
    band = scheme.bands[-1] if vetoes else scheme.band(total)
    return Score(scheme, items, base, taken, bonuses, bonus, total, band, vetoes)


def _vetoes(
    scheme: Scheme, figures: Mapping[Indicator, Figure], recorded: Sequence[Recorded]
) -> tuple[Veto, ...]:
    containment = figures.get(Indicator.CONTAINMENT, Figure())
    met = {
        Veto.OBSERVATION: any(one.veto for one in recorded),
        Veto.CONTAINMENT: containment.met < containment.total,
    }
    return tuple(one for one in Veto if one in scheme.vetoes and met[one])


def _earned(bonus: Bonus, figures: Mapping[Indicator, Figure]) -> bool:
    figure = figures.get(bonus.indicator, Figure())
    # By the exact rate: 97.996 % is not 98 %.
    return figure.total > 0 and Fraction(figure.met * 100, figure.total) >= Fraction(bonus.least)


def _items(
    scheme: Scheme,
    figures: Mapping[Indicator, Figure],
    recorded: Mapping[Indicator, list[Recorded]],
) -> tuple[ItemScore, ...]:
    """Score the items: those without facts are 不适用, their weight goes to the others (F2)."""
    found = {item: figures.get(item.indicator, Figure()) for item in scheme.items}
    there = [item for item in scheme.items if found[item].total or recorded[item.indicator]]
    whole = sum(Fraction(item.weight) for item in there)
    weights = [Fraction(item.weight) * 100 / whole for item in there]
    lost = [_lost(item, found[item], weight) for item, weight in zip(there, weights, strict=True)]
    taken = [
        _take(recorded[item.indicator], _room(item, weight, cost))
        for item, weight, cost in zip(there, weights, lost, strict=True)
    ]
    left = [
        weight - cost - sum(Fraction(one.points) for one in parts)
        for weight, cost, parts in zip(weights, lost, taken, strict=True)
    ]
    # Of equal weights the one with most points takes the remainder, for it takes that of the points as well.
    whole_weights = _rounded(weights, first=left)
    whole_points = _rounded(left, most=whole_weights)
    scored = {
        item: ItemScore(item, found[item], weight, points, _by_figure(weight, points, parts), parts)
        for item, weight, points, parts in zip(there, whole_weights, whole_points, taken, strict=True)
    }
    return tuple(scored.get(item, ItemScore(item, figure)) for item, figure in found.items())


def _lost(item: Item, figure: Figure, weight: Fraction) -> Fraction:
    """Return what the breaches cost."""
    breaches = figure.total - figure.met
    if item.mode is Mode.RATE:
        cost = weight * breaches / figure.total if figure.total else Fraction(0)
    else:
        cost = Fraction(item.each) * breaches
        cost = cost if item.cap is None else min(cost, Fraction(item.cap))
    return min(cost, weight - Fraction(item.floor))


def _room(item: Item, weight: Fraction, cost: Fraction) -> Fraction:
    """Return how much recorded deductions may still take."""
    left = weight - Fraction(item.floor) - cost
    if item.cap is None:
        return left
    return min(left, Fraction(item.cap) - (cost if item.mode is Mode.DEDUCTION else 0))


def _take(recorded: Iterable[Recorded], room: Fraction) -> tuple[Taken, ...]:
    """Let each deduction take what it says, until there is no room left; parts of a cent are not taken."""
    taken, left = [], int(room * 100)
    for one in recorded:
        part = min(_cents(one.points), left)
        taken.append(Taken(one.key, _points(part)))
        left -= part
    return tuple(taken)


def _by_figure(weight: Decimal, points: Decimal, taken: Iterable[Taken]) -> Decimal:
    # Rounding may put the remainder on this item: nobody lost less than nothing.
    return max(ZERO, weight - points - sum((one.points for one in taken), ZERO))


def _rounded(
    exact: Sequence[Fraction], *, first: Sequence[Fraction] = (), most: Sequence[Decimal] = ()
) -> list[Decimal]:
    """Round parts half up to two decimals so that they sum to the rounded whole, the rest on the largest.

    That is F3. ``first`` decides between equal ones. With ``most`` it is the largest that has room for it.
    """
    cents = [_half_up(one) for one in exact]
    if not cents:
        return []
    rest = _half_up(sum(exact, Fraction(0))) - sum(cents)
    places = sorted(
        range(len(exact)), key=lambda place: (exact[place], first[place] if first else 0), reverse=True
    )
    fitting = (place for place in places if not most or cents[place] + rest <= _cents(most[place]))
    cents[next(fitting, places[0])] += rest
    return [_points(one) for one in cents]


def _half_up(exact: Fraction) -> int:
    return int(exact * 100 + Fraction(1, 2))


def _cents(points: Decimal) -> int:
    return int(points * 100)


def _points(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
