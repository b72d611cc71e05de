"""``acceptance show``: the payments of a service year with their gates, and its acceptance, as JSON."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.orm import Session

from app.clock import now
from app.contract.commands import loaded_contract, put
from app.payments import queries
from app.payments.facts import STAGES, YearView, year_view
from models.acceptance import Acceptance
from sla.money import yuan
from sla.payment_facts import Gate
from sla.settlement import Settlement
from sla.when import day_of, iso


@click.group("acceptance")
def acceptance_group() -> None:
    """付款和验收。"""


@acceptance_group.command("show")
@click.option("--year", type=click.IntRange(1, 3), default=None, help="服务年度，缺省为最近开启的一个。")
def show_command(year: int | None) -> None:
    """输出付款节点、条件和验收情况（JSON）。"""
    with loaded_contract() as session:
        opened = queries.opened_years(session)
        number = year or (opened[-1].number if opened else 1)
        put(sheet(session, year_view(session, number, now())))


def sheet(session: Session, view: YearView) -> dict[str, Any]:
    """Return what the command prints: amounts as decimal texts or null, dates ISO."""
    terms = queries.values(session)
    held = view.account
    return {
        "contract": {
            "title": terms["title"],
            "year": view.number,
            "effect": str(view.year.starts_on) if view.year else None,
            "ends": str(view.year.ends_on) if view.year else None,
            "ceiling": terms["ceiling_yuan"],
            "award": _amount(held.award.fen if held.award else None),
            "supplements": _amount(sum(one.fen for one in held.supplements)) if held.award else None,
            "total": _amount(held.total),
        },
        "stages": [_stage(view, stage) for stage in STAGES],
        "acceptance": {"rounds": [_round(one) for one in view.rounds]},
    }


def _stage(view: YearView, stage: int) -> dict[str, Any]:
    judged, done = view.stages[stage], view.progress[stage]
    first = view.terms.stage1_percent
    return {
        "stage": stage,
        "percent": first if stage == 1 else 100 - first,
        "amount": _amount(done.released.fen if done.released else view.account.amount(stage)),
        "state": judged.state.value,
        "gates": [_gate(gate) for gate in judged.gates],
        "met_on": str(judged.met_on) if judged.met_on else None,
        "due": str(judged.due) if judged.due else None,
        "provisional": judged.provisional,
        "days_late": judged.days_late,
        "requested_at": _day(done.filed.on_day if done.filed else None),
        "released_at": iso(done.released.at) if done.released else None,
        "paid_at": _day(done.paid.on_day if done.paid else None),
        "projects": list(judged.rows),
        "settled_apart": [_settled(one) for one in view.settlements] if stage == 2 else [],
    }


def _settled(one: Settlement) -> dict[str, Any]:
    return {
        "project": one.seq,
        "unit": one.unit,
        "over_on": str(one.over_on),
        "since": _day(one.since),
        "missing": [{"owner": each.owes.value, "what": each.what} for each in one.missing],
    }


def _gate(gate: Gate) -> dict[str, Any]:
    return {
        "key": gate.key.value,
        "label": gate.key.label,
        "met": gate.met,
        "owner": gate.owner.value if gate.owner else None,
        "since": _day(gate.since),
        "due": _day(gate.due),
        "missing": [
            {"project": one.seq, "unit": one.unit, "owner": one.owes.value, "what": one.what}
            for one in gate.missing
        ],
        "not_applicable": [{"project": seq, "why": why} for seq, why in gate.aside],
    }


def _round(one: Acceptance) -> dict[str, Any]:
    return {
        "stage": one.stage.value,
        "round": one.round,
        "reported_at": iso(one.reported_at),
        "conclusion": one.conclusion.value if one.conclusion else None,
        "concluded_on": _day(day_of(one.checked_at)) if one.checked_at else None,
        "passed": one.passed,
        "rework_due": _day(one.rework_due),
    }


def _day(value: object | None) -> str | None:
    return str(value) if value is not None else None


def _amount(fen: int | None) -> str | None:
    return yuan(fen) if fen is not None else None
