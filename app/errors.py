"""Errors are named in ``sla.errors`` and shown here, once: a page for people, JSON for programs.

JSON is ``{"error": message, "field": name or null}`` with the same status as the page.
"""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.wants import wants_json
from sla.errors import DomainError

log = logging.getLogger("lvyue")

# status: (what happened, what to do)
WORDS = {
    400: ("请求无法识别", "请返回上一页，检查后重新提交。"),
    401: ("请先登录", "登录后即可继续。"),
    403: ("没有权限", "您可以查看，但不能执行这项操作；如确有需要，请联系系统管理员。"),
    404: ("没有找到", "它可能已被移走，或不在您可以查看的范围内。"),
    405: ("不支持这种访问方式", "请从页面上的按钮或链接进入。"),
    409: ("状态已经变化", "请刷新页面，查看最新状态后再操作。"),
    413: ("上传的内容太大", "请压缩或分批上传后重试。"),
    422: ("填写有误", "请返回上一页，按提示修改后重新提交。"),
    500: ("系统出错了", "刚才的操作没有保存，错误已经记录；请稍后重试，仍不行请联系系统管理员。"),
    503: ("系统正忙", "刚才的操作没有保存；请过几秒再试。"),
}
STALE_FORM = "页面打开太久或登录状态已变化，刚才提交的内容没有保存；请返回上一页，刷新后重新提交。"
STALE_ROW = "这条记录刚刚被别人修改，您的改动没有保存；请刷新页面，查看最新状态后再操作。"
BUSY = ("database is locked", "deadlock detected", "could not serialize access", "lock timeout")


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(StaleDataError, stale_row)
    app.register_error_handler(OperationalError, database_error)
    app.register_error_handler(HTTPException, http_error)


def domain_error(error: DomainError) -> ResponseReturnValue:
    return answer(error.status, error.message, error.field)


def stale_form(_error: CSRFError) -> ResponseReturnValue:
    return answer(400, STALE_FORM)


def stale_row(_error: StaleDataError) -> ResponseReturnValue:
    return answer(409, STALE_ROW)


def database_error(error: OperationalError) -> ResponseReturnValue:
    """Waiting too long for somebody else's transaction is no fault of the program; anything else is."""
    if not any(words in str(error.orig) for words in BUSY):
        raise error
    log.warning("gave up waiting for the database: %s", error.orig)
    return answer(503)


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Errors of the web itself. Flask has already logged a 500 with its traceback."""
    status = error.code or 500
    if status < 400:
        return error
    body, status = answer(status)
    headers = [(name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")]
    return body, status, headers


def answer(status: int, message: str | None = None, field: str | None = None) -> tuple[Response | str, int]:
    """Say what happened and what to do, as JSON or as a page that needs no database."""
    title, advice = WORDS.get(status, WORDS[400 if status < 500 else 500])
    if wants_json():
        return jsonify(error=message or f"{title}。{advice}", field=field), status
    page = render_template(
        "errors/error.html", status=status, title=title, message=message or advice, field=field
    )
    return page, status
