"""Errors are named in ``sla.errors`` and shown here, once: a page for people, JSON for programs.

JSON is ``{"error": message, "field": name or null}`` with the same status as the page.
"""

from __future__ import annotations

import logging
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.refused import kept
from app.wants import wants_json
from sla.errors import DomainError

log = logging.getLogger("lvyue")

# status: (what happened, what to do, the ways on)
WORDS = {
    400: ("请求无法识别", "请返回上一页，检查后重新提交。", ("back", "home")),
    401: ("请先登录", "登录后即可继续。", ("sign_in",)),
    403: ("没有权限", "您可以查看，但不能执行这项操作；如确有需要，请联系系统管理员。", ("back", "home")),
    404: ("没有找到", "它可能已被移走，或不在您可以查看的范围内。", ("back", "home")),
    405: ("不支持这种访问方式", "请从页面上的按钮或链接进入。", ("back", "home")),
    409: ("状态已经变化", "请刷新页面，查看最新状态后再操作。", ("latest", "home")),
    413: ("上传的内容太大", "请压缩或分批上传后重试。", ("back", "home")),
    422: ("填写有误", "请返回上一页，按提示修改后重新提交。", ("back", "home")),
    500: (
        "系统出错了",
        "刚才的操作没有保存，错误已经记录；请稍后重试，仍不行请联系系统管理员。",
        ("again", "home"),
    ),
    503: ("系统正忙", "刚才的操作没有保存；请过几秒再试。", ("again", "home")),
}
# A way on: its button and its icon. Where it leads is reckoned from the request.
WAYS = {
    "back": ("返回上一页", "arrow-left"),
    "latest": ("查看最新状态", "arrow-clockwise"),
    "again": ("再试一次", "arrow-clockwise"),
    "sign_in": ("去登录", "box-arrow-in-right"),
    "home": ("回到首页", "house"),
}
STALE_FORM = "页面打开太久或登录状态已变化，刚才提交的内容没有保存；请返回上一页，刷新后重新提交。"
STALE_ROW = "这条记录刚刚被别人修改，您的改动没有保存；请刷新页面，查看最新状态后再操作。"
NO_DATABASE = "暂时连不上数据库，刚才的操作没有保存；请过一会儿再试，仍不行请联系系统管理员。"
BUSY = ("database is locked", "deadlock detected", "could not serialize access", "lock timeout")
GONE = (
    *("unable to open database file", "disk I/O error", "Connection refused", "could not connect"),
    *("connection failed", "server closed the connection", "terminating connection", "connection is closed"),
    *("the connection is lost", "could not translate host name", "failed to resolve host"),
)
DIGITS = (
    "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # read out over the telephone: nothing that looks like something else
)


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
    """Waiting too long, and a database that is not there, are no faults of the program; the rest is."""
    said = str(error.orig)
    if any(words in said for words in BUSY):
        log.warning("gave up waiting for the database: %s", error.orig)
        return answer(503)
    if any(words in said for words in GONE):
        number = reference()
        log.error("%s: no database for %s %s: %s", number, request.method, told_path(), said)
        return answer(503, NO_DATABASE, number=number)
    raise error


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Errors of the web itself. Flask has already logged a 500 with its traceback; its number follows it."""
    status = error.code or 500
    if status < 400:
        return error
    number = ""
    if status == 500:
        number = reference()
        log.error("%s: the number shown for %s %s", number, request.method, told_path())
    body, status = answer(status, number=number)
    headers = [(name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")]
    return body, status, headers


def told_path() -> str:
    """Return the path of a request as the log may tell it: a secret in it is left out."""
    secret = (request.view_args or {}).get("token")
    return request.path.replace(secret, "…") if secret else request.path


def reference() -> str:
    """Make the number by which an administrator finds an error in the log."""
    return "".join(secrets.choice(DIGITS) for _ in range(6))


def answer(
    status: int, message: str | None = None, field: str | None = None, number: str = ""
) -> tuple[Response | str, int]:
    """Say what happened and what to do, as JSON or as a page that needs no database."""
    title, advice, ways = WORDS.get(status, WORDS[400 if status < 500 else 500])
    if wants_json():
        told = message or f"{title}。{advice}"
        return jsonify(error=f"{told}（错误编号 {number}）" if number else told, field=field), status
    page = render_template(
        "errors/error.html",
        status=status,
        title=title,
        message=message or advice,
        ways=[(*WAYS[way], leads_to(way)) for way in ways],
        number=number,
        kept=kept() if shows_what_was_typed(status) else [],
    )
    return page, status


def shows_what_was_typed(status: int) -> bool:
    """Tell whether the error page lists what a form carried: not what is too large to be read, and where no
    token was checked only what came from a page of this site."""
    checked = status != 400 and request.endpoint is not None
    return request.method == "POST" and status != 413 and (checked or bool(came_from()))


def leads_to(way: str) -> str:
    """Return the address of a way on; ``""`` where the site knows none (keep.js may)."""
    if way == "home":
        return "/"
    if way == "sign_in":
        return url_for("account.sign_in")
    if way == "again" and request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    return came_from()


def came_from() -> str:
    """Return the page of this site a request came from; ``""`` where it named none that can be opened."""
    named = urlsplit(request.referrer or "")
    if named.netloc != request.host or named.path.startswith("//"):
        return ""
    try:
        current_app.create_url_adapter(request).match(named.path, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return ""  # the answer to a form: its address takes forms only
    return named.path + (f"?{named.query}" if named.query else "")
