"""Saving, renaming and deleting the filters of a list; each leads back to the list it was done from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.clock import now
from app.database import current_session
from app.forms import Form
from app.login import viewer
from app.saved import queries, service
from app.saved.lists import LISTS, NO_FILTER
from app.saved.schemas import RenameForm, SaveForm
from app.wants import wants_json
from models.saved import SavedFilter
from sla.errors import DomainError

blueprint = Blueprint("saved", __name__, url_prefix="/saved")


@dataclass(frozen=True)
class Chip:
    """A saved filter as its list shows it."""

    id: int
    name: str
    path: str
    current: bool


@blueprint.app_template_global("saved_filters")
def saved_filters(endpoint: str, filters: Mapping[str, Any]) -> Sequence[Chip]:
    """Return the viewer's saved filters of a list; ``filters`` is what it is narrowed to now."""
    here = query_of(endpoint, filters)
    return [
        Chip(one.id, one.name, _list_path(endpoint, one.query), one.query == here)
        for one in queries.saved(current_session(), viewer(), endpoint)
    ]


@blueprint.app_template_global("filter_query")
def query_of(endpoint: str, filters: Mapping[str, Any]) -> str:
    """Return filters as the part of an address behind the ``?``: what the list knows, in its own order."""
    names = (name for name in LISTS[endpoint]().fields if name not in NO_FILTER)
    return urlencode([(name, filters[name]) for name in names if filters.get(name) not in (None, "")])


@blueprint.post("")
def save() -> ResponseReturnValue:
    """Save what a list is narrowed to."""
    form = Form.sent(request)
    said = form.read(SaveForm())
    endpoint = said["endpoint"]
    query = query_of(endpoint, dict(parse_qsl(said["query"])))
    try:
        service.save(current_session(), viewer(), endpoint, query, said["name"], now())
    except DomainError as error:
        return _refused(error, _list_path(endpoint, query))
    return _done(f"已保存筛选「{said['name']}」。", _list_path(endpoint, query))


@blueprint.post("/<int:filter_id>/rename")
def rename(filter_id: int) -> ResponseReturnValue:
    """Give one's own filter another name."""
    found = queries.saved_one(current_session(), viewer(), filter_id)
    try:
        name = Form.sent(request).read(RenameForm())["name"]
        service.rename(current_session(), viewer(), found, name)
    except DomainError as error:
        return _refused(error, _path(found))
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


def _refused(error: DomainError, back: str) -> ResponseReturnValue:
    """Say it above the list: nothing was typed that would be lost."""
    if wants_json():
        raise error
    flash(error.message, "warning")
    return redirect(back, 303)


def _path(found: SavedFilter) -> str:
    return _list_path(found.endpoint, found.query)


def _list_path(endpoint: str, query: str) -> str:
    """Return the address of a list, on this site whatever the query says."""
    return f"{url_for(endpoint)}?{query}" if query else url_for(endpoint)
