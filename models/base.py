"""What every table shares: the declarative base, constraint names, and the column types the rules need."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, DateTime, Integer, MetaData, String, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

# Every constraint has a name of its own, so that a migration can drop what another one made.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

LONGEST_WORD = 32


class UTCDateTime(TypeDecorator[datetime]):
    """An instant, in whole seconds (T1). Takes and gives aware datetimes, always UTC on the way out.

    ``timestamptz`` on PostgreSQL; on SQLite the seconds since 1970, which compare exactly and index small.
    A naive datetime or a fraction of a second is a ``ValueError``: rounding is the caller's decision.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = Integer() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"naive datetime: {value!r}")
        if value.microsecond:
            raise ValueError(f"not a whole second: {value!r}")
        return int(value.timestamp()) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromtimestamp(value, UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class WordType(TypeDecorator[StrEnum]):
    """One word of a closed vocabulary, stored as its text; any other text is a ``ValueError``."""

    impl = String(LONGEST_WORD)
    cache_ok = True

    def __init__(self, vocabulary: type[StrEnum]) -> None:
        super().__init__(LONGEST_WORD)
        too_long = [word.value for word in vocabulary if len(word.value) > LONGEST_WORD]
        if too_long:
            raise ValueError(f"{vocabulary.__name__}: longer than {LONGEST_WORD} characters: {too_long}")
        self.vocabulary = vocabulary

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.vocabulary(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.vocabulary(value)


def enum_column(vocabulary: type[StrEnum], *args: Any, **options: Any) -> MappedColumn[Any]:
    """A column that holds one word of ``vocabulary``; further arguments are those of ``mapped_column``."""
    return mapped_column(WordType(vocabulary), *args, **options)


# Small structured values: JSON text on SQLite, jsonb on PostgreSQL. None is NULL, never the JSON word null.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def json_column(*args: Any, **options: Any) -> MappedColumn[Any]:
    """A column that holds lists, dicts, texts and integers; replace its value, never change it in place."""
    return mapped_column(Json, *args, **options)


class Base(DeclarativeBase):
    """The base of every table. ``Mapped[datetime]`` is an instant in UTC without further words."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UTCDateTime()}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if isinstance(table := getattr(cls, "__table__", None), Table):
            check_words(table)


def check_words(table: Table) -> None:
    """Give each vocabulary column its CHECK, named after the column: the database refuses other words too."""
    for column in table.columns:
        if isinstance(column.type, WordType):
            words = ", ".join(f"'{word.value}'" for word in column.type.vocabulary)
            table.append_constraint(CheckConstraint(f'"{column.name}" IN ({words})', name=column.name))
