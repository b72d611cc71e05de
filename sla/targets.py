"""Targets of a row and the choice among them (C1, C2, C4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from decimal import Decimal

from sla.vocab import Complexity, DayType, Severity, TargetKind, Window


@dataclass(frozen=True)
class Conditions:
    """What must hold for a target to apply (C2); ``None`` asks for nothing.

    The same class describes the circumstances of one clock, where every field has a value
    except ``remote``, which is ``"failed"`` only when the request for on-site work says so.
    """

    day: DayType | None = None
    severity: Severity | None = None
    complexity: Complexity | None = None
    fault_level: int | None = None
    remote: str | None = None

    @property
    def count(self) -> int:
        """Return how many conditions are stated."""
        return sum(getattr(self, f.name) is not None for f in fields(self))

    def hold_in(self, circumstances: Conditions) -> bool:
        """Tell whether every stated condition equals its circumstance."""
        pairs = ((getattr(self, f.name), getattr(circumstances, f.name)) for f in fields(self))
        return all(wanted is None or wanted == given for wanted, given in pairs)

    def as_dict(self) -> dict[str, str | int]:
        """Return the stated conditions only, as the ``when`` of ``contract show``."""
        given = ((f.name, getattr(self, f.name)) for f in fields(self))
        stated = ((name, value) for name, value in given if value is not None)
        return {name: value if isinstance(value, int) else str(value) for name, value in stated}


@dataclass(frozen=True)
class Target:
    """One promise of a row (C1).

    ``minutes`` is set for the timed kinds (0 is 实时, C4), ``workdays`` for ``change`` and ``ratio``
    (0–1) for accuracy and closure. ``window`` is the target's own window, ``None`` for the row's (C3).
    ``source`` names the document that amended the row, empty for the tender (P4).
    """

    kind: TargetKind
    minutes: int | None = None
    workdays: int | None = None
    ratio: Decimal | None = None
    when: Conditions = Conditions()
    window: Window | None = None
    source: str = field(default="", compare=False)


def choose(targets: Iterable[Target], kind: str, circumstances: Conditions) -> Target | None:
    """Return the target of ``kind`` that binds: most conditions first, then the fewer minutes (C2)."""
    fitting = [t for t in targets if t.kind == kind and t.when.hold_in(circumstances)]
    return min(fitting, key=lambda t: (-t.when.count, t.minutes or 0, t.workdays or 0), default=None)
