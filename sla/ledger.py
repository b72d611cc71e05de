"""The chain of evidence as bytes (L1): what is hashed, how it is linked, and what may be wrong with it.

``docs/ledger.md`` fixes every byte of this and gives test vectors. Nothing here knows where entries are kept:
the database is checked with these functions, and so is an export on somebody else's machine.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, NoReturn

from sla.vocab import Word

VERSION = 1
HASH_BYTES = 32
SALT_BYTES = 32
GENESIS = bytes(HASH_BYTES)

# What is hashed begins with one byte that says what it is, so no hash of one sort passes for another.
# 0x00 and 0x01 are the leaves and nodes of RFC 9162: the Merkle tree of L2 is built on the same leaves.
LEAF_BYTE = b"\x00"
COMMITMENT_BYTE = b"\x02"

LARGEST_INTEGER = 2**53 - 1  # every JSON reader agrees on integers up to here
LONGEST_DECIMAL = 64
DEEPEST = 32


class Fault(Word):
    """What can be wrong with the chain, or between the chain and the ticket events it witnesses."""

    GAP = "gap", "序号不连续", "bad"
    WRONG_PREV = "wrong_prev", "与上一条不相连", "bad"
    WRONG_LEAF = "wrong_leaf", "条目摘要不符", "bad"
    WRONG_COMMITMENT = "wrong_commitment", "内容与承诺不符", "bad"
    NOT_CANONICAL = "not_canonical", "内容不是规范字节", "bad"
    UNREADABLE = "unreadable", "条目无法读取", "bad"
    WRONG_HEAD = "wrong_head", "链头与最后一条不符", "bad"
    EVENT_WITHOUT_ENTRY = "event_without_entry", "工单事件没有存证", "bad"
    ENTRY_WITHOUT_EVENT = "entry_without_event", "存证的工单事件不存在", "bad"
    EVENT_DIFFERS = "event_differs", "工单事件与存证不符", "bad"
    ENTRY_TWICE = "entry_twice", "同一工单事件有多条存证", "bad"


class NotCanonical(ValueError):
    """A value that has no canonical bytes; the message names where in the value and why."""


def canonical(value: Any) -> bytes:
    """Return the one byte string of ``value`` (L1): compact JSON in UTF-8, keys sorted, text in NFC.

    Takes dicts with ASCII text keys, lists, text, integers, booleans and ``None``; besides, as text, words of
    a vocabulary, ``Decimal``, aware datetimes of whole seconds, and dates. Anything else is ``NotCanonical``.
    """
    plain = _plain(value, "value", 0)
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def parse(data: bytes) -> Any:
    """Read canonical bytes back; ``NotCanonical`` unless they are exactly what ``canonical`` writes."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_refuse_number, parse_constant=_refuse_number)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"not JSON as written here: {error}") from error
    if canonical(value) != data:
        raise NotCanonical("JSON, but not in the canonical form")
    return value


def commitment(salt: bytes, payload: bytes) -> bytes:
    """Return SHA-256(0x02 ‖ salt ‖ payload): binds to the payload, and hides it from who lacks the salt."""
    _check_length("salt", salt, SALT_BYTES)
    return hashlib.sha256(COMMITMENT_BYTE + salt + payload).digest()


def header(
    *, seq: int, at: datetime, kind: str, subject: str, actor: int | None, commitment: bytes, prev: bytes
) -> bytes:
    """Return the canonical bytes a leaf is made of; ``actor`` is a person's id, hashes are in hex."""
    _check_length("commitment", commitment, HASH_BYTES)
    _check_length("prev", prev, HASH_BYTES)
    return canonical(
        {
            "actor": actor,
            "at": at,
            "commitment": commitment.hex(),
            "kind": kind,
            "prev": prev.hex(),
            "seq": seq,
            "subject": subject,
            "v": VERSION,
        }
    )


def leaf(header: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ header), the leaf hash of RFC 9162."""
    return hashlib.sha256(LEAF_BYTE + header).digest()


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the ledger as it is kept: its header's fields, the payload behind them, and its leaf."""

    seq: int
    at: datetime
    kind: str
    subject: str
    actor: int | None
    salt: bytes
    payload: bytes
    commitment: bytes
    prev: bytes
    leaf: bytes


