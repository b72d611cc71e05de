"""The reports of a service year: the work report, its lists, payment and acceptance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.acceptance import queries, records
from app.acceptance.draft import work_report
from app.acceptance.printing import report as acceptance_form
from app.contract.queries import service_year
from app.files.uploads import current_store
from app.payments import queries as money
from app.payments.facts import year_view
from app.payments.forms import checklist
from app.reports.choice import Choice, seen
from app.reports.forms import listing_of
from app.reports.kept import kept_reports
from models.contract import Project, ServiceYear
from models.people import User
from reports.catalogue import WORK_REPORT
from reports.dossier import WorkReport, inspections_listing, projects_listing
from reports.listing import Listing
from sla.errors import Conflict
from sla.money import large_writing, shown_yuan
from sla.period import Length
from sla.vocab import AcceptanceStage
from sla.when import day_of, start_of

DRAFT = "草稿，乙方尚未提交"
_STAGES = {1: AcceptanceStage.STAGE, 2: AcceptanceStage.FINAL}


def work(
    session: Session, viewer: User | None, choice: Choice, now: datetime
) -> tuple[Listing, Callable[[], bytes]]:
    """Return the work report that was handed in last, or what the data of the year so far would say."""
    year = _year(session, choice)
    handed_in = records.work_reports(session, year)
    if handed_in:
        data, state = handed_in[-1].data, f"第 {handed_in[-1].round} 轮验收提交"
    else:
        # As things stood when the day began: whoever asks twice on a day gets the same.
        at = start_of(day_of(now))
        title, said = records.title(session), work_report(session, year, at)
        data = WorkReport(title, f"{records.year_text(year)}　（{DRAFT}）", said, "", at)
        state = DRAFT
    listing = Listing(
        choice.offer.title,
        f"{data.contract}　{data.year}",
        data.at,
        facts=(("状态", state), ("提交", data.made_by)),
        text=tuple(line for line in data.text.split("\n") if line.strip()),
    )
    return listing, lambda: WORK_REPORT.write(data)


def projects(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return the projects of the year, those in scope."""
    data = records.project_list(session, _year(session, choice))
    mine = set(session.scalars(select(Project.seq).where(seen(viewer, now))))
    return projects_listing(replace(data, projects=[one for one in data.projects if one.seq in mine]))


def inspections(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return the inspections made in a period."""
    period, scope = choice.period, seen(viewer, now)
    if choice.period.kind is Length.YEAR:
        year = _year(session, choice)
        span, since = (records.year_text(year), year.starts_on, year.ends_on), year.activated_at
    else:
        span, since = (period.label, period.first_day, period.until_day), period.bounds[0]
        if kept := kept_reports(session, current_store(), viewer, period, now):
            return inspections_listing(kept.inspected(period.label, since))
    data, _ = records.inspections_between(session, *span, since, scope)
    return inspections_listing(data)


def payment(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return the checklist of a payment: as it was released, or as it stands today."""
    number = _year(session, choice).number
    view = year_view(session, number, now)
    released = view.progress[choice.stage].released
    day = day_of(released.at) if released else day_of(now)
    form = checklist(view, choice.stage, money.values(session), day)
    return listing_of(form, released.at if released else start_of(day))


def acceptance(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return the report of the last round that was concluded, with the contract's amount in large writing."""
    year, stage = _year(session, choice), _STAGES[choice.stage]
    done = [one for one in queries.rounds_of(session, year, stage) if one.checked_at]
    if not done:
        raise Conflict(f"{stage.label}还没有经两人作出的结论，没有验收报告")
    of = done[-1]
    known = (of.checked_at, of.countersigned_at, of.statement_at, of.unsigned_at)
    at = max(one for one in known if one)
    total = year_view(session, year.number, now).account.total
    amount = (
        () if total is None else (("合同总金额", f"¥{shown_yuan(total)}"), ("大写", large_writing(total)))
    )
    return listing_of(acceptance_form(session, of), at, more=amount)


def _year(session: Session, choice: Choice) -> ServiceYear:
    year = service_year(session, int(choice.period.key.removeprefix("Y")))
    assert year is not None  # it was offered
    return year
