"""Full addresses that leave the site: codes on paper, Word documents, calendars, keys of a wall screen.

They begin with the setting ``public_address``. Where it is not given they begin with what the request was
sent to, which a browser behind a proxy, or on the server itself, may name otherwise than others would.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for

from app.settings import current_settings


def public_url(endpoint: str, **values: Any) -> str:
    """Return the full address of a page; ``endpoint`` and ``values`` as for ``url_for``."""
    public = current_settings().public_address
    return public + url_for(endpoint, **values) if public else url_for(endpoint, **values, _external=True)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["public_url"] = public_url
