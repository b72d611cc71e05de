"""What every row promised and what the facts of a period say of it (P2): one standard for each promise."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.acceptance.clocks import FLOOR, clock_figures, targets_within
from app.contract.queries import all_projects, calendar, interpretations
from app.duties.queries import cycles_on, in_state
from app.duties.words import cycle_text
from app.projects.service import allowance_text, window_text
from app.residents.queries import roll
from app.residents.roster import Post, posts
from app.tickets.derivation import current_rules
from models.contract import ContractTerm, Obligation, Posting, Project
from models.duties import Occurrence, Work
from sla.acceptance import Evidence
from sla.amendments import Terms
from sla.arithmetic import conditions_text
from sla.attendance import figure
from sla.figures import Figure
from sla.targets import Target
from sla.vocab import Cycle, OccurrenceState
from sla.when import end_of, start_of

ONE_DAY = timedelta(days=1)
LONGEST = 200  # characters of a standard and of what was found
NOTHING = "期间没有发生"


@dataclass(frozen=True)
class Standard:
    """One promise and what was found of it. ``item`` names it; ``project`` is ``None`` for the contract's."""

    project: Project | None
    item: str
    standard: str
    found: str
    evidence: Evidence
    detail: Mapping[str, int] = field(default_factory=dict)
    to_judge: bool = True

    @property
    def figures(self) -> dict[str, Any]:
        """Return the figures as they are stored."""
        return self.evidence.as_dict() | dict(self.detail)


def in_service(session: Session, first: date, last: date) -> list[Project]:
    """Return the projects with a day of service in a period, in the tender's order, with all they hold."""
    return [
        project
        for project in all_projects(session)
        if any(one.starts_on <= last and one.ends_on > first for one in project.services)
    ]


def standards(session: Session, first: date, last: date, now: datetime) -> list[Standard]:
    """Return every standard of a period, the contract's own ones last; a constant number of queries."""
    projects = in_service(session, first, last)
    clocks = clock_figures(session, projects, first, last, now)
    duties = _Duties(session, first, last, now)
    held = _attendance(session, projects, first, last)
    known, rules = interpretations(session), current_rules(session).projects
    found: list[Standard] = []
    for project in projects:
        row = rules[project.seq]
        for target in targets_within(row, first, last):
            kept = clocks.get((project.id, target))
            found.append(_of_target(project, target, row.on(last), kept, known.realtime_minutes(last)))
        found += [_of_posting(project, *held[one.id], last) for one in project.postings]
        found += [duties.standard(project, one) for one in sorted(project.obligations, key=_order)]
    found += [duties.standard(None, one) for one in _of_contract(session)]
    if FLOOR in clocks:
        found.append(_of_floor(session, clocks[FLOOR]))
    return found


# -- targets ------------------------------------------------------------------------------------------


def _of_target(
    project: Project, target: Target, terms: Terms, kept: Figure | None, realtime_minutes: int
) -> Standard:
    condition, window = conditions_text(target.when), window_text(target, terms.window)
    said = f"{target.kind.label}：{allowance_text(target, realtime_minutes)}"
    said += f"（{condition}）" if condition else ""
    said += f"，按 {window}计" if window else ""
    said += f"（{target.source}）" if target.source else ""
    item = f"target:{project.seq}.{_mark(target)}"
    if target.ratio is not None:
        told = "系统不统计这项指标，请按乙方提交的资料判定"
        return Standard(project, item, said[:LONGEST], told, Evidence(measured=False))
    evidence = _evidence(kept or Figure())
    return Standard(project, item, said[:LONGEST], _clocks_text(evidence), evidence)


def _mark(target: Target) -> str:
    """Return a short name of a target that is the same whenever the standards are taken anew."""
    return hashlib.sha256(repr(replace(target, source="")).encode()).hexdigest()[:16]


def _of_floor(session: Session, kept: Figure) -> Standard:
    minutes = session.scalar(
        select(ContractTerm.value).where(ContractTerm.key == "paralysis_response_minutes")
    )
    evidence = _evidence(kept)
    said = f"响应：系统瘫痪时 {minutes} 分钟内，全天计（合同底线）"
    return Standard(None, "floor", said, _clocks_text(evidence), evidence)


def _evidence(kept: Figure) -> Evidence:
    return Evidence(kept.met, kept.total, kept.exempt)


