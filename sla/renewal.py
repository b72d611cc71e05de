"""Whether a project's service is recommended for another year: a draft for a person to decide (line 203).

One table says the thresholds; a project is as good as its worst measure. What has no facts is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from sla.vocab import Word


class Advice(Word):
    """What the year's facts say about a renewal."""

    RECOMMEND = "recommend", "建议续签", "good"
    TALK = "talk", "约谈整改后再定", "warn"
    NOT = "not", "不建议续签", "bad"


@dataclass(frozen=True)
class YearFacts:
    """A project's own year: met and total of clocks, duties in time and due, call-backs, open disputes.

    A row with a start of its own has its own twelve months, however ``year_over`` is read: what it did before
    the contract's year ended is not all it did, and what it did after belongs to it.
    """

    response: tuple[int, int] = (0, 0)
    onsite: tuple[int, int] = (0, 0)
    recovery: tuple[int, int] = (0, 0)
    duties: tuple[int, int] = (0, 0)
    dissatisfied: int = 0
    callbacks: int = 0
    disputes: int = 0


@dataclass(frozen=True)
class Measure:
    """One line of the table. A rate is good from ``recommend`` up, a count from there down."""

    key: str
    label: str
    value: Callable[[YearFacts], Decimal | int | None]
    recommend: int
    talk: int
    is_rate: bool = True

    def advice(self, value: Decimal | int) -> Advice:
        """Return what a value says."""
        good = (value >= self.recommend) if self.is_rate else (value <= self.recommend)
        fair = (value >= self.talk) if self.is_rate else (value <= self.talk)
        return Advice.RECOMMEND if good else Advice.TALK if fair else Advice.NOT


def _rate(pair: tuple[int, int]) -> Decimal | None:
    return Decimal(pair[0]) * 100 / pair[1] if pair[1] else None


# The thresholds: per cent for rates, how many for counts.
MEASURES: tuple[Measure, ...] = (
    Measure("response", "响应及时率", lambda one: _rate(one.response), 95, 85),
    Measure("onsite", "到场及时率", lambda one: _rate(one.onsite), 95, 85),
    Measure("recovery", "恢复及时率", lambda one: _rate(one.recovery), 90, 80),
    Measure("duties", "应办按时率", lambda one: _rate(one.duties), 95, 85),
    Measure(
        "dissatisfied",
        "不满意的回访",
        lambda one: one.dissatisfied if one.callbacks else None,
        0,
        1,
        is_rate=False,
    ),
    Measure("disputes", "未了的争议", lambda one: one.disputes, 0, 2, is_rate=False),
)


@dataclass(frozen=True)
class Finding:
    """What one measure says; ``value`` is ``None`` where there are no facts (不适用)."""

    measure: Measure
    value: Decimal | int | None
    advice: Advice | None


@dataclass(frozen=True)
class Recommendation:
    """The draft: the worst of the findings."""

    advice: Advice
    findings: tuple[Finding, ...]


def recommend(facts: YearFacts) -> Recommendation:
    """Return the draft for one project; without any facts it is recommended to talk."""
    found = []
    for measure in MEASURES:
        value = measure.value(facts)
        found.append(Finding(measure, value, None if value is None else measure.advice(value)))
    order = list(Advice)
    told = [one.advice for one in found if one.advice is not None]
    facts_there = any(one.advice for one in found if one.measure.key != "disputes")
    worst = max([*told, *([] if facts_there else [Advice.TALK])], key=order.index)
    return Recommendation(worst, tuple(found))
