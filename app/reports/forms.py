"""A form for signing as a report: the same content, and the same digest as on the printed page."""

from __future__ import annotations

from datetime import datetime

from app.papers.printing import FormTable, PrintedForm, digest
from reports.columns import Column
from reports.listing import Listing, Part


def listing_of(form: PrintedForm, at: datetime, more: tuple[tuple[str, str], ...] = ()) -> Listing:
    """Return a form as rows; with ``more`` facts it is another content and has a digest of its own."""
    told = tuple(pair for pair in (*form.facts, *more) if pair[1])
    numbered = len(form.text) > 1
    return Listing(
        form.title,
        form.subtitle,
        at,
        facts=told,
        text=tuple(f"{n}. {line}" if numbered else line for n, line in enumerate(form.text, 1)),
        parts=tuple(_part(one) for one in form.tables),
        signatures=tuple((f"{one.role} {one.name}".strip(), one.stamp) for one in form.signatures),
        basis=form.basis,
        sealed="" if more else digest(form.content()),
        is_form=True,
    )


def _part(one: FormTable) -> Part:
    return Part(one.caption or "明细", tuple(Column(head) for head in one.headings), one.rows)
