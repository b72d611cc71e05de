"""The pages of acceptances, and the files made of them."""

from __future__ import annotations

from collections.abc import Callable
from tempfile import TemporaryFile

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from app.acceptance import archive, pages, queries
from app.acceptance.schemas import ZipPick
from app.access import require
from app.database import current_session
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from models.acceptance import Acceptance
from models.contract import ServiceYear
from sla.errors import NotFound
from sla.vocab import AcceptanceStage, Role

blueprint = Blueprint("acceptance", __name__, url_prefix="/acceptance")

READERS = (Role.BUREAU, Role.MANAGER, Role.AUDITOR, Role.CONTACT)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show the years and their rounds; to a contact what is asked of the unit."""
    require(viewer(), *READERS)
    return pages.index()


@blueprint.get("/years/<int:number>/<stage>")
def notice(number: int, stage: str) -> ResponseReturnValue:
    """Show the form by which the supplier reports."""
    require(viewer(), Role.MANAGER)
    return pages.notice(queries.year(current_session(), number), stage_of(stage), Form(key="notice"))


@blueprint.get("/<int:round_id>")
def show(round_id: int) -> ResponseReturnValue:
    """Show a round."""
    return pages.show(load(round_id), Form())


@blueprint.get("/<int:round_id>/standards")
def standards(round_id: int) -> ResponseReturnValue:
    """Show how far the standards of each project are judged."""
    return pages.overview(load(round_id))


@blueprint.get("/<int:round_id>/standards/<int:seq>")
def project(round_id: int, seq: int) -> ResponseReturnValue:
    """Show the standards of a project."""
    return pages.project(load(round_id), seq, Form())


@blueprint.get("/<int:round_id>/units")
def units(round_id: int) -> ResponseReturnValue:
    """Show what the units say."""
    return pages.units(load(round_id))


@blueprint.get("/<int:round_id>/units/<int:unit_id>")
def unit(round_id: int, unit_id: int) -> ResponseReturnValue:
    """Show what one unit is asked."""
    return pages.unit(queries.opened(current_session(), viewer(), round_id), unit_id, Form())


@blueprint.get("/dossier/<int:number>")
def dossier(number: int) -> ResponseReturnValue:
    """Show the parts of a year's dossier."""
    return pages.papers(_year_of_dossier(number), Form())


@blueprint.get("/dossier/<int:number>/zip")
def zipped(number: int) -> ResponseReturnValue:
    """Serve the dossier as one file, built on the disk."""
    year = _year_of_dossier(number)
    photos = Form(request.args.to_dict()).read(ZipPick())["photos"]
    out = TemporaryFile()  # noqa: SIM115, the answer reads it and closes it
    try:
        archive.pack(current_session(), current_store(), year, out, photos=photos)
    except BaseException:
        out.close()
        raise
    name = f"验收资料-第{year.number}服务年度.zip"
    return send_file(out, mimetype="application/zip", as_attachment=True, download_name=name)


# -- what the pages and the acts have in common ---------------------------------------------------------


def load(round_id: int) -> Acceptance:
    """Return a round in scope."""
    return queries.find(current_session(), viewer(), round_id)


def stage_of(text: str) -> AcceptanceStage:
    """Return the stage an address names."""
    try:
        return AcceptanceStage(text)
    except ValueError:
        raise NotFound("没有这种验收") from None


def again(round_id: int, form: Form) -> Callable[[], str]:
    """Return how the page of a round is shown again with what was typed."""
    return lambda: pages.show(load(round_id), form)


def _year_of_dossier(number: int) -> ServiceYear:
    """Return a year whose dossier the viewer may see: parties, auditor, and the members of a group."""
    session, person = current_session(), viewer()
    year = queries.year(session, number)
    if person.role not in queries.ALL_ROUNDS and not any(
        one.service_year_id == year.id for one in queries.rounds(session, person)
    ):
        raise NotFound("没有这份验收资料，或您无权查看")
    return year
