"""What is valid input about people and what they are assigned to."""

from __future__ import annotations

from marshmallow import fields, validate

from app.forms import AddressSchema, FormSchema, day, number, text, tick, word
from sla.vocab import Role

USERNAME = r"[A-Za-z][A-Za-z0-9._-]{1,31}"
PHONE = r"[0-9+() -]{0,32}"
BAD_USERNAME = "用户名用 2 到 32 个字母、数字、点、短横或下划线，以字母开头"
BAD_PHONE = "电话只能有数字、空格、加号、短横和括号"
# No line breaks and nothing invisible: a name is shown on one line.
NAME = r"[^\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]+"


def name_field() -> fields.String:
    """Return the field of a person's name."""
    field = text("姓名", 64, required=True)
    field.validators.append(validate.Regexp(rf"^{NAME}$", error="姓名里有不能显示的字符，请重新输入"))
    return field


class PersonForm(FormSchema):
    """What an administrator says of a person."""

    name = name_field()
    phone = fields.String(
        load_default="", validate=validate.Regexp(rf"^{PHONE}\Z", error=BAD_PHONE), metadata={"label": "电话"}
    )
    role = word("角色", Role, required=True)
    unit = number("单位", 1, 2**31 - 1)


class NewPersonForm(PersonForm):
    """A new person."""

    username = fields.String(
        required=True,
        validate=validate.Regexp(rf"^{USERNAME}\Z", error=BAD_USERNAME),
        metadata={"label": "用户名"},
    )


class PeopleFilter(AddressSchema):
    """What the list of people is narrowed to."""

    q = text("搜索", 64)
    role = word("角色", Role)
    former = tick("已停用")


class AssignmentForm(FormSchema):
    """An engineer's project, from a day on, through a last day if there is one."""

    project = number("运维项目", 1, 9999, required=True)
    from_day = day("开始日", required=True)
    last_day = day("最后一天")


class EndForm(FormSchema):
    """The last day of an assignment."""

    last_day = day("最后一天", required=True)
