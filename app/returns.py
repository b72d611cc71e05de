"""Forms that stand on the page of something else: done or refused, one is back on the page they came from.

Such a form says in ``back`` which page that is, and behind a colon which of the forms of that page it was:
``waiting:callback-12``. Any other address is refused with the form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for

from app.forms import Form

BACK = "back"
RETURNS = {"home": "home.index", "waiting": "waiting.index"}
AGAIN: dict[str, Callable[[Form], str]] = {}  # the pages that show such a form again


@dataclass(frozen=True)
class Sender:
    """The page a form was sent from, and the key of the form there; both empty where it is its own."""

    page: str = ""
    key: str = ""

    def path(self, own: str) -> str:
        """Return where one goes after the form was carried out; ``own`` without another page."""
        return url_for(RETURNS[self.page]) if self.page else own

    def again(self, form: Form, own: Callable[[], str]) -> str:
        """Return the page with the refused form; ``own`` makes the form's own one."""
        if not self.key or self.page not in AGAIN:
            return own()
        form.key = self.key
        return AGAIN[self.page](form)


def sent_from(form: Form) -> Sender:
    """Take from a form the page it was sent from, if that is one a person returns to."""
    said = form.values.get(BACK)
    page, _, key = said.partition(":") if isinstance(said, str) else ("", "", "")
    if page not in RETURNS:
        return Sender()
    del form.values[BACK]
    return Sender(page, key)
