"""The pages of duties: what is to be done, one time it falls due, a duty with its evidence, the summary."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.clock import now
from app.database import current_session
from app.duties import draws, lists, pages, queries, schemas, service, works
from app.duties.answers import Files, Said, carry_out
from app.duties.checks import may_work
from app.duties.summary import is_summary
from app.duties.works import WorkForm
from app.files import uploads
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from app.outbox import sending
from sla.errors import Invalid
from sla.vocab import Cycle, Role
from sla.when import day_of, parse_month

blueprint = Blueprint("duties", __name__, url_prefix="/duties")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what is to be done now, or what became of the rest."""
    require(viewer(), *sorted(READERS))
    form = Form(request.args.to_dict(), key="filter")
    return pages.index(form, form.read(schemas.DutyFilter()))


@blueprint.get("/missed")
def missed() -> ResponseReturnValue:
    """List what was missed and is not done yet, by month, unit, project and group."""
    require(viewer(), *sorted(READERS))
    form = Form(request.args.to_dict(), key="filter")
    return pages.index(form, form.read(schemas.DutyFilter()), only="missed")


@blueprint.get("/start/<int:seq>")
def start(seq: int) -> ResponseReturnValue:
    """Show what can be done now for a project; printed codes lead here."""
    place = Form(request.args.to_dict()).read(schemas.PlacePick())["place"]
    return pages.start(lists.project(current_session(), viewer(), seq, now()), place)


@blueprint.get("/of/<int:seq>")
def of_project(seq: int) -> ResponseReturnValue:
    """List the duties of a project."""
    return pages.duties_of(lists.project(current_session(), viewer(), seq, now()))


@blueprint.get("/contract")
def of_contract() -> ResponseReturnValue:
    """List the duties of the whole contract."""
    require(viewer(), *sorted(queries.SEE_CONTRACT_WIDE))
    return pages.duties_of(None)


# -- one time a duty falls due ------------------------------------------------------------------------


@blueprint.get("/<int:occurrence_id>")
def show(occurrence_id: int) -> ResponseReturnValue:
    place = Form(request.args.to_dict()).read(schemas.PlacePick())["place"]
    return _occurrence_page(occurrence_id, Form({"place": place}, key="done") if place else Form())


@blueprint.post("/<int:occurrence_id>/begin")
def begin(occurrence_id: int) -> ResponseReturnValue:
    """Begin an inspection, and go to its form."""
    form = Form.sent(request, key="begin")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        work = works.begin(
            *(current_session(), viewer(), occurrence_id, said["submission"], now()), place=said["place"]
        )
        return "已开始，填到一半可以先保存。", url_for("works.show", work_id=work.id)

    return carry_out(form, schemas.BeginForm(), carry, lambda: _occurrence_page(occurrence_id, form))


@blueprint.post("/<int:occurrence_id>/done")
def done(occurrence_id: int) -> ResponseReturnValue:
    """Take a note or files for a duty without checklist."""
    one = queries.occurrence(current_session(), viewer(), occurrence_id, now()).occurrence
    may_work(viewer(), one.project_id)
    if one.obligation.checklist:
        raise Invalid("这项应办要按检查表逐项填写，请从“开始”进入")
    form = Form.sent(request, key="done")

    def carry(said: Said, files: Files) -> tuple[str, str]:
        at, sent = now(), files.get("file", [])
        said["occurred_at"] = sending.happened(said["occurred_at"])
        filled = WorkForm(occurrence_id, **said, device_at=sending.device_at(), with_file=bool(sent))
        work = works.submit(current_session(), viewer(), filled, at)
        uploads.attach(work, sent, said["submission"], at)
        return _recorded(work.backentered), url_for(".show", occurrence_id=occurrence_id)

    def again() -> str:
        return _occurrence_page(occurrence_id, form)

    return carry_out(form, schemas.DoneForm(), carry, again, files=True)


@blueprint.post("/<int:occurrence_id>/waive")
def waive(occurrence_id: int) -> ResponseReturnValue:
    form = Form.sent(request, key="waive")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        works.waive(current_session(), viewer(), occurrence_id, said["reason"], now())
        return "已豁免。", url_for(".show", occurrence_id=occurrence_id)

    return carry_out(form, schemas.ReasonForm(), carry, lambda: _occurrence_page(occurrence_id, form))