def _clocks_text(found: Evidence) -> str:
    if not found.total and not found.beside:
        return NOTHING
    exempt = f"，免责 {found.beside} 次" if found.beside else ""
    rate = f"；达标率 {found.rate}" if found.rate else ""
    return f"达标 {found.met} 次，超时 {found.total - found.met} 次{exempt}{rate}"


# -- postings -----------------------------------------------------------------------------------------


def _attendance(
    session: Session, projects: Sequence[Project], first: date, last: date
) -> dict[int, tuple[Post, Figure]]:
    """Return the half days present and required of each posting in a period (R1)."""
    end, days = last + ONE_DAY, calendar(session)
    known = roll(session, first, end)
    held = posts(session, Posting.project_id.in_([project.id for project in projects]))
    return {one.id: (one, figure(one.rules, known.counts(one.id), first, end, days)) for one in held}


def _of_posting(project: Project, post: Post, kept: Figure, last: date) -> Standard:
    evidence = Evidence(kept.met, kept.total)
    said = f"驻场：{post.rules.heads_on(last)} 人，{post.rules.pattern_on(last).label}"
    told = f"应到 {kept.total / 2:g} 人天，在岗 {kept.met / 2:g} 人天，出勤率 {evidence.rate}"
    return Standard(project, f"posting:{post.id}", said, told if kept.total else NOTHING, evidence)


# -- duties -------------------------------------------------------------------------------------------


class _Duties:
    """The occurrences that close in a period, and the works for duties without a cycle, by obligation."""

    def __init__(self, session: Session, first: date, last: date, now: datetime) -> None:
        self.cycles = cycles_on(session, last)
        state = in_state(now).label("state")
        rows = session.execute(
            select(Occurrence.obligation_id, state, func.count())
            .where(Occurrence.closes_at > start_of(first), Occurrence.closes_at <= end_of(last))
            .group_by(Occurrence.obligation_id, state)
        )
        self.states: dict[int, Counter[OccurrenceState]] = defaultdict(Counter)
        for obligation_id, word, number in rows:
            self.states[obligation_id][OccurrenceState(word)] = number
        works = session.execute(
            select(Work.obligation_id, func.count())
            .where(
                Work.finished_at.is_not(None),
                Work.occurred_at >= start_of(first),
                Work.occurred_at < end_of(last),
            )
            .group_by(Work.obligation_id)
        )
        self.works: dict[int, int] = {obligation_id: number for obligation_id, number in works}  # noqa: C416

    def standard(self, project: Project | None, duty: Obligation) -> Standard:
        """Return the standard of one duty; without a cycle, and without an occurrence, it is not judged."""
        agreed = self.cycles.get(duty.id)
        said = f"{duty.what}：{cycle_text(duty, agreed)}"[:LONGEST]
        states, item = self.states.get(duty.id, Counter()), f"obligation:{duty.id}"
        if (agreed or duty.cycle) is Cycle.UNSPECIFIED and not states:
            told = f"没有约定周期，不判定；期间留有记录 {self.works.get(duty.id, 0)} 次"
            return Standard(project, item, said, told, Evidence(), to_judge=False)
        done, late = states[OccurrenceState.DONE], states[OccurrenceState.LATE]
        missed, waived = states[OccurrenceState.MISSED], states[OccurrenceState.WAIVED]
        evidence = Evidence(done, done + late + missed, waived)
        detail = {"late": late, "missed": missed}
        return Standard(project, item, said, _duty_text(evidence, late, missed), evidence, detail)


def _duty_text(found: Evidence, late: int, missed: int) -> str:
    if not found.total and not found.beside:
        return "期间没有到期"
    waived = f"，豁免 {found.beside} 次" if found.beside else ""
    rate = f"；按时率 {found.rate}" if found.rate else ""
    return f"应完成 {found.total} 次：按时 {found.met} 次，逾期 {late} 次，未完成 {missed} 次{waived}{rate}"


def _of_contract(session: Session) -> Iterator[Obligation]:
    query = select(Obligation).where(Obligation.project_id.is_(None))
    yield from session.scalars(query.order_by(Obligation.line, Obligation.id))


def _order(duty: Obligation) -> tuple[int, int, int]:
    return list(Cycle).index(duty.cycle), duty.line, duty.id
