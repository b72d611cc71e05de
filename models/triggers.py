"""The triggers that make the evidence append-only (L1), for the migration that makes the tables.

They stop the application's own mistakes and whoever types SQL in passing. Who owns the database can drop
them; that is what the chain is for: ``ledger verify`` finds the change.

A later migration that rebuilds one of these tables on SQLite (Alembic's batch mode) loses its triggers and
has to create them again.
"""

from __future__ import annotations

from collections.abc import Mapping

# Each table with its unique keys: on SQLite, INSERT OR REPLACE would delete the row that has the same key.
APPEND_ONLY: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "ledger_entry": (("seq",),),
    "ticket_event": (("id",), ("ticket_id", "seq")),
}
HEAD = "ledger_head"


def create(dialect: str) -> list[str]:
    """Return the statements that protect the tables; they exist already. ``dialect``: sqlite, postgresql."""
    if dialect == "postgresql":
        return [REFUSE, FORWARD, *(s for table in APPEND_ONLY for s in _postgresql(table)), *_POSTGRESQL_HEAD]
    return [*(s for table, keys in APPEND_ONLY.items() for s in _sqlite(table, keys)), *_SQLITE_HEAD]


def drop(dialect: str) -> list[str]:
    """Return the statements that take the protection away again."""
    tables = [*APPEND_ONLY, HEAD]
    if dialect == "postgresql":
        triggers = [
            f"DROP TRIGGER {name} ON {table}" for table in tables for name in _postgresql_names(table)
        ]
        return [*triggers, "DROP FUNCTION ledger_refuse_change()", "DROP FUNCTION ledger_only_forward()"]
    return [f"DROP TRIGGER {name}" for table in tables for name in _sqlite_names(table)]


def protect(dialect: str, table: str, keys: tuple[tuple[str, ...], ...] = (("id",),)) -> list[str]:
    """Return the statements that make one more table append-only, for the migration that makes it."""
    return _postgresql(table) if dialect == "postgresql" else _sqlite(table, keys)


def unprotect(dialect: str, table: str) -> list[str]:
    """Return the statements that take the protection of one table away again."""
    if dialect == "postgresql":
        return [f"DROP TRIGGER {name} ON {table}" for name in _postgresql_names(table)]
    return [f"DROP TRIGGER {name}" for name in _sqlite_names(table)]


def _sqlite_names(table: str) -> list[str]:
    return [f"{table}_no_{what}" for what in ("update", "delete", "replace")]


def _postgresql_names(table: str) -> list[str]:
    return [f"{table}_no_{what}" for what in ("change", "truncate")]


def _sqlite(table: str, keys: tuple[tuple[str, ...], ...]) -> list[str]:
    no_update, no_delete, no_replace = _sqlite_names(table)
    same = " OR ".join(
        "(" + " AND ".join(f"{column} = NEW.{column}" for column in columns) + ")" for columns in keys
    )
    return [
        _sqlite_refusal(no_update, f"UPDATE ON {table}", f"{table} is append-only"),
        _sqlite_refusal(no_delete, f"DELETE ON {table}", f"{table} is append-only"),
        _sqlite_refusal(
            no_replace,
            f"INSERT ON {table}",
            f"{table} has this row already",
            when=f"EXISTS (SELECT 1 FROM {table} WHERE {same})",
        ),
    ]


def _sqlite_refusal(name: str, what: str, message: str, when: str = "") -> str:
    condition = f" WHEN {when}" if when else ""
    return f"CREATE TRIGGER {name} BEFORE {what}{condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"


_SQLITE_HEAD = [
    _sqlite_refusal(
        f"{HEAD}_no_update",
        f"UPDATE ON {HEAD}",
        f"{HEAD} only goes forward",
        when="NEW.id IS NOT OLD.id OR NEW.size IS NOT OLD.size + 1",
    ),
    _sqlite_refusal(f"{HEAD}_no_delete", f"DELETE ON {HEAD}", f"{HEAD} only goes forward"),
    _sqlite_refusal(
        f"{HEAD}_no_replace",
        f"INSERT ON {HEAD}",
        f"{HEAD} has this row already",
        when=f"EXISTS (SELECT 1 FROM {HEAD} WHERE id = NEW.id)",
    ),
]

# No percent sign and no colon in these: the driver and SQLAlchemy would read them as parameters.
REFUSE = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = '23000';
END $$
"""
FORWARD = """
CREATE FUNCTION ledger_only_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.size = OLD.size + 1 THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' only goes forward', ERRCODE = '23000';
END $$
"""


def _postgresql(table: str, row_function: str = "ledger_refuse_change") -> list[str]:
    no_change, no_truncate = _postgresql_names(table)
    return [
        f"CREATE TRIGGER {no_change} BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {row_function}()",
        f"CREATE TRIGGER {no_truncate} BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()",
    ]


_POSTGRESQL_HEAD = _postgresql(HEAD, "ledger_only_forward")
