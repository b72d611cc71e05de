"""L1: whatever is changed behind the application's back is found, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from app.database import ENGINE
from app.ledger import queries
from app.ledger.service import verify
from models.engine import read_session, write_session
from models.ledger import LedgerEntry, LedgerHead
from models.people import User
from models.tickets import Ticket, TicketEvent
from sla.ledger import GENESIS
from sla.vocab import EventKind
from tests.app.ledger.world import NOW, build, findings, record, said, store, unprotect, witness

ENTRIES = 7
ENTRY_COLUMNS = [column.name for column in LedgerEntry.__table__.columns]
EVENT_COLUMNS = [column.name for column in TicketEvent.__table__.columns if column.name != "id"]


@pytest.fixture
def world(session: Session) -> Session:
    build(session)
    return session


@pytest.fixture
def open_world(world: Session) -> Session:
    """The same, in a transaction in which anything can be changed; it is never committed."""
    unprotect(world)
    return world


def test_an_empty_database_has_nothing_to_find(session):
    summary = verify(session, pytest.fail)
    assert (summary.entries, summary.leaf, summary.findings) == (0, GENESIS.hex(), 0)


def test_what_the_application_wrote_has_nothing_to_find(world):
    assert said(world) == []
    head = world.get_one(LedgerHead, 1)
    summary = verify(world, pytest.fail)
    assert (summary.entries, summary.leaf) == (ENTRIES, head.leaf.hex())


def test_a_reading_session_is_enough(world):
    with read_session(world.get_bind()) as session:
        assert said(session) == []


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_batches_of_any_size_find_the_same(open_world, monkeypatch, size):
    monkeypatch.setattr(queries, "BATCH", size)
    assert said(open_world) == []
    open_world.execute(text("DELETE FROM ledger_entry WHERE seq = 4"))
    assert said(open_world) == [
        ("gap", 5, None, None, ()),
        ("event_without_entry", None, 2, 2, ()),
    ]


def test_the_number_of_queries_depends_on_the_batches_alone(world, monkeypatch):
    def queries_of(size: int) -> int:
        monkeypatch.setattr(queries, "BATCH", size)
        asked: list[str] = []
        listen: Callable[..., None] = lambda *args: asked.append(args[2])  # noqa: E731
        event.listen(world.get_bind(), "before_cursor_execute", listen)
        assert said(world) == []
        event.remove(world.get_bind(), "before_cursor_execute", listen)
        return len(asked)

    before = queries_of(100)
    ticket, user = world.get_one(Ticket, 1), world.get_one(User, 1)
    for _ in range(20):
        record(world, ticket, user, EventKind.NOTED, NOW)
    assert queries_of(100) == before
    assert queries_of(9) == before + 2 * 2 + 2 * 2  # 27 entries and 26 events: two batches more of each


def test_a_changed_byte_in_any_column_of_any_entry_is_found(open_world):
    for seq in range(1, ENTRIES + 1):
        for column in ENTRY_COLUMNS:
            for change in changes(open_world, column):
                assert_found(open_world, f"UPDATE ledger_entry SET {column} = {change} WHERE seq = {seq}")


def test_a_changed_value_in_any_column_of_any_event_is_found(open_world):
    for number in range(1, 7):
        for column in EVENT_COLUMNS:
            for change in changes(open_world, column):
                assert_found(open_world, f"UPDATE ticket_event SET {column} = {change} WHERE id = {number}")


def test_a_changed_head_is_found(open_world):
    for column in ("size", "leaf"):
        for change in changes(open_world, column):
            assert_found(open_world, f"UPDATE ledger_head SET {column} = {change}")
    assert_found(open_world, "DELETE FROM ledger_head")


def test_any_row_taken_away_is_found(open_world):
    for seq in range(1, ENTRIES + 1):
        assert_found(open_world, f"DELETE FROM ledger_entry WHERE seq = {seq}")
    for number in range(1, 7):
        assert_found(open_world, f"DELETE FROM ticket_event WHERE id = {number}")


def changes(session: Session, column: str) -> Iterator[str]:
    """Yield SQL expressions that make other values of a column: at its beginning, middle and end."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    if column in ("salt", "commitment", "prev", "leaf"):
        for at in (1, 16, 32):
            if sqlite:
                other = f"CASE substr({column}, {at}, 1) WHEN x'00' THEN x'01' ELSE x'00' END"
                yield f"CAST(substr({column}, 1, {at - 1}) || {other} || substr({column}, {at + 1}) AS BLOB)"
            else:
                yield f"set_byte({column}, {at - 1}, get_byte({column}, {at - 1}) # 1)"
        yield "x''" if sqlite else "''"
    elif column in ("seq", "size"):
        yield from (f"{column} + 100", f"-{column}")
    elif column in ("recorded_at", "occurred_at"):
        unit = "1" if sqlite else "interval '1 second'"
        yield from (f"{column} + {unit}", f"{column} - {unit}")
        yield "'never'" if sqlite else "'infinity'"
        yield "9e18" if sqlite else "'4714-11-24 00:00:00+00 BC'"
    elif column in ("actor_id", "ticket_id"):
        yield from ("3", "99")
        if column == "actor_id" and sqlite:
            yield "'nobody'"
    elif column == "data":
        yield from ("'{}'", "'[]'", "'1e400'", """'{"n": 9, "note": "机房", "tried": ["a", null, true]}'""")
        yield from (f"replace({text_of(session, 'data')}, '{one}', '{other}'){'' if sqlite else '::jsonb'}"
                    for one, other in (("房", "旁"), ("true", "1"), ('"a"', '"a "'), ('"n"', '"N"')))
        yield "'" + "9" * 5000 + "'"
        if sqlite:
            yield from ("'{'", "x'ff'", "'{\"note\": \"\\ud800\"}'")
    else:
        yield from (f"{column} || ' '", f"'a' || {column}", f"substr({column}, 2)", "''")
        if column == "payload":
            yield from (f"replace({column}, '{one}', '{other}')" for one, other in (("年", "月"), (":", ": ")))
        if sqlite:
            yield from (f"CAST(x'ff' || substr({column}, 2) AS TEXT)", f"{column} || char(0)")


def text_of(session: Session, column: str) -> str:
    return column if session.get_bind().dialect.name == "sqlite" else f"{column}::text"


def assert_found(session: Session, statement: str) -> None:
    with session.begin_nested() as savepoint:
        before = session.execute(text("SELECT 1")).scalar()
        session.execute(text(statement))
        assert findings(session), statement
        savepoint.rollback()
    assert before == 1
