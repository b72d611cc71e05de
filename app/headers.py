"""What every answer says to the browser: what it may load, what it may keep, and for how long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, session

from app import icon_sheet

# Bootstrap's style sheet draws its arrows and ticks as data: images; nothing else is allowed beside our own.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; worker-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FOR_A_YEAR = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    app.after_request(add_headers)
    app.url_defaults(add_version)


def add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    # The CSRF check of a site behind HTTPS needs the referrer of its own pages.
    response.headers["Referrer-Policy"] = "same-origin"
    if not is_file(response):
        response.headers.setdefault("Cache-Control", "no-store")
        return response
    if not session.modified:
        # A file is the same for everybody: what was kept before a sign-in is still good after it.
        session.accessed = False
    # Only under the version it has: what is asked for under another one would outlive the next file.
    if request.args.get("v") == _version():
        response.headers["Cache-Control"] = FOR_A_YEAR
    return response


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Name the version of an asset in its address, so that a kept copy never outlives the file."""
    if is_asset(endpoint) and (version := version_of(endpoint, values.get("filename", ""))):
        values["v"] = version


def version_of(endpoint: str, filename: str) -> str:
    """Return the version of an asset; ``""`` where there is no such file."""
    if endpoint == icon_sheet.ENDPOINT:
        return icon_sheet.version()
    owner = current_app.blueprints[endpoint.split(".")[0]] if "." in endpoint else current_app
    path = Path(owner.static_folder or "") / filename
    return f"{int(path.stat().st_mtime):x}" if filename and path.is_file() else ""


def is_file(response: Response) -> bool:
    """Tell whether an answer is one of the files themselves: that there is none is said on a page."""
    return is_asset(request.endpoint) and response.status_code in (200, 206, 304)


def _version() -> str:
    return version_of(request.endpoint or "", (request.view_args or {}).get("filename", ""))


def is_asset(endpoint: str | None) -> bool:
    """Tell whether an address is one of files that are the same for everybody."""
    if endpoint is None:
        return False
    return endpoint in ("static", icon_sheet.ENDPOINT) or endpoint.endswith(".static")
