"""What is valid input about things sent later."""

from __future__ import annotations

from marshmallow import fields, validate

from app.forms import FormSchema

MOST_KEYS = 100  # asked about at once


class KeysAsked(FormSchema):
    """The numbers of forms of which a device does not know whether they arrived."""

    key = fields.List(
        fields.String(validate=validate.Length(1, 64)),
        load_default=list,
        validate=validate.Length(max=MOST_KEYS),
        metadata={"label": "提交编号"},
    )
