"""The one list of features. A feature's ``__init__`` or ``views`` makes its blueprint and is named here."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.account.views import blueprint as account
from app.contract.views import blueprint as contract
from app.people.views import blueprint as people
from app.projects.views import blueprint as projects

BLUEPRINTS: tuple[Blueprint, ...] = (
    account,
    people,
    contract,
    projects,
)


def init_app(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
