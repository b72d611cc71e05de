"""The page after signing in: each role's own, made in the file of that role."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.clock import now
from app.database import current_session
from app.home import bureau, contact, desk, engineer, plain
from app.login import viewer
from sla.vocab import Role

blueprint = Blueprint("home", __name__)

# Each has the name of its template and `content(session, person, now)`, what the template is given.
PAGES = {
    Role.ENGINEER: engineer,
    Role.CONTACT: contact,
    Role.BUREAU: bureau,
    Role.MANAGER: desk,
    Role.HOTLINE: desk,
    Role.AUDITOR: plain,
    Role.ADMIN: plain,
}


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Show the start page of the viewer's role."""
    page = PAGES[viewer().role]
    return render_template(page.TEMPLATE, **page.content(current_session(), viewer(), now()))
