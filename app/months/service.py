"""A period for those who ask: its report's data, and the rows behind each of its figures (section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.contract.words import reading_text
from app.duties.words import WHOLE_CONTRACT
from app.months.figures import figures_of
from app.months.lines import TicketLines
from app.months.queries import contract_title, few_rows, interpretations_in, seen
from app.tickets.derivation import current_rules
from models.people import User
from reports.period import PeriodReport, Reading, Streamed
from sla.errors import NotFound
from sla.fold import Part, parts
from sla.interpretations import Status
from sla.period import Period
from sla.rows import PeriodRows, PeriodScope
from sla.vocab import ClockKind, Indicator, OccurrenceState, Role, Verdict

ALL_DUTIES = "occurrence"  # all occurrences, whichever of the three indicators they belong to


def period_report(session: Session, viewer: User | None, period: Period, now: datetime) -> PeriodReport:
    """Return a period as things stand for a viewer (S1); ``None`` is the command line, which sees all.

    Its clocks and tickets are not in memory: they are read from the session while a file is made of them.
    """
    rows = few_rows(session, period, viewer, now)
    scope, _ = seen(viewer, now)
    return PeriodReport(
        contract=contract_title(session),
        audience=audience(viewer, rows.scope),
        rows=rows,
        rules=current_rules(session).book,
        readings=readings_in(session, period),
        because={},
        streamed=Streamed(
            figures_of(session, period, viewer, now), TicketLines(session, scope, period, rows.as_of)
        ),
    )


def readings_in(session: Session, period: Period) -> list[Reading]:
    """Return the readings in force in a period, in words."""
    return [
        Reading(one.key, reading_text(one.key, one.value), Status(one.status), one.from_day, one.reason)
        for one in interpretations_in(session, period)
    ]


def audience(viewer: User | None, scope: PeriodScope) -> str:
    """Name the scope of a report, never the person: all who see the same get the same bytes."""
    count = len(scope.projects)
    if viewer is not None and viewer.role is Role.CONTACT and viewer.unit:
        return f"{viewer.unit.name}，{count} 个运维项目"
    if viewer is not None and viewer.role is Role.ENGINEER:
        seqs = "、".join(str(project.seq) for project in scope.projects)
        return f"负责的 {count} 个运维项目" + (f"（序号 {seqs}）" if seqs else "")
    return f"合同全部 {count} 个运维项目" + ("及合同整体的应办" if scope.whole_contract else "")


@dataclass(frozen=True)
class Selection:
    """Which rows of a period are asked for.

    ``indicator`` is a word of F4, ``change``, ``occurrence``, or none: all clocks. ``whole`` are the duties
    of the whole contract, ``gaps`` the half days on which somebody lacked.
    """

    indicator: str | None = None
    project: int | None = None
    unit: int | None = None
    verdict: Verdict | None = None
    state: OccurrenceState | None = None
    whole: bool = False
    gaps: bool = False


def behind(rows: PeriodRows, chosen: Selection) -> list[Part]:
    """Return the rows behind a figure: the very ones it is the sum of (F5)."""
    return [part for part in parts(rows) if _is_wanted(part, chosen) and _is_theirs(rows, part, chosen)]


def _is_wanted(part: Part, chosen: Selection) -> bool:
    if chosen.indicator == ClockKind.CHANGE:
        wanted = part.indicator is None
    elif chosen.indicator == ALL_DUTIES:
        wanted = part.occurrence is not None
    elif chosen.indicator:
        wanted = part.indicator == chosen.indicator
    else:
        wanted = part.clock is not None
    if chosen.verdict is not None:
        wanted = wanted and part.clock is not None and part.clock.clock.verdict is chosen.verdict
    if chosen.state is not None:
        wanted = wanted and part.occurrence is not None and part.occurrence.state is chosen.state
    if chosen.gaps:
        wanted = wanted and part.half_day is not None and part.figure.met < part.figure.total
    return wanted


def _is_theirs(rows: PeriodRows, part: Part, chosen: Selection) -> bool:
    if part.project is None:
        return chosen.whole or (chosen.project is None and chosen.unit is None)
    project = rows.project_by_seq[part.project]
    return (
        not chosen.whole and chosen.project in (None, project.seq) and chosen.unit in (None, project.unit.id)
    )


def about(rows: PeriodRows, chosen: Selection) -> tuple[str, str]:
    """Say which figure is shown, and whose; what the viewer does not see is ``NotFound`` (S1)."""
    whose = "全部项目" + ("和合同整体" if rows.whole_contract and _is_of_duties(chosen) else "")
    if chosen.whole:
        if not rows.whole_contract:
            raise NotFound("没有这样的记录，或您无权查看")
        whose = WHOLE_CONTRACT
    elif chosen.project is not None:
        project = rows.project_by_seq.get(chosen.project)
        if project is None:
            raise NotFound("没有这个运维项目，或您无权查看")
        whose = f"{project.seq} {project.name}（{project.unit_name}）"
    elif chosen.unit is not None:
        unit = next((one for one in rows.units if one.id == chosen.unit), None)
        if unit is None:
            raise NotFound("没有这家单位，或您无权查看")
        whose = unit.name
    narrowed = chosen.verdict or chosen.state
    what = _what(chosen) + (f" · {narrowed.label}" if narrowed else "")
    return what + (" · 有人缺勤的半天" if chosen.gaps else ""), whose


def _is_of_duties(chosen: Selection) -> bool:
    return chosen.indicator in (ALL_DUTIES, Indicator.INSPECTION, Indicator.DUTY, Indicator.DOCUMENT)


def _what(chosen: Selection) -> str:
    if chosen.indicator == ClockKind.CHANGE:
        return ClockKind.CHANGE.label
    if chosen.indicator == ALL_DUTIES:
        return "全部应办"
    return Indicator(chosen.indicator).label if chosen.indicator else "全部计时"
