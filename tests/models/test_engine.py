"""Connections, transactions and column types, on both databases, with a scratch table of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from sqlalchemy import Engine, ForeignKey, MetaData, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Mapped, mapped_column

from models.base import NAMES, Base, WordType, enum_column, json_column
from models.engine import database_url, read_session, write_session

NOON = datetime(2025, 6, 3, 4, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Scratch(Base):
    __abstract__ = True
    metadata = MetaData(naming_convention=NAMES)


class Box(Scratch):
    __tablename__ = "scratch_box"
    id: Mapped[int] = mapped_column(primary_key=True)
    counter: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(default=NOON)
    colour: Mapped[Colour] = enum_column(Colour, default=Colour.RED)
    lining: Mapped[Colour | None] = enum_column(Colour)
    notes: Mapped[dict[str, object] | None] = json_column()
    inside: Mapped[int | None] = mapped_column(ForeignKey("scratch_box.id"))


@pytest.fixture
def boxes(engine: Engine) -> Iterator[Engine]:
    """A database with one box, number 1."""
    Scratch.metadata.create_all(engine)
    with write_session(engine) as session, session.begin():
        session.add(Box(id=1))
    yield engine
    Scratch.metadata.drop_all(engine)


def test_two_writers_that_read_first_both_get_their_turn(boxes):
    failures: list[Exception] = []

    def count_up() -> None:
        try:
            for _ in range(20):
                with write_session(boxes) as session, session.begin():
                    box = session.get_one(Box, 1, with_for_update=True)
                    time.sleep(0.001)
                    box.counter += 1
        except Exception as error:
            failures.append(error)

    writers = [threading.Thread(target=count_up) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert failures == []
    with read_session(boxes) as session:
        assert session.get_one(Box, 1).counter == 40


def test_a_reader_does_not_wait_for_a_writer_and_does_not_see_half_of_it(boxes):
    with write_session(boxes) as writer, read_session(boxes) as reader:
        writer.get_one(Box, 1).counter = 7
        writer.flush()
        started = time.monotonic()
        assert reader.scalar(select(Box.counter)) == 0
        assert time.monotonic() - started < 2


def test_a_writer_does_not_wait_for_a_reader_and_the_reader_keeps_its_moment(boxes):
    with write_session(boxes) as writer, read_session(boxes) as reader:
        assert reader.scalar(select(Box.counter)) == 0
        writer.get_one(Box, 1).counter = 7
        writer.commit()
        assert reader.scalar(select(Box.counter)) == 0
        reader.rollback()
        assert reader.scalar(select(Box.counter)) == 7


def test_a_reading_session_is_refused_any_write(boxes):
    with read_session(boxes) as session:
        session.add(Box(id=2))
        with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            session.flush()


def test_a_connection_that_read_may_write_when_it_is_used_again(boxes):
    with read_session(boxes) as session:
        session.scalar(select(Box.counter))
    with write_session(boxes) as session, session.begin():
        session.add(Box(id=2))
    with read_session(boxes) as session:
        assert session.scalar(select(func.count()).select_from(Box)) == 2


def test_what_is_not_committed_is_gone(boxes):
    with write_session(boxes) as session:
        session.add(Box(id=2))
        session.flush()
    with read_session(boxes) as session:
        assert session.get(Box, 2) is None


def test_a_row_that_points_nowhere_is_refused(boxes):
    with write_session(boxes) as session, pytest.raises(IntegrityError):
        session.add(Box(id=2, inside=99))
        session.commit()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlite_is_set_up_to_lose_nothing(durable, engine):
    with engine.connect() as connection:
        pragmas = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 10_000}


def test_an_instant_comes_back_in_utc_whatever_its_offset_was(boxes):
    shanghai = datetime(2025, 6, 3, 20, 30, 5, tzinfo=timezone(timedelta(hours=8)))
    with write_session(boxes) as session, session.begin():
        session.add(Box(id=2, made_at=shanghai))
    with read_session(boxes) as session:
        made_at = session.get_one(Box, 2).made_at
    assert made_at == shanghai
    assert made_at.tzinfo is UTC


def test_instants_compare_and_sort_in_the_database(boxes):
    with write_session(boxes) as session, session.begin():
        session.add_all(Box(id=n, made_at=NOON + timedelta(seconds=n)) for n in (3, 2))
    with read_session(boxes) as session:
        later = select(Box.id).where(Box.made_at > NOON).order_by(Box.made_at)
        assert session.scalars(later).all() == [2, 3]
        assert session.scalar(select(func.max(Box.made_at))) == NOON + timedelta(seconds=3)


@pytest.mark.parametrize("wrong", [NOON.replace(tzinfo=None), NOON.replace(microsecond=1)])
def test_a_naive_instant_or_a_fraction_of_a_second_is_refused(boxes, wrong):
    with write_session(boxes) as session:
        session.add(Box(id=2, made_at=wrong))
        with pytest.raises(StatementError) as caught:
            session.flush()
    assert isinstance(caught.value.orig, ValueError)


def test_a_word_comes_back_as_its_member(boxes):
    with read_session(boxes) as session:
        box = session.scalars(select(Box).where(Box.colour == Colour.RED)).one()
        assert box.colour is Colour.RED
        assert box.lining is None
        assert session.scalar(text("SELECT colour FROM scratch_box")) == "red"


def test_an_unknown_word_is_refused_before_the_database_and_by_it(boxes):
    with write_session(boxes) as session:
        session.add(Box(id=2, colour="green"))
        with pytest.raises(StatementError):
            session.flush()
    for column in ("colour", "lining"):
        with write_session(boxes) as session, pytest.raises(IntegrityError, match=f"ck_scratch_box_{column}"):
            session.execute(text(f"UPDATE scratch_box SET {column} = 'green'"))


def test_a_word_that_does_not_fit_its_column_is_noticed_when_the_table_is_declared():
    class Endless(StrEnum):
        WORD = "x" * 33

    with pytest.raises(ValueError, match="Endless"):
        WordType(Endless)


def test_json_keeps_chinese_legible_and_none_is_null(boxes):
    with write_session(boxes) as session, session.begin():
        session.add(Box(id=2, notes={"原因": ["停电", 3]}))
    with read_session(boxes) as session:
        assert session.get_one(Box, 2).notes == {"原因": ["停电", 3]}
        assert "停电" in session.scalar(text("SELECT CAST(notes AS TEXT) FROM scratch_box WHERE id = 2"))
        assert session.scalars(select(Box.id).where(Box.notes.is_(None))).all() == [1]


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg"),
        ("postgresql://u:p@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg"),
        ("sqlite:///a.sqlite3", "sqlite"),
    ],
)
def test_the_plain_forms_of_an_address_are_understood(given, driver):
    assert database_url(given).drivername == driver


@pytest.mark.parametrize("given", ["mysql://u@h/d", "postgresql+psycopg2://u@h/d"])
def test_other_databases_are_refused(given):
    with pytest.raises(ValueError, match="neither SQLite nor PostgreSQL"):
        database_url(given)


def test_an_error_does_not_tell_the_values_it_was_given(engine):
    with pytest.raises(DBAPIError) as failure, engine.begin() as connection:
        connection.execute(text("INSERT INTO no_such_table VALUES (:phone)"), {"phone": "0379-12345678"})
    assert "12345678" not in str(failure.value)
