"""What the pages are made from on which award, supplements, early ends and damages are entered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template

from app.clock import now
from app.database import current_session
from app.duties.answers import form_for
from app.files import queries as file_queries
from app.forms import Form
from app.login import viewer
from app.payments import damages, queries, schemas, supplements, two
from app.payments.facts import year_view
from sla.damages import DamagesKind, settlement
from sla.money import shown_yuan, yuan
from sla.when import day_of


def award(year: int, form: Form) -> str:
    """Show a year's award with its rows, and the form to enter one."""
    session = current_session()
    versions = queries.awards(session, year)
    served = {one.project.seq for one in year_view(session, year, now()).services}
    return entry_page(
        *("payments/award.html", year, form, "award"),
        versions=versions,
        projects=[one for one in queries.projects(session) if not served or one.seq in served],
        ceiling=queries.ceiling(queries.values(session)),
        papers=_papers(f"award:{one.id}" for one in versions),
    )


def changes(year: int, form: Form) -> str:
    """Show a year's supplements and early ends, with what may still be added."""
    session = current_session()
    added, ended = queries.supplements(session, year), queries.terminations(session, year)
    view = year_view(session, year, now())
    settled = {one.project.seq for one in ended if one.withdrawn_at is None}
    terminable = [one for one in view.services if one.project.terminable and one.project.seq not in settled]
    return entry_page(
        *("payments/changes.html", year, form, "supplement"),
        supplements=added,
        terminations=ended,
        terminable=terminable,
        room=supplements.room(session, year),
        view=view,
        directions=[(one.value, one.label, "") for one in schemas.Direction],
        papers=_papers([*map(two.subject, added), *map(two.subject, ended)]),
        proposed={
            one.project.seq: settlement(
                view.account.rows[one.project.seq], one.starts_on, day_of(now()), one.ends_on
            )
            for one in terminable
            if one.project.seq in view.account.rows and one.starts_on <= day_of(now()) < one.ends_on
        },
    )


def claims(year: int, form: Form) -> str:
    """Show what the facts suggest, what was claimed, and the lending rates."""
    session = current_session()
    view, found = year_view(session, year, now()), queries.claims(session, year)
    return entry_page(
        *("payments/damages.html", year, form, "claim"),
        claims=found,
        suggestions=damages.suggestions(session, view, now()),
        kinds=[(one.value, one.label) for one in DamagesKind],
        rates=queries.lending_rates(session)[::-1],
        papers=_papers(two.subject(one) for one in found),
    )


def entry_page(template: str, year: int, form: Form, key: str, **told: Any) -> str:
    """Return a page with what all of them need; ``key`` is that of its main form."""
    return render_template(
        template,
        year=year,
        form=form if form.key == key else Form(key=key),
        failed=form,
        form_for=form_for(form),
        person=viewer(),
        years=queries.opened_years(current_session()),
        shown_yuan=shown_yuan,
        yuan=yuan,
        today=day_of(now()),
        **told,
    )


def _papers(subjects: Any) -> dict[str, Any]:
    return file_queries.of_subjects(current_session(), viewer(), list(subjects), now())


PAGES: dict[str, Callable[[int, Form], str]] = {
    "award": award,
    "supplement": changes,
    "termination": changes,
    "damages": claims,
}
