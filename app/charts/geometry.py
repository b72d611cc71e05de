"""Where the parts of a chart lie, as plain numbers: nothing here knows of HTML, of colours or of a database.

Numbers are rounded to two decimals, so that equal data give equal bytes. A value that is not there
(不适用, or not yet) is ``None``: it breaks a line and draws nothing, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

HUNDRED = Decimal(100)
HATCH = 3  # between two strokes of a hatched part


def plain(number: float | Decimal) -> str:
    """Write a coordinate: at most two decimals, without zeros at the end."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


# -- shares ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A part of a bar: what it is, how many, its state, where it begins and how wide it is (0 to 100).

    ``hatch`` is a path of strokes across it, which tells it from its neighbours without a colour.
    """

    label: str
    number: int
    tone: str
    x: str
    width: str
    hatch: str = ""


def stacked(parts: Iterable[tuple[str, int, str]], height: int = 12) -> list[Piece]:
    """Return the pieces of one bar from (label, number, tone); what is 0 takes no room."""
    kept = [one for one in parts if one[1] > 0]
    whole, done = sum(number for _, number, _ in kept), 0
    pieces = []
    for label, number, tone in kept:
        x, end = HUNDRED * done / whole, HUNDRED * (done + number) / whole
        done += number
        strokes = hatch(x, end, height) if tone in ("bad", "neutral") else ""
        pieces.append(Piece(label, number, tone, plain(x), plain(end - x), strokes))
    return pieces


def bar(rate: Decimal | None) -> str:
    """Return how wide a bar of a rate in per cent is (0 to 100); nothing for none."""
    return plain(max(Decimal(0), min(HUNDRED, rate))) if rate is not None else "0"


def hatch(x: Decimal, end: Decimal, height: int) -> str:
    """Return slanting strokes between two places of a bar, none of which leaves it."""
    strokes, at = [], x
    while at < end:
        run = min(Decimal(HATCH), end - at)
        strokes.append(f"M{plain(at)} {height}L{plain(at + run)} {plain(height * (1 - run / HATCH))}")
        at += HATCH
    return "".join(strokes)


# -- lines ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dot:
    """A point of a line. ``told`` is the text beside it, "" for most; ``anchor`` keeps it inside."""

    x: str
    y: str
    value: Decimal
    told: str = ""
    text_y: str = ""
    anchor: str = "middle"


@dataclass(frozen=True)
class Line:
    """A line of some months: ``runs`` are polylines, ``rules`` the lines across with their numbers."""

    width: int
    height: int
    runs: list[str]
    dots: list[Dot]
    rules: list[tuple[str, str]]
    ticks: list[tuple[str, str]]
    left: int
    right: int


def floor_of(values: Iterable[Decimal | None], step: int = 10) -> Decimal:
    """Return where the scale of some rates begins: a full ten below the lowest, at least ten below 100."""
    lowest = min((one for one in values if one is not None), default=HUNDRED)
    tens = (lowest / step).to_integral_value(ROUND_FLOOR) * step
    return max(Decimal(0), min(tens, HUNDRED - step))


def line(
    values: Sequence[Decimal | None], labels: Sequence[str], width: int = 360, height: int = 130
) -> Line:
    """Return the line of some rates in per cent. The first, the last and the lowest tell their number."""
    left, right, top, bottom = 34, width - 14, 22, height - 24
    low = floor_of(values)
    places = _places(len(values), left + 8, right - 8)

    def y(rate: Decimal) -> Decimal:
        return bottom - (bottom - top) * (rate - low) / (HUNDRED - low)

    known = [n for n, one in enumerate(values) if one is not None]
    told = {known[0], known[-1], min(known, key=lambda n: values[n] or 0)} if known else set()
    dots = []
    for n in known:
        rate = values[n]
        assert rate is not None
        side = "start" if n == 0 else "end" if n == len(values) - 1 else "middle"
        text = f"{plain(rate)}%" if n in told else ""
        dots.append(Dot(plain(places[n]), plain(y(rate)), rate, text, plain(y(rate) - 7), side))
    every = 1 if len(labels) <= 7 else 2
    return Line(
        width=width,
        height=height,
        runs=_runs(values, places, y),
        dots=dots,
        rules=[(plain(y(rate)), plain(rate)) for rate in (low, (low + HUNDRED) / 2, HUNDRED)],
        ticks=[(plain(x), text) for x, text in zip(places, labels, strict=True)][::every],
        left=left,
        right=right,
    )


@dataclass(frozen=True)
class Spark:
    """A line as small as a word: its runs, and where its last value is."""

    width: int
    height: int
    runs: list[str]
    last: tuple[str, str] | None


def spark(values: Sequence[Decimal | None], width: int = 96, height: int = 24) -> Spark:
    """Return the small line of some rates in per cent."""
    low = floor_of(values)
    places = _places(len(values), 3, width - 4)

    def y(rate: Decimal) -> Decimal:
        return height - 4 - (height - 8) * (rate - low) / (HUNDRED - low)

    known = [(x, rate) for x, rate in zip(places, values, strict=True) if rate is not None]
    last = (plain(known[-1][0]), plain(y(known[-1][1]))) if known else None
    return Spark(width, height, _runs(values, places, y), last)


def _places(many: int, first: int, last: int) -> list[Decimal]:
    step = Decimal(last - first) / max(1, many - 1)
    return [first + n * step for n in range(many)]


def _runs(
    values: Sequence[Decimal | None], places: Sequence[Decimal], y: Callable[[Decimal], Decimal]
) -> list[str]:
    """Return a polyline for each stretch of months that have a value."""
    runs: list[list[str]] = [[]]
    for x, rate in zip(places, values, strict=True):
        if rate is None:
            runs.append([])
        else:
            runs[-1].append(f"{plain(x)},{plain(y(rate))}")
    return [" ".join(run) for run in runs if len(run) > 1]


# -- heat -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Band:
    """How good a rate is, in a word, an icon and a tone; ``said`` is its bound, for the key."""

    code: str
    word: str
    said: str
    icon: str
    tone: str


BANDS = (
    (HUNDRED, Band("all", "全部按时", "100%", "check-circle", "good")),
    (Decimal(90), Band("most", "多数按时", "90% 起", "check", "info")),
    (Decimal(75), Band("some", "不少超时", "75% 起", "exclamation-circle", "warn")),
    (Decimal(0), Band("few", "超时严重", "不到 75%", "exclamation-octagon", "bad")),
)


def band(rate: Decimal | None, *, lower_is_better: bool = False) -> Band | None:
    """Return the band of a rate in per cent, its lower bound included; of none, none.

    Where less is better, the rate is turned round: 0 % is the best.
    """
    if rate is None:
        return None
    good = HUNDRED - rate if lower_is_better else rate
    return next((one for bound, one in BANDS if good >= bound), BANDS[-1][1])
