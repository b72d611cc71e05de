"""What a row promises from which day on: the tender, and the documents that amend it (P4).

A document of both sides (agreement, supplement, correction) *replaces* what the row says. A document of the
supplier alone (bid promise, written commitment) is measured *beside* the row, each document for itself, and
whichever clock is due earlier binds: it can only be stricter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from sla.targets import Conditions, Target
from sla.vocab import TargetKind, Window, Word


class AmendmentKind(Word):
    """What a document is that amends the contract (P4); the first two only ever add stricter promises."""

    BID_PROMISE = "bid_promise", "投标承诺"
    COMMITMENT = "commitment", "书面承诺"
    AGREEMENT = "agreement", "补充协议"
    SUPPLEMENT = "supplement", "补充条款或说明"
    CORRECTION = "correction", "更正"


class AmendmentState(Word):
    """How far a document has come."""

    DRAFT = "draft", "草稿", "neutral"
    ENTERED = "entered", "待审核", "warn"
    CONFIRMED = "confirmed", "已确认", "good"
    WITHDRAWN = "withdrawn", "已撤回", "neutral"


class ItemKind(Word):
    """What one item of a document changes (P4)."""

    TARGET = "target", "指标"
    TARGET_DROPPED = "target_dropped", "取消指标"
    ROW = "row", "服务时间和级别"
    POSTING = "posting", "驻场"
    DUTY_NEW = "duty_new", "新增义务"
    DUTY_CYCLE = "duty_cycle", "义务的周期"
    DUTY_QUOTA = "duty_quota", "义务的次数"
    DUTY_DROPPED = "duty_dropped", "取消义务"


REPLACING = frozenset({AmendmentKind.AGREEMENT, AmendmentKind.SUPPLEMENT, AmendmentKind.CORRECTION})
Key = tuple[TargetKind, Conditions]


@dataclass(frozen=True)
class Terms:
    """What a row promises on a day: its own targets in its window, and the promises beside them.

    ``beside`` has one tuple of targets for each document. ``window_source`` names the document the window
    comes from, empty for the tender.
    """

    targets: tuple[Target, ...]
    window: Window | None
    beside: tuple[tuple[Target, ...], ...] = ()
    window_source: str = ""

    @property
    def everything(self) -> tuple[Target, ...]:
        """Return all targets, the row's own first."""
        return tuple(target for layer in (self.targets, *self.beside) for target in layer)


@dataclass(frozen=True)
class Change:
    """One change of a row's targets or window, from a day on.

    ``document`` numbers the documents in the order in which they were confirmed; ``replaces`` says that it
    is one of both sides. ``dropped`` names a target that no longer is. ``source`` is how a clock names it.
    """

    from_day: date
    document: int
    replaces: bool
    source: str
    target: Target | None = None
    dropped: Key | None = None
    window: Window | None = None


Version = tuple[date, Terms]


@dataclass
class _State:
    """The terms as they grow, day by day."""

    own: dict[Key, Target]
    window: Window | None
    window_source: str = ""
    promised: dict[int, dict[Key, Target]] = field(default_factory=dict)
    windows: dict[int, tuple[Window, str]] = field(default_factory=dict)

    def apply(self, change: Change) -> None:
        if change.replaces:
            self._replace(change)
        else:
            self._promise(change)

    def _replace(self, change: Change) -> None:
        """Let a document of both sides say what holds; promises about the very same end with it."""
        if change.window:
            self.window, self.window_source = change.window, change.source
            self.windows.clear()
        key = key_of(change.target) if change.target else change.dropped
        if key is None:
            return
        for promised in self.promised.values():
            promised.pop(key, None)
        if change.target:
            self.own[key] = replace(change.target, source=change.source)
        else:
            self.own.pop(key, None)

    def _promise(self, change: Change) -> None:
        if change.window:
            self.windows[change.document] = change.window, change.source
        if change.target:
            made = replace(change.target, source=change.source)
            self.promised.setdefault(change.document, {})[key_of(made)] = made

    def terms(self) -> Terms:
        layers = (self._layer(number) for number in sorted({*self.promised, *self.windows}))
        beside = tuple(layer for layer in layers if layer)
        return Terms(tuple(self.own.values()), self.window, beside, self.window_source)

    def _layer(self, number: int) -> tuple[Target, ...]:
        """Return a document's promises; a promised window measures all that the row has of its own."""
        promised = self.promised.get(number, {})
        if number not in self.windows:
            return tuple(promised.values())
        window, source = self.windows[number]
        own = {
            key: replace(t, source=source)
            for key, t in self.own.items()
            if not t.window and t.minutes is not None
        }
        layer = (own | promised).values()
        return tuple(t if t.window or t.minutes is None else replace(t, window=window) for t in layer)


def key_of(target: Target) -> Key:
    """Return what makes a target the same promise again: its kind and its conditions."""
    return target.kind, target.when


def versions(
    targets: Iterable[Target], window: Window | None, changes: Iterable[Change]
) -> tuple[Version, ...]:
    """Return what a row promises from each day on which that changes, earliest first.

    On one day the document confirmed later is applied later. Without changes there is no version, and the
    tender holds for ever.
    """
    state = _State({key_of(target): target for target in targets}, window)
    found: list[Version] = []
    ordered = sorted(changes, key=lambda change: (change.from_day, change.document))
    for day, group in groupby(ordered, key=lambda change: change.from_day):
        for change in group:
            state.apply(change)
        found.append((day, state.terms()))
    return tuple(found)


def in_force(terms: Terms) -> tuple[Target, ...]:
    """Return the targets worth showing: all, less the promises that another of equal condition outdoes."""
    every = terms.everything
    return tuple(
        target
        for place, target in enumerate(every)
        if not any(_outdoes(other, target, at < place, terms.window) for at, other in enumerate(every))
    )


def _outdoes(other: Target, target: Target, earlier: bool, window: Window | None) -> bool:
    """Tell whether one of two targets makes the other needless; of equal ones the earlier stays."""
    if other is target or key_of(other) != key_of(target):
        return False
    if (other.window or window) != (target.window or window):
        return False
    gain = _gain(other, target)
    return gain is not None and (gain > 0 or (gain == 0 and earlier))


def _gain(other: Target, target: Target) -> int | None:
    """Return 1, 0 or -1 as one target is stricter, the same or looser; ``None`` where that cannot be said."""
    if other.minutes is not None and target.minutes is not None:
        if (other.minutes == 0) != (target.minutes == 0):
            return None  # 实时 is as many minutes as are agreed (C4)
        return _sign(target.minutes - other.minutes)
    if other.workdays is not None and target.workdays is not None:
        return _sign(target.workdays - other.workdays)
    if other.ratio is not None and target.ratio is not None:
        return (other.ratio > target.ratio) - (other.ratio < target.ratio)
    return None


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def kinds_within(versions: Sequence[Version], tender: Terms, first: date, end: date) -> frozenset[TargetKind]:
    """Return the kinds a row has a target of on some day of ``[first, end)``."""
    days = [day for day, _ in versions]
    starts = [date.min, *days]
    ends = [*days, date.max]
    every = (tender, *(terms for _, terms in versions))
    holding = (t for t, start, stop in zip(every, starts, ends, strict=True) if start < end and first < stop)
    return frozenset(target.kind for terms in holding for target in terms.everything)
