"""``report list`` and ``report <name>`` for each one of the list (section 5): the bytes the site serves."""

from __future__ import annotations

import logging
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.contract.commands import loaded_contract, put
from app.reports.choice import CONTRACT, PROJECT, UNIT, Choice, Whose, find_whose, period_named, whose_offered
from models.contract import Unit
from reports.catalogue import OFFERS, PAPERS, Offer
from sla.errors import Invalid, NotFound
from sla.period import Length, Period, parse_period
from sla.when import parse_month

log = logging.getLogger("lvyue")

EXAMPLES = {Length.MONTH: "2025-07", Length.QUARTER: "2025-Q3", Length.YEAR: "Y1"}


class PeriodKey(click.ParamType[str]):
    """The period of a report on the command line; a wrong one, or of another kind, is bad use (exit 2)."""

    name = "period"

    def __init__(self, kinds: tuple[Length, ...]) -> None:
        self.kinds = kinds

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            if self.kinds == (Length.MONTH,):
                parse_month(value)
            found = parse_period(value)
        except Invalid as error:
            self.fail(error.message, param, ctx)
        kind = found.kind if isinstance(found, Period) else Length.YEAR
        if kind not in self.kinds:
            self.fail(f"期间要写成 {'、'.join(EXAMPLES[one] for one in self.kinds)} 的样子", param, ctx)
        return str(value)


@click.group("report")
def report_group() -> None:
    """The files that the site serves, the same bytes."""


@report_group.command("list")
def list_command() -> None:
    """Print the reports there are, one JSON object a line."""
    for one in OFFERS:
        put(
            {
                "report": one.name,
                "title": one.title,
                "periods": [EXAMPLES[kind] for kind in one.periods],
                "options": _options(one),
                "formats": list(one.formats),
            }
        )
    for paper in PAPERS:
        put(
            {
                "report": paper.name,
                "title": paper.title,
                "periods": [],
                "options": [],
                "formats": [paper.file_name.rpartition(".")[2]],
            }
        )


def _options(offer: Offer) -> list[str]:
    unit = ["--unit"] if offer.unit or offer.whose else []
    return [*unit, *(["--project"] if offer.whose else []), *(["--stage"] if offer.stages else [])]


def command_of(offer: Offer) -> click.Command:
    """Return the command that writes a report."""

    def run(
        period: str, output: Path, unit: str | None = None, project: int | None = None, stage: int = 0
    ) -> None:
        ending = _ending(offer, output)
        with loaded_contract() as session:
            whose = _whose(session, offer, unit, project)
            choice = Choice(offer, period_named(session, period, now()), whose, stage)
            data = _bytes(session, choice, ending)
        _write(output, data)
        said = {"period": choice.period.key, **({"whose": whose.label} if whose else {})}
        told = {"month": choice.period.key} if offer.periods == (Length.MONTH,) else said
        put(
            {
                "report": offer.name,
                **(told | said if whose else told),
                "file": str(output),
                "bytes": len(data),
                "sha256": sha256(data).hexdigest(),
            }
        )

    command = click.command(offer.name, help=f"{offer.title}：{offer.about}。")(run)
    argument = "month" if offer.periods == (Length.MONTH,) else "period"
    options = [
        click.Argument(["period"], type=PeriodKey(offer.periods), metavar=argument.upper()),
        click.Option(
            ["-o", "--output"], type=click.Path(path_type=Path), required=True, help="Where the file goes."
        ),
    ]
    if offer.unit or offer.whose:
        options.append(click.Option(["--unit"], required=offer.unit, help="单位的名称。"))
    if offer.whose:
        options.append(click.Option(["--project"], type=click.IntRange(1), help="运维项目的序号。"))
    if offer.stages:
        told = "、".join(f"{number} {word}" for number, word in enumerate(offer.stages, 1))
        options.append(
            click.Option(["--stage"], type=click.IntRange(1, 2), default=1, show_default=True, help=told)
        )
    command.params = list(options)
    return command


def _bytes(session: Session, choice: Choice, ending: str) -> bytes:
    from app.reports.collect import make, write

    return write(make(session, None, choice, now()), ending)


def _whose(session: Session, offer: Offer, unit: str | None, project: int | None) -> Whose | None:
    if not (offer.unit or offer.whose):
        return None
    if unit and project:
        raise click.UsageError("--unit 和 --project 只能用一个")
    found = whose_offered(session, None, offer, now())
    if project is not None:
        return find_whose(found, f"{PROJECT}:{project}")
    if not unit:
        return find_whose(found, CONTRACT)
    unit_id = session.scalar(select(Unit.id).where(Unit.name == unit))
    if unit_id is None:
        raise NotFound(f"没有名称是「{unit}」的单位")
    return find_whose(found, f"{UNIT}:{unit_id}")


def _ending(offer: Offer, output: Path) -> str:
    """Return the format a file's name asks for; where there is only one, any name will do."""
    ending = output.suffix.lower().lstrip(".")
    if ending in offer.formats:
        return ending
    if len(offer.formats) == 1:
        return offer.formats[0]
    raise click.UsageError(f"-o：文件名要以 {' 或 '.join('.' + one for one in offer.formats)} 结尾")


def _write(output: Path, data: bytes) -> None:
    try:
        output.write_bytes(data)
    except OSError as error:
        raise click.UsageError(f"-o：无法写入「{output}」（{error.strerror}），请换一个位置") from None
    log.info("已写入 %s", output)


for _offer in OFFERS:
    report_group.add_command(command_of(_offer))
