"""The one list of commands (section 5). A feature makes its command or group and names it here.

Commands print their result on standard output and leave with 0, 1 (a finding, a bad line) or 2 (bad use).
Every one of them runs inside the application, and a domain error is told in one line, without a traceback.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext

from app.closing.commands import close_command
from app.contract.commands import calendar_group, contract_group, init_command
from app.demo.commands import demo_command, serve_command
from app.equipment.commands import repair_command
from app.ledger.commands import ledger_group
from app.months.commands import month_group
from app.payments.commands import acceptance_group
from app.people.commands import user_group
from app.reports.commands import report_group
from app.simulation.commands import simulate_command
from app.sla_commands import sla_group
from app.watch.commands import jobs_group
from sla.errors import DomainError

COMMANDS: tuple[click.Command, ...] = (
    init_command,
    contract_group,
    calendar_group,
    sla_group,
    ledger_group,
    user_group,
    month_group,
    report_group,
    acceptance_group,
    jobs_group,
    simulate_command,
    demo_command,
    serve_command,
)

month_group.add_command(close_command)
report_group.add_command(repair_command)


def init_app(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)


def tell_plainly(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Make a domain error one line on standard error and exit code 1; unreadable text is bad use."""

    @functools.wraps(callback)
    def told(*args: Any, **options: Any) -> Any:
        check_readable(options)
        try:
            return callback(*args, **options)
        except DomainError as error:
            click.echo(error.message, err=True)
            sys.exit(1)

    return told


def check_readable(options: dict[str, Any]) -> None:
    """Refuse text that is not in the terminal's encoding; it could be neither stored nor shown."""
    for name, value in options.items():
        if isinstance(value, str) and not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise click.UsageError(f"{name} 含有无法识别的字节，请检查终端的编码") from None


def prepare(command: click.Command) -> None:
    """Give a command, or each command of a group, the application's context and plain errors."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            prepare(inner)
    elif command.callback is not None:
        command.callback = with_appcontext(tell_plainly(command.callback))


for _command in COMMANDS:
    prepare(_command)
