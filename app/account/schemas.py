"""What is valid input about one's own account."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from app.forms import FormSchema, text
from app.passwords import LONGEST, weakness


def password(label: str) -> fields.String:
    """A password: every character counts, blanks at its ends too."""
    return fields.String(required=True, validate=validate.Length(max=LONGEST), metadata={"label": label})


class SignInForm(FormSchema):
    """Name and password, and the page that was wanted."""

    username = text("用户名", 64, required=True)
    password = password("口令")
    next = text("登录后的页面", 2000)


class PasswordForm(FormSchema):
    """A new password for ``username``, typed twice."""

    current = password("现口令")
    new = password("新口令")
    again = password("再输一次")

    def __init__(self, username: str) -> None:
        super().__init__()
        self.username = username

    @validates_schema
    def check_new(self, data: dict[str, str], **_options: Any) -> None:
        """Refuse a weak password, the old one again, and a slip of the fingers."""
        weak = weakness(data["new"], self.username)
        if weak:
            raise ValidationError(weak, "new")
        if data["new"] == data["current"]:
            raise ValidationError("新口令不能与现口令相同，请换一个", "new")
        if data["new"] != data["again"]:
            raise ValidationError("两次输入的新口令不一致，请重新输入", "again")
