"""The pages of renewal: what the year's facts suggest for each project, and what the bureau decides."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.clock import now
from app.contract.service import renew
from app.database import current_session
from app.duties.answers import Files, Said
from app.files import queries as file_queries
from app.forms import Form
from app.login import viewer
from app.payments import queries, renewals, schemas
from app.payments.answers import check, signed
from app.payments.entry_pages import entry_page
from app.payments.views import blueprint
from models.contract import Project
from sla.renewal import MEASURES
from sla.vocab import Role

__all__ = ["blueprint"]  # with every page about money on it


@blueprint.get("/<int:year>/renewal")
def renewal(year: int) -> ResponseReturnValue:
    """Show what the year's facts suggest for each project, and what was decided."""
    check(None, year)
    return _renewal_page(year, Form(key="renewal"))


@blueprint.post("/<int:year>/renewal")
def decide_renewal(year: int) -> ResponseReturnValue:
    """Decide about the projects that were chosen."""
    check(Role.BUREAU, year)
    form = Form.sent(request, key="renewal")
    seqs = list(current_session().scalars(select(Project.seq)))

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        chosen = {
            seq: (said[f"renews_{seq}"] is schemas.Renews.YES, said[f"reason_{seq}"])
            for seq in seqs
            if said[f"renews_{seq}"] is not None
        }
        made = renewals.decide(current_session(), viewer(), year, chosen, now())
        return f"已决定 {made} 个项目。", url_for(".renewal", year=year)

    return signed(form, schemas.renewal_form(seqs), carry, lambda: _renewal_page(year, form))


@blueprint.post("/<int:year>/renewal/open")
def open_next(year: int) -> ResponseReturnValue:
    """Open the next service year with the projects that are renewed."""
    check(Role.BUREAU, year)
    form = Form.sent(request, key="open")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        made = renew(current_session(), viewer(), now(), said["note"])
        return f"第 {made.number} 服务年度自 {made.starts_on} 起。", url_for(
            "payments.year", year=made.number
        )

    return signed(form, schemas.StepForm(), carry, lambda: _renewal_page(year, form))


def _renewal_page(year: int, form: Form) -> str:
    session = current_session()
    found = renewals.lines(session, year, now())
    opened = {one.number for one in queries.opened_years(session)}
    return entry_page(
        *("payments/renewal.html", year, form, "renewal"),
        lines=found,
        undecided=renewals.undecided(found),
        measures=MEASURES,
        choices=[(one.value, one.label) for one in schemas.Renews],
        opened=year + 1 in opened,
        papers=file_queries.of_papers(session, viewer(), renewals.subject(year), now()),
    )
