"""What a ticket is held to be, and which statements bind at once (C9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sla.vocab import Complexity, Severity, Side, TicketKind

FIELDS = ("kind", "severity", "complexity", "fault_level", "paralysis")

# What nobody stated is the strict value (C9); a paralysis is never presumed (C5).
UNSTATED: dict[str, Any] = {
    "severity": Severity.MAJOR,
    "complexity": Complexity.NORMAL,
    "fault_level": 1,
    "paralysis": False,
}

# The clocks a kind brings beyond response and arrival (C1, C8).
_CLOCKS: dict[Any, frozenset[str]] = {
    TicketKind.SECURITY: frozenset({"containment", "recovery"}),
    TicketKind.INCIDENT: frozenset({"recovery"}),
    TicketKind.CHANGE: frozenset({"change"}),
}


def is_looser(name: str, old: Any, new: Any) -> bool:
    """Tell whether the statement ``new`` would loosen a target that ``old`` holds (C9)."""
    if name == "kind":
        had, has = _CLOCKS.get(old, frozenset()), _CLOCKS.get(new, frozenset())
        # The workday target of a change may give way to a recovery clock, which is no loosening.
        return bool(had - has - {"change"}) or has < had
    if name == "fault_level":
        return bool(new > old)
    if name == "paralysis":
        return bool(old and not new)
    order: list[str] = [*Severity] if name == "severity" else [*Complexity]
    return order.index(new) > order.index(old)


@dataclass
class Claim:
    """A loosening statement of the supplier that waits for the unit or the bureau."""

    seq: int
    values: dict[str, Any]


@dataclass
class Classification:
    """The binding values, and the claims that do not bind yet."""

    kind: TicketKind
    values: dict[str, Any] = field(default_factory=lambda: dict(UNSTATED))
    stated: set[str] = field(default_factory=set)
    claims: list[Claim] = field(default_factory=list)

    def get(self, name: str) -> Any:
        """Return the binding value of a field."""
        return self.kind if name == "kind" else self.values[name]

    def state(self, seq: int, side: Side, said: Mapping[str, Any]) -> None:
        """Take a statement: it binds at once unless the supplier loosens with it (C9)."""
        waiting: dict[str, Any] = {}
        for name, value in said.items():
            self._withdraw(name)
            if side is Side.SUPPLIER and is_looser(name, self.get(name), value):
                waiting[name] = value
            else:
                self._bind(name, value)
        if waiting:
            self.claims.append(Claim(seq, waiting))

    def confirm(self, seq: int) -> None:
        """Let the claim made by event ``seq`` bind."""
        for claim in [c for c in self.claims if c.seq == seq]:
            self.claims.remove(claim)
            for name, value in claim.values.items():
                self._bind(name, value)

    def reject(self, seq: int) -> None:
        """Drop the claim made by event ``seq``; the strict values stay."""
        self.claims = [c for c in self.claims if c.seq != seq]

    def _bind(self, name: str, value: Any) -> None:
        if name == "kind":
            self.kind = value
        else:
            self.values[name] = value
        self.stated.add(name)

    def _withdraw(self, name: str) -> None:
        """A newer statement about a field replaces an older one that still waits."""
        for claim in self.claims:
            claim.values.pop(name, None)
        self.claims = [c for c in self.claims if c.values]


def read_statement(data: Mapping[str, Any]) -> dict[str, Any]:
    """Take the classification fields out of an event's data, as words; absent and ``None`` are not stated."""
    words: dict[str, Any] = {"kind": TicketKind, "severity": Severity, "complexity": Complexity}
    words |= {"fault_level": int, "paralysis": bool}
    return {name: words[name](data[name]) for name in FIELDS if data.get(name) is not None}
