"""What a kind of waiting things is: what it shows, what silence means, and how it is decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from app.paging import Page
from app.tickets.derivation import current_rules
from models.contract import Project
from models.people import User
from sla.clock import RuleBook
from sla.vocab import Role
from sla.when import day_of

Found = TypeVar("Found")
CONFIRMERS = frozenset({Role.CONTACT, Role.BUREAU})  # the unit, or the bureau for it (S2)


@dataclass
class Desk:
    """Who looks, when, and what was read for them already: kinds that share a source read it once."""

    session: Session
    viewer: User
    now: datetime
    read: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def book(self) -> RuleBook:
        """Return the calendar and the interpretations in force."""
        return current_rules(self.session).book

    @property
    def today(self) -> date:
        """Return the day it is in Shanghai."""
        return day_of(self.now)

    def once(self, name: str, look: Callable[[], Any]) -> Any:
        """Return what a look gives, taken only once."""
        if name not in self.read:
            self.read[name] = look()
        return self.read[name]


@dataclass(frozen=True)
class Item:
    """One thing that waits. ``key`` names it to whoever decides, ``path`` is its page.

    ``effects`` say what deciding changes, in words; ``changes`` do so for clocks (confirmed, refused).
    ``until`` says by when silence decides, where it does. ``fits`` is not set on what its kind's form in
    place cannot deal with; ``thing`` is what that form needs.
    """

    key: str
    title: str
    path: str
    who: str
    since: datetime
    project: Project | None = None
    said: Sequence[str] = ()
    effects: Sequence[str] = ()
    changes: tuple[Sequence[Any], Sequence[Any]] = ((), ())
    until: str = ""
    fits: bool = True
    thing: Any = None


Find = Callable[[Desk, int, int], Page[Item]]  # which page (from 1), of what size
Count = Callable[[User, datetime], ColumnElement[int]]
Decide = Callable[[Session, User, str, bool, str, datetime], object]
Hold = Callable[[Session, Sequence[str]], object]


@dataclass(frozen=True)
class Kind:
    """One line of the list of kinds.

    ``find`` gives a page of what waits for the viewer, the oldest first. ``decide`` takes a key, whether it
    is confirmed, and the reason; without it the thing is dealt with on its own page. ``hold`` locks what
    several keys name before the first is decided: the chain of evidence is locked last. ``count`` is part
    of the number in the menu (``number`` for what is no query, asked only where ``at_most`` is not 0);
    what is ``optional`` is not in it. ``in_place`` are the roles that find its form on this page.
    ``plain`` is the label and what silence means in a contact's words, where those of the trade are others'.
    """

    code: str
    label: str
    icon: str
    roles: frozenset[Role]
    silence: Callable[[Desk], str]
    find: Find
    decide: Decide | None = None
    hold: Hold | None = None
    count: Count | None = None
    number: Callable[[Desk], int] | None = None
    at_most: Count | None = None
    yes: str = "确认"
    no: str = "驳回"
    deal: str = "去处理"  # what the link says where there is nothing to confirm
    optional: bool = False
    in_place: frozenset[Role] = frozenset()
    plain: tuple[str, str] | None = None

    def label_for(self, viewer: User) -> str:
        """Return the label in the words of who looks."""
        return self.plain[0] if self.plain and viewer.role is Role.CONTACT else self.label

    def silence_for(self, desk: Desk) -> str:
        """Return what silence means in the words of who looks."""
        told = self.plain[1] if self.plain and desk.viewer.role is Role.CONTACT else ""
        return told or self.silence(desk)

    def fits(self, viewer: User, item: Item) -> bool:
        """Tell whether a viewer deals with a thing where it is shown, by a form of its own."""
        return viewer.role in self.in_place and item.fits


def sliced(items: Sequence[Found], page: int, size: int) -> Page[Found]:
    """Return a page of things that are all known."""
    last = max(1, -(-len(items) // size))
    page = min(max(1, page), last)
    return Page(items[(page - 1) * size : page * size], page, len(items), size)


def listing(name: str, read: Callable[[Desk], Sequence[Found]], item: Callable[[Desk, Found], Item]) -> Find:
    """Return how things are found that one look gives all of; only those shown are put into words."""

    def look(desk: Desk, page: int, size: int) -> Page[Item]:
        found = sliced(desk.once(name, lambda: read(desk)), page, size)
        return Page([item(desk, one) for one in found.items], found.page, found.total, size)

    return look


def counted(query: Any) -> ScalarSelect[int]:
    """Return the number of rows of a query, as a part of another one."""
    rows = query.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    found: ScalarSelect[int] = rows.scalar_subquery()
    return found


def always(text: str) -> Callable[[Desk], str]:
    """Return a text of silence that no interpretation changes."""
    return lambda _desk: text


def counts(parts: Sequence[ColumnElement[int]], session: Session) -> Sequence[int]:
    """Return several counts, in one query."""
    return list(session.execute(select(*parts)).one()) if parts else []
