"""Forms as a person meets them: read from a page, filled in, sent, and looked for in the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

Filled = Mapping[str, Sequence[str]]

DATES = {"date": "2026-03-02", "month": "2026-02", "datetime-local": "2026-03-02T09:05", "time": "09:05"}
CHOSEN = ("select", "radio", "tick")
LEFT_OUT = ("submit", "image", "reset", "button")
LONGEST = 9000  # characters: no box takes as many


@dataclass
class Box:
    """One thing to fill in: everything of one name. ``has`` is what stands in it, or is chosen."""

    name: str
    kind: str  # area, select, radio, tick, or the type of the input
    options: list[str] = field(default_factory=list)
    has: list[str] = field(default_factory=list)
    longest: int = 0
    lowest: str = ""
    decimal: bool = False
    blamed: bool = False

    @property
    def chosen(self) -> bool:
        """Tell whether one picks something here, and writes nothing."""
        return self.kind in CHOSEN

    def something(self, text: str) -> list[str]:
        """Return what somebody might fill in: it can be told from what stood there, and the box takes it."""
        if self.kind == "radio":
            return [one for one in self.options if one not in self.has][:1] or self.options[:1]
        if self.chosen:
            return [one for one in self.options if one][-1:]
        if self.decimal:
            return self.has if any(self.has) else ["3"]
        if self.kind == "password":
            return [""]
        if self.kind == "number":
            return [self.lowest or "3"]
        return [DATES.get(self.kind) or text[: self.longest or None]]

    def nonsense(self) -> list[str]:
        """Return what the box cannot take."""
        if self.chosen:
            return ["没有这个词"]
        return ["2026-13-45"] if self.kind in DATES else ["长" * LONGEST]


@dataclass
class Sheet:
    """One form of a page that sends something."""

    page: str
    action: str
    boxes: dict[str, Box] = field(default_factory=dict)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    folded: bool = False

    @property
    def back(self) -> str:
        """Return to which page it leads back, if not to its own."""
        return dict(self.hidden).get("back", "")

    @property
    def signed(self) -> bool:
        return any(box.kind == "password" for box in self.boxes.values())

    @property
    def typed(self) -> list[Box]:
        """Return what is shown again: all but the passwords."""
        return [box for box in self.boxes.values() if box.kind != "password"]

    def is_like(self, other: Sheet) -> bool:
        """Tell whether it is the same form, in whatever state."""
        same = urlsplit(self.action).path == urlsplit(other.action).path
        return same and set(self.boxes) <= set(other.boxes)


def page_of(answer: TestResponse) -> html.HtmlElement:
    return html.document_fromstring(answer.get_data(as_text=True))


def sheets(root: html.HtmlElement, page: str) -> Iterator[Sheet]:
    """Yield the forms of a page that send something, with the boxes that stand beside them."""
    for form in root.xpath("//main//form[@method='post']"):
        folds = form.iterancestors("details")
        sheet = Sheet(page, form.get("action") or page, folded=any(one.get("open") is None for one in folds))
        name = form.get("id") or ""
        inside = form.xpath(".//*[self::input or self::select or self::textarea or self::button]")
        beside = root.xpath("//*[@form=$name]", name=name) if name else []
        for box in (*inside, *beside):
            if box.get("form") in (None, name) and box.get("name") and box.get("disabled") is None:
                _take(sheet, box)
        yield sheet


def _take(sheet: Sheet, box: html.HtmlElement) -> None:
    name, value = box.get("name"), box.get("value")
    kind = {"textarea": "area", "select": "select", "button": "button"}.get(box.tag) or box.get(
        "type", "text"
    )
    kind = {"checkbox": "tick"}.get(kind, kind)
    if kind == "hidden":
        sheet.hidden.append((name, value or ""))
    if box.tag == "button":
        sheet.buttons.append((name, value or ""))
    if kind in ("hidden", "file", *LEFT_OUT):
        return
    found = sheet.boxes.setdefault(name, Box(name, kind))
    found.longest = int(box.get("maxlength") or found.longest)
    found.lowest = box.get("min") or found.lowest
    found.decimal = box.get("inputmode") == "decimal"
    around = next(box.iterancestors("fieldset"), None)
    found.blamed |= bool(box.get("aria-invalid") or (around is not None and around.get("aria-invalid")))
    if kind == "select":
        options = box.xpath(".//option")
        found.options += [one.get("value", one.text) for one in options]
        chosen = box.xpath(".//option[@selected]") or options[:1]
        found.has += [one.get("value", one.text) for one in chosen]
    elif found.chosen:
        found.options.append(value or "on")
        found.has += [value or "on"] if box.get("checked") is not None else []
    else:
        found.has.append((box.text if kind == "area" else value) or "")


def send(visitor: FlaskClient, sheet: Sheet, filled: Filled) -> TestResponse:
    """Send a form as a browser does, by its last button."""
    body: MultiDict[str, str] = MultiDict(sheet.hidden)
    for name, values in filled.items():
        for value in values:
            body.add(name, value)
    if sheet.buttons:
        body.add(*sheet.buttons[-1])
    return visitor.post(sheet.action, data=body)


def missing(shown: Sheet, filled: Filled, but: str = "") -> list[str]:
    """Return the names of what a form does not show as it was filled in."""
    wrong = []
    for box in shown.typed:
        said = [value.strip() for value in filled.get(box.name, ()) if value.strip()]
        has = [value.strip() for value in box.has if value.strip()]
        if said != has and box.name != but:
            wrong.append(f"{box.name}: {said} {has}")
    return wrong
