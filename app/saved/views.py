"""Saving, renaming and deleting the filters of a list; each leads back to the list it was done from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE

from app.clock import now
from app.database import current_session
from app.forms import Form
from app.login import viewer
from app.saved import queries, service
from app.saved.lists import LISTS, NO_FILTER
from app.saved.schemas import ListForm, RenameForm, SaveForm
from app.wants import wants_json
from models.saved import SavedFilter
from sla.errors import DomainError

blueprint = Blueprint("saved", __name__, url_prefix="/saved")

TYPED, LONGEST_KEPT = "saved_name", 60  # in the cookie, until the list is shown


@dataclass(frozen=True)
class Chip:
    """A saved filter as its list shows it."""

    id: int
    name: str
    path: str
    current: bool
    typed: str | None  # the new name that was refused


@blueprint.app_template_global("saved_filters")
def saved_filters(endpoint: str, filters: Mapping[str, Any]) -> Sequence[Chip]:
    """Return the viewer's saved filters of a list; ``filters`` is what it is narrowed to now."""
    here = query_of(endpoint, filters)
    return [
        Chip(one.id, one.name, _list_path(endpoint, one.query), one.query == here, saved_typed(one.id))
        for one in queries.saved(current_session(), viewer(), endpoint)
    ]


@blueprint.app_template_global("filter_query")
def query_of(endpoint: str, filters: Mapping[str, Any]) -> str:
    """Return filters as the part of an address behind the ``?``: what the list knows, in its own order."""
    names = (name for name in LISTS[endpoint]().fields if name not in NO_FILTER)
    return urlencode([(name, filters[name]) for name in names if filters.get(name) not in (None, "")])


@blueprint.app_template_global("saved_typed")
def saved_typed(box: str | int) -> str | None:
    """Return the name that was refused in a box: a list's, or the number of a saved filter; else ``None``."""
    if "saved_typed" not in g:
        g.saved_typed = session.pop(TYPED, None) if TYPED in session else None
    where, name = g.saved_typed or (None, None)
    return name if where == str(box) else None


@blueprint.post("")
def save() -> ResponseReturnValue:
    """Save what a list is narrowed to."""
    form = Form.sent(request)
    said = form.read(ListForm(unknown=EXCLUDE))
    endpoint = said["endpoint"]
    query = query_of(endpoint, dict(parse_qsl(said["query"])))
    try:
        name = form.read(SaveForm())["name"]
        service.save(current_session(), viewer(), endpoint, query, name, now())
    except DomainError as error:
        return _refused(error, form, endpoint, _list_path(endpoint, query))
    return _done(f"已保存筛选「{name}」。", _list_path(endpoint, query))


@blueprint.post("/<int:filter_id>/rename")
def rename(filter_id: int) -> ResponseReturnValue:
    """Give one's own filter another name."""
    found = queries.saved_one(current_session(), viewer(), filter_id)
    form = Form.sent(request)
    try:
        service.rename(current_session(), viewer(), found, form.read(RenameForm())["name"])
    except DomainError as error:
        return _refused(error, form, found.id, _path(found))
    return _done("已改名。", _path(found))


@blueprint.post("/<int:filter_id>/delete")
def delete(filter_id: int) -> ResponseReturnValue:
    """Delete one's own filter."""
    found = queries.saved_one(current_session(), viewer(), filter_id)
    back = url_for(found.endpoint)
    service.remove(current_session(), found)
    return _done("已删除。", back)


def _done(said: str, back: str) -> ResponseReturnValue:
    if not wants_json():
        flash(said, "success")
    return redirect(back, 303)


def _refused(error: DomainError, form: Form, box: str | int, back: str) -> ResponseReturnValue:
    """Say it above the list, and have the name that was typed in its box again."""
    if wants_json():
        raise error
    session[TYPED] = [str(box), str(form.values.get("name", ""))[:LONGEST_KEPT]]
    flash(error.message, "warning")
    return redirect(back, 303)


def _path(found: SavedFilter) -> str:
    return _list_path(found.endpoint, found.query)


def _list_path(endpoint: str, query: str) -> str:
    """Return the address of a list, on this site whatever the query says."""
    return f"{url_for(endpoint)}?{query}" if query else url_for(endpoint)