# -- a duty with its evidence -------------------------------------------------------------------------


@blueprint.get("/obligations/<int:obligation_id>")
def obligation(obligation_id: int) -> ResponseReturnValue:
    values = {name: request.args[name] for name in ("first_day", "last_day") if name in request.args}
    return _obligation_page(obligation_id, Form(values, key="evidence"))


@blueprint.post("/obligations/<int:obligation_id>/evidence")
def evidence(obligation_id: int) -> ResponseReturnValue:
    """Take a note or files for a range of days, or the delivery of a draw."""
    found = queries.obligation(current_session(), viewer(), obligation_id, now())
    may_work(viewer(), found.project_id)
    without_days = found.cycle is Cycle.QUOTA or pages.is_undated(
        found, queries.cycles_on(current_session(), day_of(now()))
    )
    form = Form.sent(request, key="evidence")

    def carry(said: Said, files: Files) -> tuple[str, str]:
        at, sent = now(), files.get("file", [])
        if without_days:
            said["first_day"] = said["last_day"] = day_of(said["occurred_at"] or at)
        for name, label in (("first_day", "第一天"), ("last_day", "最后一天")):
            if said[name] is None:
                raise Invalid(f"请填写{label}", name)
        said["amount"] = said["amount"] or 1
        work = works.record_evidence(
            current_session(), viewer(), obligation_id, now=at, with_file=bool(sent), **said
        )
        uploads.attach(work, sent, said["submission"], at)
        many = len(work.occurrences)
        told = f"，覆盖 {many} 次应办" if many > 1 else ""
        return _recorded(work.backentered, told), url_for(".obligation", obligation_id=obligation_id)

    def again() -> str:
        return _obligation_page(obligation_id, form)

    return carry_out(form, schemas.EvidenceForm(), carry, again, files=True)


@blueprint.post("/obligations/<int:obligation_id>/draws")
def ask(obligation_id: int) -> ResponseReturnValue:
    """Ask for a draw from a quota."""
    form = Form.sent(request, key="ask")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        draws.ask(current_session(), viewer(), obligation_id, now=now(), **said)
        return "已提出，由乙方在期限内交付。", url_for(".obligation", obligation_id=obligation_id)

    return carry_out(form, schemas.AskForm(), carry, lambda: _obligation_page(obligation_id, form))


# -- the monthly summary ------------------------------------------------------------------------------


@blueprint.get("/<int:occurrence_id>/summary")
def summary(occurrence_id: int) -> ResponseReturnValue:
    picked = Form(request.args.to_dict()).read(schemas.MonthPick())["month"]
    return _summary_page(occurrence_id, Form(), picked)


@blueprint.post("/<int:occurrence_id>/summary")
def deliver_summary(occurrence_id: int) -> ResponseReturnValue:
    form = Form.sent(request)

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        session, at = current_session(), now()
        one = queries.occurrence(session, viewer(), occurrence_id, at).occurrence
        month = pages.summary_month(one, f"{parse_month(said.pop('month')):%Y-%m}")
        submission = said.pop("submission")
        service.deliver_summary(
            session, viewer(), occurrence_id, month, said, submission, at, store=current_store()
        )
        return "已提交，等局方确认。", url_for(".show", occurrence_id=occurrence_id)

    return carry_out(form, schemas.SummaryForm(), carry, lambda: _summary_page(occurrence_id, form, ""))


# -- what the above have in common --------------------------------------------------------------------


def _occurrence_page(occurrence_id: int, form: Form) -> str:
    return pages.occurrence(queries.occurrence(current_session(), viewer(), occurrence_id, now()), form)


def _obligation_page(obligation_id: int, form: Form) -> str:
    return pages.obligation(queries.obligation(current_session(), viewer(), obligation_id, now()), form)


def _summary_page(occurrence_id: int, form: Form, picked: str) -> str:
    found = queries.occurrence(current_session(), viewer(), occurrence_id, now())
    require(viewer(), Role.MANAGER)
    if not is_summary(found.occurrence.obligation):
        raise Invalid("这项应办不是每月工作汇总")
    return pages.monthly_summary(found, form, picked)


def _recorded(backentered: bool, told: str = "") -> str:
    late = "；这是补录，单位确认以前按登记时间判定" if backentered else ""
    return f"已登记{told}{late}。"
