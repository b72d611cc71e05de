"""The pages of the scores: a period's overview, and the sheets of projects, units and the contract."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import projects_seen, require
from app.assessment import sheets
from app.assessment.judging import Judged, judge, judged_until, ordered, sheet_judged
from app.assessment.queries import ASSESSED, SEE_WHOLE, Judging
from app.assessment.schemas import ORDERS, PeriodPick, ScoresFilter
from app.assessment.scores import CONTRACT, Sheet, Whose, units_scored
from app.clock import now
from app.database import current_session
from app.duties.words import window_text
from app.files.queries import of_papers
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from app.months.periods import Offered, offered
from sla.errors import Conflict, NotFound
from sla.period import Length, Period
from sla.rows import PeriodRows
from sla.vocab import Role
from sla.when import day_of

blueprint = Blueprint("assessment", __name__, url_prefix="/assessment")

NO_SCHEME = "还没有考核办法，请先初始化系统"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Lead to the present quarter, or to the period that was picked."""
    picked = Form(request.args.to_dict()).read(PeriodPick())["month"]
    return redirect(url_for(".show", month=picked or _offered().of(Length.QUARTER)[0].key))


@blueprint.get("/<month>")
def show(month: str) -> ResponseReturnValue:
    """Show every project in scope with its score and band."""
    choice, period = _chosen(month)
    form = Form(request.args.to_dict(), key="filter")
    asked = form.read(ScoresFilter())
    at = now()
    judged = judge(current_session(), current_store(), period, viewer(), at)
    units = units_scored(viewer(), judged.facts.scope)
    return render_template(
        "assessment/index.html",
        judged=judged,
        rows=judged.facts.scope,
        data_until=judged_until(current_session(), judged, period, viewer(), at),
        judging=judged.judging,
        form=form,
        lines=ordered(judged, asked["unit"], asked["order"]),
        units=[(unit, judged.score(Whose(unit=unit))) for unit in units],
        choices_of_units=judged.facts.scope.units,
        chosen_unit=asked["unit"],
        orders=list(ORDERS.items()),
        contract=judged.score(CONTRACT) if viewer().role in SEE_WHOLE else None,
        **_steps(choice, period),
    )


@blueprint.get("/<month>/projects/<int:seq>")
def project(month: str, seq: int) -> ResponseReturnValue:
    """Show the score sheet of a project."""
    return _sheet_page(month, seq=seq)


@blueprint.get("/<month>/units/<int:unit_id>")
def unit(month: str, unit_id: int) -> ResponseReturnValue:
    """Show the score sheet of a unit."""
    return _sheet_page(month, unit_id=unit_id)


@blueprint.get("/<month>/contract")
def contract(month: str) -> ResponseReturnValue:
    """Show the score sheet of the whole contract."""
    return _sheet_page(month)


@blueprint.post("/<month>/projects/<int:seq>/paper")
def print_project(month: str, seq: int) -> ResponseReturnValue:
    return _print(month, seq=seq)


@blueprint.post("/<month>/units/<int:unit_id>/paper")
def print_unit(month: str, unit_id: int) -> ResponseReturnValue:
    return _print(month, unit_id=unit_id)


@blueprint.post("/<month>/contract/paper")
def print_contract(month: str) -> ResponseReturnValue:
    return _print(month)


# -- what they have in common -----------------------------------------------------------------------


def _offered() -> Offered:
    require(viewer(), *sorted(ASSESSED))
    at = now()
    return offered(current_session(), at, projects_seen(viewer(), day_of(at)))


def _chosen(month: str) -> tuple[Offered, Period]:
    choice = _offered()
    return choice, choice.named(month)


def _judged_sheet(
    month: str, seq: int | None, unit_id: int | None
) -> tuple[Offered, Period, Judged, Judging, PeriodRows, Sheet]:
    choice, period = _chosen(month)
    session, at = current_session(), now()
    judged = judge(session, current_store(), period, viewer(), at)
    found = sheet_judged(session, judged, period, viewer(), at, seq, unit_id)
    if judged.judging is None or found is None:
        raise NotFound(NO_SCHEME)
    return choice, period, judged, judged.judging, *found


def _sheet_page(month: str, seq: int | None = None, unit_id: int | None = None) -> str:
    choice, period, judged, judging, rows, found = _judged_sheet(month, seq, unit_id)
    whose, session = found.whose, current_session()
    return render_template(
        "assessment/sheet.html",
        whose=whose,
        judged=judged,
        sheet=found,
        rows=rows,
        data_until=rows.data_until,
        judging=judging,
        most=sheets.MOST_LISTED,
        papers=of_papers(session, viewer(), sheets.subject(period, whose), now()),
        prints=viewer().role is Role.BUREAU and sheets.is_printed(period, now()),
        endpoint=request.endpoint,
        where={name: one for name, one in (("seq", seq), ("unit_id", unit_id)) if one is not None},
        print_to=(request.endpoint or "").replace(".", ".print_"),
        person=viewer(),
        window_text=window_text,
        **_steps(choice, period),
    )


def _print(month: str, seq: int | None = None, unit_id: int | None = None) -> ResponseReturnValue:
    _, period, _, judging, _, found = _judged_sheet(month, seq, unit_id)
    require(viewer(), Role.BUREAU)
    if not sheets.is_printed(period, now()):
        raise Conflict("季度和年度考核表在期间结束以后才能打印签字")
    paper = sheets.keep(current_session(), viewer(), period, judging, found, now())
    flash("考核表已生成，请打印签字，再把扫描件传到这里。", "success")
    return redirect(url_for("papers.show", paper_id=paper.id), 303)


def _steps(choice: Offered, period: Period) -> dict[str, object]:
    same = choice.of(period.kind)
    place = same.index(period)
    return {
        "period": period,
        "choices": same,
        "kinds": [(kind, choice.like(period, kind)) for kind in Length],
        "earlier": same[place + 1] if place + 1 < len(same) else None,
        "later": same[place - 1] if place else None,
    }
