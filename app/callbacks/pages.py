"""What the pages of call-backs are made from."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from flask import render_template

from app.addresses import public_url
from app.callbacks import queries
from app.callbacks.queries import Period
from app.callbacks.record import printed_record
from app.callbacks.service import OPEN
from app.clock import now
from app.contract.queries import service_year
from app.database import current_session
from app.duties.answers import form_for
from app.files import queries as file_queries
from app.forms import Form
from app.login import viewer
from app.paging import paged
from app.papers.printing import digest
from models.callbacks import CallBack
from reports.period import average_rating
from sla.callbacks import CallBackState
from sla.figures import Figure, total
from sla.vocab import Channel, Role, Satisfaction
from sla.when import day_of

PAGE = 50
FACES = [(one.value, one.label, "") for one in Satisfaction]
RUNNING = [("true", "运转平稳", ""), ("false", "不平稳", "")]
DOERS = (Role.ENGINEER, Role.MANAGER)
DECIDERS = (Role.CONTACT, Role.BUREAU)


def index(form: Form, said: dict[str, Any]) -> str:
    """List the call-backs in scope."""
    session, person, at = current_session(), viewer(), now()
    period = (said["first"], said["last"]) if said["first"] and said["last"] else None
    found = paged(session, queries.callbacks(person, at, said["show"], period), said["page"] or 1, PAGE)
    return render_template(
        "callbacks/index.html",
        found=found,
        show=said["show"],
        period=period,
        periods=queries.periods(session, person, at),
        waiting=len(queries.to_sign(session, person, at)),
        ways=list(queries.SHOWN.items()),
        filters={name: form.values[name] for name in ("show", "first", "last") if form.values.get(name)},
        starts=person.role is Role.BUREAU,
    )


def sign(form: Form) -> str:
    """Show everything that waits for this contact's signature, project by project."""
    session, person, at = current_session(), viewer(), now()
    found = queries.to_sign(session, person, at)
    return render_template(
        "callbacks/sign.html",
        found=found,
        rated={one.id: _rated(one) for one in found},
        form=form,
        **_words(),
    )


def start(form: Form) -> str:
    """Show the form by which the bureau asks, with the usual periods."""
    session = current_session()
    first, last = (str(form.values.get(name) or "") for name in ("first_day", "last_day"))
    presets = _presets(day_of(now()))
    if not first and not last:
        form.values |= {"first_day": f"{presets[0][1]}", "last_day": f"{presets[0][2]}"}
    return render_template(
        "callbacks/start.html",
        form=form,
        presets=presets,
        projects=queries.in_service(session, *_days(form, presets[0][1:])),
        chosen={str(one) for one in form.values.get("projects") or ()},
    )


def show(one: CallBack, form: Form) -> str:
    """Show one call-back: what was said, what was done about it, and what may be done now."""
    session, person, at = current_session(), viewer(), now()
    state, role = one.state, person.role
    answers = role in DECIDERS and state not in OPEN
    follows = role in (*DOERS, *DECIDERS) and state in OPEN
    return render_template(
        "callbacks/show.html",
        one=one,
        state=state,
        rated=_rated(one),
        answers=answers,
        enters=role is Role.BUREAU,
        follows=follows,
        does=role in DOERS,
        settles=follows and role in DECIDERS,
        scans=role in DECIDERS,
        papers=file_queries.of_papers(session, person, f"callback:{one.id}", at),
        channels=[(word.value, word.label, "") for word in Channel if word is not Channel.SITE],
        form_for=form_for(form),
        failed=form,
        **_words(),
    )


def record(one: CallBack) -> str:
    """Show the record as it is printed on one A4 for signing."""
    form = printed_record(one)
    return render_template(
        "callbacks/record.html",
        one=one,
        printed=form,
        digest=digest(form.content()),
        address=public_url("callbacks.show", callback_id=one.id),
    )


def summary(period: Period) -> str:
    """Show a period as a whole: how many said what, who has not answered, what became of complaints."""
    session, person, at = current_session(), viewer(), now()
    found = session.scalars(queries.callbacks(person, at, "all", period)).all()
    rated = queries.ratings(session, [one.project_id for one in found], *period)
    said = Counter(one.answer.satisfaction for one in found if one.answer)
    states = Counter(one.state for one in found)
    return render_template(
        "callbacks/summary.html",
        period=period,
        found=found,
        rated=rated,
        overall=total(rated.values()),
        said=[(word, said[word]) for word in Satisfaction],
        states=[(word, states[word]) for word in CallBackState],
        running=sum(1 for one in found if one.answer and one.answer.running_well),
        answered=sum(said.values()),
        complaints=[one for one in found if one.answer and not one.answer.is_good],
        average_rating=average_rating,
    )


def _words() -> dict[str, Any]:
    return {"faces": FACES, "running": RUNNING, "average_rating": average_rating}


def _rated(one: CallBack) -> Figure:
    found = queries.ratings(current_session(), [one.project_id], one.first_day, one.last_day)
    return found.get(one.project_id, Figure())


def _days(form: Form, usual: tuple[date, date]) -> Period:
    try:
        first, last = (date.fromisoformat(form.values.get(name)) for name in ("first_day", "last_day"))  # type: ignore[arg-type]
        return first, last
    except (TypeError, ValueError):
        return usual


def _presets(today: date) -> list[tuple[str, date, date]]:
    """Return the usual periods: months and quarters that are over or under way, and the stage so far."""
    month = today.replace(day=1)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    before = month - timedelta(days=1)
    last_quarter = quarter - timedelta(days=1)
    found = [
        ("上月", before.replace(day=1), before),
        ("本月至今", month, today),
        ("上季度", date(last_quarter.year, last_quarter.month - 2, 1), last_quarter),
        ("本季度至今", quarter, today),
    ]
    year = service_year(current_session(), 1)
    if year is not None and year.starts_on <= today:
        found.append(("第一次付款前的阶段", year.starts_on, today))
        # Right after the contract took effect nothing was in service in the month before.
        if before < year.starts_on:
            found = [one for one in found if one[2] >= year.starts_on]
    return found
