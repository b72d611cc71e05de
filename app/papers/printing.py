"""Forms that are printed and signed: their content as bytes, and the digest that stands on the sheet."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from sla.ledger import canonical


@dataclass(frozen=True)
class Signature:
    """A place to sign: on whose behalf, the name if it is known, and whether a stamp belongs there."""

    role: str
    name: str = ""
    stamp: bool = False


@dataclass(frozen=True)
class PrintedForm:
    """A form from top to bottom. Nothing of the moment of printing is in it, or each would differ."""

    title: str
    subtitle: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    text: tuple[str, ...] = ()
    tables: tuple[Any, ...] = ()
    signatures: tuple[Signature, ...] = ()
    basis: str = ""

    def content(self) -> str:
        """Return the canonical bytes (L1) as text."""
        return canonical(_plain(asdict(self))).decode("utf-8")


def digest(content: str) -> str:
    """Return the SHA-256 of a form's content, in hexadecimal."""
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
