"""Reading what people typed: one schema says what is valid, for a form as for JSON.

A view makes a ``Form``, lets it ``read`` a schema and calls a use case. Either may raise a ``DomainError``;
``blame`` puts its message at its field, and the page is shown again with everything that was typed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from flask import Request, g
from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

import app.schema_messages  # noqa: F401, importing it translates the messages
from sla.errors import DomainError, Invalid
from sla.when import SHANGHAI, check_instant, parse_day

_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")
NOT_A_VALUE = "csrf_token"
PASSED_ON = frozenset({"from", "isappinstalled", "scene", "clicktime", "enterid", "nsukey", "tdsourcetag"})
LARGEST = 2**31 - 1
UNSEEN = ("Cc", "Cs")  # control characters and halves of characters
# They turn a line round or hide in it; a copied telephone number brings them along, so nobody is blamed.
_HIDDEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ALL_BUT_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters by name, nothing to the eye


class FormSchema(Schema):
    """The base of every schema: nothing unknown is taken, an empty box is the same as no box."""

    class Meta:
        unknown = RAISE

    @pre_load
    def leave_out_blanks(self, data: Any, **_options: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        return {
            name: value
            for name, value in data.items()
            if name != NOT_A_VALUE and not (isinstance(value, str) and not value.strip())
        }


class AddressSchema(FormSchema):
    """The base of what stands in an address: a messenger that passes it on adds marks of its own."""

    @pre_load
    def leave_out_marks(self, data: Any, **_options: Any) -> Any:
        return {name: value for name, value in data.items() if name not in PASSED_ON}


class Text(fields.String):
    """A text without blanks at its ends; one in which nothing can be seen is an empty one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        text = _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))
        text = unicodedata.normalize("NFC", text).strip()
        if any(_is_no_text(sign) for sign in text):
            raise self.make_error("invalid_utf8")
        if any(map(_can_be_seen, text)):
            return text
        if self.required:
            raise self.make_error("required")
        return ""


def _is_no_text(sign: str) -> bool:
    """Tell whether a sign is a control or half a sign, or none at all: XML has no room for it."""
    number = ord(sign)
    nonsign = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
    return nonsign or (unicodedata.category(sign) in UNSEEN and sign not in "\n\t")


def _can_be_seen(sign: str) -> bool:
    kind = unicodedata.category(sign)
    # A sign newer than this Python's list is "Cn"; it may be somebody's name.
    return (kind[0] in "LNPS" or kind in ("Cn", "Co")) and sign not in _ALL_BUT_BLANK


class Moment(fields.Field[datetime]):
    """An instant: ISO 8601 with offset, or the value of a datetime-local box, which is Shanghai time (T1)."""

    default_error_messages = {"invalid": "请填写日期和时间（北京时间），例如 2025-07-01 09:00"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_options: Any) -> datetime:
        try:
            at = datetime.fromisoformat(value)
            if _LOCAL.fullmatch(value):
                at = at.replace(tzinfo=SHANGHAI)
            return check_instant(at, "时间").astimezone(UTC)
        except (TypeError, ValueError):
            raise self.make_error("invalid") from None
        except Invalid as error:
            raise ValidationError(error.message) from None


