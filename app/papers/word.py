"""A form for signing as a Word document: the same content, digest and address as on the printed page."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from flask import send_file
from flask.typing import ResponseReturnValue

from app.papers.printing import PrintedForm, digest
from app.places.service import code_png
from reports.catalogue import SIGNED
from reports.form import SheetTable, SignedSheet, SignPlace


def sheet_of(form: PrintedForm, address: str, at: datetime) -> SignedSheet:
    """Return a form as the data of its document. ``at`` is when it was made, ``address`` that of its page."""
    return SignedSheet(
        title=form.title,
        subtitle=form.subtitle,
        facts=form.facts,
        text=form.text,
        tables=tuple(SheetTable(one.caption, one.headings, one.rows, one.figures) for one in form.tables),
        signatures=tuple(SignPlace(one.role, one.name, one.stamp) for one in form.signatures),
        basis=form.basis,
        digest=digest(form.content()),
        address=address,
        code=code_png(address),
        at=at,
    )


def word_file(form: PrintedForm, address: str, at: datetime, number: int) -> ResponseReturnValue:
    """Serve a form as a document; ``number`` tells forms of one title apart. Whether the viewer may, the
    caller has decided."""
    return send_file(
        BytesIO(SIGNED.write(sheet_of(form, address, at))),
        mimetype=SIGNED.media_type,
        as_attachment=True,
        download_name=SIGNED.file_name.format(number=f"{form.title}-{number}").replace("/", "／"),
    )
