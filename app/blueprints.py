"""The one list of features. A feature's ``__init__`` or ``views`` makes its blueprint and is named here."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.routing import IntegerConverter, Map

from app.account.views import blueprint as account
from app.checklists.views import blueprint as checklists
from app.closing.views import blueprint as closing
from app.contract.change_views import blueprint as changes
from app.contract.views import blueprint as contract
from app.duties.plan_views import blueprint as plan
from app.duties.views import blueprint as duties
from app.duties.work_views import blueprint as works
from app.equipment.views import blueprint as equipment
from app.feed.views import blueprint as feed
from app.files.views import blueprint as files
from app.home.views import blueprint as home
from app.months.views import blueprint as months
from app.papers.views import blueprint as papers
from app.people.views import blueprint as people
from app.places.views import blueprint as places
from app.projects.views import blueprint as projects
from app.residents.views import blueprint as residents
from app.tickets.views import blueprint as tickets
from app.watch.views import blueprint as watch

BLUEPRINTS: tuple[Blueprint, ...] = (
    home,
    tickets,
    duties,
    works,
    plan,
    checklists,
    account,
    people,
    contract,
    changes,
    projects,
    months,
    closing,
    residents,
    files,
    papers,
    equipment,
    feed,
    places,
    watch,
)


class RowNumber(IntegerConverter):
    """A number in an address: one that no column can hold leads nowhere."""

    def __init__(self, url_map: Map, fixed_digits: int = 0, max: int = 2**31 - 1) -> None:
        super().__init__(url_map, fixed_digits, max=max)


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
