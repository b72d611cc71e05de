"""``ledger verify``: findings as JSON lines, then a summary; exit code 0 when there are none, else 1."""

from __future__ import annotations

import logging
import sys
from dataclasses import asdict

import click

from app.contract.commands import put
from app.database import reading
from app.ledger.service import verify as verify_all

log = logging.getLogger(__name__)


@click.group("ledger")
def ledger_group() -> None:
    """存证链。"""


@ledger_group.command()
def verify() -> None:
    """核验存证链和工单事件，每个问题一行 JSON，最后一行是汇总。"""
    with reading() as session:
        summary = verify_all(session, lambda finding: put(finding.as_dict()))
    put(asdict(summary))
    log.info("核验了 %d 条存证，发现 %d 个问题", summary.entries, summary.findings)
    if summary.findings:
        sys.exit(1)
