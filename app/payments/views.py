"""The pages of payments: a service year's money at a glance, and one payment with all it waits for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.clock import now
from app.contract.words import last_day
from app.database import current_session
from app.duties.answers import Files, Said, carry_out, form_for
from app.files import queries as file_queries
from app.forms import Form
from app.login import viewer
from app.payments import invoices, queries, schemas, service, treasury
from app.payments.answers import all_files, amount_of, check, needed_amount, signed
from app.payments.facts import STAGES, year_view
from sla.errors import Invalid, NotFound
from sla.money import large_writing, shown_yuan
from sla.vocab import PaperKind, Role, Standing
from sla.when import day_of

blueprint = Blueprint("payments", __name__, url_prefix="/payments")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Lead to the year opened last."""
    check(None)
    opened = queries.opened_years(current_session())
    return redirect(url_for(".year", year=opened[-1].number if opened else 1))


@blueprint.get("/state")
def state() -> ResponseReturnValue:
    """Show in a line each how the payments of the year opened last stand: a part of the start page."""
    check(None)
    opened = queries.opened_years(current_session())
    view = year_view(current_session(), opened[-1].number if opened else 1, now())
    return render_template("payments/state.html", view=view, stages=STAGES, pending=Standing.PENDING)


@blueprint.get("/<int:year>")
def year(year: int) -> ResponseReturnValue:
    """Show a service year's money: what it is worth, and how its two payments stand."""
    check(None, year)
    return _year_page(year, Form())


@blueprint.post("/<int:year>/evidence")
def evidence(year: int) -> ResponseReturnValue:
    """Attach what the effect of a year rests on."""
    check(Role.BUREAU, year)
    form = Form.sent(request, key="evidence")

    def carry(said: Said, files: Files) -> tuple[str, str]:
        service.add_effect_evidence(
            *(current_session(), viewer(), year, said["number"], said["dated"], said["note"], now()),
            files=_needed(files, "请上传合同或协议的扫描件"),
        )
        return "已保存生效依据。", url_for(".year", year=year)

    return carry_out(form, schemas.EvidenceForm(), carry, lambda: _year_page(year, form), files=True)


@blueprint.get("/<int:year>/<int:stage>")
def stage(year: int, stage: int) -> ResponseReturnValue:
    """Show one payment: each gate with what is missing and who owes it, amounts, invoices, steps."""
    check(None, year, stage)
    return _stage_page(year, stage, Form())


@blueprint.post("/<int:year>/<int:stage>/invoices")
def add_invoice(year: int, stage: int) -> ResponseReturnValue:
    """Record an invoice of the supplier."""
    check(Role.MANAGER, year, stage)
    form = Form.sent(request, key="invoice")

    def carry(said: Said, files: Files) -> tuple[str, str]:
        fen = needed_amount(said, "金额")
        one = invoices.NewInvoice(said["number"], said["issued_on"], fen)
        sent = _needed(files, "请上传发票（PDF 或照片）")
        invoices.record_invoice(current_session(), viewer(), year, stage, one, now(), sent)
        return f"发票 {one.number} 已登记，等局方确认。", _back(year, stage, "invoices")

    return carry_out(form, schemas.InvoiceForm(), carry, lambda: _stage_page(year, stage, form), files=True)


@blueprint.post("/<int:year>/<int:stage>/invoices/<int:invoice_id>/confirm")
def confirm_invoice(year: int, stage: int, invoice_id: int) -> ResponseReturnValue:
    return _decide_invoice(year, stage, invoice_id, True)


@blueprint.post("/<int:year>/<int:stage>/invoices/<int:invoice_id>/reject")
def reject_invoice(year: int, stage: int, invoice_id: int) -> ResponseReturnValue:
    return _decide_invoice(year, stage, invoice_id, False)


@blueprint.post("/<int:year>/rows/<int:project_id>")
def decide_row(year: int, project_id: int) -> ResponseReturnValue:
    """Decide whether a row that began later counts for the first payment."""
    check(Role.BUREAU, year)
    form = Form.sent(request, key=f"row-{project_id}")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        service.decide_row(
            current_session(), viewer(), year, project_id, said["counts"], said["reason"], now()
        )
        return "已记下决定。", _back(year, 1, "gates")

    return carry_out(form, schemas.RowForm(), carry, lambda: _stage_page(year, 1, form))


@blueprint.post("/<int:year>/<int:stage>/prepare")
def prepare(year: int, stage: int) -> ResponseReturnValue:
    """Prepare a payment (经办)."""
    return _sign(year, stage, "prepare", service.prepare, "已经办，等另一位局方人员审核。")


@blueprint.post("/<int:year>/<int:stage>/release")
def release(year: int, stage: int) -> ResponseReturnValue:
    """Release a payment (审核)."""
    return _sign(year, stage, "release", service.release, "已审核放款，可以报财政。")


