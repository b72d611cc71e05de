"""From the stored columns of ``queries`` to what the rules check; what cannot be read says which column."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.ledger.queries import StoredRow
from sla.ledger import Link, NotCanonical, canonical, parse

TICKET_KINDS = "ticket."


class Unreadable(ValueError):
    """A column holds something that can never have been written there."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Witnessed:
    """What an entry says of a ticket event; ``key`` is its ticket and its number in that ticket."""

    key: tuple[int, int]
    said: dict[str, Any]

    @property
    def subject(self) -> str:
        """Return the subject that its entry must have."""
        return f"ticket:{self.key[0]}"


def link_of(row: StoredRow) -> Link:
    """Return a stored entry as a link of the chain, or raise ``Unreadable``."""
    return Link(
        seq=row.seq,
        at=instant("recorded_at", row.recorded_at),
        kind=text("kind", row.kind),
        subject=text("subject", row.subject),
        actor=None if row.actor_id is None else number("actor_id", row.actor_id),
        salt=octets("salt", row.salt),
        payload=octets("payload", row.payload),
        commitment=octets("commitment", row.commitment),
        prev=octets("prev", row.prev),
        leaf=octets("leaf", row.leaf),
    )


def key_of(row: StoredRow) -> tuple[int, int] | None:
    """Return ticket and number of a stored event, or ``None`` if they cannot be read."""
    try:
        return number("ticket_id", row.ticket_id), number("seq", row.seq)
    except Unreadable:
        return None


def witnessed_event(kind: str | bytes, payload: str | bytes) -> Witnessed | None:
    """Return what an entry says of a ticket event; ``None`` if it is about something else or says nothing.

    An entry of a ticket kind whose payload names no event is as good as none: its event is then without.
    """
    try:
        said = parse(octets("payload", payload)) if text("kind", kind).startswith(TICKET_KINDS) else None
    except ValueError:
        return None
    if not isinstance(said, dict) or type(said.get("ticket")) is not int or type(said.get("seq")) is not int:
        return None
    return Witnessed((said["ticket"], said["seq"]), said)


def differences(link: Link, event: Witnessed, row: StoredRow) -> list[str]:
    """Return the names of what an entry and the stored event do not agree about."""
    said = {
        **event.said,
        "entry.kind": link.kind,
        "entry.subject": link.subject,
        "entry.actor": link.actor,
    }
    return [name for name, stored in _stored(row) if name not in said or not _agree(said[name], stored)]


def _stored(row: StoredRow) -> Iterator[tuple[str, bytes | None]]:
    """Yield each thing an entry must say about the event, in canonical bytes; ``None`` if unreadable."""
    readers: dict[str, Callable[[], Any]] = {
        "ticket": lambda: number("ticket_id", row.ticket_id),
        "project": lambda: number("project", row.project),
        "seq": lambda: number("seq", row.seq),
        "kind": lambda: text("kind", row.kind),
        "side": lambda: text("side", row.side),
        "occurred_at": lambda: instant("occurred_at", row.occurred_at),
        "recorded_at": lambda: instant("recorded_at", row.recorded_at),
        "data": lambda: json.loads(text("data", row.data)),
        "entry.kind": lambda: TICKET_KINDS + text("kind", row.kind),
        "entry.subject": lambda: f"ticket:{number('ticket_id', row.ticket_id)}",
        "entry.actor": lambda: number("actor_id", row.actor_id),
    }
    for name, read in readers.items():
        try:
            yield name, canonical(read())
        except (ValueError, RecursionError):
            yield name, None


def _agree(said: Any, stored: bytes | None) -> bool:
    try:
        return canonical(said) == stored
    except NotCanonical:
        return False


def octets(field: str, value: str | bytes | None) -> bytes:
    """Return the stored bytes of a text or binary column."""
    if value is None:
        raise Unreadable(field)
    return value.encode("utf-8") if isinstance(value, str) else value


def text(field: str, value: str | bytes | None) -> str:
    """Return the text of a column."""
    try:
        return octets(field, value).decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(field) from None


def number(field: str, value: str | bytes | None) -> int:
    """Return the integer of a column, written as the database writes integers."""
    written = text(field, value)
    try:
        found = int(written)
    except ValueError:
        raise Unreadable(field) from None
    if str(found) != written:
        raise Unreadable(field)
    return found


def instant(field: str, value: str | bytes | None) -> datetime:
    """Return the instant that is this many seconds after 1970."""
    seconds = number(field, value)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Unreadable(field) from None
