"""People and tickets for the tests of the watch, and what people were told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, event, select
from sqlalchemy.orm import Session

from app.watch.jobs import BY_NAME, Job
from app.watch.runner import Result, _run
from models.contract import Obligation, ServiceYear
from models.duties import Occurrence
from models.engine import write_session
from models.people import User
from models.watch import Notice
from tests.app.personas import at, project


def run(session: Session, job: str, now: str) -> str:
    """Run a job at a time of Shanghai, in a session of its own, and return what it says came of it."""
    session.commit()
    with write_session(bound(session)) as own:
        outcome = BY_NAME[job].run(own, at(now))
        own.commit()
    session.expire_all()
    return outcome


def bound(session: Session) -> Engine:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    return engine


def ran(engine: Engine, job: Job, now: str) -> Result:
    """Run a job as the runner does."""
    return _run(engine, job, at(now))


def told(session: Session, *kinds: str) -> list[tuple[str, str, datetime]]:
    """Return who was told what, and the true moment: username, kind, instant."""
    query = select(User.username, Notice.kind, Notice.happened_at).join(User).order_by(Notice.id)
    return [
        (name, str(kind), moment)
        for name, kind, moment in session.execute(query)
        if not kinds or kind in kinds
    ]


def who(session: Session, kind: str) -> list[str]:
    """Return the usernames of those who were told something of a kind, once for each telling."""
    return sorted(name for name, _, _ in told(session, kind))


def texts(session: Session, kind: str) -> set[str]:
    return set(session.scalars(select(Notice.text).where(Notice.kind == kind)))


def no_duties(session: Session) -> None:
    """Take every occurrence away, so that a test has only its own."""
    session.execute(delete(Occurrence))


def duty(session: Session, row: int | None, opens: str, closes: str, **given: Any) -> Occurrence:
    """Make an occurrence of the first obligation of a row, or of the contract as a whole."""
    of = project(session, row) if row else None
    query = select(Obligation).where(Obligation.project_id == (of.id if of else None))
    obligation = session.scalars(query.order_by(Obligation.id)).first()
    if obligation is None:
        obligation = Obligation(
            project_id=None, kind="report", what="每月工作汇总", cycle="monthly", source="sla", line=1
        )
    made = Occurrence(
        obligation=obligation,
        project=of,
        service_year_id=session.scalars(select(ServiceYear.id)).one(),
        opens_at=at(opens),
        closes_at=at(closes),
        **given,
    )
    session.add(made)
    session.flush()
    return made


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements sent to the database, but for the beginning of transactions."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
