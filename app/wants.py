"""What kind of answer a request wants."""

from __future__ import annotations

from flask import request


def wants_json() -> bool:
    """Whether the client asked for JSON rather than for a page."""
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json"]) == "application/json"
