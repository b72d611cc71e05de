"""The pages on which two bureau persons enter and confirm: award, supplements, settlements, damages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.clock import now
from app.database import current_session
from app.duties.answers import Files, Said, carry_out
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from app.payments import awards, damages, endings, queries, schemas, supplements, two
from app.payments import entry_pages as pages
from app.payments.answers import all_files, amount_of, check, needed_amount, signed
from app.payments.award_file import read_rows, read_signed_rows
from app.payments.views import blueprint
from models.payments import Award, Damages, Supplement, Termination
from sla.errors import LoadError, NotFound
from sla.money import parse_yuan, yuan
from sla.vocab import Role

TABLE = "table"  # the box of the table with the rows of an award
CONFIRM: dict[type, Callable[..., Any]] = {
    Award: awards.confirm_award,
    Supplement: supplements.confirm_supplement,
    Termination: endings.confirm_termination,
    Damages: damages.confirm_claim,
}
KINDS: dict[str, tuple[type, str]] = {
    "award": (Award, ".award"),
    "supplement": (Supplement, ".changes"),
    "termination": (Termination, ".changes"),
    "damages": (Damages, ".claims"),
}


# -- confirming and withdrawing, whatever it is -----------------------------------------------------------


@blueprint.post("/<int:year>/entries/<kind>/<int:row_id>/confirm")
def confirm(year: int, kind: str, row_id: int) -> ResponseReturnValue:
    """Confirm, as a second person, what another bureau person entered."""
    check(Role.BUREAU, year)
    table, endpoint = kind_of(kind)
    form = Form.sent(request, key=f"confirm-{kind}-{row_id}")

    def carry(_said: Said, _files: Files) -> tuple[str, str]:
        CONFIRM[table](
            current_session(), viewer(), queries.entered(current_session(), table, year, row_id), now()
        )
        return "已审核，现已生效。", url_for(endpoint, year=year)

    return signed(form, schemas.StepForm(), carry, lambda: pages.PAGES[kind](year, form))


@blueprint.post("/<int:year>/entries/<kind>/<int:row_id>/withdraw")
def withdraw(year: int, kind: str, row_id: int) -> ResponseReturnValue:
    """Withdraw what is not in force yet."""
    check(Role.BUREAU, year)
    table, endpoint = kind_of(kind)
    form = Form.sent(request, key=f"withdraw-{kind}-{row_id}")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        entry = queries.entered(current_session(), table, year, row_id)
        two.withdraw(current_session(), viewer(), entry, said["reason"], now())
        return "已撤回。", url_for(endpoint, year=year)

    return carry_out(form, schemas.ReasonForm(), carry, lambda: pages.PAGES[kind](year, form))


# -- the award --------------------------------------------------------------------------------------------


@blueprint.get("/<int:year>/award")
def award(year: int) -> ResponseReturnValue:
    """Show a year's award with its rows, and the form to enter one."""
    check(None, year)
    return pages.award(year, Form(key="award"))


@blueprint.post("/<int:year>/award")
def enter_award(year: int) -> ResponseReturnValue:
    """Enter an award, its rows typed or sent as a table."""
    check(Role.BUREAU, year)
    form = Form.sent(request, key="award")
    seqs = [one.seq for one in queries.projects(current_session())]

    def carry(said: Said, files: Files) -> tuple[str, str]:
        rows = _rows_of(said, files, form, seqs)
        fen = needed_amount(said, "中标金额", "award")
        awards.enter_award(
            current_session(), viewer(), year, fen, rows, said["basis"], now(), all_files(files)
        )
        return "已录入，等另一位局方人员审核。", url_for(".award", year=year)

    return signed(form, schemas.award_form(seqs), carry, lambda: pages.award(year, form), files=True)


