"""The pages on which the rules are changed: agree a reading, a year's notice, days of the contract's own.

Each shows first what would change and saves only what was shown: a form carries the version of the rules.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.clock import now
from app.contract import notices, outlook, own_days, pages
from app.contract.agree import Agreement, agree, key_named, propose
from app.contract.changing import first_changeable_day
from app.contract.notice_file import read_days, runs, write_days
from app.contract.notices import PUBLISHERS, Notice
from app.contract.own_days import OwnDay, OwnDays
from app.contract.schemas import (
    FESTIVALS,
    AgreementForm,
    NoticeDays,
    NoticeFile,
    OwnDaysForm,
    notice_rows,
)
from app.contract.words import choices_of, reading_text
from app.database import current_session
from app.forms import Form
from app.login import viewer
from app.wants import wants_json
from sla.calendar import FIRST_YEAR, LAST_YEAR, YearStatus
from sla.errors import DomainError, Invalid, NotFound
from sla.vocab import Role
from sla.when import day_of

blueprint = Blueprint("changes", __name__, url_prefix="/contract")

READERS = (Role.BUREAU, Role.MANAGER, Role.AUDITOR)


# -- how the contract is read ---------------------------------------------------------------------------


@blueprint.get("/interpretations/<name>")
def reading(name: str) -> ResponseReturnValue:
    require(viewer(), *READERS)
    return _reading_page(name, Form())


@blueprint.get("/interpretations/<name>/preview")
def preview(name: str) -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form(request.args.to_dict())
    session = current_session()
    try:
        found = propose(session, _agreement(name, form)[0], now())
    except DomainError as error:
        return _refused(form, error, lambda: _reading_page(name, form))
    return render_template(
        "contract/agree.html",
        form=form,
        found=found,
        outlook=outlook.outlook(
            *(session, found.effect, found.duties, now()),
            details=True,
            rules=outlook.Rules(found.before, found.book, found.from_day),
        ),
        reading_text=reading_text,
        today=day_of(now()),
    )


@blueprint.post("/interpretations/<name>")
def save(name: str) -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form.sent(request)
    try:
        said, seen = _agreement(name, form)
        found = agree(current_session(), viewer(), said, now(), seen)
    except DomainError as error:
        return _refused(form, error, lambda: _reading_page(name, form))
    if found.agreed:
        flash("已经是这样约定的，没有改动。", "info")
    else:
        flash(f"{found.key.label}从 {found.from_day} 起已约定。{_done(found.effect.counts())}", "success")
    return redirect(url_for(".reading", name=name), 303)


def _agreement(name: str, form: Form) -> tuple[Agreement, str]:
    key_named(name)
    said = form.read(AgreementForm())
    return Agreement(name, said["value"], said["from_day"], said["reason"]), said["version"]


def _reading_page(name: str, form: Form) -> str:
    session, today = current_session(), day_of(now())
    key = key_named(name)
    return render_template(
        "contract/reading.html",
        key=key,
        form=form,
        rows=[row for row in pages.reading_rows(session, today) if row.key == key],
        decisions=outlook.decisions(session, f"interpretation:{key.name}"),
        choices=choices_of(key),
        first=first_changeable_day(session, today),
        today=today,
        reading_text=reading_text,
    )


# -- a year's notice ------------------------------------------------------------------------------------


@blueprint.get("/calendar/<int:year>/notice")
def notice(year: int) -> ResponseReturnValue:
    require(viewer(), *PUBLISHERS)
    return _notice_page(year, Form(key="file"), _rows_form(year))


@blueprint.post("/calendar/<int:year>/notice/file")
def notice_from_file(year: int) -> ResponseReturnValue:
    require(viewer(), *PUBLISHERS)
    form = Form.sent(request, key="file")
    try:
        said = form.read(NoticeFile())
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid("请选择放假通知的 CSV 文件", "file")
        days = read_days(sent.read(), year, sent.filename[-64:])
        return _preview_notice(Notice(year, said["notice"], days, said["reason"]))
    except DomainError as error:
        return _refused(form, error, lambda: _notice_page(year, form, _rows_form(year)))


@blueprint.post("/calendar/<int:year>/notice/rows")
def notice_from_rows(year: int) -> ResponseReturnValue:
    require(viewer(), *PUBLISHERS)
    form = Form.sent(request, key="rows")
    try:
        said = form.read(notice_rows())
        table = write_days(outlook.said_days(said, FESTIVALS))
        days = read_days(table.encode(), year, "放假安排")
        return _preview_notice(Notice(year, said["notice"], days, said["reason"]))
    except DomainError as error:
        return _refused(form, error, lambda: _notice_page(year, Form(key="file"), form))


@blueprint.post("/calendar/<int:year>/notice")
def publish(year: int) -> ResponseReturnValue:
    require(viewer(), *PUBLISHERS)
    form = Form.sent(request, key="file")
    try:
        said = form.read(NoticeDays())
        wanted = Notice(year, said["notice"], read_days(said["days"].encode(), year), said["reason"])
        found = notices.publish(current_session(), viewer(), wanted, now(), said["version"])
    except DomainError as error:
        return _refused(form, error, lambda: _notice_page(year, form, _rows_form(year)))
    if found.known:
        flash(f"{year} 年已经是这份通知，没有改动。", "info")
    else:
        flash(f"{year} 年的放假通知已录入。{_done(found.effect.counts())}", "success")
    return redirect(url_for("contract.calendar", year=year), 303)


def _preview_notice(said: Notice) -> str:
    session = current_session()
    found = notices.propose_notice(session, said, now())
    return render_template(
        "contract/notice_preview.html",
        found=found,
        table_text=write_days(found.notice.days),
        runs=runs(found.notice.days),
        outlook=outlook.outlook(
            *(session, found.effect, found.duties, now()),
            details=viewer().role is Role.BUREAU,
            rules=outlook.Rules(found.before, found.book),
        ),
    )


def _notice_page(year: int, file_form: Form, rows_form: Form) -> str:
    session = current_session()
    shown = pages.calendar_page(session, _known_year(year))
    return render_template(
        "contract/notice.html",
        shown=shown,
        published=shown.status is YearStatus.PUBLISHED,
        file_form=file_form,
        rows_form=rows_form,
        festivals=range(FESTIVALS),
        decisions=outlook.decisions(session, f"calendar:{year}"),
    )


def _rows_form(year: int) -> Form:
    return Form(outlook.festival_rows(current_session(), _known_year(year), FESTIVALS), key="rows")


def _known_year(year: int) -> int:
    if not FIRST_YEAR <= year < LAST_YEAR:
        raise NotFound(f"日历只有 {FIRST_YEAR} 年至 {LAST_YEAR - 1} 年")
    return year


# -- the contract's own days ---------------------------------------------------------------------------


@blueprint.get("/calendar/own-days")
def own() -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form(request.args.to_dict())
    if not form.values:
        return _own_page(form)
    try:
        return _own_page(form, own_days.propose_own_days(current_session(), _own_days(form)[0], now()))
    except DomainError as error:
        return _refused(form, error, lambda: _own_page(form))


@blueprint.post("/calendar/own-days")
def save_own() -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form.sent(request)
    try:
        said, seen = _own_days(form)
        found = own_days.set_own_days(current_session(), viewer(), said, now(), seen)
    except DomainError as error:
        return _refused(form, error, lambda: _own_page(form))
    flash(f"已改 {len(found.days)} 天。{_done(found.effect.counts())}", "success")
    return redirect(url_for("contract.calendar", year=said.first.year), 303)


def _own_days(form: Form) -> tuple[OwnDays, str]:
    said = form.read(OwnDaysForm())
    days = OwnDays(said["first"], said["last"] or said["first"], said["kind"], said["name"], said["reason"])
    return days, said["version"]


def _own_page(form: Form, found: own_days.OwnDaysChange | None = None) -> str:
    session = current_session()
    return render_template(
        "contract/own_days.html",
        form=form,
        found=found,
        kinds=[(one.value, one.label, "") for one in OwnDay],
        first=first_changeable_day(session, day_of(now())),
        outlook=found
        and outlook.outlook(
            *(session, found.effect, found.duties, now()),
            details=True,
            rules=outlook.Rules(found.before, found.book),
        ),
    )


# -- both -------------------------------------------------------------------------------------------------


def _refused(form: Form, error: DomainError, page: Any) -> ResponseReturnValue:
    """Show the page again with what is wrong; a thing that is not there, or not allowed, has no such page."""
    if wants_json() or isinstance(error, NotFound) or error.status == 403:
        raise error
    form.blame(error)
    return page(), error.status


def _done(counts: dict[str, int]) -> str:
    """Say what a change did; by its numbers alone, so that everybody may read it."""
    if not counts["tickets"]:
        return "没有工单受影响。"
    return f"{counts['tickets']} 张工单已重新计算，{counts['dues']} 个到期时间或结论有变化。"
