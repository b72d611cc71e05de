"""The jobs of the night: everything checked anew, and what nobody needs any more thrown away."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from app.ledger.service import Finding, verify
from app.tickets.derivation import derive_ticket, store
from app.watch import notices, queries
from app.watch.batches import finished, for_each_ticket
from app.watch.replay import Difference, differences, digest
from models.engine import read_session
from models.watch import JobRun, Notice
from sla.vocab import Role
from sla.when import day_of

log = logging.getLogger("lvyue.watch")

LOGGED = 20  # differences or findings, one line each
RUNS_KEPT = timedelta(days=30)
READ_KEPT = timedelta(days=180)


def replay(session: Session, now: datetime) -> str:
    """Compare what is stored of settled tickets with what their events amount to; refresh all the others.

    A difference is told to the bureau and left as it is: somebody has to find out how it came about.
    """
    with read_session(_engine(session)) as reading:
        found = list(differences(reading, now))
    for one in found[:LOGGED]:
        log.error("REPLAY DIFFERS: %s %s", one.number, "; ".join(one.found))
    if found:
        log.error("REPLAY DIFFERS: %d settled tickets are not what their events amount to", len(found))
        _tell_bureau(session, _told(found, now), now)
    ids = queries.unsettled_tickets(session)
    session.commit()
    failed = for_each_ticket(session, ids, lambda one: store(session, one, derive_ticket(session, one, now)))
    return finished(f"{len(found)} 张已结工单有差异，更新 {len(ids) - len(failed)} 张未结工单", failed)


def _told(found: list[Difference], now: datetime) -> notices.Telling:
    return notices.of_differences([one.number for one in found], digest(found), now)


def ledger(session: Session, now: datetime) -> str:
    """Verify the chain of evidence (L1)."""
    first: list[Finding] = []
    seen = sha256()

    def tell(finding: Finding) -> None:
        seen.update(f"{finding.message}\n".encode())
        if len(first) < LOGGED:
            first.append(finding)

    with read_session(_engine(session)) as reading:
        summary = verify(reading, tell)
    for finding in first:
        log.error("LEDGER: %s", finding.message)
    if first:
        found = notices.of_findings(summary.findings, first[0].message, seen.hexdigest()[:32], now)
        _tell_bureau(session, found, now)
    return f"核验 {summary.entries} 条存证，发现 {summary.findings} 个问题"


def tidy(session: Session, now: datetime) -> str:
    """Throw away old runs, but for the last of each job, and notices read long ago."""
    last = select(func.max(JobRun.id)).group_by(JobRun.job)
    old = JobRun.started_at < now - RUNS_KEPT, JobRun.id.not_in(last)
    runs = queries.affected(session, delete(JobRun).where(*old))
    read = queries.affected(session, delete(Notice).where(Notice.read_at < now - READ_KEPT))
    return f"清理 {runs} 条运行记录、{read} 条已读通知"


def _tell_bureau(session: Session, telling: notices.Telling, now: datetime) -> None:
    audience = queries.audience(session, day_of(now))
    notices.tell(session, audience.roles[Role.BUREAU], telling, now)


def _engine(session: Session) -> Engine:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    return engine
