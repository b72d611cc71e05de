"""L1: every value has one byte string, and whatever is changed in a link shows."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.ledger import (
    GENESIS,
    Fault,
    Link,
    NotCanonical,
    canonical,
    check_link,
    commitment,
    header,
    leaf,
    parse,
)
from sla.vocab import TicketKind

PAGE = Path(__file__).parents[2] / "docs" / "ledger.md"
VECTORS = json.loads(PAGE.read_text("utf-8").split("```json")[1].split("```")[0])
SHANGHAI = timezone(timedelta(hours=8))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(
    lambda text: unicodedata.normalize("NFC", text)
)
keys = st.text(st.characters(max_codepoint=127), max_size=4)
integers = st.integers(1 - 2**53, 2**53 - 1)
plain = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)


class Size(IntEnum):
    SMALL = 1


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are the same, where ``True`` is not ``1``."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def a_link(**changes: Any) -> Link:
    parts: dict[str, Any] = {
        "seq": 7,
        "at": datetime(2025, 7, 1, 1, tzinfo=UTC),
        "kind": "ticket.opened",
        "subject": "ticket:12",
        "actor": 3,
        "prev": leaf(b"the entry before"),
    }
    salt, payload = bytes(range(32)), canonical({"ticket": 12, "place": "机房"})
    sealed = commitment(salt, payload)
    own = leaf(header(**parts, commitment=sealed))
    return replace(Link(**parts, salt=salt, payload=payload, commitment=sealed, leaf=own), **changes)


def faults(link: Link) -> set[Fault]:
    return set(check_link(link, 7, leaf(b"the entry before")))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"entry {vector['seq']}")
def test_the_vectors_of_the_page_come_out_byte_for_byte(vector):
    payload = vector["payload"].encode()
    assert canonical(json.loads(payload)) == payload
    sealed = commitment(bytes.fromhex(vector["salt"]), payload)
    assert sealed.hex() == vector["commitment"]
    made = header(
        seq=vector["seq"],
        at=datetime.fromisoformat(vector["at"]),
        kind=vector["kind"],
        subject=vector["subject"],
        actor=vector["actor"],
        commitment=sealed,
        prev=bytes.fromhex(vector["prev"]),
    )
    assert made.decode() == vector["header"]
    assert leaf(made).hex() == vector["leaf"]


def test_the_vectors_are_a_chain_from_the_beginning():
    assert bytes.fromhex(VECTORS[0]["prev"]) == GENESIS == bytes(32)
    assert VECTORS[1]["prev"] == VECTORS[0]["leaf"]


def test_each_kind_of_value_is_written_as_the_page_says():
    value = {
        "b": [True, False, None, -5],
        "a": TicketKind.INCIDENT,
        "instant": datetime(2025, 7, 1, 9, tzinfo=SHANGHAI),
        "early": datetime(33, 1, 1, tzinfo=UTC),
        "day": date(2025, 7, 1),
        "text": '系统/"\\\n\x01\x7f',
        "Z": Decimal("100.00"),
    }
    assert canonical(value).decode() == (
        '{"Z":"100","a":"incident","b":[true,false,null,-5],"day":"2025-07-01",'
        '"early":"0033-01-01T00:00:00Z","instant":"2025-07-01T01:00:00Z",'
        '"text":"系统/\\"\\\\\\n\\u0001\x7f"}'
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1.50", "1.5"),
        ("-3.25", "-3.25"),
        ("1E+3", "1000"),
        ("1e-7", "0.0000001"),
        ("-0.00", "0"),
        ("9", "9"),
    ],
)
def test_equal_decimals_are_written_alike(number, text):
    assert json.loads(canonical(Decimal(number))) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=8))
def test_a_decimal_is_read_back_as_the_same_number(number):
    assert Decimal(parse(canonical(number))) == number


@given(plain)
def test_canonical_bytes_are_read_back_as_the_same_value(value):
    assert same(parse(canonical(value)), value)


@given(plain, plain)
def test_two_values_have_the_same_bytes_only_if_they_are_the_same(one, other):
    assert (canonical(one) == canonical(other)) == same(one, other)


@given(st.dictionaries(keys, integers, max_size=6))
def test_the_order_in_which_keys_were_put_in_does_not_matter(value):
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_text_composed_differently_is_the_same_text():
    assert canonical("e\u0301") == canonical("\u00e9") == '"é"'.encode()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.5, "float"),
        (float("nan"), "float"),
        (datetime(2025, 7, 1), "without an offset"),  # noqa: DTZ001
        (datetime(2025, 7, 1, microsecond=1, tzinfo=UTC), "whole second"),
        (datetime(1, 1, 1, tzinfo=SHANGHAI), "years 1 to 9999"),
        (time(9), "a time"),
        ({1: "a"}, "ASCII"),
        ({"键": 1}, "ASCII"),
        ({None: 1}, "ASCII"),
        ("\ud800", "surrogate"),
        ({"\udc00": 1}, "ASCII"),
        (2**53, "integer"),
        (-(2**53), "integer"),
        (Size.SMALL, "Size"),
        (Decimal("NaN"), "not a number"),
        (Decimal("-Infinity"), "not a number"),
        (Decimal("1e65"), "64 digits"),
        ((1, 2), "tuple"),
        ({1, 2}, "set"),
        (b"bytes", "bytes"),
    ],
    ids=repr,
)
def test_what_has_no_single_form_is_refused_with_its_place(value, reason):
    with pytest.raises(NotCanonical, match=reason) as refused:
        canonical({"data": [0, value]})
    assert "value.data[1]" in str(refused.value)


def test_a_value_that_holds_itself_is_refused():
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(NotCanonical, match="levels deep"):
        canonical(endless)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":NaN}',
        b'{"a":-0}',
        b'"\\u4e2d"',
        b'"\\/"',
        b'"\\ud800"',
        '"e\u0301"'.encode(),
        b"\xef\xbb\xbf{}",
        b'"\xff"',
        b"{} ",
        b"",
        b"[" * 100_000,
        b"9" * 5000,
    ],
    ids=lambda data: repr(data[:20]),
)
def test_bytes_in_any_other_form_are_not_canonical(data):
    with pytest.raises(NotCanonical):
        parse(data)


def test_a_good_link_has_no_fault():
    assert faults(a_link()) == set()


def test_a_leaf_a_commitment_and_a_header_cannot_pass_for_one_another():
    salt, payload = bytes(32), b"{}"
    assert commitment(salt, payload) != leaf(salt + payload)


@pytest.mark.parametrize("name", ["kind", "subject", "salt", "payload", "commitment", "prev", "leaf"])
@given(data=st.data())
def test_any_flipped_bit_of_a_link_is_found(name, data):
    good = a_link()
    value = getattr(good, name)
    octets = bytearray(value.encode() if isinstance(value, str) else value)
    at = data.draw(st.integers(0, len(octets) - 1))
    octets[at] ^= data.draw(st.sampled_from([1 << bit for bit in range(7)]))  # ASCII stays ASCII
    changed: Any = octets.decode() if isinstance(value, str) else bytes(octets)
    assert faults(replace(good, **{name: changed}))


@given(data=st.data())
def test_a_link_with_any_other_number_time_or_person_is_found(data):
    good = a_link()
    others: dict[str, st.SearchStrategy[Any]] = {
        "seq": integers,
        "actor": st.none() | integers,
        "at": st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)),
    }
    name = data.draw(st.sampled_from(sorted(others)))
    value = data.draw(others[name].filter(lambda value: value != getattr(good, name)))
    assert Fault.WRONG_LEAF in faults(replace(good, **{name: value}))


def test_every_part_of_a_link_is_flipped_above():
    flipped = {"kind", "subject", "salt", "payload", "commitment", "prev", "leaf"}
    assert {field.name for field in fields(Link)} == flipped | {"seq", "actor", "at"}


def test_each_fault_is_told_apart():
    assert faults(a_link(seq=8)) == {Fault.GAP, Fault.WRONG_LEAF}
    assert faults(a_link(prev=GENESIS)) == {Fault.WRONG_PREV, Fault.WRONG_LEAF}
    assert faults(a_link(prev=b"short")) == {Fault.WRONG_PREV, Fault.WRONG_LEAF}
    assert faults(a_link(kind="ticket.closed")) == {Fault.WRONG_LEAF}
    assert faults(a_link(leaf=GENESIS)) == {Fault.WRONG_LEAF}
    assert faults(a_link(salt=b"short")) == {Fault.WRONG_COMMITMENT}
    assert faults(a_link(payload=canonical({"ticket": 13}))) == {Fault.WRONG_COMMITMENT}
    assert faults(a_link(payload=b"{ }")) == {Fault.WRONG_COMMITMENT, Fault.NOT_CANONICAL}


def test_after_a_gap_the_entry_itself_is_still_checked():
    assert set(check_link(a_link(), 5, GENESIS)) == {Fault.GAP}
