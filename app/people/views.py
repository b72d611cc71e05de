"""The pages about people: the administrator's, and the part of them that the supplier's manager has."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import passwords
from app.access import require
from app.clock import now
from app.database import current_session
from app.duties.answers import form_for
from app.forms import Form
from app.login import viewer
from app.people import assignments, queries, service
from app.people.schemas import AssignmentForm, EndForm, NewPersonForm, PeopleFilter, PersonForm
from app.wants import wants_json
from models.contract import Unit
from models.people import User
from sla.errors import DomainError, Invalid
from sla.vocab import Role
from sla.when import day_of

blueprint = Blueprint("people", __name__, url_prefix="/people")

ROLES = [(role.value, role.label) for role in Role]
MANAGES = (Role.ADMIN, Role.MANAGER)


@blueprint.get("")
def index() -> ResponseReturnValue:
    require(viewer(), *MANAGES)
    form = Form(request.args.to_dict())
    said = form.read(PeopleFilter())
    found = queries.people(current_session(), viewer(), said["q"], said["role"], said["former"])
    return render_template(
        "people/index.html", people=found, form=form, roles=ROLES, today=today(), current=queries.current
    )


@blueprint.get("/units")
def units() -> ResponseReturnValue:
    require(viewer(), Role.ADMIN)
    session = current_session()
    return render_template(
        "people/units.html", units=queries.units(session), contacts=queries.contacts_by_unit(session)
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(viewer(), Role.ADMIN)
    if request.method != "POST":
        return _person_page(Form(request.args.to_dict()))
    form = Form.sent(request)
    try:
        said = _with_unit(form.read(NewPersonForm()))
        password = passwords.invented()
        user = service.create_person(
            current_session(), viewer(), now(), password_hash=passwords.hash_of(password), **said
        )
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        return _person_page(form), error.status
    # The one time it is shown: kept nowhere, and not in a message that would travel in the cookie.
    return render_template("people/password.html", user=user, password=password, made=True)


@blueprint.get("/<int:person_id>")
def show(person_id: int) -> ResponseReturnValue:
    return _show(queries.person(current_session(), viewer(), person_id), Form(key="a"))


@blueprint.route("/<int:person_id>/edit", methods=["GET", "POST"])
def edit(person_id: int) -> ResponseReturnValue:
    user = queries.person(current_session(), viewer(), person_id)
    require(viewer(), Role.ADMIN)
    if request.method != "POST":
        form = Form({"name": user.name, "phone": user.phone, "role": user.role, "unit": user.unit_id})
        return _person_page(form, user)
    form = Form.sent(request)
    try:
        said = _with_unit(form.read(PersonForm()))
        changed = service.change_person(current_session(), viewer(), user, now(), **said)
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        return _person_page(form, user), error.status
    flash("已保存。" if changed else "没有改动。", "success" if changed else "info")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post("/<int:person_id>/deactivate")
def deactivate(person_id: int) -> ResponseReturnValue:
    user = queries.person(current_session(), viewer(), person_id)
    service.deactivate(current_session(), viewer(), user, now())
    flash(f"{user.name}已停用，现有登录全部退出。", "success")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post("/<int:person_id>/reactivate")
def reactivate(person_id: int) -> ResponseReturnValue:
    user = queries.person(current_session(), viewer(), person_id)
    service.reactivate(current_session(), viewer(), user, now())
    flash(f"{user.name}已恢复使用，口令不变。", "success")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post("/<int:person_id>/reset-password")
def reset_password(person_id: int) -> ResponseReturnValue:
    user = queries.person(current_session(), viewer(), person_id)
    password = passwords.invented()
    service.reset_password(current_session(), viewer(), user, passwords.hash_of(password), now())
    return render_template("people/password.html", user=user, password=password, made=False)


@blueprint.post("/<int:person_id>/assignments")
def assign(person_id: int) -> ResponseReturnValue:
    user = queries.person(current_session(), viewer(), person_id)
    form = Form.sent(request, key="a")
    try:
        said = form.read(AssignmentForm())
        assignments.assign(
            current_session(),
            viewer(),
            user,
            now(),
            project_seq=said["project"],
            from_day=said["from_day"],
            through=said["last_day"],
        )
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        return _show(user, form), error.status
    flash("派驻安排已保存。", "success")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post("/<int:person_id>/assignments/<int:assignment_id>/end")
def end_assignment(person_id: int, assignment_id: int) -> ResponseReturnValue:
    user = queries.person(current_session(), viewer(), person_id)
    row = queries.assignment(current_session(), user.id, assignment_id)
    form = Form.sent(request, key=f"end-{assignment_id}")
    try:
        through = form.read(EndForm())["last_day"]
        assignments.end_assignment(current_session(), viewer(), row, through, now())
    except DomainError as error:
        if wants_json() or error.status in (403, 404):
            raise
        form.blame(error)
        return _show(user, form), error.status
    flash("派驻安排已结束。", "success")
    return redirect(url_for("people.show", person_id=person_id), 303)


def today() -> date:
    """Return the present day in Shanghai (T1)."""
    return day_of(now())


def _show(user: User, form: Form) -> str:
    return render_template(
        "people/show.html",
        user=user,
        form_for=form_for(form),
        now=now(),
        today=today(),
        projects=_project_choices() if user.role is Role.ENGINEER else (),
        rows=sorted(user.assignments, key=lambda a: (a.from_day, a.project.seq), reverse=True),
        words=assignments,
    )


def _person_page(form: Form, user: User | None = None) -> str:
    units = [(unit.id, unit.name) for unit in queries.units(current_session())]
    return render_template("people/edit.html", form=form, user=user, units=units, roles=ROLES)


def _project_choices() -> list[tuple[int, str]]:
    found = queries.all_projects(current_session())
    return [(one.seq, f"{one.seq} {one.unit.name}：{one.name}") for one in found]


def _with_unit(said: dict[str, Any]) -> dict[str, Any]:
    """Put the unit in place of its number."""
    unit = current_session().get(Unit, said["unit"]) if said["unit"] is not None else None
    if unit is None and said["unit"] is not None:
        raise Invalid("请从列表中选择单位", "unit")
    return said | {"unit": unit}
