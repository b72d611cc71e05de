"""How much waits for a person, and what, kind by kind; each kind keeps to the viewer's scope (S1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.paging import Page
from app.waiting.kind import Desk, Item, Kind, total
from app.waiting.kinds import BY_CODE, kinds_of
from sla.errors import NotFound

SHOWN, FEW = 8, 3  # of each kind on the page of all; of those that nothing depends on
PAGE = 40  # on the page of one kind; what is confirmed at once is at most as many


@dataclass(frozen=True)
class Group:
    """A kind with what it shows, and what silence means for it."""

    kind: Kind
    silence: str
    found: Page[Item]


def number(desk: Desk) -> int:
    """Return how much waits for the viewer's word: two queries, however much it is."""
    kinds = kinds_of(desk.viewer)
    parts = [kind.count(desk.viewer, desk.now) for kind in kinds if kind.count]
    return total(parts, desk.session) + sum(kind.number(desk) for kind in kinds if kind.number)


def everything(desk: Desk) -> list[Group]:
    """Return the kinds of which something waits, each with its oldest things."""
    groups = [_group(desk, kind, 1, FEW if kind.optional else SHOWN) for kind in kinds_of(desk.viewer)]
    return [group for group in groups if group.found.total]


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
    return Group(of, of.silence(desk), of.find(desk, page, size))


def keys_shown(groups: Sequence[Group]) -> dict[str, str]:
    """Return the keys a page shows of each kind, as one text."""
    return {group.kind.code: " ".join(item.key for item in group.found.items) for group in groups}
