"""The rules kept between requests, so that a page asks the database one question about them instead of eight.

The key is the content: every row the rules are made of, as one text. Whatever is changed, by whom, in which
transaction or on which database, is another key; nothing has to be dropped, and nothing old is ever served.
What is kept is never changed: rules are values, and what they memoise is safe among threads.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, Text, cast, func, literal, select
from sqlalchemy.orm import Session

from models.amendments import Amendment, AmendmentItem
from models.calendar import CalendarDay, CalendarYear
from models.contract import InterpretationVersion, Project, ProjectService, ServiceYear, Target

Made = TypeVar("Made")
MOST = 4  # contents: one is usual, another while something is being changed
BETWEEN, AFTER, NONE = "\x1f", "\x1e", "\x1d"


class Kept(Generic[Made]):
    """The last few things made of the rows of the contract, by their content."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[Any, ...], Made] = OrderedDict()
        self._lock = Lock()

    def get(self, session: Session, make: Callable[[Session], Made]) -> Made:
        """Return what is made of the rows as this session sees them."""
        key = _key(session)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = make(session)
        if _key(session) != key:
            return made  # changed by somebody between the questions: for this session, and for no other
        with self._lock:
            self._made[key] = made
            while len(self._made) > MOST:
                self._made.popitem(last=False)
        return made


def _key(session: Session) -> tuple[Any, ...]:
    return tuple(session.execute(_QUESTION).one())


def _sources() -> list[Sequence[Any]]:
    """Return the columns of every table the rules are made of."""
    whole = (Amendment, AmendmentItem, Target, ProjectService, CalendarDay, CalendarYear)
    return [
        *(list(table.__table__.columns) for table in whole),
        [Project.id, Project.seq, Project.window],
        [ServiceYear.id, ServiceYear.number],
        [
            *(InterpretationVersion.id, InterpretationVersion.key, InterpretationVersion.value),
            *(InterpretationVersion.from_day, InterpretationVersion.status),
        ],
    ]


def _content(columns: Sequence[Any]) -> ScalarSelect[str]:
    """Return all rows of some columns as one text; nothing and an empty text are told apart."""
    row: ColumnElement[str] = literal("")
    for column in columns:
        row = row + func.coalesce(cast(column, Text), NONE) + BETWEEN
    found: ScalarSelect[str] = select(func.aggregate_strings(row, AFTER)).scalar_subquery()
    return found


_QUESTION = select(*map(_content, _sources()))  # built once: to put it together costs more than to answer it
