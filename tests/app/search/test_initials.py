"""Names by the first letters of their pinyin."""

from __future__ import annotations

import pytest

from app.search.initials import may_be_initials, spells


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("洛阳市财政局", "lysczj"),
        ("洛阳市财政局", "LYSCZJ"),
        ("洛阳市财政局", "czj"),
        ("重庆银行", "cqyh"),
        ("重庆银行", "zqyx"),  # each sign by any of its readings
        ("“多规合一”业务平台（二期）", "dghyywpteq"),
        ("12345热线", "12345rx"),
    ],
)
def test_letters_find_a_name_whatever_its_signs_are_read_as(name, text):
    assert spells(name, text)


@pytest.mark.parametrize(("name", "text"), [("洛阳市财政局", "lyczj"), ("财政局", "czjj"), ("财政局", "x")])
def test_other_letters_do_not(name, text):
    assert not spells(name, text)


@pytest.mark.parametrize(
    ("text", "may"),
    [("lysczj", True), ("12345rx", True), ("45", False), ("财政", False), ("a%", False), ("", False)],
)
def test_only_letters_and_digits_are_initials(text, may):
    assert may_be_initials(text) is may