def check_link(link: Link, expected_seq: int, expected_prev: bytes) -> Iterator[Fault]:
    """Yield what is wrong with one entry, given its place: the next number and the leaf of the entry before.

    Each entry is judged by its neighbour as kept, so that one bad entry does not make all later ones bad.
    """
    if link.seq != expected_seq:
        yield Fault.GAP
    elif link.prev != expected_prev:
        yield Fault.WRONG_PREV  # after a gap the entry before is not there to be compared with
    if not _has_its_leaf(link):
        yield Fault.WRONG_LEAF
    if len(link.salt) != SALT_BYTES or commitment(link.salt, link.payload) != link.commitment:
        yield Fault.WRONG_COMMITMENT
    try:
        parse(link.payload)
    except NotCanonical:
        yield Fault.NOT_CANONICAL


def _has_its_leaf(link: Link) -> bool:
    try:
        own = header(
            seq=link.seq,
            at=link.at,
            kind=link.kind,
            subject=link.subject,
            actor=link.actor,
            commitment=link.commitment,
            prev=link.prev,
        )
    except ValueError:
        return False
    return leaf(own) == link.leaf


def _check_length(name: str, value: bytes, length: int) -> None:
    if len(value) != length:
        raise ValueError(f"{name} is {len(value)} bytes long, not {length}")


def _refuse_number(text: str) -> NoReturn:
    raise NotCanonical(f"a number that is no integer: {text[:40]}")


def _plain(value: Any, where: str, depth: int) -> Any:
    """Return ``value`` made of dicts, lists, text, integers, booleans and ``None`` alone."""
    if depth > DEEPEST:
        raise NotCanonical(f"{where}: more than {DEEPEST} levels deep")
    if value is None or isinstance(value, bool):
        return value
    if type(value) is dict:
        return {_key(key, where): _plain(item, f"{where}.{key}", depth + 1) for key, item in value.items()}
    if type(value) is list:
        return [_plain(item, f"{where}[{at}]", depth + 1) for at, item in enumerate(value)]
    return _scalar(value, where)


def _scalar(value: Any, where: str) -> str | int:
    if isinstance(value, StrEnum):
        return _text(value.value, where)
    if type(value) is str:
        return _text(value, where)
    if isinstance(value, int) and not isinstance(value, Enum):
        if abs(value) > LARGEST_INTEGER:
            raise NotCanonical(f"{where}: an integer beyond 2^53 - 1; a Decimal carries it as text")
        return int(value)
    if isinstance(value, Decimal):
        return _decimal(value, where)
    if isinstance(value, datetime):
        return _instant(value, where)
    if isinstance(value, date):
        return value.isoformat()
    reason = "a float; use Decimal" if isinstance(value, float) else f"a {type(value).__name__}"
    raise NotCanonical(f"{where}: not allowed in evidence: {reason}")


def _key(key: Any, where: str) -> str:
    plain = key.value if isinstance(key, StrEnum) else key
    if type(plain) is not str or not plain.isascii():
        raise NotCanonical(f"{where}: a key must be ASCII text: {key!a}")
    return plain


def _text(value: str, where: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical(f"{where}: half of a character (a lone surrogate): {value!a}") from None
    return unicodedata.normalize("NFC", value)


def _decimal(value: Decimal, where: str) -> str:
    """Write equal numbers alike: no exponent, no trailing zeros, no minus before zero."""
    if not value.is_finite():
        raise NotCanonical(f"{where}: not a number: {value}")
    if not value:
        return "0"
    if max(abs(value.adjusted()), len(value.as_tuple().digits)) > LONGEST_DECIMAL:
        raise NotCanonical(f"{where}: a decimal of more than {LONGEST_DECIMAL} digits")
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _instant(value: datetime, where: str) -> str:
    if value.utcoffset() is None:
        raise NotCanonical(f"{where}: a time without an offset: {value!r}")
    if value.microsecond:
        raise NotCanonical(f"{where}: not a whole second: {value!r}")
    try:
        return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
    except OverflowError:
        raise NotCanonical(f"{where}: outside the years 1 to 9999 in UTC: {value!r}") from None
