"""A contract that earns its money: call-backs, acceptance, an award, invoices, for the tests of payment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.payments import awards, invoices, service
from app.payments.facts import year_view
from models.acceptance import Acceptance, UnitOpinion
from models.callbacks import CallBack, CallBackAnswer
from models.contract import Project, ServiceYear, Unit
from models.payments import Award
from models.people import User
from sla.vocab import AcceptanceStage, Channel, Opinion, Satisfaction
from tests.app.personas import Personas, at

AWARD = 800_000_000  # fen
EACH = dict.fromkeys(range(1, 46), 17777777) | {39: 17_777_812}


def call_back(
    session: Session,
    by: User,
    rows: Iterable[int] = range(1, 46),
    when: str = "2025-06-20 10:00",
    satisfaction: Satisfaction = Satisfaction.SATISFIED,
    running_well: bool = True,
    days: tuple[str, str] = ("2025-06-03", "2025-06-30"),
) -> None:
    """Let the units of rows sign a call-back."""
    wanted = set(rows)
    first, last = map(date.fromisoformat, days)
    for project in session.scalars(select(Project)):
        if project.seq not in wanted:
            continue
        asked = session.scalar(
            select(CallBack).where(CallBack.project_id == project.id, CallBack.first_day == first)
        )
        if asked is None:
            asked = CallBack(project=project, first_day=first, last_day=last, asked_by=by, asked_at=at(when))
            session.add(asked)
        asked.answers.append(
            CallBackAnswer(
                satisfaction=satisfaction,
                running_well=running_well,
                channel=Channel.SITE,
                said_by="联系人",
                said_at=at(when),
                entered_by=by,
                entered_at=at(when),
            )
        )
    session.flush()


def accept(
    session: Session,
    people: Personas,
    stage: AcceptanceStage = AcceptanceStage.STAGE,
    when: str = "2025-06-24 10:00",
    passed: bool = True,
    number: int = 1,
    rework_due: date | None = None,
    signed: bool = True,
) -> Acceptance:
    """Let a round of acceptance end: concluded by one bureau person, checked by another, signed by the
    supplier."""
    year = session.scalars(select(ServiceYear).where(ServiceYear.number == 1)).one()
    made = Acceptance(
        year=year,
        stage=stage,
        round=number,
        first_day=year.starts_on,
        last_day=date.fromisoformat(when[:10]),
        reported_by=people.manager,
        reported_at=at(when),
        conclusion=Opinion.PASSED if passed else Opinion.FAILED,
        concluded_by=people.bureau,
        concluded_at=at(when),
        checked_by=people.bureau2,
        checked_at=at(when),
        countersigned_by=people.manager if passed and signed else None,
        countersigned_at=at(when) if passed and signed else None,
        rework_due=rework_due,
    )
    session.add(made)
    session.flush()
    return made


def units_content(session: Session, made: Acceptance, by: User, when: str) -> None:
    """Let every unit say in the yearly acceptance that its projects run well."""
    for unit in session.scalars(select(Unit)):
        session.add(
            UnitOpinion(
                acceptance_id=made.id,
                unit_id=unit.id,
                opinion=Opinion.PASSED,
                running_well=True,
                channel=Channel.SITE,
                said_by="联系人",
                entered_by_id=by.id,
                signed_at=at(when),
            )
        )
    session.flush()


def award(session: Session, people: Personas, when: str = "2025-06-10 09:00") -> Award:
    """Let an award be entered by one bureau person and confirmed by another."""
    made = awards.enter_award(session, people.bureau, 1, AWARD, EACH, "中标通知书", at(when))
    awards.confirm_award(session, people.bureau2, made, at(when))
    return made


def invoice(
    session: Session, people: Personas, stage: int = 1, when: str = "2025-06-26 09:00", number: str = "FP-1"
) -> None:
    """Let the supplier send an invoice of the stage's amount, and the bureau confirm it."""
    amount = year_view(session, 1, at(when)).account.amount(stage)
    assert amount is not None
    one = invoices.NewInvoice(number, date.fromisoformat(when[:10]), amount)
    made = invoices.record_invoice(session, people.manager, 1, stage, one, at(when))
    invoices.decide_invoice(session, people.bureau, made.id, True, at(when))


def ready(session: Session, people: Personas) -> None:
    """Let every gate of the first payment be met on 26 June 2025; rows 40 and 45 have not begun."""
    call_back(session, people.contact)
    accept(session, people)
    award(session, people)
    invoice(session, people)


def paid(session: Session, people: Personas) -> None:
    """Let the first payment be released on 1 July, filed and paid."""
    from app.payments import treasury

    ready(session, people)
    service.prepare(session, people.bureau, 1, 1, "", at("2025-07-01 09:00"))
    service.release(session, people.bureau2, 1, 1, "", at("2025-07-01 10:00"))
    filed = treasury.Outside(date(2025, 7, 2), "CZ-1")
    treasury.file_with_treasury(session, people.bureau, 1, 1, filed, at("2025-07-02 10:00"))
    arrived = treasury.Outside(date(2025, 7, 10), "PZ-1", 560_000_000)
    treasury.pay(session, people.bureau, 1, 1, arrived, at("2025-07-10 10:00"))
