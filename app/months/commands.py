"""``month show``, ``month facts``, ``report monthly`` and ``report list`` (section 5)."""

from __future__ import annotations

import logging
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from app import clock
from app.contract.commands import loaded_contract, put
from app.months.facts import facts, shown
from app.months.figures import figures_of
from app.months.queries import rows_of
from app.months.service import period_report
from reports.catalogue import MONTHLY, REPORTS
from sla.errors import Invalid
from sla.period import month as month_period
from sla.when import parse_month

log = logging.getLogger("lvyue")


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
        put(shown(figures_of(session, month_period(month), None, clock.now())))


@month_group.command("facts")
@click.argument("month", type=Month())
def facts_command(month: date) -> None:
    """Print the rows behind the figures, one JSON object a line."""
    with loaded_contract() as session:
        for fact in facts(rows_of(session, month_period(month), None, clock.now())):
            put(fact)


@click.group("report")
def report_group() -> None:
    """The files that the site serves, the same bytes."""


@report_group.command("list")
def list_command() -> None:
    """Print the reports there are, one JSON object a line."""
    for one in REPORTS:
        file = one.file_name.format(month="YYYY-MM", number="WX0001-01")
        put({"report": one.name, "title": one.title, "file": file})


@report_group.command("monthly")
@click.argument("month", type=Month())
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where the file goes.")
def monthly_command(month: date, output: Path) -> None:
    """Write the workbook of a month."""
    with loaded_contract() as session:
        data = MONTHLY.write(period_report(session, None, month_period(month), clock.now()))
    try:
        output.write_bytes(data)
    except OSError as error:
        raise click.UsageError(f"-o：无法写入「{output}」（{error.strerror}），请换一个位置") from None
    log.info("已写入 %s", output)
    put(
        {
            "report": MONTHLY.name,
            "month": f"{month:%Y-%m}",
            "file": str(output),
            "bytes": len(data),
            "sha256": sha256(data).hexdigest(),
        }
    )
