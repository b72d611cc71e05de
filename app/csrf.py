"""The token of forms, written differently on every page.

A page is compressed, and the length of a compressed page can betray a secret that stays the same beside
something a stranger chooses (BREACH). The token is therefore sent under a random mask, new with each answer.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from secrets import token_bytes

from flask import Flask, g
from flask_wtf.csrf import CSRFProtect, generate_csrf

MASKED = "m."  # a bare token begins otherwise: it is the base64 of a text in quotes


class Protection(CSRFProtect):  # type: ignore[misc]
    """Flask-WTF's check, of a token that comes masked."""

    def _get_csrf_token(self) -> str | None:
        sent: str | None = super()._get_csrf_token()
        return unmasked(sent) if sent else sent


def init_app(app: Flask) -> None:
    Protection(app)
    app.jinja_env.globals["csrf_token"] = token
    app.context_processor(lambda: {"csrf_token": token})


def token() -> str:
    """Return the token of this answer, masked; the same however often the page asks."""
    if "masked_csrf" not in g:
        g.masked_csrf = masked(generate_csrf())
    found: str = g.masked_csrf
    return found


def masked(bare: str) -> str:
    """Return a token under a mask of random bytes, which stand before it."""
    mask = token_bytes(len(bare))
    return MASKED + urlsafe_b64encode(mask + _over(mask, bare.encode())).decode()


def unmasked(sent: str) -> str:
    """Return the token under its mask; a bare one, and what is none at all, comes back as it is."""
    if not sent.startswith(MASKED):
        return sent
    try:
        content = urlsafe_b64decode(sent.removeprefix(MASKED))
        half = len(content) // 2
        return _over(content[:half], content[half:]).decode()
    except (Error, ValueError):
        return sent


def _over(mask: bytes, content: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(mask, content, strict=True))
