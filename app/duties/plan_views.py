"""The pages on which the bureau plans: periods that are declared, cycles that are agreed (O1, O2, O5).

Each shows first which occurrences would go and come, and saves only what was shown: the form carries the
digest of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.clock import now
from app.database import current_session
from app.duties import lists, planning, queries, schemas, words
from app.duties.answers import Files, Said, carry_out
from app.duties.layout import Difference
from app.duties.planning import AGREEABLE, FIXED, Period
from app.forms import Form
from app.login import viewer
from app.wants import wants_json
from models.contract import Obligation
from models.duties import DeclaredPeriod
from sla.errors import Conflict, DomainError, Invalid, NotFound
from sla.vocab import PeriodKind, Role
from sla.when import day_of

blueprint = Blueprint("plan", __name__, url_prefix="/duties/plan")

READERS = (Role.BUREAU, Role.MANAGER, Role.AUDITOR)
FOUND = 30  # duties a search shows
CHANGED = "情况刚才有变化，请重新看一遍影响再保存"


@dataclass(frozen=True)
class Effect:
    """What a change takes from one duty and adds to it."""

    obligation: Obligation
    removed: int
    added: int
    first: date
    last: date


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the declared periods and the agreed cycles."""
    require(viewer(), *READERS)
    return _index_page(Form())


@blueprint.get("/periods/preview")
def preview_period() -> ResponseReturnValue:
    """Show which occurrences a period would create."""
    require(viewer(), Role.BUREAU)
    form = Form(request.args.to_dict(), key="period")
    try:
        period = _period(form.read(schemas.PeriodForm()))
        found = planning.preview_period(current_session(), period, now())
    except DomainError as error:
        return _refused(form, error, lambda: _index_page(form))
    return _preview_page(form, period, found)


@blueprint.post("/periods")
def declare() -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form.sent(request, key="period")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        period = _period(said)
        found = planning.preview_period(current_session(), period, now())
        _as_seen(found, said["seen"])
        planning.declare_period(current_session(), viewer(), period, now())
        return f"已宣布「{period.name}」，新增应办 {len(found.added)} 次。", url_for(".index")

    return carry_out(form, schemas.PeriodForm(), carry, lambda: _index_page(form))


@blueprint.get("/periods/<int:period_id>")
def period(period_id: int) -> ResponseReturnValue:
    """Show what the withdrawal of a period would take away."""
    require(viewer(), Role.BUREAU)
    return _withdrawal_page(period_id, Form())


@blueprint.post("/periods/<int:period_id>/withdraw")
def withdraw(period_id: int) -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form.sent(request, key="withdraw")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        session, at = current_session(), now()
        _as_seen(planning.preview_withdrawal(session, period_id, at), said["seen"])
        found = planning.withdraw_period(session, viewer(), period_id, said["reason"], at)
        return f"已撤回，取消应办 {len(found.removed)} 次；今天和以前的不变。", url_for(".index")

    return carry_out(form, schemas.WithdrawForm(), carry, lambda: _withdrawal_page(period_id, form))


@blueprint.get("/cycles/<int:obligation_id>")
def cycle(obligation_id: int) -> ResponseReturnValue:
    """Show the form for a cycle; with a cycle and a day in the address, also what it would change."""
    require(viewer(), Role.BUREAU)
    form = Form(request.args.to_dict(), key="cycle")
    if not form.values:
        return _cycle_page(obligation_id, form, None)
    try:
        said = form.read(schemas.CycleForm())
        found = planning.preview_cycle(
            current_session(), obligation_id, said["cycle"], said["from_day"], now()
        )
    except DomainError as error:
        return _refused(form, error, lambda: _cycle_page(obligation_id, form, None))
    return _cycle_page(obligation_id, form, found)


@blueprint.post("/cycles/<int:obligation_id>")
def agree(obligation_id: int) -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form.sent(request, key="cycle")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        session, at = current_session(), now()
        seen, how = said.pop("seen"), (said["cycle"], said["from_day"])
        _as_seen(planning.preview_cycle(session, obligation_id, *how, at), seen)
        found = planning.change_cycle(session, viewer(), obligation_id, *how, said["reason"], at)
        counts = f"取消 {len(found.removed)} 次，新增 {len(found.added)} 次"
        back = url_for("duties.obligation", obligation_id=obligation_id)
        return f"{how[1]} 起改为{how[0].label}：{counts}。", back

    return carry_out(form, schemas.CycleForm(), carry, lambda: _cycle_page(obligation_id, form, None))


