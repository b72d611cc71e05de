"""What an event would change: clocks before and after, side by side (C10)."""

from __future__ import annotations

from dataclasses import dataclass

from sla.arithmetic import allowance_text
from sla.clock import Clock, Derivation
from sla.vocab import ClockKind, Verdict


@dataclass(frozen=True)
class Stand:
    """A clock as it stands on one side of a change; ``None`` on a side where there is no such clock."""

    clock: Clock
    allowance: str


@dataclass(frozen=True)
class Change:
    """One clock before and after."""

    kind: ClockKind
    round: int
    before: Stand | None
    after: Stand | None

    @property
    def changed(self) -> bool:
        """Tell whether due time, allowance or verdict differ."""
        return _key(self.before) != _key(self.after)

    @property
    def worse(self) -> bool:
        """Tell whether the change makes a clock late that was not."""
        return _breached(self.after) and not _breached(self.before)


def changes(before: Derivation, after: Derivation) -> list[Change]:
    """Return every clock of either side, in the order of the clocks."""
    old = {(clock.kind, clock.round): clock for clock in before.clocks}
    new = {(clock.kind, clock.round): clock for clock in after.clocks}
    order = list(ClockKind)
    return [
        Change(*key, _side(old.get(key)), _side(new.get(key)))
        for key in sorted(old.keys() | new.keys(), key=lambda key: (order.index(key[0]), key[1]))
    ]


def _side(clock: Clock | None) -> Stand | None:
    return Stand(clock, allowance_text(clock)) if clock else None


def _key(side: Stand | None) -> object:
    return side and (side.clock.due_at, side.clock.minutes, side.clock.window, side.clock.verdict)


def _breached(side: Stand | None) -> bool:
    return side is not None and side.clock.verdict is Verdict.BREACHED
