"""What every page of the layout needs beside its own content: menu, server time, the demonstration mark."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask, current_app, request

from app import clock
from app.icons import icon_of
from app.navigation import Entry, current_group, is_current, navigation
from app.settings import current_settings
from sla.vocab import Role


class Layout:
    """Looked up by the templates; nothing here needs the database."""

    @property
    def demo(self) -> bool:
        """Tell whether the site shows invented data."""
        return current_settings().demo

    @property
    def now(self) -> datetime:
        """Return the server's time, by which the pages count."""
        return clock.now()

    @property
    def live(self) -> bool:
        """Tell whether a page asks for itself, to bring its regions up to date (static/live.js)."""
        return "Lvyue-Live" in request.headers

    def has(self, endpoint: str) -> bool:
        """Tell whether a page exists yet."""
        return endpoint in current_app.view_functions

    def menu(self, role: Role) -> dict[str, list[Entry]]:
        """Return the menu of a role, by heading."""
        found: dict[str, list[Entry]] = {}
        for entry in navigation(role):
            found.setdefault(entry.group, []).append(entry)
        return found

    def current_group(self) -> str:
        """Return the heading of the menu under which the page at work stands."""
        return current_group()

    def is_current(self, entry: Entry) -> bool:
        """Tell whether the page at work belongs to this entry."""
        return is_current(entry)


def init_app(app: Flask) -> None:
    # Globals, not a context processor: imported macros see them too.
    names: dict[str, Any] = {"layout": Layout(), "icon_of": icon_of}
    app.jinja_env.globals.update(names)
