"""What was typed into a form that was refused and stands nowhere on the page that answers it.

Somebody else was quicker, or the state has moved on: the page shows the present state, and the form may be
gone from it. Nobody types a text twice for that. The layout says what was refused, where the page does not,
and lists what stands in no box of the page; an error page does the same.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request
from marshmallow import fields, validate

from app.forms import LARGEST, Form, Moment
from sla.vocab import Word

# Numbers by which a page finds its things again; nobody has typed them.
MARKS = frozenset(
    {
        *("act", "alone", "back", "clock", "endpoint", "key", "keys", "next", "occurrence", "posting"),
        *(
            "query",
            "round",
            "row",
            "seen",
            "seq",
            "shown",
            "stage",
            "submission",
            "sure",
            "ticket",
            "version",
        ),
        *("password", "current", "new", "again"),
    }
)
YES_NO = {"yes": "是", "no": "否"}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(refused=refused, lost=lost, files_sent=files_sent)


def refused() -> Form | None:
    """Return the form of this request, if it was refused."""
    form = sent()
    return form if form is not None and form.message else None


def files_sent() -> bool:
    """Tell whether files came with the form; a browser never shows them again."""
    return any(one.filename for one in request.files.values())


def sent() -> Form | None:
    """Return the form of this request, if one was read."""
    form: Form | None = g.get("sent")
    return form


def kept() -> list[tuple[str, str]]:
    """Return label and text of all that was typed into the form of this request, for an error page.

    What was refused before anybody asked what its fields are called is told by its words alone.
    """
    form = sent()
    if form is not None and form.fields:
        form.boxes.clear()  # a page that was begun and given up shows nothing
        return lost(form)
    typed = [value.strip() for name, value in request.form.items() if name not in MARKS]
    return [("文字", text) for text in typed if not text.isascii()]


def lost(form: Form) -> list[tuple[str, str]]:
    """Return label and text of what was typed and stands nowhere on the page that was made."""
    found = []
    for name, field in form.fields.items():
        if name in form.boxes or name in MARKS or not (words := _words(field, form.values.get(name))):
            continue
        found.append((str(field.metadata.get("label", name)), words))
    return found


def _words(field: fields.Field[Any], value: Any) -> str:
    """Return a value as a person would say it; ``""`` where it is none, or the number of a row."""
    typed = value.strip() if isinstance(value, str) else ""
    limits = field.validators[0] if field.validators else None
    if not typed or isinstance(field, fields.List):
        return ""
    if isinstance(field, fields.Enum):
        word = next((one for one in field.enum if one.value == typed), None)
        return word.label if isinstance(word, Word) else typed
    if isinstance(field, fields.Boolean):
        return "是" if typed in field.truthy else "否"
    if isinstance(field, fields.Integer) and isinstance(limits, validate.Range) and limits.max == LARGEST:
        return ""
    if isinstance(limits, validate.OneOf):  # a word of the program
        return YES_NO.get(typed, "")
    return typed.replace("T", " ") if isinstance(field, Moment) else typed
