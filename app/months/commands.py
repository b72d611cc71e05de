"""``month show`` and ``month facts`` (section 5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from app import clock
from app.contract.commands import loaded_contract, put
from app.months.facts import facts, shown
from app.months.queries import rows_of
from sla.errors import Invalid
from sla.period import month as month_period
from sla.when import parse_month


class Month(click.ParamType[date]):
    """A month on the command line, as its first day; a wrong one is bad use (exit 2)."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return parse_month(value)
        except Invalid as error:
            self.fail(error.message, param, ctx)


@click.group("month")
def month_group() -> None:
    """The figures of a month, and the rows behind them."""


@month_group.command("show")
@click.argument("month", type=Month())
def show_command(month: date) -> None:
    """Print the indicators of a month as JSON."""
    with loaded_contract() as session:
        put(shown(rows_of(session, month_period(month), None, clock.now())))


@month_group.command("facts")
@click.argument("month", type=Month())
def facts_command(month: date) -> None:
    """Print the rows behind the figures, one JSON object a line."""
    with loaded_contract() as session:
        for fact in facts(rows_of(session, month_period(month), None, clock.now())):
            put(fact)
