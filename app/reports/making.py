"""The two jobs of reports: making what people wait for, and throwing away what has expired.

A report is read in one moment of the data, without the lock of those who write; its progress, and that it is
done, are short transactions of their own. A process that dies leaves it to the next one.
"""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.files.store import Store
from app.reports import service
from app.reports.choice import choose
from app.reports.queries import scope_of
from app.settings import current_settings
from app.watch.batches import finished
from models.engine import read_session
from models.people import User
from models.reports import ReportJob
from reports.catalogue import offer_named
from sla.errors import DomainError, Forbidden

log = logging.getLogger("lvyue.watch")

FOLDER = "reports"
UNKNOWN = "生成时出错，请稍后重新生成；仍不行请联系系统管理员"


def report_store() -> Store:
    """Return where the files of reports lie: apart from evidence, for these expire."""
    return Store(current_settings().data_dir / FOLDER)


def make_waiting(session: Session, now: datetime) -> str:
    """Make every report somebody waits for; what goes wrong is told to who asked, and stops no other."""
    made, wrong = 0, []
    while job := service.claim(session, now):
        session.commit()
        try:
            content = _content(session, job, now)
            stored = report_store().put(content)
            service.finish(session, job.id, stored.sha256, stored.size, now)
            made += 1
        except DomainError as error:
            session.rollback()
            service.fail(session, job.id, error.message, now)
        except Exception:
            log.exception("report job %d failed", job.id)
            session.rollback()
            service.fail(session, job.id, UNKNOWN, now)
            wrong.append(f"{job.id} {job.title}")
        session.commit()
    return finished(f"生成 {made} 份报表", wrong)


def expire(session: Session, now: datetime) -> str:
    """Throw away reports asked for long ago, with the contents that nothing names any more."""
    number, contents = service.forget(session, now)
    session.commit()
    for one in contents:
        report_store().remove(one)
    return f"清理 {number} 份报表、{len(contents)} 个文件"


def _content(session: Session, job: ReportJob, now: datetime) -> bytes:
    # pandas takes half a second to load: a process that makes no report does without it.
    from app.reports.collect import make, write

    def tell(percent: int) -> None:
        service.tell(session, job.id, percent)
        session.commit()

    engine = session.get_bind()
    assert isinstance(engine, Engine)
    with read_session(engine) as reading:
        viewer = reading.get_one(User, job.user_id)
        if scope_of(reading, viewer, now) != job.scope:
            raise Forbidden("您能查看的项目已变化，请重新生成")
        choice = choose(reading, viewer, offer_named(job.report, viewer.role), job.parameters, now)
        return write(make(reading, viewer, choice, now, tell), job.format, tell)
