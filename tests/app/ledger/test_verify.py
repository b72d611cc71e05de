"""L1: whatever is changed behind the application's back is found, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.database import ENGINE
from app.ledger import queries
from app.ledger.service import verify
from models.engine import read_session, write_session
from models.ledger import LedgerEntry, LedgerHead
from models.people import User
from models.tickets import Ticket, TicketEvent
from sla.ledger import GENESIS, canonical, commitment, header, leaf
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
    summary = verify(session, print)
    assert (summary.entries, summary.leaf, summary.findings) == (0, GENESIS.hex(), 0)


def test_what_the_application_wrote_has_nothing_to_find(world):
    assert said(world) == []
    head = world.get_one(LedgerHead, 1)
    summary = verify(world, print)
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
    asked: list[str] = []
    event.listen(world.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))

    def queries_of(size: int) -> int:
        monkeypatch.setattr(queries, "BATCH", size)
        world.connection()  # whatever begins the transaction is over
        asked.clear()
        assert said(world) == []
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


def test_an_edited_event_is_named_with_what_was_edited(open_world):
    change(open_world, "UPDATE ticket_event SET occurred_at = recorded_at, data = '{}' WHERE id = 3")
    assert said(open_world) == [("event_differs", 3, 1, 2, ("data",))]
    change(open_world, "UPDATE ticket_event SET actor_id = 2, kind = 'arrived' WHERE id = 6")
    assert said(open_world)[1:] == [("event_differs", 6, 2, 3, ("kind", "entry.kind", "entry.actor"))]


def test_a_ticket_moved_to_another_project_is_found(open_world):
    change(open_world, "UPDATE ticket SET project_id = 2 WHERE id = 1")
    assert said(open_world) == [("event_differs", seq, 1, (seq + 1) // 2, ("project",)) for seq in (1, 3, 5)]


def test_an_event_that_was_slipped_in_is_found(world):
    store(world, world.get_one(Ticket, 2), world.get_one(User, 2), EventKind.ARRIVED, NOW)
    assert said(world) == [("event_without_entry", None, 2, 4, ())]


def test_an_event_recorded_twice_is_found(world):
    witness(world, world.get_one(TicketEvent, 1))
    assert said(world) == [("entry_twice", 8, 1, 1, ())]


def test_an_event_that_was_taken_away_is_found(open_world):
    change(open_world, "DELETE FROM ticket_event WHERE id = 2")
    assert said(open_world) == [("entry_without_event", 2, 2, 1, ())]


def test_an_event_forged_together_with_its_entry_is_found_by_the_next_entry(open_world):
    change(open_world, "UPDATE ticket_event SET data = '{}' WHERE id = 6")
    said_before = json.loads(open_world.get_one(LedgerEntry, 6).payload)
    forge(open_world, 6, said_before | {"data": {}})
    assert said(open_world) == [("wrong_prev", 7, None, None, ())]


def test_a_forged_last_entry_is_found_by_the_head(open_world):
    forge(open_world, 7, {"year": 2})
    assert said(open_world) == [("wrong_head", 7, None, None, ())]


def test_one_changed_entry_does_not_make_the_later_ones_wrong(open_world):
    change(open_world, "UPDATE ledger_entry SET subject = 'ticket:2' WHERE seq = 1")
    assert said(open_world) == [
        ("wrong_leaf", 1, None, None, ()),
        ("event_differs", 1, 1, 1, ("entry.subject",)),
        ("event_without_entry", None, 1, 1, ()),
    ]


def test_each_finding_says_in_chinese_where_it_is(open_world):
    change(open_world, "UPDATE ticket_event SET data = '{}' WHERE id = 3")
    assert [f.message for f in findings(open_world)] == [
        "存证第 3 条，工单 1 的第 2 个事件：工单事件与存证不符（data）"
    ]


@pytest.mark.both_databases
def test_the_command_prints_findings_then_the_summary_and_says_so_in_its_exit_code(app, runner):
    with write_session(app.extensions[ENGINE]) as session:
        build(session)
        last = session.get_one(LedgerHead, 1).leaf.hex()
    clean = runner.invoke(args=["ledger", "verify"])
    assert json.loads(clean.stdout) == {"entries": ENTRIES, "leaf": last, "findings": 0}
    assert clean.exit_code == 0

    with write_session(app.extensions[ENGINE]) as session:
        store(session, session.get_one(Ticket, 2), session.get_one(User, 2), EventKind.ARRIVED, NOW)
        session.commit()
    broken = runner.invoke(args=["ledger", "verify"])
    finding, summary = map(json.loads, broken.stdout.splitlines())
    assert finding == {
        "finding": "event_without_entry",
        "seq": None,
        "ticket": 2,
        "event": 4,
        "fields": [],
        "message": "工单 2 的第 4 个事件：工单事件没有存证",
    }
    assert summary == {"entries": ENTRIES, "leaf": last, "findings": 1}
    assert broken.exit_code == 1


def change(session: Session, statement: str) -> None:
    session.connection().exec_driver_sql(statement)


def forge(session: Session, seq: int, payload: dict[str, Any]) -> None:
    """Give an entry another payload and make its own hashes anew."""
    entry = session.get_one(LedgerEntry, seq)
    entry.payload = canonical(payload).decode()
    entry.commitment = commitment(entry.salt, entry.payload.encode())
    entry.leaf = leaf(
        header(
            seq=seq,
            at=entry.recorded_at,
            kind=entry.kind,
            subject=entry.subject,
            actor=entry.actor_id,
            commitment=entry.commitment,
            prev=entry.prev,
        )
    )
    session.flush()


def assert_found(session: Session, statement: str) -> None:
    with session.begin_nested() as savepoint:
        change(session, statement)
        assert findings(session), statement
        savepoint.rollback()


def changes(session: Session, column: str) -> Iterator[str]:
    """Yield SQL expressions that give a column another value, with what only one database takes."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    if column in ("salt", "commitment", "prev", "leaf"):
        yield from changed_bytes(column, sqlite)
    elif column in ("recorded_at", "occurred_at"):
        second = "1" if sqlite else "interval '1 second'"
        yield from (f"{column} + {second}", f"{column} - {second}")
        yield from ("'never'", "9e18", "-9e18") if sqlite else ("'infinity'", "'4713-01-01 00:00:00+00 BC'")
    elif column in ("seq", "size"):
        yield from (f"{column} + 100", f"-{column}")
    elif column in ("actor_id", "ticket_id"):
        yield from ("3", "99", "'nobody'") if sqlite else ("3", "99")
    elif column == "data":
        yield from changed_data(sqlite)
    else:
        yield from (f"{column} || ' '", f"'a' || {column}", f"substr({column}, 2)", "''")
        if sqlite:  # no text at all, and text with an end before its end
            yield from (f"CAST(x'ff' || substr({column}, 2) AS TEXT)", f"{column} || char(0)")
        if column == "payload":
            yield f"replace({column}, ':', ': ')"


def changed_bytes(column: str, sqlite: bool) -> Iterator[str]:
    yield "x''" if sqlite else "''"
    for at in (1, 16, 32):
        if sqlite:
            other = f"CASE substr({column}, {at}, 1) WHEN x'00' THEN x'01' ELSE x'00' END"
            yield f"CAST(substr({column}, 1, {at - 1}) || {other} || substr({column}, {at + 1}) AS BLOB)"
        else:
            yield f"set_byte({column}, {at - 1}, get_byte({column}, {at - 1}) # 1)"


def changed_data(sqlite: bool) -> Iterator[str]:
    """The stored data is {"note": "机房", "n": 1, "tried": ["a", null, true]}."""
    stored, back = ("data", "") if sqlite else ("data::text", "::jsonb")
    yield from ("'{}'", "'[]'", "'1e400'", f"'{'9' * 5000}'")
    for one, other in (("房", "旁"), ("true", "1"), ("null", "false"), ('"a"', '"a "'), ('"n"', '"N"')):
        yield f"replace({stored}, '{one}', '{other}'){back}"
    if sqlite:
        yield from ("'{'", "x'ff'", f"'{'[' * 9000}'", '\'{"note": "\\ud800"}\'')
