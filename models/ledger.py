"""The chain of evidence (L1): one link for every business fact, in the transaction of that fact.

``docs/ledger.md`` says what the bytes are; ``sla.ledger`` makes and checks them; triggers keep the rows.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from sla.ledger import GENESIS, SALT_BYTES, canonical, commitment, header, leaf

# On SQLite only INTEGER makes the number the row's own key; it has 64 bits there as well.
Number = BigInteger().with_variant(Integer, "sqlite")
HEAD = 1
_KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_SUBJECT = re.compile(r"[a-z][a-z0-9_]*:[A-Za-z0-9._-]+")


class LedgerEntry(Base):
    """One link. ``kind`` says what happened, ``subject`` to what; ``payload`` is the canonical JSON text."""

    __tablename__ = "ledger_entry"

    seq: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(100), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    salt: Mapped[bytes]
    payload: Mapped[str] = mapped_column(Text)
    commitment: Mapped[bytes]
    prev: Mapped[bytes]
    leaf: Mapped[bytes]


class LedgerHead(Base):
    """The end of the chain in its one row; whoever appends holds its lock, so numbers have no gaps."""

    __tablename__ = "ledger_head"
    __table_args__ = (CheckConstraint(f"id = {HEAD}", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(Number)
    leaf: Mapped[bytes]


def append(
    session: Session,
    *,
    kind: str,
    subject: str,
    actor_id: int | None,
    at: datetime,
    payload: Mapping[str, Any],
) -> LedgerEntry:
    """Add one link for a fact to the chain, in the transaction of that fact; flushes, never commits.

    ``kind`` is a dotted word (``ticket.opened``), ``subject`` a word and an id (``ticket:12``), ``at`` an
    aware instant of whole seconds; the payload must have canonical bytes. Otherwise it is a ``ValueError``.
    The chain is locked from here to the end of the transaction: lock what the fact is about beforehand.
    """
    if not _KIND.fullmatch(kind) or not _SUBJECT.fullmatch(subject):
        raise ValueError(f"not a kind and a subject of the ledger: {kind!a}, {subject!a}")
    text = canonical(dict(payload))
    salt = secrets.token_bytes(SALT_BYTES)
    sealed = commitment(salt, text)
    head = ensure_head(session)
    seq, prev = head.size + 1, head.leaf
    own = leaf(
        header(seq=seq, at=at, kind=kind, subject=subject, actor=actor_id, commitment=sealed, prev=prev)
    )
    entry = LedgerEntry(
        seq=seq,
        recorded_at=at,
        kind=kind,
        subject=subject,
        actor_id=actor_id,
        salt=salt,
        payload=text.decode("utf-8"),
        commitment=sealed,
        prev=prev,
        leaf=own,
    )
    session.add(entry)
    head.size, head.leaf = seq, own
    session.flush()
    return entry


def ensure_head(session: Session) -> LedgerHead:
    """Return the head as it is now, made if it is missing, locked until the transaction ends.

    PostgreSQL locks the row; on SQLite a writing transaction is alone from its beginning.
    """
    head = _head(session)
    if head is None:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        # Two may find it missing at once: the second waits for the first and then finds it.
        session.execute(insert(LedgerHead).values(id=HEAD, size=0, leaf=GENESIS).on_conflict_do_nothing())
        head = _head(session)
    assert head is not None
    return head


def _head(session: Session) -> LedgerHead | None:
    # Read anew under the lock: what this session saw of it before may be out of date.
    return session.get(LedgerHead, HEAD, with_for_update=True, populate_existing=True)
