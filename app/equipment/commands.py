"""``report repair``: the stored bytes of a repair report (section 5)."""

from __future__ import annotations

import logging
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from app.contract.commands import loaded_contract, put
from app.equipment.queries import numbered_report
from app.files.uploads import current_store
from reports.catalogue import REPAIR

log = logging.getLogger("lvyue")


class ReportNumber(click.ParamType[tuple[int, int]]):
    """The number of a repair report as it is printed; a wrong one is bad use (exit 2)."""

    name = "number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        found = re.fullmatch(r"WX([0-9]{1,9})-([0-9]{1,9})", str(value))
        if found is None:
            self.fail("报告编号要写成 WX0001-01 的样子", param, ctx)
        return int(found[1]), int(found[2])


@click.command("repair")
@click.argument("number", type=ReportNumber())
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where the file goes.")
def repair_command(number: tuple[int, int], output: Path) -> None:
    """Write a repair report with advice, as it was made."""
    with loaded_contract() as session:
        report = numbered_report(session, *number)
        title, data = report.title, current_store().read(report.attachment.sha256)
    try:
        output.write_bytes(data)
    except OSError as error:
        raise click.UsageError(f"-o：无法写入「{output}」（{error.strerror}），请换一个位置") from None
    log.info("已写入 %s", output)
    put(
        {
            "report": REPAIR.name,
            "number": title,
            "file": str(output),
            "bytes": len(data),
            "sha256": sha256(data).hexdigest(),
        }
    )
