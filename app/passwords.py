"""Passwords: hashing, checking, inventing and refusing them. Use cases only ever see the hash."""

from __future__ import annotations

import secrets
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

SHORTEST, LONGEST = 10, 128  # characters
FEWEST_DIFFERENT = 5  # characters

# Letters and digits that nobody mistakes for one another when copying them from a slip of paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

# What long passwords begin with when somebody only wants to be let through.
TRIVIAL = (
    *("12345678", "23456789", "98765432", "87654321", "11223344", "12341234", "123123123", "5201314"),
    *("password", "passw0rd", "p@ssw0rd", "p@ssword", "qwertyui", "1qaz2wsx", "1q2w3e4r", "q1w2e3r4"),
    *("abcdefgh", "abcd1234", "abc12345", "a1234567", "asdfghjk", "iloveyou", "woaini", "letmein"),
    *("welcome", "admin123", "root1234", "test1234", "luoyang", "lvyue"),
)


def hash_of(password: str) -> str:
    """Return the salted scrypt hash that is stored."""
    return generate_password_hash(password, method="scrypt")


def matches(stored: str | None, password: str) -> bool:
    """Tell whether a password belongs to a stored hash; without one it takes just as long to say no."""
    return check_password_hash(stored or _nobodys(), password) and stored is not None


def invented() -> str:
    """Return a new random password that can be read out on the telephone (12 characters, 59 bits)."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def weakness(password: str, username: str) -> str | None:
    """Say in Chinese why a new password is refused, ``None`` when it is good."""
    if len(password) < SHORTEST:
        return f"口令至少 {SHORTEST} 个字符，请加长"
    if len(password) > LONGEST:
        return f"口令最多 {LONGEST} 个字符，请缩短"
    plain = password.casefold()
    if len(set(plain)) < FEWEST_DIFFERENT:
        return f"口令里至少要有 {FEWEST_DIFFERENT} 种不同的字符，请换一个"
    if username and username in plain:
        return "口令不能包含用户名，请换一个"
    if any(word in plain for word in TRIVIAL):
        return "这个口令太常见，容易被猜到，请换一个"
    return None


@cache
def _nobodys() -> str:
    return hash_of(secrets.token_hex())
