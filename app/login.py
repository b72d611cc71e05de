"""Who is signed in, and the gate: every route asks for a sign-in unless it is named here as public."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, flash, g, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from app import clock
from app.account.queries import signed_in
from app.database import current_session
from app.errors import came_from
from app.settings import current_settings
from app.wants import wants_json
from models.people import SignIn, User

SIGN_IN = "account.sign_in"
PASSWORD = "account.password"
SIGN_OUT = "account.sign_out"
ICONS = "icons"
FEED = "feed.calendar"  # the address itself is the secret
BOARD = frozenset({"board.keyed", "board.keyed_part"})  # the same
# The page for work without network, and the worker that keeps it, hold nothing of anybody.
SHELL = frozenset({"outbox.index", "outbox.worker"})
PUBLIC_ENDPOINTS = frozenset({"static", "bootstrap.static", ICONS, SIGN_IN, FEED}) | BOARD | SHELL
# Where somebody may still go who has to change the password first.
BEFORE_THE_PASSWORD = PUBLIC_ENDPOINTS | {PASSWORD, SIGN_OUT}
TOKEN = "sign_in"  # the name in the cookie, which is signed but can be read and copied
# keep.js adds that it holds what was typed; without it nobody does.
SIGNED_OUT = "登录已结束，刚才的内容还没有提交。登录后会回到原来的页面；没有自动恢复的内容，请重新填写。"

login_manager = LoginManager()
# It watches addresses of browsers; here every sign-in can be ended on the server instead.
login_manager.session_protection = None


def init_app(app: Flask) -> None:
    # A sign-in ends at its hour whatever is done meanwhile; and what a proxy keeps must not carry a cookie.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    login_manager.unauthorized_handler(ask_to_sign_in)
    login_manager.request_loader(load)
    login_manager.init_app(app, add_context_processor=False)
    # Looked up only where a template uses it: an error page must not need the database.
    app.jinja_env.globals["current_user"] = current_user
    app.before_request(gate)


def load(_request: Request) -> User | None:
    """Find the person by the token in the cookie, for as long as the server knows the sign-in as good."""
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    found = signed_in(current_session(), token, clock.now(), current_settings().demo)
    g.sign_in = found
    return found.user if found else None


def viewer() -> User:
    """Return the person at work; for views, which nobody reaches without a sign-in."""
    person: User = current_user._get_current_object()
    return person


def current_sign_in() -> SignIn:
    """Return the sign-in this request came with."""
    viewer()
    found: SignIn = g.sign_in
    return found


def remember(token: str) -> None:
    """Let the browser carry a sign-in. Whatever its cookie held before is forgotten (no fixed sessions)."""
    session.clear()
    session[TOKEN] = token
    session.permanent = True
    forget_loaded_user()


def forget() -> str | None:
    """Empty the browser's cookie; return the token it carried."""
    token = session.get(TOKEN)
    session.clear()
    forget_loaded_user()
    return token if isinstance(token, str) else None


def ask_to_sign_in() -> ResponseReturnValue:
    """Send an anonymous visitor to the sign-in page and afterwards back to the page they wanted."""
    if wants_json():
        return jsonify(error="请先登录", field=None), 401
    if request.method in ("GET", "HEAD"):
        return redirect(url_for(SIGN_IN, next=request.full_path.rstrip("?")))
    flash(SIGNED_OUT, "warning")
    back = came_from()
    return redirect(url_for(SIGN_IN, next=back) if back else url_for(SIGN_IN))


def gate() -> Any:
    """Before every request: only public routes, and addresses that do not exist, answer an anonymous one."""
    if request.endpoint is None or request.endpoint in PUBLIC_ENDPOINTS:
        return None
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    if viewer().must_change_password and request.endpoint not in BEFORE_THE_PASSWORD:
        return ask_for_new_password()
    return None


def ask_for_new_password() -> ResponseReturnValue:
    """Send somebody whose password others know to the page where it is changed."""
    if wants_json():
        return jsonify(error="请先在网页上修改初始口令", field=None), 403
    return redirect(url_for(PASSWORD))


def forget_loaded_user() -> None:
    """Load the user anew when next asked for: the session the present one came from has been closed."""
    g.pop("_login_user", None)
