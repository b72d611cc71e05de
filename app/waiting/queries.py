"""How much waits for a person, and what, kind by kind; each kind keeps to the viewer's scope (S1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.paging import Page
from app.waiting.kind import Desk, Item, Kind, counts
from app.waiting.kinds import BY_CODE, kinds_of
from app.watch import queries as notices
from sla.errors import NotFound

SHOWN, FEW = 8, 3  # of each kind on the page of all; of those that nothing depends on
UNREAD = "unread notices"  # beside the codes of kinds
PAGE = 40  # on the page of one kind; what is confirmed at once is at most as many


@dataclass(frozen=True)
class Group:
    """A kind with what it shows, and what silence means for it."""

    kind: Kind
    silence: str
    found: Page[Item]


def numbers(desk: Desk) -> dict[str, int]:
    """Return how much waits for the viewer's word, kind by kind, in a few queries, however much it is."""
    known = _known(desk)
    return {kind.code: _number(desk, kind, known.get(kind.code)) for kind in kinds_of(desk.viewer)}


def unread(desk: Desk) -> int:
    """Return how many notices the viewer has not read yet: the bell stands beside the number of the menu."""
    return _known(desk)[UNREAD]


def number(desk: Desk) -> int:
    """Return how much waits for the viewer's word in all."""
    return sum(numbers(desk).values())


def _number(desk: Desk, kind: Kind, known: int | None) -> int:
    if kind.number is not None and known != 0:
        return kind.number(desk)
    return (known or 0) if kind.count else 0


def _known(desk: Desk) -> dict[str, int]:
    """Return what can be counted by a query, kind by kind: how many wait, or at most that many."""
    parts = {
        kind.code: count(desk.viewer, desk.now)
        for kind in kinds_of(desk.viewer)
        if (count := kind.count or kind.at_most) is not None
    }
    parts[UNREAD] = notices.unread(desk.viewer, desk.now)
    found: dict[str, int] = desk.once(
        "counts", lambda: dict(zip(parts, counts([*parts.values()], desk.session), strict=True))
    )
    return found


def everything(desk: Desk) -> list[Group]:
    """Return the kinds of which something waits, each with its oldest things."""
    groups = [_group(desk, kind, 1, FEW if kind.optional else SHOWN) for kind in _begun(desk)]
    return [group for group in groups if group.found.total]


def whole(desk: Desk, code: str, most: int) -> list[Group]:
    """Return everything that waits, or all of one kind: as many of each as are asked for."""
    return [_group(desk, one, 1, most) for one in ([kind(desk, code)] if code else _begun(desk))]


def _begun(desk: Desk) -> list[Kind]:
    known = _known(desk)
    return [kind for kind in kinds_of(desk.viewer) if known.get(kind.code) != 0]


def of_kind(desk: Desk, code: str, page: int) -> list[Group]:
    """Return one kind, a longer page of it."""
    return [_group(desk, kind(desk, code), page, PAGE)]


def kind(desk: Desk, code: str) -> Kind:
    """Return a kind of things that may wait for the viewer; any other is ``NotFound``."""
    found = BY_CODE.get(code)
    if found is None or desk.viewer.role not in found.roles:
        raise NotFound("没有这类等待处理的事项")
    return found


def _group(desk: Desk, of: Kind, page: int, size: int) -> Group:
    return Group(of, of.silence_for(desk), of.find(desk, page, size))


def keys_shown(groups: Sequence[Group]) -> dict[str, str]:
    """Return the keys a page shows of each kind, as one text."""
    return {group.kind.code: " ".join(item.key for item in group.found.items) for group in groups}
