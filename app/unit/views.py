"""The page of a unit's own figures: this month and earlier ones, what was promised, what is open."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.access import projects_seen, require
from app.clock import now
from app.closing.frozen import served
from app.database import current_session
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from app.months.periods import offered
from app.unit import queries, service
from app.unit.schemas import UnitPick
from reports.period import absence, average_rating
from sla.figures import total
from sla.fold import sums
from sla.period import Length
from sla.rows import MEASURED_BY
from sla.vocab import ClockKind, Indicator, Role
from sla.when import day_of

blueprint = Blueprint("unit", __name__, url_prefix="/unit")

# What stands in the list of measures; satisfaction and attendance are said apart.
SHOWN = (*MEASURED_BY.values(), Indicator.FIRST_FIX, Indicator.INSPECTION, Indicator.DUTY, Indicator.DOCUMENT)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show a month of the own unit, the present one unless another is named."""
    person, session, at = viewer(), current_session(), now()
    require(person, Role.CONTACT)
    choice = offered(session, at, projects_seen(person, day_of(at)))
    months = choice.of(Length.MONTH)
    picked = Form(request.args.to_dict()).read(UnitPick())["month"]
    period = choice.like(choice.named(picked), Length.MONTH) if picked else months[0]
    assert period is not None
    found = served(session, current_store(), period, person, at)
    rows, added = found.rows, sums(found.rows)
    whole = added.figures.contract
    return render_template(
        "unit/show.html",
        unit=person.unit,
        period=period,
        months=months,
        frozen=found.is_frozen,
        scope=added.scope,
        totals=added.totals,
        on_time=service.on_time(rows.clocks),
        averages=service.averages(rows.clocks),
        measures=[(one, whole[one], absence(one, whole[one], rows.projects, period)) for one in SHOWN],
        duties=total(whole[one] for one in (Indicator.INSPECTION, Indicator.DUTY, Indicator.DOCUMENT)),
        attendance=whole[Indicator.ATTENDANCE],
        rating=average_rating(whole[Indicator.SATISFACTION]),
        ratings=whole[Indicator.SATISFACTION].total // 5,
        callbacks=rows.callbacks,
        adjustments=len(rows.adjustments),
        by_project={seq: service.of_project(rows, seq) for seq in added.scope.project_by_seq},
        promises=service.promises(session, person, day_of(at)),
        open=queries.open_now(session, person, at),
        kinds=ClockKind,
    )
