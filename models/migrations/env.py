"""Carries a migration out on the engine it is given, or on the address in alembic.ini."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, Engine

import models  # noqa: F401, importing it fills Base.metadata
from models.base import LONGEST_WORD, Base, UTCDateTime, WordType
from models.engine import make_engine


def render_item(kind: str, item: Any, generated: AutogenContext) -> str | Literal[False]:
    """Write our column types as the plain ones they stand for: an old migration must not change with them."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return 'sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")'
    if kind == "type" and isinstance(item, WordType):
        return f"sa.String({LONGEST_WORD})"
    if kind == "type" and isinstance(item, JSON):
        generated.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def keep_foreign_keys(connection: Connection, on: bool) -> None:
    """Switch SQLite's foreign keys: remaking a table would otherwise delete the rows that point at it."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        keep_foreign_keys(connection, on=False)
        try:
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                compare_server_default=True,
                render_as_batch=True,
                render_item=render_item,
                transactional_ddl=True,
            )
            with context.begin_transaction():
                context.run_migrations()
        finally:
            keep_foreign_keys(connection, on=True)


given = context.config.attributes.get("engine")
if given is not None:
    migrate(given)
else:
    own = make_engine(context.config.get_main_option("sqlalchemy.url") or "")
    migrate(own)
    own.dispose()
