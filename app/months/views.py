"""The page of a month, the rows behind each of its figures, and its workbook."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import TypeVar

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import projects_seen, require
from app.database import current_session
from app.forms import Form
from app.login import viewer
from app.months.queries import arithmetic, month_rows, months_offered
from app.months.schemas import MonthPick, RowsFilter, TicketsFilter
from app.months.service import Selection, about, behind, month_report
from app.navigation import READERS
from app.paging import PAGE_SIZE, Page
from reports.catalogue import MONTHLY
from reports.month import absence, average_rating
from sla.errors import Invalid, NotFound
from sla.figures import total
from sla.month import Flow, flows, workday_targets
from sla.vocab import Indicator
from sla.when import day_of, next_month, parse_month

T = TypeVar("T")

blueprint = Blueprint("months", __name__, url_prefix="/months")


@blueprint.get("")
def index() -> ResponseReturnValue:
    require(viewer(), *READERS)
    picked = Form(request.args.to_dict()).read(MonthPick())["month"]
    _, current = _offered()
    return redirect(url_for(".show", month=picked or f"{current:%Y-%m}"))


@blueprint.get("/<month>")
def show(month: str) -> ResponseReturnValue:
    first, last, chosen = _chosen(month)
    report = month_report(current_session(), viewer(), chosen, clock.now())
    return render_template(
        "months/show.html",
        report=report,
        indicators=list(Indicator),
        flow=Flow,
        months=_months(first, last),
        earlier=_month_before(chosen) if chosen > first else None,
        later=next_month(chosen) if chosen < last else None,
        change=workday_targets(report.rows),
        absence=absence,
        average_rating=average_rating,
    )


@blueprint.get("/<month>/rows")
def rows(month: str) -> ResponseReturnValue:
    _, _, chosen = _chosen(month)
    session, now = current_session(), clock.now()
    form = Form(request.args.to_dict())
    asked = form.read(RowsFilter())
    page = asked.pop("page") or 1
    found = month_rows(session, chosen, now, projects_seen(viewer(), day_of(now)))
    wanted = Selection(**asked)
    parts = behind(found, wanted)
    listed = _page(parts, page)
    return render_template(
        "months/rows.html",
        month=f"{chosen:%Y-%m}",
        rows=found,
        wanted=wanted,
        about=about(found, wanted),
        figure=total(part.figure for part in parts),
        listed=listed,
        because=arithmetic(session, found, [part.clock for part in listed.items if part.clock]),
        filters={name: value for name, value in form.values.items() if name in asked} | {"month": month},
        average_rating=average_rating,
    )


@blueprint.get("/<month>/tickets")
def tickets(month: str) -> ResponseReturnValue:
    _, _, chosen = _chosen(month)
    asked = Form(request.args.to_dict()).read(TicketsFilter())
    now = clock.now()
    found = month_rows(current_session(), chosen, now, projects_seen(viewer(), day_of(now)))
    return render_template(
        "months/tickets.html",
        month=f"{chosen:%Y-%m}",
        rows=found,
        flow=asked["flow"],
        listed=_page(flows(found)[asked["flow"]], asked["page"] or 1),
    )


@blueprint.get("/<month>/report.xlsx")
def workbook(month: str) -> ResponseReturnValue:
    _, _, chosen = _chosen(month)
    report = month_report(current_session(), viewer(), chosen, clock.now())
    return send_file(
        BytesIO(MONTHLY.write(report)),
        mimetype=MONTHLY.media_type,
        as_attachment=True,
        download_name=MONTHLY.file_name.format(month=report.month_text),
    )


def _offered() -> tuple[date, date]:
    """Return the first and the last month this viewer may look at; 403 for who has no business data (S1)."""
    require(viewer(), *READERS)
    now = clock.now()
    return months_offered(current_session(), now, projects_seen(viewer(), day_of(now)))


def _chosen(text: str) -> tuple[date, date, date]:
    """Return the first and last month offered, and the one the address names; 404 if it is another."""
    first, last = _offered()
    try:
        chosen = parse_month(text)
    except Invalid as error:
        raise NotFound(error.message) from None
    if not first <= chosen <= last:
        raise NotFound(f"只有 {first:%Y-%m} 至 {last:%Y-%m} 的月报，请从月份列表中选择")
    return first, last, chosen


def _months(first: date, last: date) -> list[str]:
    """Return the months offered, the latest first."""
    found = []
    while first <= last:
        found.append(f"{first:%Y-%m}")
        first = next_month(first)
    return found[::-1]


def _month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _page(items: list[T], page: int) -> Page[T]:
    page = min(page, max(1, -(-len(items) // PAGE_SIZE)))
    return Page(items[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], page, len(items))
