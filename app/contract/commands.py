"""``init``, ``contract show|activate|agree`` and ``calendar import`` (section 5)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.clock import now
from app.contract.agree import Agreement, agree, propose
from app.contract.notice_file import LARGEST, read_days
from app.contract.notices import Notice, propose_notice, publish
from app.contract.outlook import agreement_sheet, notice_sheet
from app.contract.queries import service_year
from app.contract.service import activate, corrected, renew
from app.contract.sheet import contract_sheet
from app.database import current_engine, reading, transaction
from models.contract import ContractTerm, ServiceYear
from models.migrations import upgrade
from seeds.loader import load
from sla.calendar import FIRST_YEAR, LAST_YEAR
from sla.errors import Conflict, Invalid
from sla.when import day_of, parse_day

log = logging.getLogger("lvyue")
YEAR = click.IntRange(FIRST_YEAR, LAST_YEAR - 1)


class Day(click.ParamType[date]):
    """A date on the command line; a wrong one is bad use (exit 2)."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return parse_day(value, "日期")
        except Invalid as error:
            self.fail(error.message, param, ctx)


@click.command("init")
def init_command() -> None:
    """建立或更新数据库，载入合同；重复运行无害。"""
    upgrade(current_engine())
    with transaction() as session:
        report = load(session)
        anew = {name: counts.as_dict() for name, counts in report.files.items() if counts.moves}
        derived = corrected(session, anew, now()) if anew else 0
    log.info("合同数据%s", "没有变化" if report.changes_nothing else "已载入")
    if derived:
        log.info("更正以后 %s 张工单的计时已重新计算", derived)
    put(report.total.as_dict())


@click.group("contract")
def contract_group() -> None:
    """合同。"""


@contract_group.command("show")
@click.option("--lines", is_flag=True, help="另附招标文件行号、读法、设备、条款和口径。")
def show_command(lines: bool) -> None:
    """输出合同（JSON）。"""
    with loaded_contract() as session:
        put(contract_sheet(session, day_of(now()), lines))


@contract_group.command("activate")
@click.option("--effective", type=Day(), required=True, help="合同生效日，例如 2025-06-03。")
@click.option("--reason", default="", help="依据，例如合同签订。")
def activate_command(effective: date, reason: str) -> None:
    """办理合同生效，开始第 1 服务年度；同一日期重复运行无害。"""
    require_contract()
    with transaction() as session:
        before = service_year(session, 1)
        year = activate(session, None, effective, now(), reason)
        log.info("合同已于 %s 生效，没有改动" if before else "合同自 %s 起生效", year.starts_on)
        put(_activated(year, changed=before is None))


@contract_group.command("agree")
@click.option("--key", required=True, help="口径的名称，例如 realtime_minutes。")
@click.option("--value", required=True, help="读法，例如 10。")
@click.option("--from", "from_day", type=Day(), required=True, help="从哪一天起，例如 2025-09-01。")
@click.option("--reason", required=True, help="依据，例如会议纪要。")
@click.option("--dry-run", is_flag=True, help="只输出会变化什么，不保存。")
def agree_command(key: str, value: str, from_day: date, reason: str, dry_run: bool) -> None:
    """约定一项口径，输出受影响的到期时间和月度数字（JSON）；重复运行无害。"""
    require_contract()
    said, at = Agreement(key, value, from_day, reason), now()
    with reading() as session:
        sheet = agreement_sheet(session, propose(session, said, at), at)
    if not dry_run:
        with transaction() as session:
            sheet["changed"] = not agree(session, None, said, at).agreed
        log.info("%s从 %s 起%s", key, from_day, "已约定" if sheet["changed"] else "早已这样约定，没有改动")
    put(sheet)


@click.group("calendar")
def calendar_group() -> None:
    """工作日历。"""


@calendar_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--year", type=click.IntRange(FIRST_YEAR, LAST_YEAR - 1), required=True, help="年份，例如 2027。"
)
@click.option("--notice", "number", required=True, help="通知文号。")
@click.option("--reason", default="", help="更正已公布的年份时的依据。")
@click.option("--dry-run", is_flag=True, help="只输出会变化什么，不保存。")
def import_command(file: Path, year: int, number: str, reason: str, dry_run: bool) -> None:
    """录入一年的放假通知（CSV：date,kind,name），输出会变化什么（JSON）；重复运行无害。"""
    require_contract()
    with file.open("rb") as content:
        days = read_days(content.read(LARGEST + 1), year, file.name)
    said, at = Notice(year, number, days, reason), now()
    with reading() as session:
        sheet = notice_sheet(session, propose_notice(session, said, at), at)
    if not dry_run:
        with transaction() as session:
            sheet["changed"] = not publish(session, None, said, at).known
        log.info("%s 年的放假通知%s", year, "已录入" if sheet["changed"] else "早已录入，没有改动")
    put(sheet)


@contract_group.command("renew")
@click.option("--reason", default="", help="依据，例如续签协议。")
def renew_command(reason: str) -> None:
    """办理续签，开始下一服务年度；累计最长三年。"""
    require_contract()
    with transaction() as session:
        year = renew(session, None, now(), reason)
        log.info("第 %s 服务年度自 %s 起", year.number, year.starts_on)
        put(_activated(year, changed=True))


def _activated(year: ServiceYear, changed: bool) -> dict[str, Any]:
    own = [
        {"project": one.project.seq, "starts_on": str(one.starts_on), "ends_on": str(one.ends_on)}
        for one in year.services
        if one.starts_on != year.starts_on
    ]
    return {
        "year": year.number,
        "starts_on": str(year.starts_on),
        "ends_on": str(year.ends_on),
        "projects": len(year.services),
        "own_years": own,
        "changed": changed,
    }


@contextmanager
def loaded_contract() -> Iterator[Session]:
    """A reading transaction on a database that holds the contract; otherwise say what to run first."""
    require_contract()
    with reading() as session:
        yield session


def require_contract() -> None:
    """Refuse to work on a database without schema or contract."""
    if inspect(current_engine()).has_table(ContractTerm.__tablename__):
        with reading() as session:
            if session.scalar(select(ContractTerm.id).limit(1)) is not None:
                return
    raise Conflict("合同还没有载入，请先运行 flask --app wsgi init")


def put(value: object) -> None:
    """Print one JSON value on a line of standard output, in UTF-8 whatever the terminal says."""
    text = json.dumps(value, ensure_ascii=False)
    # A lone surrogate cannot be written as UTF-8; its escape is still JSON.
    click.echo((text + "\n").encode("utf-8", "backslashreplace"), nl=False)
