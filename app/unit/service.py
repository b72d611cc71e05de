"""A unit's month in words and plain numbers: promises, averages, each project's share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import projects_seen
from app.amendments.inforce import items_in_force, quotas_on
from app.contract.queries import interpretations, terms_on
from app.duties.queries import cycles_on
from app.projects import service
from app.residents.roster import postings_seen, posts
from models.contract import Project
from models.people import User
from sla.figures import Figure
from sla.rows import ClockRow, PeriodRows
from sla.vocab import ClockKind, Verdict


@dataclass(frozen=True)
class Promises:
    """What one project was promised, a line of plain words each: times, duties, residents."""

    project: Project
    times: Sequence[str]
    duties: Sequence[str]
    residents: Sequence[str]


def promises(session: Session, viewer: User, today: date) -> list[Promises]:
    """Return what the unit's projects are promised today, in the tender's order."""
    query = select(Project).where(projects_seen(viewer, today)).order_by(Project.seq)
    held = joinedload(Project.unit), selectinload(Project.targets), selectinload(Project.obligations)
    found = session.scalars(query.options(*held)).all()
    terms, known = terms_on(found, items_in_force(session), today), interpretations(session)
    cycles, quotas = cycles_on(session, today), quotas_on(session, today)
    manned: dict[int, list[str]] = {}
    for post in posts(session, postings_seen(viewer, today)):
        heads = post.rules.heads_on(today)
        manned.setdefault(post.project.id, []).append(f"{heads} 人，{post.posting.pattern.label}")
    return [
        Promises(
            project=one,
            times=[_time_text(each) for each in service.promises(one, terms[one.seq], known, today)],
            duties=[
                f"{each.what}：{service.duty_text(each, cycles.get(each.id), quotas.get(each.id))}"
                for each in service.duties(one)[0]
            ],
            residents=manned.get(one.id, []),
        )
        for one in found
    ]


def _time_text(promise: service.Promise) -> str:
    beside = "，".join(text for text in (promise.condition, promise.window) if text)
    return f"{promise.kind.label}：{promise.allowance}" + (f"（{beside}）" if beside else "")


def averages(clocks: Iterable[ClockRow]) -> Mapping[ClockKind, int]:
    """Return how long it took on the mean from start to stop, to the minute of wall time, in seconds."""
    taken: dict[ClockKind, list[float]] = {}
    for row in clocks:
        if row.clock.stopped_at is not None:
            length = (row.clock.stopped_at - row.clock.starts_at).total_seconds()
            taken.setdefault(row.clock.kind, []).append(length)
    return {kind: max(60, round(sum(found) / len(found) / 60) * 60) for kind, found in taken.items()}


def of_project(rows: PeriodRows, seq: int) -> tuple[int, Figure]:
    """Return the requests of a project opened in the period, and its clocks that were met."""
    opened = sum(one.project == seq and rows.period.contains(one.opened_at) for one in rows.tickets)
    return opened, on_time(row for row in rows.clocks if row.project == seq)


def on_time(clocks: Iterable[ClockRow]) -> Figure:
    """Return how many of some clocks were met, of those met or breached (F2)."""
    verdicts = [row.clock.verdict for row in clocks]
    met = verdicts.count(Verdict.MET)
    return Figure(met, met + verdicts.count(Verdict.BREACHED))
