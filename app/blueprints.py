"""The one list of features. A feature's ``__init__`` or ``views`` makes its blueprint and is named here."""

from __future__ import annotations

from flask import Blueprint, Flask

BLUEPRINTS: tuple[Blueprint, ...] = ()


def init_app(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