def _rows_of(said: Said, files: Files, form: Form, seqs: list[int]) -> dict[int, int]:
    """Return the rows of an award; those of a table fill the boxes too, to be corrected there."""
    table = files.get(TABLE, [])
    if not table:
        typed = {seq: said[f"row_{seq}"] for seq in seqs if said[f"row_{seq}"]}
        return {seq: parse_yuan(text, f"第 {seq} 项的金额", f"row_{seq}") for seq, text in typed.items()}
    try:
        rows = read_rows(current_store().read(table[0].sha256), table[0].name)
    except LoadError as error:
        error.field = TABLE
        raise
    form.values |= {f"row_{seq}": yuan(fen) for seq, fen in rows.items()}
    return rows


# -- supplements and early ends ---------------------------------------------------------------------------


@blueprint.get("/<int:year>/changes")
def changes(year: int) -> ResponseReturnValue:
    """Show a year's supplements and early ends."""
    check(None, year)
    return pages.changes(year, Form())


@blueprint.post("/<int:year>/supplements")
def enter_supplement(year: int) -> ResponseReturnValue:
    """Enter a supplementary contract."""
    check(Role.BUREAU, year)
    form = Form.sent(request, key="supplement")

    def carry(said: Said, files: Files) -> tuple[str, str]:
        fen = needed_amount(said, "金额")
        sign = -1 if said["direction"] is schemas.Direction.LESS else 1
        supplements.enter_supplement(
            *(current_session(), viewer(), year, said["number"], said["dated"], sign * fen),
            *(read_signed_rows(said["rows"], "rows"), said["reason"], now(), all_files(files)),
        )
        return "已录入，等另一位局方人员审核。", url_for(".changes", year=year)

    again = lambda: pages.changes(year, form)  # noqa: E731
    return signed(form, schemas.SupplementForm(), carry, again, files=True)


@blueprint.post("/<int:year>/terminations")
def enter_termination(year: int) -> ResponseReturnValue:
    """Propose the early end of a row that allows it."""
    check(Role.BUREAU, year)
    form = Form.sent(request, key="termination")

    def carry(said: Said, files: Files) -> tuple[str, str]:
        wanted = endings.Settlement(
            *(said["seq"], said["last_day"], amount_of(said, "结算金额"), said["basis"], said["reason"])
        )
        made = endings.enter_termination(current_session(), viewer(), year, wanted, now(), all_files(files))
        return f"已录入：{made.arithmetic.splitlines()[-1]}。", url_for(".changes", year=year)

    again = lambda: pages.changes(year, form)  # noqa: E731
    return signed(form, schemas.TerminationForm(), carry, again, files=True)


# -- damages ----------------------------------------------------------------------------------------------


@blueprint.get("/<int:year>/damages")
def claims(year: int) -> ResponseReturnValue:
    """Show what the facts suggest, what was claimed, and the lending rates."""
    check(None, year)
    return pages.claims(year, Form())


@blueprint.post("/<int:year>/damages")
def enter_claim(year: int) -> ResponseReturnValue:
    """Put a claim before a second person."""
    check(Role.BUREAU, year)
    form = Form.sent(request, key="claim")

    def carry(said: Said, files: Files) -> tuple[str, str]:
        claim = damages.Claim(
            *(said["kind"], said["what"], amount_of(said, "认定金额"), said["reason"]),
            days=said["days"] or 0,
            stage=said["stage"],
        )
        damages.enter_claim(current_session(), viewer(), year, claim, now(), all_files(files))
        return "已录入，等另一位局方人员审核。不会自动扣款。", url_for(".claims", year=year)

    return signed(form, schemas.ClaimForm(), carry, lambda: pages.claims(year, form), files=True)


@blueprint.post("/<int:year>/rates")
def enter_rate(year: int) -> ResponseReturnValue:
    """Enter the one-year LPR of a day."""
    check(Role.BUREAU, year)
    form = Form.sent(request, key="rate")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        damages.enter_rate(current_session(), viewer(), said["published_on"], said["percent"], now())
        return "利率已录入。", url_for(".claims", year=year, _anchor="rates")

    return carry_out(form, schemas.RateForm(), carry, lambda: pages.claims(year, form))


def kind_of(name: str) -> tuple[type, str]:
    """Return the table of a kind of entry and its page; an unknown word leads nowhere."""
    if name not in KINDS:
        raise NotFound("没有这个地址")
    return KINDS[name]