@blueprint.post("/<int:year>/<int:stage>/return")
def send_back(year: int, stage: int) -> ResponseReturnValue:
    """Send a prepared payment back."""
    check(Role.BUREAU, year, stage)
    form = Form.sent(request, key="return")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        service.send_back(current_session(), viewer(), year, stage, said["reason"], now())
        return "已退回。", _back(year, stage, "steps")

    return carry_out(form, schemas.ReasonForm(), carry, lambda: _stage_page(year, stage, form))


@blueprint.post("/<int:year>/<int:stage>/file")
def file(year: int, stage: int) -> ResponseReturnValue:
    """Put down that the request was filed with the treasury."""
    return _outside(year, stage, "file", treasury.file_with_treasury, "已登记报财政。")


@blueprint.post("/<int:year>/<int:stage>/pay")
def pay(year: int, stage: int) -> ResponseReturnValue:
    """Put down that the money arrived."""
    return _outside(year, stage, "pay", treasury.pay, "已登记到账。")


def _sign(year: int, stage: int, key: str, use_case: Any, done: str) -> ResponseReturnValue:
    check(Role.BUREAU, year, stage)
    form = Form.sent(request, key=key)

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        use_case(current_session(), viewer(), year, stage, said["note"], now())
        return done, _back(year, stage, "steps")

    return signed(form, schemas.StepForm(), carry, lambda: _stage_page(year, stage, form))


def _outside(year: int, stage: int, key: str, use_case: Any, done: str) -> ResponseReturnValue:
    check(Role.BUREAU, year, stage)
    form = Form.sent(request, key=key)

    def carry(said: Said, files: Files) -> tuple[str, str]:
        what = treasury.Outside(said["on_day"], said["number"], amount_of(said, "金额"), said["note"])
        use_case(current_session(), viewer(), year, stage, what, now(), all_files(files))
        return done, _back(year, stage, "steps")

    return carry_out(form, schemas.OutsideForm(), carry, lambda: _stage_page(year, stage, form), files=True)


def _decide_invoice(year: int, stage: int, invoice_id: int, confirmed: bool) -> ResponseReturnValue:
    check(Role.BUREAU, year, stage)
    if not any(
        one.id == invoice_id and one.stage == stage for one in queries.invoices(current_session(), year)
    ):
        raise NotFound("没有这张发票，或您无权查看")
    form = Form.sent(request, key=f"invoice-{invoice_id}")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        invoices.decide_invoice(current_session(), viewer(), invoice_id, confirmed, now(), said["reason"])
        return "发票已确认。" if confirmed else "发票已驳回。", _back(year, stage, "invoices")

    return carry_out(form, schemas.InvoiceDecision(), carry, lambda: _stage_page(year, stage, form))


def _needed(files: Files, told: str) -> Any:
    found = all_files(files)
    if not found:
        raise Invalid(told, "file")
    return found


def _back(year: int, stage: int, anchor: str) -> str:
    return url_for(".stage", year=year, stage=stage, _anchor=anchor)


def _year_page(year: int, form: Form) -> str:
    session, person, at = current_session(), viewer(), now()
    view = year_view(session, year, at)
    return render_template(
        "payments/year.html",
        view=view,
        years=queries.opened_years(session),
        stages=STAGES,
        terms=queries.values(session),
        # What is handed in for acceptance may be about the same year.
        papers=[
            (paper, files)
            for paper, files in file_queries.of_papers(session, person, f"service_year:{year}", at)
            if paper.kind is PaperKind.EFFECT
        ],
        person=person,
        form=form,
        form_for=form_for(form),
        shown_yuan=shown_yuan,
        large_writing=large_writing,
        last_day=last_day,
    )


def _stage_page(year: int, stage: int, form: Form) -> str:
    session, person, at = current_session(), viewer(), now()
    view = year_view(session, year, at)
    subject = service.stage_subject(year, stage)
    found = {one.id: f"invoice:{one.id}" for one in view.invoices[stage]}
    return render_template(
        "payments/stage.html",
        view=view,
        number=stage,
        judged=view.stages[stage],
        done=view.progress[stage],
        invoices=view.invoices[stage],
        invoice_papers=file_queries.of_subjects(session, person, list(found.values()), at),
        papers=file_queries.of_papers(session, person, subject, at),
        later=[one for one in view.services if view.year and one.starts_on > view.year.starts_on]
        if stage == 1
        else [],
        sources=queries.lines(session),
        names={one.project.seq: one.project for one in view.services},
        person=person,
        failed=form,
        form_for=form_for(form),
        shown_yuan=shown_yuan,
        large_writing=large_writing,
        today=day_of(at),
    )
