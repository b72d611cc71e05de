"""Forms as a person sees them: read from a page, filled in, sent with a mistake, and looked for in the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

TYPED = ("text", "search", "tel", "email", "url", "number", "date", "month", "time", "datetime-local")
DATES = {"date": "2026-03-02", "month": "2026-02", "datetime-local": "2026-03-02T09:05", "time": "09:05"}


@dataclass
class Box:
    """One thing to fill in: everything of one name."""

    name: str
    kind: str  # text, area, select, radio, tick, password, or the type of the input
    label: str
    options: list[str] = field(default_factory=list)
    has: list[str] = field(default_factory=list)  # what stands in it, or is chosen
    required: bool = False
    longest: int = 0
    lowest: str = ""
    blamed: bool = False

    @property
    def chosen(self) -> bool:
        return self.kind in ("select", "radio", "tick")


@dataclass
class Sheet:
    """One form of a page."""

    page: str
    action: str
    id: str
    boxes: dict[str, Box]
    hidden: list[tuple[str, str]]
    files: list[str]
    buttons: list[tuple[str, str]]
    folded: bool
    text: str

    @property
    def signed(self) -> bool:
        return any(box.kind == "password" for box in self.boxes.values())

    @property
    def back(self) -> str:
        return dict(self.hidden).get("back", "")

    def typed(self) -> list[Box]:
        return [box for box in self.boxes.values() if box.kind != "password"]


def page_of(answer: TestResponse) -> html.HtmlElement:
    return html.document_fromstring(answer.get_data(as_text=True))


def sheets(root: html.HtmlElement, page: str) -> Iterator[Sheet]:
    """Yield the forms of a page that send something; boxes beside a form are found by its id."""
    for form in root.xpath("//form[translate(@method, 'POST', 'post')='post']"):
        name = form.get("id") or ""
        action = form.get("action") or page
        inside = form.xpath(".//input|.//select|.//textarea|.//button")
        beside = root.xpath("//*[@form=$name]", name=name) if name else []
        folded = any(one.tag == "details" and one.get("open") is None for one in form.iterancestors())
        found = Sheet(page, action, name, {}, [], [], [], folded, " ".join(form.text_content().split()))
        for box in [one for one in inside if one.get("form") in (None, name)] + list(beside):
            _take(found, box, root)
        yield found


def _take(sheet: Sheet, box: html.HtmlElement, root: html.HtmlElement) -> None:
    name, kind = box.get("name"), (box.get("type") or "text").lower()
    if not name or box.get("disabled") is not None:
        return
    if box.tag == "button":
        sheet.buttons.append((name, box.get("value") or ""))
        return
    if box.tag == "input" and kind in ("hidden", "file", "submit", "image", "reset"):
        {
            "hidden": lambda: sheet.hidden.append((name, box.get("value") or "")),
            "file": lambda: sheet.files.append(name),
        }.get(kind, lambda: None)()
        return
    if box.tag == "input" and kind in ("checkbox", "radio"):
        kind = "tick" if kind == "checkbox" else "radio"
    elif box.tag != "input":
        kind = {"textarea": "area", "select": "select"}[box.tag]
    found = sheet.boxes.setdefault(name, Box(name, kind, _label(box, root)))
    found.required |= box.get("required") is not None
    found.longest = int(box.get("maxlength") or found.longest)
    found.lowest = box.get("min") or found.lowest
    found.blamed |= _blamed(box)
    if kind == "select":
        found.options += [one.get("value", one.text) for one in box.xpath(".//option[not(@disabled)]")]
        chosen = box.xpath(".//option[@selected]") or box.xpath(".//option")[:1]
        found.has += [one.get("value", one.text) for one in chosen]
    elif kind in ("radio", "tick"):
        found.options.append(box.get("value") or "on")
        if box.get("checked") is not None:
            found.has.append(box.get("value") or "on")
    else:
        # A text area begins with the line break the template leaves, and a browser drops one.
        text = (box.text or "") if kind == "area" else (box.get("value") or "")
        found.has.append(text)


def _label(box: html.HtmlElement, root: html.HtmlElement) -> str:
    own = root.xpath("//label[@for=$id]", id=box.get("id") or "-")
    around = [one for one in box.iterancestors("fieldset")]
    if not own and around:
        own = around[0].xpath("./legend")
    return " ".join(own[0].text_content().replace("*", "").split()) if own else (box.get("aria-label") or "")


def _blamed(box: html.HtmlElement) -> bool:
    if box.get("aria-invalid"):
        return True
    around = next(iter(box.iterancestors("fieldset")), None)
    return around is not None and bool(around.get("aria-invalid"))


def proper(box: Box, mark: str) -> list[str]:
    """Return what somebody might fill in: recognisable, and what the box takes."""
    if box.chosen:
        usable = [one for one in box.options if one]
        return usable[-1:] if box.kind != "tick" else usable[:1]
    if box.kind in DATES:
        return [DATES[box.kind]]
    if box.kind == "number":
        return [box.lowest or "3"]
    if box.kind == "password":
        return [""]
    text = f"{mark} <b>“认真”&nbsp;填写"
    return [text[: box.longest or 99]]


def wrong(box: Box) -> str | None:
    """Return what the box cannot take; ``None`` is left out."""
    if box.chosen:
        return "没有这个词" if not box.required else None
    if box.kind in DATES:
        return "2026-13-45"
    if box.kind == "number":
        return "许多"
    return "长" * ((box.longest or 9000) + 1)


def send(
    visitor: FlaskClient, sheet: Sheet, filled: dict[str, list[str]], press: tuple[str, str] | None = None
) -> TestResponse:
    body: MultiDict[str, str] = MultiDict(sheet.hidden)
    for name, values in filled.items():
        for value in values:
            body.add(name, value)
    if press:
        body.add(*press)
    return visitor.post(sheet.action, data=body, headers={"Referer": f"http://localhost{sheet.page}"})


def same_action(one: str, other: str) -> bool:
    return urlsplit(one).path == urlsplit(other).path
