"""The pages of closing, put together: all months, and one with everything that leads to its freezing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import projects_seen, require
from app.clock import now
from app.closing import queries
from app.closing.figures import reckoned, standing_of, waits_for
from app.closing.frozen import served
from app.closing.open_items import Group, Item, blocking, open_items
from app.closing.progress import steps
from app.contract.words import reading_text
from app.database import current_session
from app.duties.answers import form_for
from app.files import queries as file_queries
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from app.months.periods import Offered, offered
from models.closing import MonthClose
from models.contract import Project
from models.people import User
from sla import closing as rules
from sla.adjustments import AdjustmentRow
from sla.closing import CloseState, Standing
from sla.errors import NotFound
from sla.fold import adjusted, figures
from sla.interpretations import KEYS
from sla.period import Length, Period
from sla.rows import PeriodRows
from sla.vocab import Indicator, Role
from sla.when import day_of

LISTED = 20  # open things of one sort that are named; the rest is counted


@dataclass(frozen=True)
class Line:
    """One month of the list."""

    period: Period
    close: MonthClose | None
    state: CloseState


def months(session: Session, person: User, at: datetime) -> Offered:
    """Return the periods there are for a reader of closing; 403 for anybody else (S1)."""
    require(person, *sorted(queries.READERS))
    return offered(session, at, projects_seen(person, day_of(at)))


def month_named(session: Session, person: User, key: str, at: datetime) -> Period:
    """Return the month an address names; quarters and years are not closed."""
    period = months(session, person, at).named(key)
    if period.kind is not Length.MONTH:
        raise NotFound("按月关账，请选择一个月份")
    return period


def lines_of(session: Session, person: User, at: datetime) -> list[Line]:
    """Return the months with how far each is closed, the latest first."""
    known = queries.closes(session)
    return [
        Line(one, known.get(one.first_day), _state(known.get(one.first_day), one))
        for one in months(session, person, at).of(Length.MONTH)
    ]


def index() -> str:
    """List the months with how far each is closed, the latest first."""
    session, person, at = current_session(), viewer(), now()
    return render_template(
        "closing/index.html",
        lines=lines_of(session, person, at),
        waiting=queries.waiting_for(session, person, at),
        at=at,
    )


def show(period: Period, form: Form) -> str:
    """Show one month: its steps, what is open, objections, signatures, files, and its adjustments."""
    session, person, at = current_session(), viewer(), now()
    close = queries.close_of(session, period.first_day)
    wide = person.role in queries.SEE_FILES
    found = served(session, current_store(), period, person, at)
    groups = [] if found.is_frozen else _groups(session, person, period, at, whole=wide)
    standing = _standing(session, close, period, groups, wide, at)
    hints = _hints(session, standing, person, period, at)
    return render_template(
        "closing/show.html",
        period=period,
        close=close,
        standing=standing,
        rows=found.rows,
        figures=figures(found.rows).contract,
        adjusted=adjusted(found.rows.adjustments),
        indicators=list(Indicator),
        options=[(one.value, one.label) for one in Indicator],
        groups=groups,
        listed=LISTED,
        stopping=sum(len(one.items) for one in blocking(groups)),
        linked=lambda item: linked(item),
        begins_anew=rules.begins_anew(standing),
        hints=hints,
        steps_taken=steps(close, standing, hints, at, wide=wide),
        objections=queries.objections(session, person, close, at),
        objects=person.role in (Role.MANAGER, Role.CONTACT)
        and standing.state is CloseState.REVIEW
        and not standing.is_overdue(at),
        projects=_projects(session, person, at),
        papers=file_queries.of_papers(session, person, f"month:{period.key}", at) if wide else [],
        later=_later(session, period, found.rows),
        scheme_said=scheme_said((close and close.rules) or {}),
        versions=versions_said((close and close.rules) or {}),
        person=person,
        wide=wide,
        at=at,
        form_for=form_for(form),
        failed=form,
    )


def scheme_said(rules: Mapping[str, Any]) -> str:
    """Return which version of the scheme judged a frozen month, and whether it was signed."""
    one = rules.get("scheme")
    return f"第 {one['number']} 版「{one['name']}」，{one['label']}" if one else "无"


def versions_said(rules: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the rules a month froze with by name; a month frozen before they were kept has none of them."""
    said = {"published": "已公布", "estimated": "暂估", "agreed": "已约定", "assumed": "暂定"}

    def of_notice(one: Mapping[str, Any]) -> tuple[str, str]:
        if "year" in one:
            return f"{one['year']} 年：{one['notice'] or '没有通知'}", said.get(one["status"], "")
        return f"{one['day']}：{one['notice']}", "合同约定的日子"

    def of_reading(one: Mapping[str, Any]) -> tuple[str, str]:
        known = next((key for key in KEYS if key.name == one["key"]), None)
        note = [said.get(one["status"], ""), f"{one['from_day']} 起" if one["from_day"] else ""]
        return (
            f"{known.label if known else one['key']}：{reading_text(one['key'], one['value'])}",
            "，".join(filter(None, note)),
        )

    found: list[tuple[str, list[tuple[str, str]]]] = []
    if "amendments" in rules:
        amended = [(one["name"], f"{one['from_day']} 起") for one in rules["amendments"]]
        found.append(("合同的变更文件", amended))
        found.append(("放假安排", [of_notice(one) for one in rules["notices"]]))
        found.append(("口径", [of_reading(one) for one in rules["readings"]]))
    return found


def linked(item: Item) -> bool:
    """Tell whether the page an open thing leads to is there."""
    return item.endpoint in current_app.view_functions


def _state(close: MonthClose | None, period: Period) -> CloseState:
    return standing_of(close, period, "", 0).state


def _groups(session: Session, person: User, period: Period, at: datetime, *, whole: bool) -> list[Group]:
    if not period.is_over(at):
        return []
    return open_items(session, period, projects_seen(person, day_of(at)), at, whole=whole)


def _standing(
    session: Session,
    close: MonthClose | None,
    period: Period,
    groups: list[Group],
    wide: bool,
    at: datetime,
) -> Standing:
    """Return what a month has been through; only who may act on it needs the digest of the figures now."""
    started = close is not None and close.computed_at is not None and close.frozen_at is None
    now_sha256 = reckoned(session, period, at).sha256 if wide and started else ""
    return standing_of(close, period, now_sha256, sum(len(one.items) for one in blocking(groups)))


def _hints(
    session: Session, standing: Standing, person: User, period: Period, at: datetime
) -> dict[str, list[str]]:
    """Return for each step what still hinders it; a step without a hint can be taken."""
    return {
        "compute": rules.before_computing(standing, at),
        "review": rules.before_review(standing, waits_for(session, period, at), at),
        "sign": rules.before_signing(standing),
        "silence": rules.before_silence(standing, at),
        "prepare": rules.before_freezing(standing, at),
        "freeze": rules.before_second(standing, person.id, at),
    }


def _projects(session: Session, person: User, at: datetime) -> list[tuple[int, str]]:
    found = session.execute(
        select(Project.seq, Project.name).where(projects_seen(person, day_of(at))).order_by(Project.seq)
    )
    return [(seq, f"{seq} {name}") for seq, name in found]


def _later(session: Session, period: Period, rows: PeriodRows) -> list[tuple[date, AdjustmentRow]]:
    """Return the corrections of this month that were counted later, within the scope of its rows."""
    return queries.later_adjustments(
        session, period.first_day, frozenset(rows.project_by_seq), whole=rows.whole_contract
    )
