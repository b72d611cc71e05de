"""What waits for the bureau's second person, or for its word on an invoice: each signed on its own page (S2).

What somebody has entered never waits for that person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.waiting.kind import Desk, Item, counted, listing
from models.amendments import Amendment
from models.assessment import SchemeVersion
from models.payments import (
    Award,
    Damages,
    Invoice,
    PaymentStep,
    StepKind,
    Supplement,
    Termination,
)
from models.people import User
from sla.assessment import SchemeState
from sla.money import shown_yuan
from sla.vocab import Standing

Entered = Award | Supplement | Termination | Damages
_TABLES: tuple[type[Any], ...] = (Award, Supplement, Termination, Damages)


# -- documents that amend the contract, schemes --------------------------------------------------------


def amendments(viewer: User, _now: datetime | None = None) -> Select[Amendment]:
    """Return the query for the documents handed in by somebody else."""
    return select(Amendment).where(
        Amendment.entered_at.is_not(None),
        Amendment.confirmed_at.is_(None),
        Amendment.withdrawn_at.is_(None),
        Amendment.entered_by_id.is_distinct_from(viewer.id),
    )


def _read_amendments(desk: Desk) -> Sequence[Amendment]:
    parts = joinedload(Amendment.entered_by), selectinload(Amendment.items)
    query = amendments(desk.viewer).options(*parts)
    return desk.session.scalars(query.order_by(Amendment.entered_at, Amendment.id)).all()


def _amendment_item(_desk: Desk, one: Amendment) -> Item:
    assert one.entered_at is not None
    return Item(
        key=str(one.id),
        title=one.name,
        path=url_for("amendments.effect", amendment_id=one.id),
        who=one.entered_by.name if one.entered_by else "",
        since=one.entered_at,
        said=[f"从 {one.from_day} 起，{len(one.items)} 项变更"],
    )


find_amendments = listing("amendments", _read_amendments, _amendment_item)


def schemes(viewer: User, _now: datetime | None = None) -> Select[SchemeVersion]:
    """Return the query for the scheme that somebody else has signed first."""
    return select(SchemeVersion).where(
        SchemeVersion.state == SchemeState.SIGNED, SchemeVersion.signed_by_id.is_distinct_from(viewer.id)
    )


def _read_schemes(desk: Desk) -> Sequence[SchemeVersion]:
    return desk.session.scalars(schemes(desk.viewer).options(joinedload(SchemeVersion.signed_by))).all()


def _scheme_item(_desk: Desk, one: SchemeVersion) -> Item:
    assert one.signed_at is not None
    return Item(
        key=str(one.id),
        title=f"{one.name}第 {one.number} 版",
        path=url_for("schemes.adoption", version_id=one.id),
        who=one.signed_by.name if one.signed_by else "",
        since=one.signed_at,
        said=[f"从 {one.from_day} 起", one.basis],
    )


find_schemes = listing("schemes", _read_schemes, _scheme_item)


# -- money ----------------------------------------------------------------------------------------------


def invoices(_viewer: User | None = None, _now: datetime | None = None) -> Select[Invoice]:
    """Return the query for the invoices nobody has decided about."""
    return select(Invoice).where(Invoice.standing == Standing.PENDING)


def _read_invoices(desk: Desk) -> Sequence[Invoice]:
    query = invoices().options(joinedload(Invoice.recorded_by))
    return desk.session.scalars(query.order_by(Invoice.recorded_at, Invoice.id)).all()


def _invoice_item(_desk: Desk, one: Invoice) -> Item:
    return Item(
        key=str(one.id),
        title=f"发票 {one.number}",
        path=url_for("payments.stage", year=one.year, stage=one.stage, _anchor="invoices"),
        who=one.recorded_by.name,
        since=one.recorded_at,
        said=[f"第 {one.year} 服务年度第 {one.stage} 次付款，{shown_yuan(one.fen)} 元，开票 {one.issued_on}"],
    )


find_invoices = listing("invoices", _read_invoices, _invoice_item)


def releases(viewer: User, _now: datetime | None = None) -> Select[PaymentStep]:
    """Return the query for the payments that somebody else has prepared and nobody released or returned."""
    later = aliased(PaymentStep)
    ended = exists().where(
        later.year == PaymentStep.year,
        later.stage == PaymentStep.stage,
        later.id > PaymentStep.id,
        later.kind.in_([StepKind.RETURNED, StepKind.RELEASED]),
    )
    return select(PaymentStep).where(
        PaymentStep.kind == StepKind.PREPARED, PaymentStep.by_id != viewer.id, ~ended
    )


def _read_releases(desk: Desk) -> Sequence[PaymentStep]:
    query = releases(desk.viewer).options(joinedload(PaymentStep.by))
    return desk.session.scalars(query.order_by(PaymentStep.at, PaymentStep.id)).all()


def _release_item(_desk: Desk, one: PaymentStep) -> Item:
    amount = (one.facts or {}).get("amount")
    return Item(
        key=str(one.id),
        title=f"第 {one.year} 服务年度第 {one.stage} 次付款",
        path=url_for("payments.stage", year=one.year, stage=one.stage),
        who=one.by.name,
        since=one.at,
        said=[text for text in (f"{shown_yuan(amount)} 元" if amount else "", one.note) if text],
    )


find_releases = listing("releases", _read_releases, _release_item)


def entries(table: type[Any], viewer: User) -> Select[Any]:
    """Return the query for what somebody else has entered of one kind and nobody confirmed or withdrew."""
    return select(table).where(
        table.confirmed_at.is_(None), table.withdrawn_at.is_(None), table.entered_by_id != viewer.id
    )


def count_entries(viewer: User, _now: datetime) -> ColumnElement[int]:
    """Count what was entered of every kind."""
    parts: list[ColumnElement[int]] = [counted(entries(table, viewer)) for table in _TABLES]
    return reduce(add, parts)


def _read_entries(desk: Desk) -> Sequence[Entered]:
    found = [one for table in _TABLES for one in _of_table(desk.session, table, desk.viewer)]
    return sorted(found, key=lambda one: (one.entered_at, one.id))


def _of_table(session: Session, table: type[Any], viewer: User) -> Sequence[Entered]:
    parts = [joinedload(table.entered_by)]
    if table is Termination:
        parts.append(joinedload(Termination.project))
    return session.scalars(entries(table, viewer).options(*parts)).all()


def _entry_item(_desk: Desk, one: Entered) -> Item:
    page, title, fen, said = _words(one)
    return Item(
        key=f"{one.__tablename__}-{one.id}",
        title=title,
        path=url_for(f"payments.{page}", year=one.year),
        who=one.entered_by.name,
        since=one.entered_at,
        said=[f"第 {one.year} 服务年度，{shown_yuan(fen)} 元", said],
    )


def _words(one: Entered) -> tuple[str, str, int, str]:
    """Return the page, the title, the amount, and why it was entered."""
    match one:
        case Award():
            return "award", f"中标金额第 {one.version} 版", one.fen, one.basis
        case Supplement():
            return "changes", f"补充合同 {one.number}", one.fen, one.reason
        case Termination():
            ended = f"{one.project.seq} {one.project.name}提前终止"
            return "changes", ended, one.decided_fen, one.basis
        case Damages():
            return "claims", f"违约金：{one.kind.label}", one.decided_fen, one.reason


find_entries = listing("entries", _read_entries, _entry_item)


def count(query: Callable[[User, datetime], Select[Any]]) -> Callable[[User, datetime], ScalarSelect[int]]:
    """Return how the rows of a query are counted."""
    return lambda viewer, now: counted(query(viewer, now))
