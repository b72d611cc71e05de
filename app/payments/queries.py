"""Reading money. It is for the two parties and the auditor; to everybody else it is not there (S1)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.contract import ContractTerm, Project, ServiceYear
from models.payments import (
    Award,
    AwardRow,
    Damages,
    Invoice,
    LendingRateEntry,
    PaymentStep,
    Supplement,
    Termination,
)
from models.people import User
from sla.damages import LendingRate, Rates
from sla.errors import NotFound
from sla.money import parse_yuan
from sla.payment_facts import GateKey, Terms
from sla.vocab import Role

SEES_MONEY = (Role.BUREAU, Role.MANAGER, Role.AUDITOR)
YEARS = (1, 2, 3)
Entered = TypeVar("Entered", Award, Supplement, Termination, Damages)

_FLAGS = {
    "stage1_gate_running": (1, GateKey.RUNNING),
    "stage1_gate_callback": (1, GateKey.CALLBACK),
    "stage2_gate_year": (2, GateKey.YEAR),
    "stage2_gate_running": (2, GateKey.RUNNING),
    "stage2_gate_acceptance": (2, GateKey.ACCEPTANCE),
}


def may_see(viewer: User) -> None:
    """Answer 404 to whoever may not see money at all (S1)."""
    if viewer.role not in SEES_MONEY:
        raise NotFound("没有这个页面，或您无权查看")


def values(session: Session) -> dict[str, str]:
    """Return the terms of the contract as text, by key."""
    rows = session.execute(select(ContractTerm.key, ContractTerm.value))
    return {row.key: row.value for row in rows}


def lines(session: Session) -> dict[str, int]:
    """Return the tender line of each term, by key."""
    return {row.key: row.line for row in session.execute(select(ContractTerm.key, ContractTerm.line))}


def terms_of(said: dict[str, str]) -> Terms:
    """Return the terms of payment; gates the contract does not ask for are skipped."""
    skipped = {gate for key, gate in _FLAGS.items() if said[key] != "yes"}
    for key, gate in (("gate_invoice", GateKey.INVOICE), ("gate_acceptance_report", GateKey.REPORT)):
        if said[key] != "yes":
            skipped |= {(1, gate), (2, gate)}
    return Terms(
        stage1_percent=int(said["stage1_percent"]),
        stage1_workdays=int(said["stage1_workdays"]),
        stage2_workdays=int(said["stage2_workdays"]),
        report_workdays=int(said["acceptance_report_workdays"]),
        skipped=frozenset(skipped),
    )


def rates_of(said: dict[str, str]) -> Rates:
    """Return the contract's percentages for damages."""
    return Rates(
        per_day=int(said["delay_percent_per_day"]),
        flat_after=int(said["delay_flat_after_days"]),
        flat=int(said["delay_flat_percent"]),
        failed=int(said["failed_acceptance_percent"]),
        failed_again=int(said["second_failure_percent"]),
    )


def ceiling(said: dict[str, str]) -> int:
    """Return the highest award the tender allows, in fen."""
    return parse_yuan(said["ceiling_yuan"], "最高限价")


def opened_years(session: Session) -> Sequence[ServiceYear]:
    """Return the service years that are opened."""
    return session.scalars(select(ServiceYear).order_by(ServiceYear.number)).all()


def projects(session: Session) -> Sequence[Project]:
    """Return all rows of the contract, in the tender's order."""
    return session.scalars(select(Project).order_by(Project.seq)).all()


def awards(session: Session, year: int) -> Sequence[Award]:
    """Return all versions of a year's award with their rows, the newest first."""
    parts = (
        selectinload(Award.rows).joinedload(AwardRow.project),
        joinedload(Award.entered_by),
        joinedload(Award.confirmed_by),
    )
    query = select(Award).where(Award.year == year).options(*parts).order_by(Award.version.desc())
    return session.scalars(query).all()


def supplements(session: Session, year: int) -> Sequence[Supplement]:
    """Return a year's supplements, in the order of entry."""
    return session.scalars(
        select(Supplement)
        .where(Supplement.year == year)
        .options(joinedload(Supplement.entered_by), joinedload(Supplement.confirmed_by))
        .order_by(Supplement.id)
    ).all()


def terminations(session: Session, year: int) -> Sequence[Termination]:
    """Return a year's early ends, in the order of entry."""
    parts = (
        joinedload(Termination.project),
        joinedload(Termination.entered_by),
        joinedload(Termination.confirmed_by),
    )
    query = select(Termination).where(Termination.year == year).options(*parts).order_by(Termination.id)
    return session.scalars(query).all()


def claims(session: Session, year: int) -> Sequence[Damages]:
    """Return a year's claims for damages, in the order of entry."""
    return session.scalars(
        select(Damages)
        .where(Damages.year == year)
        .options(joinedload(Damages.entered_by), joinedload(Damages.confirmed_by))
        .order_by(Damages.id)
    ).all()


def entered(session: Session, kind: type[Entered], year: int, row_id: int) -> Entered:
    """Return something that two persons decide; ``NotFound`` if it is not there."""
    found = session.get(kind, row_id, with_for_update=True)
    if found is None or found.year != year:
        raise NotFound("没有这一笔，或您无权查看")
    return found


def invoices(session: Session, year: int) -> Sequence[Invoice]:
    """Return a year's invoices, in the order of recording."""
    return session.scalars(
        select(Invoice)
        .where(Invoice.year == year)
        .options(joinedload(Invoice.recorded_by), joinedload(Invoice.decided_by))
        .order_by(Invoice.id)
    ).all()


def steps(session: Session, year: int) -> Sequence[PaymentStep]:
    """Return every step of a year's payments, in order."""
    query = select(PaymentStep).where(PaymentStep.year == year).options(joinedload(PaymentStep.by))
    return session.scalars(query.order_by(PaymentStep.id)).all()


def lending_rates(session: Session) -> list[LendingRate]:
    """Return the rates by day of publication; of one day the last entry counts."""
    entries = session.scalars(select(LendingRateEntry).order_by(LendingRateEntry.id))
    known = {one.published_on: Decimal(one.percent) for one in entries}
    return [LendingRate(day, known[day]) for day in sorted(known)]
