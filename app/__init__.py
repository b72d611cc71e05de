"""The web. :func:`create_app` puts it together; it reads from top to bottom."""

from __future__ import annotations

import logging
import sys
from datetime import timedelta
from typing import Any

import click
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5

from app import (
    addresses,
    blueprints,
    cli,
    compressing,
    csrf,
    database,
    errors,
    filters,
    headers,
    icon_sheet,
    layout,
    login,
    refused,
)
from app.demo.guard import check_database
from app.settings import Settings, warn_of_unknown


class Site(Flask):
    """Flask with two additions: the request's transaction ends between the view and its answer, and no log
    names an address that is a secret."""

    def dispatch_request(self) -> ResponseReturnValue:
        try:
            response: Response = self.make_response(super().dispatch_request())
            database.settle(response.status_code)
        except Exception:
            database.fail()
            login.forget_loaded_user()
            raise
        return response

    def log_exception(self, exc_info: Any) -> None:
        self.logger.error("Exception on %s [%s]", errors.told_path(), request.method, exc_info=exc_info)


def create_app(settings: Settings | None = None) -> Site:
    """Make the application; ``settings`` come from the environment unless given."""
    settings = settings or Settings.load()
    log_to_stderr(settings)
    if not runs_a_command():
        settings.check_ready_to_serve()
    settings.prepare_data_dir()

    app = Site(__name__)
    configure(app, settings)
    database.init_app(app, settings)
    if not runs_a_command():
        check_database(app.extensions[database.ENGINE], settings.demo)
    headers.init_app(app)  # before all others: it has the last word on an answer
    login.init_app(app)
    csrf.init_app(app)
    Bootstrap5(app)
    compressing.init_app(app)
    icon_sheet.init_app(app)
    filters.init_app(app)
    addresses.init_app(app)
    layout.init_app(app)
    refused.init_app(app)
    errors.init_app(app)
    blueprints.init_app(app)
    cli.init_app(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        # A secret that is refused for serving stays out: without one Flask makes no session at all.
        SECRET_KEY=settings.session_secret() or None,
        SESSION_COOKIE_NAME="lvyue",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch is still good while the session is
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def runs_a_command() -> bool:
    """Whether this process is a ``flask`` command that serves nobody, such as ``init`` or ``month show``."""
    context = click.get_current_context(silent=True)
    return context is not None and context.info_name != "run"


def log_to_stderr(settings: Settings) -> None:
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger().setLevel(settings.log_level)
    warn_of_unknown()