# -- what the above have in common --------------------------------------------------------------------


def _period(said: Said) -> Period:
    return Period(
        said["kind"], said["name"], said["first_day"], said["last_day"], said["project"], said["reason"]
    )


def _as_seen(found: Difference, seen: str) -> None:
    if found.digest != seen:
        raise Conflict(CHANGED)


def _refused(form: Form, error: DomainError, again: Callable[[], str]) -> ResponseReturnValue:
    if wants_json() or error.status in (403, 404):
        raise error
    form.blame(error)
    return again(), error.status


def _index_page(form: Form) -> str:
    session, person, at = current_session(), viewer(), now()
    try:
        text = Form(request.args.to_dict()).read(schemas.ObligationSearch())["q"]
    except Invalid:
        text = ""
    return render_template(
        "plan/index.html",
        periods=queries.periods(session),
        changes=lists.cycle_changes(session, person, at),
        form=form,
        text=text,
        hits=lists.agreeable(session, person, at, text, FOUND) if text else [],
        cycles=queries.cycles_on(session, day_of(at)),
        most=FOUND,
        fixed=FIXED,
        plans=person.role is Role.BUREAU,
        kinds=[(one.value, one.label) for one in PeriodKind],
        projects=[(one.id, words.project_text(one)) for one in lists.projects(session, person, at)],
        words=words,
        today=day_of(at),
        tomorrow=day_of(at) + timedelta(days=1),
    )


def _preview_page(form: Form, period: Period, found: Difference) -> str:
    return render_template(
        "plan/period.html",
        form=form,
        said=period,
        row=None,
        found=found,
        effects=_effects(found),
        words=words,
        project=_project_of(period.project_id),
    )


def _withdrawal_page(period_id: int, form: Form) -> str:
    session = current_session()
    found = planning.preview_withdrawal(session, period_id, now())
    row = session.get(DeclaredPeriod, period_id)
    if row is None:
        raise NotFound("没有这段时期")
    return render_template(
        "plan/period.html",
        form=form,
        said=row,
        row=row,
        found=found,
        effects=_effects(found),
        words=words,
        project=_project_of(row.project_id),
    )


def _cycle_page(obligation_id: int, form: Form, found: Difference | None) -> str:
    session, person, at = current_session(), viewer(), now()
    obligation = queries.obligation(session, person, obligation_id, at)
    return render_template(
        "plan/cycle.html",
        obligation=obligation,
        agreed=queries.cycles_on(session, day_of(at)).get(obligation.id),
        changes=lists.cycle_changes(session, person, at, obligation.id),
        form=form,
        found=found,
        effects=_effects(found) if found else [],
        cycles=[(one.value, one.label) for one in AGREEABLE],
        fixed=obligation.cycle in FIXED,
        words=words,
        tomorrow=day_of(at) + timedelta(days=1),
    )


def _project_of(project_id: int | None) -> str:
    if project_id is None:
        return "所有有关的项目"
    found = lists.projects(current_session(), viewer(), now())
    return next((words.project_text(one) for one in found if one.id == project_id), "")


def _effects(found: Difference) -> list[Effect]:
    """Return what changes, duty by duty, in the tender's order."""
    removed: dict[int, list[date]] = defaultdict(list)
    added: dict[int, list[date]] = defaultdict(list)
    for rows, by_duty in ((found.removed, removed), (found.added, added)):
        for row in rows:
            by_duty[row["obligation_id"]].append(day_of(row["opens_at"]))
    known = lists.named(current_session(), {*removed, *added})
    effects = []
    for one in sorted(known.values(), key=lambda one: (one.project is None, one.line, one.id)):
        days = removed[one.id] + added[one.id]
        effects.append(Effect(one, len(removed[one.id]), len(added[one.id]), min(days), max(days)))
    return effects
