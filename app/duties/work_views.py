"""The pages of works: what waits for the unit, the form of an inspection, and its sheet afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.addresses import public_url
from app.clock import now
from app.database import current_session
from app.duties import lists, queries, schemas, words, works
from app.duties.answers import Files, Said, carry_out, form_for
from app.duties.checks import may_work, own_draft
from app.duties.drafts import checklist_of
from app.duties.lines import Line, limits_text, problems
from app.duties.record import made_at, printed_record
from app.duties.schemas import FINISH
from app.duties.works import WorkForm
from app.errors import answer
from app.files import queries as file_queries
from app.files.uploads import attach
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from app.outbox import sending
from app.paging import paged
from app.papers.printing import digest
from app.papers.word import word_file
from app.wants import wants_json
from models.duties import Work
from sla.backentry import device_text
from sla.errors import Conflict, DomainError, NotFound
from sla.vocab import ItemResult, Role, Standing

blueprint = Blueprint("works", __name__, url_prefix="/works")

DECIDERS = (Role.CONTACT, Role.BUREAU)
SUPPLIER = (Role.ENGINEER, Role.MANAGER)
RESULTS = [(one.value, one.label) for one in ItemResult]
PAGE = 50
STANDINGS = {"pending": "待确认", "confirmed": "已确认", "rejected": "已驳回", "all": "全部"}


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List finished works: what waits for the unit first."""
    require(viewer(), *sorted(READERS))
    form = Form(request.args.to_dict(), key="filter")
    return _list_page(form.read(schemas.RecordFilter()), Form())


@blueprint.post("/confirm")
def confirm_many() -> ResponseReturnValue:
    """Confirm several works at once."""
    form = Form.sent(request, key="bulk")
    if not request.is_json:
        form.values["works"] = request.form.getlist("works")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        found = works.decide_many(current_session(), viewer(), said["works"], now())
        return f"已确认 {len(found)} 份记录。", url_for(".index")

    return carry_out(
        form, schemas.BulkForm(), carry, lambda: _list_page(schemas.RecordFilter().load({}), form)
    )


@blueprint.get("/<int:work_id>")
def show(work_id: int) -> ResponseReturnValue:
    """Show the form of a draft to whoever began it, or the sheet of a finished work."""
    check = Form(request.args.to_dict()).read(schemas.WorkPick())["check"]
    return _page(work_id, Form(), check=check)


@blueprint.get("/<int:work_id>/word")
def word(work_id: int) -> ResponseReturnValue:
    """Serve the record of a finished work as a Word document."""
    work = queries.work(current_session(), viewer(), work_id, now())
    if work.finished_at is None:
        raise NotFound("这份记录还没有提交，没有可以签字的表单")
    address = public_url(".show", work_id=work.id)
    return word_file(printed_record(work), address, made_at(work), work.id)


@blueprint.post("/<int:work_id>")
def fill(work_id: int) -> ResponseReturnValue:
    """Save a draft, and finish it when that was asked for and nothing is missing.

    What was typed and photographed is kept also where it cannot be finished yet.
    """
    form = Form.sent(request, key="work")
    if before := sending.answered(form):
        return before
    draft = queries.work(current_session(), viewer(), work_id, now())
    schema = schemas.work_schema(draft.checklist.items if draft.checklist else [])
    form.expect(schema)
    try:
        own_draft(current_session(), viewer(), draft, now(), None)
    except Conflict as error:
        if wants_json():
            raise
        form.blame(error)
        return _page(work_id, form), error.status
    refused: list[DomainError] = []

    def carry(said: Said, files: Files) -> tuple[str, str]:
        work = works.load_for_change(current_session(), viewer(), work_id, now())
        # What was filled in without network is laid over what its own person saved before.
        version = None if sending.is_later() else said["version"]
        works.save(
            *(current_session(), viewer(), work, version, lines_of(said), now()),
            note=said["note"],
            place=said["place"],
        )
        _attach(work, files, said["submission"])
        if said["act"] == FINISH:
            return _finish(work, said, files, refused)
        return "已保存，还没有提交。", url_for(".show", work_id=work_id)

    answer = carry_out(form, schema, carry, lambda: _page(work_id, form), files=True)
    if refused:
        flash(f"已保存，还不能提交。{refused[0].message}", "danger")
        return redirect(url_for(".show", work_id=work_id, check=1), 303)
    return answer


@blueprint.post("/of/<int:occurrence_id>")
def take(occurrence_id: int) -> ResponseReturnValue:
    """Take an inspection that was begun and filled in on a device without network, as a whole (O4, C12)."""
    form = Form.sent(request, key="work")
    if before := sending.answered(form):
        return before
    one = queries.occurrence(current_session(), viewer(), occurrence_id, now()).occurrence
    may_work(viewer(), one.project_id)
    picked = form.read(schemas.ChecklistPick())["checklist"]
    checklist = checklist_of(current_session(), one.obligation, picked)
    schema = schemas.work_schema(checklist.items if checklist else [], whole=True)

    def carry(said: Said, files: Files) -> tuple[str, str]:
        filled = WorkForm(
            occurrence_id,
            said["submission"],
            lines_of(said),
            occurred_at=sending.happened(said["occurred_at"]),
            device_at=sending.device_at(),
            note=said["note"],
            place=said["place"],
            checklist_version_id=picked,
            with_file=bool(files),
        )
        work = works.submit(current_session(), viewer(), filled, now())
        _attach(work, files, said["submission"])
        return _told(work), url_for(".show", work_id=work.id)

    return carry_out(form, schema, carry, lambda: str(answer(422, form.message)[0]), files=True)


