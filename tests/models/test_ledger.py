"""L1 in the database: one gapless chain, and rows that nobody changes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import triggers
from models.contract import Project, Unit
from models.engine import write_session
from models.ledger import LedgerEntry, LedgerHead, append, ensure_head
from models.people import User
from models.tickets import Ticket, TicketEvent
from sla.ledger import GENESIS, Link, NotCanonical, check_link
from sla.vocab import EventKind, Role, Side, TicketKind, TicketState

NOW = datetime(2025, 7, 1, 1, tzinfo=UTC)


def add(session: Session, **changes: Any) -> LedgerEntry:
    given: dict[str, Any] = {
        "kind": "ticket.opened",
        "subject": "ticket:1",
        "actor_id": None,
        "at": NOW,
        "payload": {"ticket": 1, "place": "机房"},
    }
    return append(session, **(given | changes))


def links(session: Session) -> Iterator[Link]:
    for entry in session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq)):
        yield Link(
            entry.seq,
            entry.recorded_at,
            entry.kind,
            entry.subject,
            entry.actor_id,
            entry.salt,
            entry.payload.encode(),
            entry.commitment,
            entry.prev,
            entry.leaf,
        )


def assert_whole(session: Session, size: int) -> None:
    prev, seq = GENESIS, 0
    for seq, link in enumerate(links(session), start=1):
        assert list(check_link(link, seq, prev)) == []
        prev = link.leaf
    head = session.get_one(LedgerHead, 1, populate_existing=True)
    assert (seq, head.size, head.leaf) == (size, size, prev)


@pytest.fixture
def one_of_each(session: Session) -> Session:
    """An entry, the head and a ticket event, committed."""
    unit = Unit(name="局", line=1)
    project = Project(seq=1, unit=unit, name="网站", delivery_mode="remote", line=1, line_end=2)
    user = User(username="li", name="李", role=Role.HOTLINE, password_hash="", created_at=NOW)
    ticket = Ticket(
        project=project,
        title="打不开",
        submission="a",
        opened_by=user,
        opened_at=NOW,
        kind=TicketKind.INCIDENT,
        state=TicketState.NEW,
        reported_at=NOW,
    )
    event = TicketEvent(
        ticket=ticket,
        seq=1,
        kind=EventKind.OPENED,
        side=Side.SUPPLIER,
        actor=user,
        occurred_at=NOW,
        recorded_at=NOW,
        data={},
    )
    session.add(event)
    add(session)
    session.commit()
    return session


def test_each_entry_links_to_the_one_before(session):
    for minute in range(5):
        add(session, at=NOW + timedelta(minutes=minute), payload={"minute": minute})
    session.commit()
    assert_whole(session, 5)


def test_the_payload_is_kept_as_its_canonical_text(session):
    entry = add(session, payload={"b": NOW, "a": "e\u0301"})
    session.commit()
    session.expire(entry)
    assert entry.payload == '{"a":"é","b":"2025-07-01T01:00:00Z"}'


def test_equal_facts_have_different_commitments(session):
    assert add(session).commitment != add(session).commitment


def test_an_append_belongs_to_the_transaction_of_its_fact(session):
    add(session)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 0
    add(session)
    session.commit()
    assert_whole(session, 1)


@pytest.mark.parametrize(
    "bad",
    [
        {"payload": {"minutes": 1.5}},
        {"payload": {"at": NOW.replace(tzinfo=None)}},
        {"at": NOW.replace(tzinfo=None)},
        {"at": NOW.replace(microsecond=5)},
        {"kind": "Ticket opened"},
        {"kind": "工单"},
        {"subject": "ticket"},
        {"subject": "ticket:1\n"},
    ],
    ids=str,
)
def test_what_has_no_canonical_bytes_is_refused_and_the_chain_goes_on(session, bad):
    with pytest.raises(ValueError):
        add(session, **bad)
    add(session)
    session.commit()
    assert_whole(session, 1)


def test_a_float_is_refused_by_name(session):
    with pytest.raises(NotCanonical, match=r"value\.minutes: .*float"):
        add(session, payload={"minutes": 1.5})


def test_the_head_is_made_once(session):
    assert ensure_head(session).size == 0
    add(session)
    assert ensure_head(session).size == 1
    session.commit()
    assert_whole(session, 1)


def test_people_who_append_at_once_make_one_chain_without_gaps(engine: Engine):
    """Also the very first entries: nobody has made the head yet, and a stale head is read anew."""
    start = Barrier(2)

    def work(name: str) -> None:
        with write_session(engine) as session:
            start.wait()
            for number in range(12):
                add(session, payload={"name": name, "number": number})
                if number % 4 == 3:
                    session.rollback()
                elif number % 2:
                    session.commit()
            session.commit()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, ["甲", "乙"]))
    with write_session(engine) as session:
        # Of each four, the first two are committed and the other two rolled back.
        assert_whole(session, 2 * 6)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET kind = 'ticket.closed'",
        "UPDATE ledger_entry SET seq = seq",
        "DELETE FROM ledger_entry",
        "UPDATE ticket_event SET data = '{\"a\": 1}'",
        "DELETE FROM ticket_event",
        "DELETE FROM ledger_head",
        "UPDATE ledger_head SET size = size",
        "UPDATE ledger_head SET size = size + 2",
        "UPDATE ledger_head SET size = size - 1",
        "UPDATE ledger_head SET size = NULL",
        "UPDATE ledger_head SET id = 2, size = size + 1",
    ],
)
def test_evidence_is_never_changed_or_taken_away(one_of_each, statement):
    with pytest.raises(IntegrityError, match=r"append-only|only goes forward"):
        one_of_each.execute(text(statement))
    one_of_each.rollback()
    assert_whole(one_of_each, 1)


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_head", "ticket_event"])
def test_a_whole_table_is_never_emptied_or_replaced(one_of_each, table):
    if one_of_each.get_bind().dialect.name == "postgresql":
        statements = [f"TRUNCATE {table} CASCADE"]
    else:
        same = f"INTO {table} SELECT * FROM {table}"
        statements = [
            f"INSERT OR REPLACE {same}",
            f"REPLACE {same}",
            f"UPDATE OR IGNORE {table} SET rowid = 9",
        ]
    for statement in statements:
        with pytest.raises(IntegrityError, match=r"append-only|has this row already|only goes forward"):
            one_of_each.execute(text(statement))
        one_of_each.rollback()
    assert_whole(one_of_each, 1)


def test_an_event_with_a_number_that_is_taken_is_refused_as_before(one_of_each):
    event = one_of_each.scalars(select(TicketEvent)).one()
    again = {c.key: getattr(event, c.key) for c in TicketEvent.__table__.columns if c.key != "id"}
    with pytest.raises(IntegrityError):
        one_of_each.execute(insert(TicketEvent).values(again))


LATER = ("dispute_step", "payment_step", "frozen_file", "month_adjustment")


def test_the_triggers_can_be_dropped_and_made_again(one_of_each):
    dialect = one_of_each.get_bind().dialect.name
    # Tables that were protected later rest on the same functions: going back, theirs go first.
    later = [s for table in LATER for s in triggers.unprotect(dialect, table)]
    for statement in [*later, *triggers.drop(dialect)]:
        one_of_each.execute(text(statement))
    one_of_each.execute(text("UPDATE ledger_entry SET kind = 'x'"))
    one_of_each.rollback()
    for statement in [*later, *triggers.drop(dialect), *triggers.create(dialect)]:
        one_of_each.execute(text(statement))
    with pytest.raises(IntegrityError, match="append-only"):
        one_of_each.execute(text("UPDATE ledger_entry SET kind = 'x'"))
