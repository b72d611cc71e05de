"""What waits between the months and the money: call-backs, disputes, acceptance, documents, payments."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.acceptance import queries as acceptance
from app.assessment import observing
from app.assessment import service as schemes
from app.assessment.observing import Seen
from app.callbacks import service as callbacks
from app.callbacks.service import Answer
from app.disputes import service as disputes
from app.disputes.subjects import of_clock
from app.payments import awards, invoices
from app.tickets import service
from models.acceptance import Acceptance
from models.assessment import SchemeVersion
from models.callbacks import CallBack
from models.payments import PaymentStep, StepKind
from sla.assessment import Aspect
from sla.disputes import Attribution
from sla.vocab import AcceptanceStage, ClockKind, Opinion, Satisfaction
from tests.app.amendments.papers import document, entered, item
from tests.app.payments.world import AWARD, EACH
from tests.app.personas import Personas, at, new_ticket, project

# The kinds of this module; the second line is what another of the bureau has entered.
SECOND = {"amendment", "scheme", "entry", "release"}
SINCE_THEN = SECOND | {"callback", "settle", "complaint", "dispute", "acceptance", "invoice", "observation"}
WHEN = at("2025-07-08 10:00")
BAD = Answer(Satisfaction.DISSATISFIED, True, "半天打不通电话")
ASKED = ("2025-06-03", "2025-06-10")
COMPLAINED = ("2025-06-11", "2025-06-20")
FOLLOWED = ("2025-06-21", "2025-06-30")


def furnish(session: Session, people: Personas) -> None:
    """Let one thing of every kind wait; the first of the bureau has entered what needs a second."""
    called_back(session, people)
    contested(session, people, "平台又打不开")
    commented = contested(session, people, "大屏黑了")
    disputes.comment(session, people.contact, commented, True, "确是停电", WHEN)
    rounds(session, people)
    entered(session, people, document(), item(session, "target", kind="response", minutes=60), now=WHEN)
    signed_scheme(session, people)
    seen = Seen(project(session, 1), date(2025, 7, 7), Aspect.ATTITUDE, "到场后未登记即离开", "seen-1")
    observing.record(session, people.bureau, seen, WHEN)
    awards.enter_award(session, people.bureau, 1, AWARD, EACH, "中标通知书", WHEN)
    one = invoices.NewInvoice("FP-1", date(2025, 7, 7), 560_000_000)
    invoices.record_invoice(session, people.manager, 1, 1, one, WHEN)
    session.add(
        PaymentStep(
            year=1, stage=1, kind=StepKind.PREPARED, by=people.bureau, at=WHEN, facts={"amount": 560_000_000}
        )
    )
    session.flush()


def called_back(session: Session, people: Personas) -> None:
    """Of row 1 one is asked, one is complained of, one was followed up; row 3 is asked, too."""
    rows = [project(session, row).id for row in (1, 3)]
    for first, last in (ASKED, COMPLAINED, FOLLOWED):
        days = date.fromisoformat(first), date.fromisoformat(last)
        chosen = rows if (first, last) == ASKED else rows[:1]
        made, _ = callbacks.start(session, people.bureau, *days, at("2025-07-01 09:00"), chosen)
        if (first, last) != ASKED:
            callbacks.sign(session, people.contact, made[0].id, BAD, True, at("2025-07-02 09:00"))
        if (first, last) == FOLLOWED:
            callbacks.follow_up(session, people.engineer, made[0].id, "换了值班电话", at("2025-07-03 09:00"))


def contested(session: Session, people: Personas, title: str) -> int:
    """Let a response of row 1 be late, and the manager claim that it was not the supplier's doing."""
    ticket = new_ticket(session, people.bureau2, 1, "2025-07-04 09:00", title=title)
    service.respond(session, people.manager, ticket, at("2025-07-04 11:30"))
    subject = of_clock(session, people.manager, ticket.id, ClockKind.RESPONSE, 0, WHEN)
    return disputes.claim(session, people.manager, subject, Attribution.UNIT, "单位机房停电", WHEN).id


def rounds(session: Session, people: Personas) -> None:
    """A first stage that has met, and the yearly acceptance's first round, concluded by the bureau."""
    year = acceptance.year(session, 1)
    days = {"first_day": year.starts_on, "last_day": date(2025, 6, 30)}
    told = {"year": year, "reported_by": people.manager, "reported_at": WHEN} | days
    session.add(
        Acceptance(stage=AcceptanceStage.STAGE, round=1, opened_by=people.bureau, opened_at=WHEN, **told)
    )
    session.add(
        Acceptance(
            stage=AcceptanceStage.FINAL,
            round=1,
            opened_by=people.bureau2,
            opened_at=WHEN,
            conclusion=Opinion.FAILED,
            concluded_by=people.bureau2,
            concluded_at=WHEN,
            **told,
        )
    )
    session.flush()


def failed(session: Session, people: Personas) -> None:
    """Let the first of the bureau check the conclusion: the supplier has to mend."""
    of = session.scalars(select(Acceptance).where(Acceptance.conclusion.is_not(None))).one()
    of.checked_by, of.checked_at, of.rework_due = people.bureau, WHEN, date(2025, 7, 29)
    session.flush()


def signed_scheme(session: Session, people: Personas) -> None:
    draft = session.scalars(select(SchemeVersion)).one()
    seen = schemes.digest(draft.scheme)
    schemes.sign(session, people.bureau, draft, date(2025, 8, 1), "局长办公会纪要", WHEN, seen=seen)


def ask_more(session: Session, people: Personas) -> None:
    """Ask about three more projects of the same unit and of others."""
    rows = [project(session, row).id for row in (2, 5, 34)]
    callbacks.start(session, people.bureau, date(2025, 6, 3), date(2025, 6, 30), WHEN, rows)
    assert session.scalars(select(CallBack)).all()
