"""The pages of one's own account."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import login, passwords
from app.account import queries, service
from app.account.schemas import PasswordForm, SignInForm
from app.clock import now
from app.database import current_session, reading, transaction
from app.forms import Form
from app.settings import current_settings
from app.wants import wants_json
from sla.errors import DomainError, Invalid

blueprint = Blueprint("account", __name__)

HOME = "/"
WRONG = "用户名或口令不正确。连续输错 5 次，账号会锁定 15 分钟；忘记口令请联系系统管理员重置。"
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f\x7f]*")


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    if request.method != "POST":
        if current_user.is_authenticated:
            return redirect(own_path(request.args.get("next", HOME)))
        return _sign_in_page(Form({"next": own_path(request.args.get("next", HOME))}))
    form = Form.sent(request)
    try:
        said = form.read(SignInForm())
        token = _attempt(said["username"].lower(), said["password"])
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        return _sign_in_page(form), error.status
    login.remember(token)
    return redirect(own_path(said["next"]), 303)


def _attempt(username: str, password: str) -> str:
    """Sign in and return the token. An attempt is counted whatever the answer is.

    The password is checked before the transaction, so that nobody waits for a slow hash with the lock held.
    """
    demo, agent = current_settings().demo, request.user_agent.string
    with reading() as session:
        stored = queries.stored_hash(session, username)
    matched = stored if passwords.matches(stored, password) else None
    before = login.forget()
    with transaction() as session:
        if before:
            service.sign_out(session, before, now())
        token = service.sign_in(session, username, matched, now(), agent=agent, demo=demo)
    if token is None:
        raise Invalid(WRONG)
    return token


def _sign_in_page(form: Form) -> str:
    people = queries.demonstration_people(current_session()) if current_settings().demo else []
    return render_template("account/sign_in.html", form=form, people=people)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    token = login.forget()
    if token:
        service.sign_out(current_session(), token, now())
    flash("已退出登录。", "success")
    return redirect(url_for("account.sign_in"), 303)


@blueprint.route("/account/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    user, form = login.viewer(), Form()
    if request.method != "POST":
        return render_template("account/password.html", form=form, user=user)
    form = Form.sent(request)
    try:
        said = form.read(PasswordForm(user.username))
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        return render_template("account/password.html", form=form, user=user), error.status
    if not passwords.matches(user.password_hash, said["current"]):
        # A redirect, because an answer that refuses would take the count back.
        service.refuse_current(current_session(), user, now())
        flash("现口令不正确，没有修改。连续输错 5 次会退出登录并锁定 15 分钟。", "danger")
        return redirect(url_for("account.password"), 303)
    hashed = passwords.hash_of(said["new"])
    login.remember(service.change_password(current_session(), user, hashed, now(), request.user_agent.string))
    flash("口令已修改，其他设备上的登录都已退出。", "success")
    return redirect(HOME, 303)


@blueprint.get("/account/sessions")
def sessions() -> ResponseReturnValue:
    found = queries.own_sign_ins(current_session(), login.viewer(), now())
    return render_template("account/sessions.html", found=found, here=login.current_sign_in(), device=device)


@blueprint.post("/account/sessions/<int:sign_in_id>/end")
def end_session(sign_in_id: int) -> ResponseReturnValue:
    if sign_in_id == login.current_sign_in().id:
        return sign_out()
    service.end_one(current_session(), login.viewer(), sign_in_id, now())
    flash("那次登录已退出。", "success")
    return redirect(url_for("account.sessions"), 303)


@blueprint.post("/account/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    service.end_others(current_session(), login.current_sign_in(), now())
    flash("其他设备上的登录都已退出。", "success")
    return redirect(url_for("account.sessions"), 303)


def own_path(text: str) -> str:
    """Return a path of this site as it is, and the home page for anything that could lead elsewhere."""
    return text if _OWN_PATH.fullmatch(text) and "//" not in text.split("?")[0] else HOME


# What a browser's own description contains, in the order in which it has to be looked for.
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device(agent: str) -> str:
    """Say in a word or two which browser a sign-in came from."""
    found = [next((word for sign, word in words if sign in agent), "") for words in (BROWSERS, SYSTEMS)]
    return " · ".join(word for word in found if word) or "其他程序"
