"""Who is signed in, and the gate: every route asks for a sign-in unless it is named here as public."""

from __future__ import annotations

from typing import Any

from flask import Flask, flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from app.wants import wants_json

SIGN_IN = "account.sign_in"
PUBLIC_ENDPOINTS = frozenset({"static", "bootstrap.static", SIGN_IN})

login_manager = LoginManager()
# The feature that knows people replaces this with its own loader.
login_manager.user_loader(lambda _user_id: None)


def init_app(app: Flask) -> None:
    login_manager.unauthorized_handler(ask_to_sign_in)
    login_manager.init_app(app, add_context_processor=False)
    # Looked up only where a template uses it: an error page must not need the database.
    app.jinja_env.globals["current_user"] = current_user
    app.before_request(gate)


def ask_to_sign_in() -> ResponseReturnValue:
    """Send an anonymous visitor to the sign-in page and afterwards back to the page they wanted."""
    if wants_json():
        return jsonify(error="请先登录", field=None), 401
    if request.method in ("GET", "HEAD"):
        return redirect(url_for(SIGN_IN, next=request.full_path.rstrip("?")))
    flash("登录已失效，刚才提交的内容没有保存；请重新登录后再提交一次。", "warning")
    return redirect(url_for(SIGN_IN))


def gate() -> Any:
    """Before every request: only public routes, and addresses that do not exist, answer an anonymous one."""
    if request.endpoint is None or request.endpoint in PUBLIC_ENDPOINTS or current_user.is_authenticated:
        return None
    return ask_to_sign_in()


def forget_loaded_user() -> None:
    """Load the user anew when next asked for: the session the present one came from has been closed."""
    g.pop("_login_user", None)