@blueprint.post("/<int:work_id>/confirm")
def confirm(work_id: int) -> ResponseReturnValue:
    return _decide(work_id, "confirm", True, "已确认。")


@blueprint.post("/<int:work_id>/reject")
def reject(work_id: int) -> ResponseReturnValue:
    return _decide(work_id, "reject", False, "已驳回，这次应办要重新完成。")


def lines_of(said: Said) -> list[Line]:
    """Return what a form says about each item of its checklist."""
    ids = [int(name.removeprefix("result-")) for name in said if name.startswith("result-")]
    return [
        Line(
            item_id=item,
            result=said[f"result-{item}"],
            value=said[f"value-{item}"],
            note=said[f"note-{item}"],
            ticket_id=said[f"ticket-{item}"],
        )
        for item in ids
    ]


def values_of(work: Work) -> dict[str, Any]:
    """Return what was saved as the values of the form; nothing is chosen that nobody chose (O4)."""
    values: dict[str, Any] = {"note": work.note, "place": work.place}
    for row in work.lines:
        values[f"result-{row.item_id}"] = row.result.value if row.result else ""
        values[f"value-{row.item_id}"] = row.value
        values[f"note-{row.item_id}"] = row.note
        values[f"ticket-{row.item_id}"] = row.ticket_id
    return values


def _finish(work: Work, said: Said, files: Files, refused: list[DomainError]) -> tuple[str, str]:
    """Finish what was saved a moment ago; refused, it stays saved."""
    back = url_for(".show", work_id=work.id)
    try:
        with current_session().begin_nested():
            there = bool(files.get("file")) or bool(
                file_queries.of_work(current_session(), viewer(), work.id, now())
            )
            works.finish(
                *(current_session(), viewer(), work, now()),
                occurred_at=sending.happened(said["occurred_at"]),
                device_at=sending.device_at(),
                with_file=there,
            )
    except DomainError as error:
        if wants_json():
            raise
        refused.append(error)
        return "", back
    return _told(work), back


def _told(work: Work) -> str:
    opened = sum(row.ticket_id is not None for row in work.lines)
    told = f"异常 {opened} 项，已关联工单。" if opened else ""
    late = "这是补录，单位确认以前按提交时间判定。" if work.backentered else ""
    return f"已提交。{told}{late}"


def _attach(work: Work, files: Files, submission: str) -> None:
    at = now()
    attach(work, files.get("file", []), submission, at)
    for row in work.lines:
        attach(work, files.get(f"photo-{row.item_id}", []), f"{submission}.{row.item_id}", at, row)


def _decide(work_id: int, key: str, confirmed: bool, done: str) -> ResponseReturnValue:
    form = Form.sent(request, key=key)

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        session, at = current_session(), now()
        work = works.load_for_change(session, viewer(), work_id, at)
        works.decide(session, viewer(), work, confirmed, at, said["reason"])
        occurrence_id = said["occurrence"]
        back = url_for(".show", work_id=work_id)
        return done, url_for("duties.show", occurrence_id=occurrence_id) if occurrence_id else back

    return carry_out(form, schemas.DecisionForm(), carry, lambda: _page(work_id, form))


def _list_page(said: Said, form: Form) -> str:
    session, person, at = current_session(), viewer(), now()
    standing = None if said["show"] == "all" else Standing(said["show"])
    found = paged(session, lists.records(person, at, standing), said["page"] or 1, PAGE)
    return render_template(
        "works/index.html",
        found=found,
        rows=lists.counted(session, found.items),
        show=said["show"],
        standings=STANDINGS,
        decides=person.role in DECIDERS and standing is Standing.PENDING,
        form=form,
        person=person,
        words=words,
    )


def _page(work_id: int, form: Form, *, check: bool = False) -> str:
    session, person, at = current_session(), viewer(), now()
    work = queries.work(session, person, work_id, at)
    items = list(work.checklist.items) if work.checklist else []
    rows = {row.item_id: row for row in work.lines}
    files = file_queries.of_work(session, person, work_id, at)
    common = {
        "work": work,
        "items": items,
        "rows": rows,
        "files": [one for one in files if one.line_id is None],
        "photos": {row.item_id: [one for one in files if one.line_id == row.id] for row in work.lines},
        "limits": limits_text,
        "words": words,
        "submission": secrets.token_urlsafe(16),
        "failed": form,
        "form_for": form_for(form),
    }
    if work.finished_at is None:
        return _form_page(work, form, common, check)
    return render_template(
        "works/sheet.html",
        tickets=lists.linked_tickets(session, person, work, at),
        decides=person.role in DECIDERS and person.id != work.by_id,
        again=person.role is Role.BUREAU,
        device=device_text(work.device_at, work.recorded_at) if work.device_at and work.recorded_at else "",
        attaches=person.role in (*SUPPLIER, *DECIDERS),
        supplier=person.role in SUPPLIER,
        digest=digest(printed_record(work).content()),
        **common,
    )


def _form_page(work: Work, form: Form, common: dict[str, Any], check: bool) -> str:
    shown = form if form.key == "work" else Form(values_of(work), key="work")
    open_ones = []
    if work.project_id is not None and work.checklist is not None:
        open_ones = list(lists.open_tickets(current_session(), viewer(), work.project_id, now()))
    answered: Callable[[int], bool] = lambda item_id: bool(shown.value(f"result-{item_id}"))  # noqa: E731
    return render_template(
        "works/form.html",
        **common,
        form=shown,
        results=RESULTS,
        open_tickets=[(one.id, f"{one.number} {one.title}") for one in open_ones],
        missing=[item for item in common["items"] if not answered(item.id)],
        wrong=problems(work) if check else [],
        check=check,
    )
