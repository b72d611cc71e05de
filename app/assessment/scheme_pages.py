"""What the pages of the scheme are made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template

from app.assessment import editor, queries, service
from app.assessment.outlook import Outlook, outlook
from app.assessment.queries import Standing
from app.clock import now
from app.contract.changing import first_changeable_day
from app.contract.outlook import decisions
from app.database import current_session
from app.duties.answers import form_for
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from models.assessment import SchemeVersion
from sla.assessment import MEASURABLE, MOST_BANDS, Mode, Scheme, Source, Veto
from sla.period import Period
from sla.vocab import Role
from sla.when import day_of


@dataclass(frozen=True)
class Plan:
    """From which day a version is to hold, and what that rests on."""

    from_day: date
    basis: str


def draft_outlook(version: SchemeVersion, scheme: Scheme) -> Outlook:
    """Return what saving a scheme as a draft would change."""
    return outlook(current_session(), current_store(), viewer(), scheme, _judged_by(version), now())


def _judged_by(version: SchemeVersion) -> Callable[[Period], bool]:
    """Tell which periods a draft judges: those without a version in force."""
    known = queries.versions(current_session())

    def judges(period: Period) -> bool:
        found = queries.judging(known, period)
        return found is None or (found.standing is Standing.DRAFT and found.version.id == version.id)

    return judges


def _adopted_from(version: SchemeVersion, from_day: date) -> Callable[[Period], bool]:
    """Tell which periods a version would judge that is adopted from a day."""
    known = queries.versions(current_session())

    def judges(period: Period) -> bool:
        last = period.until_day - timedelta(days=1)
        found = queries.judging(known, period)
        later = (
            found is not None
            and found.standing is Standing.IN_FORCE
            and found.version.from_day is not None
            and (found.version.from_day, found.version.number) > (from_day, version.number)
        )
        return from_day <= last and not later

    return judges


def index_page(form: Form) -> str:
    """List the versions."""
    known = queries.versions(current_session())
    return render_template(
        "schemes/index.html",
        versions=known,
        in_force=queries.in_force(known, day_of(now())),
        open_one=next((one for one in known if one.state in queries.OPEN), None),
        form=form,
        drafts=viewer().role is Role.BUREAU,
    )


def version_page(version: SchemeVersion, form: Form) -> str:
    """Show one version with its signatures and its history."""
    session, person = current_session(), viewer()
    return render_template(
        "schemes/show.html",
        version=version,
        scheme=version.scheme,
        digest=service.digest(version.scheme),
        in_force=queries.in_force(queries.versions(session), day_of(now())) is version,
        decisions=decisions(session, f"scheme:{version.id}"),
        first=first_changeable_day(session, day_of(now())),
        decides=person.role is Role.BUREAU,
        is_signer=person.id == version.signed_by_id,
        form_for=form_for(form),
        failed=form,
    )


def edit_page(version: SchemeVersion, form: Form, found: Outlook | None = None) -> str:
    """Show the draft as a form, below it what saving would change if that is known."""
    return render_template(
        "schemes/edit.html",
        version=version,
        form=form,
        found=found,
        indicators=MEASURABLE,
        modes=[(one.value, one.label) for one in Mode],
        sources=[(one.value, one.label) for one in Source],
        vetoes=list(Veto),
        bands=range(1, MOST_BANDS + 1),
        bonuses=range(1, editor.BONUSES + 1),
    )


def adoption_page(version: SchemeVersion, plan: Plan, form: Form) -> str:
    """Show what adopting would change, and the place to sign."""
    scheme: Scheme = version.scheme
    judges = _adopted_from(version, plan.from_day)
    found = outlook(current_session(), current_store(), viewer(), scheme, judges, now())
    return render_template(
        "schemes/adoption.html",
        version=version,
        scheme=scheme,
        plan=plan,
        digest=service.digest(scheme),
        found=found,
        form=form,
        is_signer=viewer().id == version.signed_by_id,
    )
