"""A round of acceptance from the supplier's report to its opening, and the supplier's statement (P2).

One function a use case: each takes the session, the actor and ``now``, checks, writes, and appends one entry
to the ledger; none commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.acceptance import dossier, queries
from app.access import require
from app.contract.queries import interpretations
from models import ledger
from models.acceptance import Acceptance
from models.contract import ProjectService, ServiceYear
from models.people import User
from sla.acceptance import Round, next_round
from sla.errors import Conflict, Invalid
from sla.vocab import AcceptanceStage, Role
from sla.when import day_of

LONGEST_REPORT = 8000  # characters
LONGEST_TEXT = 2000
LONGEST_PLACE = 100
LONGEST_REASON = 400
FURTHEST_MEETING = 180  # days ahead


def report(
    session: Session,
    actor: User,
    number: int,
    stage: AcceptanceStage,
    text: str,
    now: datetime,
    last_day: date | None = None,
) -> Acceptance:
    """Report a year, or its first stage, for acceptance, with the work report and the dossier (line 4430).

    Too early is refused with the day it may be done; late is taken, and stays visible as late. ``last_day``
    bounds what is judged of a stage, yesterday unless given; a year is judged as a whole. Before a year is
    reported all seven parts of its dossier must be there; for its first stage the work report is enough.
    """
    require(actor, Role.MANAGER)
    year, today = _locked_year(session, number), day_of(now)
    said = checked(text, LONGEST_REPORT, "运维工作报告", "report", required=True)
    earlier = queries.rounds_of(session, year, stage)
    known = [Round(one.state, one.further_at is not None) for one in earlier]
    whole = judged_until(session, year, now)
    place = next_round(stage, today, year.starts_on, whole, known)
    lacking = dossier.lacking(session, year, said) if stage is AcceptanceStage.FINAL else []
    if lacking:
        raise Invalid(f"验收资料还缺：{'、'.join(lacking)}。请先在「验收资料」页上传，再提交", "report")
    made = Acceptance(
        year=year,
        stage=stage,
        round=place,
        first_day=year.starts_on,
        last_day=_last_day(stage, year, whole, today, last_day),
        reported_by=actor,
        reported_at=now,
        report=said,
    )
    session.add(made)
    session.flush()
    due = queries.due_of(session, made)
    told = {
        "year": year.number,
        "stage": stage,
        "round": place,
        "first_day": made.first_day,
        "last_day": made.last_day,
        "report": said,
        "due": due.day if due else None,
        "days_late": due.days_late(today) if due else 0,
    }
    witness(session, made, actor, "reported", now, told)
    return made


def judged_until(session: Session, year: ServiceYear, now: datetime) -> date:
    """Return the last day of a year for its acceptance, by the interpretation ``year_over``.

    It is the contract's own last day, or that of the row that ends last (rows with a start of their own).
    """
    own = interpretations(session).value("year_over", day_of(now))
    if own == "each_row":
        own_years = select(ProjectService.ends_on).where(ProjectService.service_year_id == year.id)
        ends: list[date] = [year.ends_on, *session.scalars(own_years)]
        return max(ends) - timedelta(days=1)
    return year.ends_on - timedelta(days=1)


def open_round(
    session: Session, actor: User, of: Acceptance, meeting_on: date, place: str, now: datetime
) -> Acceptance:
    """Let the bureau open a round: the day and place of the meeting; what every row promised is laid out."""
    from app.acceptance.standards import lay_out

    require(actor, Role.BUREAU)
    of = held(session, of)
    if of.opened_at is not None:
        raise Conflict("这一轮验收已经组织，可以继续组成小组和判定")
    today = day_of(now)
    if not day_of(of.reported_at) <= meeting_on <= today + timedelta(days=FURTHEST_MEETING):
        first = day_of(of.reported_at)
        raise Invalid(f"验收日期要在乙方提交（{first}）之后、{FURTHEST_MEETING} 天以内，请核对", "meeting_on")
    of.place = checked(place, LONGEST_PLACE, "地点", "place", required=True)
    of.meeting_on, of.opened_by, of.opened_at = meeting_on, actor, now
    session.flush()
    laid = lay_out(session, of, now)
    told = {"meeting_on": meeting_on, "place": of.place, "standards": laid}
    witness(session, of, actor, "opened", now, told)
    return of


def state(session: Session, actor: User, of: Acceptance, text: str, now: datetime) -> Acceptance:
    """Let the supplier state its view of the acceptance, before or after the conclusion, once (line 4439)."""
    require(actor, Role.MANAGER)
    of = held(session, of)
    if of.opened_at is None:
        raise Conflict("局方还没有组织这一轮验收，组织以后才能提交说明或申述")
    if of.statement_at is not None:
        raise Conflict("这一轮的说明或申述已经提交，不能再改")
    of.statement = checked(text, LONGEST_TEXT, "说明或申述意见", "statement", required=True)
    of.statement_by, of.statement_at = actor, now
    witness(session, of, actor, "stated", now, {"text": of.statement})
    return of


# -- what every use case of the feature needs -----------------------------------------------------------


def held(session: Session, of: Acceptance) -> Acceptance:
    """Return a round as it is now, locked until the transaction ends: who acts at once takes turns."""
    return session.get_one(Acceptance, of.id, with_for_update=True, populate_existing=True)


def still_open(of: Acceptance) -> None:
    """Refuse to change what a conclusion rests on before the round is opened and after it is concluded."""
    if of.opened_at is None:
        raise Conflict("局方还没有组织这一轮验收，请先填写验收的时间和地点")
    if of.conclusion is not None:
        raise Conflict(f"这一轮验收{of.state.label}，小组、意见和判定都不能再改")


def checked(text: str, longest: int, label: str, field: str, *, required: bool = False) -> str:
    """Return a text without blanks at its ends, of a length that fits."""
    value = text.strip()
    if required and not value:
        raise Invalid(f"请填写{label}", field)
    if len(value) > longest:
        raise Invalid(f"{label}最多 {longest} 个字，请缩短", field)
    return value


def witness(
    session: Session, of: Acceptance, actor: User, what: str, now: datetime, told: Mapping[str, Any]
) -> None:
    """Append what was done to the ledger (L1)."""
    session.flush()
    ledger.append(
        session, kind=f"acceptance.{what}", subject=of.subject, actor_id=actor.id, at=now, payload=told
    )


def _locked_year(session: Session, number: int) -> ServiceYear:
    """Return a year, locked: of two reports at once the second sees the first."""
    found = queries.year(session, number)
    return session.get_one(ServiceYear, found.id, with_for_update=True, populate_existing=True)


def _last_day(stage: AcceptanceStage, year: ServiceYear, whole: date, today: date, said: date | None) -> date:
    if stage is AcceptanceStage.FINAL:
        return whole
    yesterday = min(today - timedelta(days=1), whole)
    if said is not None and not year.starts_on <= said <= yesterday:
        raise Invalid(f"截止日要在 {year.starts_on} 到 {yesterday} 之间", "last_day")
    return said or yesterday
