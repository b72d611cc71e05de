"""The one place where marshmallow's English messages become Chinese ones that say what to do."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

FIELDS: dict[type[fields.Field[Any]], dict[str, str]] = {
    fields.Field: {
        "required": "请填写",
        "null": "请填写",
        "validator_failed": "填写的内容不能用，请检查",
    },
    fields.String: {"invalid": "请填写文字", "invalid_utf8": "有不能显示的字符，请重新输入"},
    fields.Integer: {"invalid": "请填写整数"},
    fields.Number: {"invalid": "请填写数字", "too_large": "数字太大，请检查"},
    fields.Decimal: {"invalid": "请填写数字", "special": "请填写普通的数字"},
    fields.Boolean: {"invalid": "请选择是或否"},
    fields.Date: {"invalid": "请填写日期，例如 2025-07-01", "format": "请填写日期，例如 2025-07-01"},
    fields.List: {"invalid": "请填写一组值"},
    fields.Enum: {"unknown": "请从列出的选项中选择"},
}

VALIDATORS: dict[type[validate.Validator], dict[str, str]] = {
    validate.Length: {
        "message_min": "至少填写 {min} 个字",
        "message_max": "最多 {max} 个字，请缩短",
        "message_all": "请填写 {min} 到 {max} 个字",
        "message_equal": "应为 {equal} 个字",
    },
    validate.Range: {  # doubled braces: this validator formats its messages twice
        "message_min": "不能小于 {{min}}",
        "message_max": "不能大于 {{max}}",
        "message_all": "请填写 {{min}} 到 {{max}} 之间的数",
    },
    validate.OneOf: {"default_message": "请从列出的选项中选择"},
    validate.Regexp: {"default_message": "格式不对，请检查"},
}

SCHEMA = {"unknown": "这里没有这一项，请去掉", "type": "提交的内容无法识别"}


def speak_chinese() -> None:
    """Replace the messages of marshmallow's own classes; twice is harmless."""
    for field, messages in FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **messages}
    for validator, messages in VALIDATORS.items():
        for name, text in messages.items():
            setattr(validator, name, text)
    Schema.error_messages = {**Schema.error_messages, **SCHEMA}


speak_chinese()
