"""Checking the chain of evidence, and the ticket events against it (L1).

1. Every entry, in order: its number, its link to the one before, its leaf, its commitment, its bytes.
2. Every entry about a ticket event: the event is there and says the same.
3. The head names the last entry.
4. Every ticket event has one entry.

It goes a batch at a time, each with the same few queries, and keeps nothing of a batch but the last leaf.
What it cannot see: a chain cut off at its end together with the head and the events (signed checkpoints,
L2, are for that).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from app.ledger import queries
from app.ledger.stored import Unreadable, differences, key_of, link_of, number, octets, witnessed_event
from sla.ledger import GENESIS, Fault, Link, check_link


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: at which entry (``seq``), which event of which ticket, in which columns."""

    fault: Fault
    seq: int | None = None
    ticket: int | None = None
    event: int | None = None
    fields: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """Say it to people."""
        places = [f"存证第 {self.seq} 条"] if self.seq is not None else []
        if self.ticket is not None:
            places.append(f"工单 {self.ticket} 的第 {self.event} 个事件")
        where = f"{'，'.join(places)}：" if places else ""
        return where + self.fault.label + (f"（{'、'.join(self.fields)}）" if self.fields else "")

    def as_dict(self) -> dict[str, Any]:
        """Return it as a program reads it."""
        return {
            "finding": str(self.fault),
            "seq": self.seq,
            "ticket": self.ticket,
            "event": self.event,
            "fields": list(self.fields),
            "message": self.message,
        }


@dataclass
class Summary:
    """What was checked: how many entries, the leaf of the last one in hex, how many findings."""

    entries: int = 0
    leaf: str = GENESIS.hex()
    findings: int = 0


@dataclass
class _Walk:
    """How far along the chain we are: the last number and leaf as they are stored."""

    entries: int = 0
    seq: int = 0
    leaf: bytes = GENESIS


def verify(session: Session, tell: Callable[[Finding], object]) -> Summary:
    """Check everything, ``tell`` each finding as it is met, and return the summary; changes nothing."""
    walk, found = _Walk(), 0
    for finding in chain(_check_entries(session, walk), _check_head(session, walk), _check_events(session)):
        found += 1
        tell(finding)
    return Summary(walk.entries, walk.leaf.hex(), found)


def _check_entries(session: Session, walk: _Walk) -> Iterator[Finding]:
    after = None
    while batch := queries.entries_after(session, after):
        links = []
        for row in batch:
            try:
                link = link_of(row)
            except Unreadable as error:
                yield Finding(Fault.UNREADABLE, row.seq, fields=(error.field,))
            else:
                links.append(link)
                for fault in check_link(link, walk.seq + 1, walk.leaf):
                    yield Finding(fault, link.seq)
            walk.entries, walk.seq, walk.leaf = walk.entries + 1, row.seq, row.leaf or b""
        yield from _check_witnessed(session, links)
        after = walk.seq


def _check_witnessed(session: Session, links: list[Link]) -> Iterator[Finding]:
    """Compare a batch of entries with the ticket events they are about."""
    claims = [(link, event) for link in links if (event := witnessed_event(link.kind, link.payload))]
    keys = {event.key for _, event in claims}
    rows = {key_of(row): row for row in queries.events_named(session, keys)} if keys else {}
    for link, event in claims:
        ticket, seq = event.key
        row = rows.get(event.key)
        if row is None:
            yield Finding(Fault.ENTRY_WITHOUT_EVENT, link.seq, ticket, seq)
        elif fields := differences(link, event, row):
            yield Finding(Fault.EVENT_DIFFERS, link.seq, ticket, seq, tuple(fields))


def _check_head(session: Session, walk: _Walk) -> Iterator[Finding]:
    stored = [(head.size, head.leaf) for head in queries.heads(session)]
    if not stored and not walk.entries:
        return  # nothing has been appended yet
    try:
        agrees = [(number("size", size), leaf) for size, leaf in stored] == [(walk.seq, walk.leaf)]
    except Unreadable:
        agrees = False
    if not agrees:
        yield Finding(Fault.WRONG_HEAD, walk.seq)


def _check_events(session: Session) -> Iterator[Finding]:
    after = None
    while batch := queries.events_after(session, after):
        entries = _entries_of(session, {key[0] for row in batch if (key := key_of(row))})
        for row in batch:
            key = key_of(row)
            if key is None:
                yield Finding(Fault.UNREADABLE, fields=(f"ticket_event.id={row.id}",))
            elif not entries[key]:
                yield Finding(Fault.EVENT_WITHOUT_ENTRY, None, *key)
            elif len(entries[key]) > 1:
                yield Finding(Fault.ENTRY_TWICE, entries[key][-1], *key)
        after = batch[-1].id


def _entries_of(session: Session, tickets: set[int]) -> dict[tuple[int, int], list[int]]:
    """Return the numbers of the entries about each event of these tickets."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in queries.entries_about(session, tickets):
        event = witnessed_event(row.kind, row.payload)
        if event is not None and octets("subject", row.subject) == event.subject.encode():
            found[event.key].append(row.seq)
    return found
