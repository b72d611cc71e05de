"""The page of a period, the rows behind each of its figures, and the workbook of a month."""

from __future__ import annotations

from io import BytesIO
from typing import TypeVar

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import projects_seen, require
from app.charts.geometry import band
from app.closing.frozen import Served, lines_of, served, served_sums
from app.closing.queries import READERS as CLOSING_READERS
from app.database import current_session
from app.duties.words import window_text
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from app.months.files import monthly_file
from app.months.periods import Offered, offered
from app.months.schemas import MonthPick, RowsFilter, TicketsFilter
from app.months.service import ALL_DUTIES, Selection, about, audience, behind
from app.navigation import READERS
from app.overview.queries import LOWER_IS_BETTER
from app.paging import PAGE_SIZE, Page
from reports.catalogue import MONTHLY
from reports.period import absence, average_rating, is_assumed
from sla.errors import NotFound
from sla.figures import total
from sla.fold import Flow, adjusted, flows
from sla.period import Length, Period
from sla.rows import OF_OCCURRENCES
from sla.vocab import Indicator
from sla.when import day_of

T = TypeVar("T")

blueprint = Blueprint("months", __name__, url_prefix="/months")


@blueprint.get("")
def index() -> ResponseReturnValue:
    require(viewer(), *READERS)
    picked = Form(request.args.to_dict()).read(MonthPick())["month"]
    return redirect(url_for(".show", month=picked or _offered().of(Length.MONTH)[0].key))


@blueprint.get("/<month>")
def show(month: str) -> ResponseReturnValue:
    choice, period = _chosen(month)
    found = served_sums(current_session(), current_store(), period, viewer(), clock.now())
    same = choice.of(period.kind)
    place = same.index(period)
    return render_template(
        "months/show.html",
        sums=found.sums,
        scope=found.sums.scope,
        audience=audience(viewer(), found.sums.scope),
        on_assumption=is_assumed(found.readings),
        data_until=found.data_until,
        callbacks=found.callbacks,
        adjustments=found.adjustments,
        period=period,
        indicators=list(Indicator),
        of_occurrences=OF_OCCURRENCES,
        flow=Flow,
        choices=same,
        kinds=[(kind, choice.like(period, kind)) for kind in Length],
        earlier=same[place + 1] if place + 1 < len(same) else None,
        later=same[place - 1] if place else None,
        absence=absence,
        band_of=lambda indicator, rate: band(rate, lower_is_better=indicator in LOWER_IS_BETTER),
        average_rating=average_rating,
        close=found.close,
        frozen=found.is_frozen,
        adjusted=adjusted(found.adjustments),
        closes=viewer().role in CLOSING_READERS and period.kind is Length.MONTH,
    )


@blueprint.get("/<month>/rows")
def rows(month: str) -> ResponseReturnValue:
    _, period = _chosen(month)
    session = current_session()
    form = Form(request.args.to_dict())
    asked = form.read(RowsFilter())
    page = asked.pop("page") or 1
    kept = _served(period)
    found = kept.rows
    wanted = Selection(**asked)
    parts = behind(found, wanted)
    listed = _page(parts, page)
    return render_template(
        "months/rows.html",
        period=period,
        rows=found,
        wanted=wanted,
        of_occurrences=(*OF_OCCURRENCES, ALL_DUTIES),
        about=about(found, wanted),
        figure=total(part.figure for part in parts),
        listed=listed,
        window_text=window_text,
        because=lines_of(session, kept, [part.clock for part in listed.items if part.clock]),
        filters={name: value for name, value in form.values.items() if name in asked} | {"month": month},
        average_rating=average_rating,
    )


@blueprint.get("/<month>/tickets")
def tickets(month: str) -> ResponseReturnValue:
    _, period = _chosen(month)
    asked = Form(request.args.to_dict()).read(TicketsFilter())
    found = _served(period).rows
    return render_template(
        "months/tickets.html",
        period=period,
        rows=found,
        flow=asked["flow"],
        listed=_page(flows(found)[asked["flow"]], asked["page"] or 1),
    )


@blueprint.get("/<month>/report.xlsx")
def workbook(month: str) -> ResponseReturnValue:
    _, period = _chosen(month)
    if period.kind is not Length.MONTH:
        raise NotFound("只有月份有月报可以下载，请选择一个月份")
    return send_file(
        BytesIO(monthly_file(current_session(), viewer(), period, clock.now())),
        mimetype=MONTHLY.media_type,
        as_attachment=True,
        download_name=MONTHLY.file_name.format(month=period.key),
    )


def _offered() -> Offered:
    """Return the periods this viewer may look at; 403 for who has no business data (S1)."""
    require(viewer(), *READERS)
    now = clock.now()
    return offered(current_session(), now, projects_seen(viewer(), day_of(now)))


def _chosen(text: str) -> tuple[Offered, Period]:
    """Return the periods offered, and the one the address names; 404 if it is another."""
    choice = _offered()
    return choice, choice.named(text)


def _served(period: Period) -> Served:
    """Return the period for this viewer: a frozen month from its own bytes (M1)."""
    return served(current_session(), current_store(), period, viewer(), clock.now())


def _page(items: list[T], page: int) -> Page[T]:
    page = min(page, max(1, -(-len(items) // PAGE_SIZE)))
    return Page(items[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], page, len(items))
