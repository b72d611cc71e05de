"""The forms about money that are kept for printing and signing; each is then a paper with its own page."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.clock import now
from app.database import current_session
from app.login import viewer
from app.papers.printing import PrintedForm, signed_form
from app.payments import queries, renewals, service, two
from app.payments.agreements import renewal_form, request_form, supplement_form, termination_form
from app.payments.answers import check
from app.payments.entry_views import kind_of
from app.payments.facts import year_view
from app.payments.forms import checklist, claim_form
from app.payments.renewal_views import blueprint
from models.contract import Project
from models.papers import Paper
from models.payments import Award, Damages, Supplement
from sla.errors import Conflict, NotFound
from sla.vocab import PaperKind, Role, Standing
from sla.when import day_of

__all__ = ["blueprint"]  # with every page about money on it


@blueprint.post("/<int:year>/<int:stage>/checklist")
def make_checklist(year: int, stage: int) -> ResponseReturnValue:
    """Keep the checklist of today for printing and signing."""
    check(None, year, stage)
    if viewer().role is Role.AUDITOR:
        check(Role.BUREAU, year, stage)
    session, at = current_session(), now()
    form = checklist(year_view(session, year, at), stage, queries.values(session), day_of(at))
    return _kept(PaperKind.PAYMENT_REQUEST, service.stage_subject(year, stage), form, is_of_today=True)


@blueprint.post("/<int:year>/<int:stage>/request")
def make_request(year: int, stage: int) -> ResponseReturnValue:
    """Keep the request that goes to the treasury once a payment is released."""
    check(Role.BUREAU, year, stage)
    session = current_session()
    view = year_view(session, year, now())
    if view.progress[stage].released is None:
        raise Conflict("审核放款以后才能打印付款申请书")
    form = request_form(view, stage, queries.values(session))
    return _kept(PaperKind.PAYMENT_REQUEST, service.stage_subject(year, stage), form)


@blueprint.post("/<int:year>/entries/<kind>/<int:row_id>/print")
def print_entry(year: int, kind: str, row_id: int) -> ResponseReturnValue:
    """Keep the form of a supplement, an early end or a claim; what was withdrawn is not signed."""
    check(Role.BUREAU, year)
    session, (table, _) = current_session(), kind_of(kind)
    if table is Award:
        raise NotFound("中标金额没有要签字的表单")
    entry: Any = queries.entered(session, table, year, row_id)
    if entry.standing is Standing.REJECTED:
        raise Conflict("这一笔已经撤回，不能再打印签字")
    terms = queries.values(session)
    if isinstance(entry, Damages):
        return _kept(PaperKind.DAMAGES, two.subject(entry), claim_form(entry, terms))
    if isinstance(entry, Supplement):
        names = {one.seq: one.name for one in session.execute(select(Project.seq, Project.name))}
        return _kept(PaperKind.SUPPLEMENT, two.subject(entry), supplement_form(entry, names, terms))
    return _kept(PaperKind.TERMINATION, two.subject(entry), termination_form(entry, terms))


@blueprint.post("/<int:year>/renewal/print")
def print_renewal(year: int) -> ResponseReturnValue:
    """Keep what is recommended and decided about renewal as it stands now."""
    check(Role.BUREAU, year)
    session = current_session()
    found = renewals.lines(session, year, now())
    if not found:
        raise NotFound("这个服务年度还没有开启")
    return _kept(PaperKind.OTHER, renewals.subject(year), renewal_form(year, found, queries.values(session)))


def _kept(
    kind: PaperKind, subject: str, form: PrintedForm, *, is_of_today: bool = False
) -> ResponseReturnValue:
    at = now()
    paper: Paper = signed_form(
        current_session(), viewer(), kind, subject, form, at, dated=day_of(at) if is_of_today else None
    )
    return redirect(url_for("papers.show", paper_id=paper.id), 303)
