"""The pages about the contract as a whole: terms, interpretations, calendar, effect."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.clock import now
from app.contract import pages
from app.contract.queries import service_year
from app.contract.schemas import ActivationForm, CalendarFilter
from app.contract.service import activate
from app.contract.words import day_text, last_day, reading_text, term_text
from app.database import current_session
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from app.wants import wants_json
from sla.errors import DomainError
from sla.vocab import Role
from sla.when import day_of

blueprint = Blueprint("contract", __name__, url_prefix="/contract")


@blueprint.get("")
def terms() -> ResponseReturnValue:
    require(viewer(), *READERS)
    session = current_session()
    return render_template(
        "contract/terms.html",
        terms=pages.terms(session),
        years=pages.service_years(session),
        term_text=term_text,
        last_day=last_day,
    )


@blueprint.get("/interpretations")
def interpretations() -> ResponseReturnValue:
    require(viewer(), *READERS)
    today = day_of(now())
    rows = pages.reading_rows(current_session(), today)
    return render_template("contract/interpretations.html", rows=rows, today=today, reading_text=reading_text)


@blueprint.get("/calendar")
def calendar() -> ResponseReturnValue:
    today = day_of(now())
    said = Form(request.args.to_dict()).read(CalendarFilter())
    shown = pages.calendar_page(current_session(), said["year"] or today.year)
    return render_template("contract/calendar.html", shown=shown, today=today)


@blueprint.get("/activation")
def activation() -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form(request.args.to_dict())
    if "effective" not in form.values:
        return _activation_page(form)
    try:
        said = form.read(ActivationForm())
    except DomainError as error:
        form.blame(error)
        return _activation_page(form), error.status
    return _activation_page(form, said["effective"])


@blueprint.post("/activation")
def confirm_activation() -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form.sent(request)
    try:
        said = form.read(ActivationForm())
        year = activate(current_session(), viewer(), said["effective"], now(), said["reason"])
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        return _activation_page(form), error.status
    flash(f"合同自 {day_text(year.starts_on)}起生效，第一服务年度已开启。", "success")
    return redirect(url_for("contract.activation"), 303)


def _activation_page(form: Form, effective: date | None = None) -> str:
    session = current_session()
    return render_template(
        "contract/activation.html",
        form=form,
        effective=effective,
        preview=pages.own_years_if(session, effective) if effective else (),
        year=service_year(session, 1),
        projects=pages.own_years(session),
        day_text=day_text,
        last_day=last_day,
    )