class Day(fields.Field[date]):
    """A calendar date, ``2025-07-01``, of 2000 to 2099."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_options: Any) -> date:
        try:
            return parse_day(value, "日期")
        except Invalid as error:
            raise ValidationError(error.message) from None


class Whole(fields.Integer):
    """A whole number, or its digits as a form sends them; never a fraction or a truth value."""

    def _validated(self, value: Any) -> int:
        if isinstance(value, (bool, float)):
            raise self.make_error("invalid", input=value)
        number: int = super()._validated(value)
        return number


def text(label: str, longest: int, *, required: bool = False) -> Text:
    """A text field; left out it is empty, unless it is required."""
    options: dict[str, Any] = {"required": True} if required else {"load_default": ""}
    return Text(validate=validate.Length(max=longest), metadata={"label": label}, **options)


def moment(label: str, *, required: bool = False) -> Moment:
    """A time field; left out it is ``None``."""
    options: dict[str, Any] = {"required": True} if required else {"load_default": None}
    return Moment(metadata={"label": label}, **options)


def day(label: str, *, required: bool = False) -> Day:
    """A date field; left out it is ``None``."""
    options: dict[str, Any] = {"required": True} if required else {"load_default": None}
    return Day(metadata={"label": label}, **options)


def word(label: str, vocabulary: type[StrEnum], *, required: bool = False) -> fields.Enum[Any]:
    """One word of a closed vocabulary; left out it is ``None``."""
    options: dict[str, Any] = {"required": True} if required else {"load_default": None}
    return fields.Enum(vocabulary, by_value=True, metadata={"label": label}, **options)


def number(label: str, lowest: int, highest: int = LARGEST, *, required: bool = False) -> fields.Integer:
    """A whole number; left out it is ``None``. Without a limit of its own it fits a column of numbers."""
    options: dict[str, Any] = {"required": True} if required else {"load_default": None}
    within = validate.Range(lowest, highest)
    return Whole(validate=within, metadata={"label": label}, **options)


def tick(label: str) -> fields.Boolean:
    """A tick box; a browser says nothing about one that is not ticked."""
    return fields.Boolean(load_default=False, metadata={"label": label})


class BadForm(Invalid):
    """Input that its schema refuses; ``errors`` has every field's message, ``message`` the first one."""

    def __init__(self, errors: dict[str, str], labels: Mapping[str, str]) -> None:
        field, said = next(iter(errors.items()))
        super().__init__(f"{labels.get(field, field)}：{said}", field)
        self.errors = errors


class Form:
    """What was typed and what is wrong with it. ``key`` tells the forms of one page apart.

    It remembers what a page has shown of it: the layout adds the rest (``app.refused``).
    """

    def __init__(self, values: Mapping[str, Any] | None = None, key: str = "f") -> None:
        self.key = key
        self.values = dict(values or {})
        self.errors: dict[str, str] = {}
        self.message = ""
        self.fields: dict[str, fields.Field[Any]] = {}
        self.boxes: set[str] = set()  # the fields that a page has asked for
        self.told = False

    @classmethod
    def sent(cls, request: Request, key: str = "f") -> Form:
        """Take what the request carries: a form, or a JSON object."""
        made = cls(_json_object(request) if request.is_json else request.form.to_dict(), key)
        g.sent = made
        return made

    def expect(self, schema: Schema) -> None:
        """Remember what the fields are, for a form that is refused before it is read."""
        self.fields |= schema.fields

    def read(self, schema: Schema) -> dict[str, Any]:
        """Return the values as the schema reads them; otherwise ``BadForm`` with a message for each field."""
        self.expect(schema)
        try:
            said: dict[str, Any] = schema.load(self.values)
        except ValidationError as error:
            labels = {name: one.metadata.get("label", name) for name, one in schema.fields.items()}
            labels["_schema"] = "提交的内容"
            raise BadForm(_first_messages(error.messages), labels) from None
        return said

    def blame(self, error: DomainError) -> None:
        """Keep the message, at its field where it has one."""
        self.message = error.message
        if isinstance(error, BadForm):
            self.errors = error.errors
            self.message = "有内容需要修改，请看标出的地方" if len(error.errors) > 1 else error.message
        elif error.field:
            self.errors = {error.field: error.message}

    def tell(self) -> str:
        """Return the message, which stands on the page from now on."""
        self.told = True
        return self.message

    def value(self, name: str, default: Any = "") -> Any:
        """Return what was typed into a field, or its first value; for templates."""
        self.boxes.add(name)
        value = self.values.get(name, default)
        return "" if value is None else value

    def error(self, name: str) -> str:
        """Return the message at a field; for templates."""
        self.boxes.add(name)
        return self.errors.get(name, "")

    def id(self, name: str) -> str:
        """Return the HTML id of a field, by which its label and its message find it."""
        return f"{self.key}-{name}"


def _json_object(request: Request) -> dict[str, Any]:
    try:
        given = request.get_json()
        # Half a character, which only JSON can carry, could be neither stored nor shown again.
        json.dumps(given, ensure_ascii=False).encode()
    except (RecursionError, UnicodeEncodeError):
        raise Invalid("提交的内容无法识别，请检查后重新提交") from None
    if not isinstance(given, dict):
        raise Invalid("请提交一个 JSON 对象")
    return given


def _first_messages(messages: Any) -> dict[str, str]:
    return {str(name): _first(found) for name, found in messages.items()}


def _first(found: Any) -> str:
    while not isinstance(found, str):
        found = next(iter(found.values() if isinstance(found, Mapping) else found))
    return found
