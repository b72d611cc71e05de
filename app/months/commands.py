"""``month show`` and ``month facts`` (section 5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from app import clock
from app.closing.frozen import FACTS, SHOW, file_of, served, served_sums
from app.contract.commands import loaded_contract, put
from app.files.uploads import current_store
from app.months.facts import facts, shown
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


def write_out(data: bytes) -> None:
    """Write stored bytes to standard output as they are."""
    click.echo(data, nl=False)


@click.group("month")
def month_group() -> None:
    """The figures of a month, and the rows behind them."""


@month_group.command("show")
@click.argument("month", type=Month())
def show_command(month: date) -> None:
    """Print the indicators of a month as JSON."""
    period = month_period(month)
    with loaded_contract() as session:
        found = served_sums(session, current_store(), period, None, clock.now())
        if found.is_frozen:
            write_out(file_of(session, current_store(), period, SHOW))
        else:
            put(shown(found.sums, found.adjustments))


@month_group.command("facts")
@click.argument("month", type=Month())
def facts_command(month: date) -> None:
    """Print the rows behind the figures, one JSON object a line."""
    period = month_period(month)
    with loaded_contract() as session:
        found = served(session, current_store(), period, None, clock.now())
        if found.is_frozen:
            write_out(file_of(session, current_store(), period, FACTS))
        else:
            for fact in facts(found.rows):
                put(fact)
