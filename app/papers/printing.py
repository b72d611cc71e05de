"""Forms that are printed, signed and stamped: their content as bytes, and the paper that keeps them.

A form is made of texts alone. Its canonical bytes (L1) are stored with the paper and never change, so the
page that prints it today prints the same in ten years; their SHA-256 stands on the sheet beside the code that
leads to the page. What comes back stamped is uploaded to the same paper.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.papers.service import make_paper
from models.papers import Paper
from models.people import User
from sla.errors import Damaged, Invalid
from sla.ledger import NotCanonical, canonical, parse
from sla.vocab import PaperKind

LONGEST_TITLE = 120  # characters


@dataclass(frozen=True)
class FormTable:
    """A table of a form; ``figures`` names the headings whose cells are aligned as figures."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Signature:
    """A place to sign: on whose behalf, the name if it is known, and whether a stamp belongs there."""

    role: str
    name: str = ""
    stamp: bool = False


@dataclass(frozen=True)
class PrintedForm:
    """A form as it is printed, from top to bottom. ``basis`` says where it comes from in the contract.

    ``facts`` are names with their values; ``text`` holds paragraphs that are numbered where there are
    several; nothing of the moment of printing belongs in here, or each printing would differ.
    """

    title: str
    subtitle: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    text: tuple[str, ...] = ()
    tables: tuple[FormTable, ...] = ()
    signatures: tuple[Signature, ...] = ()
    basis: str = ""

    def content(self) -> str:
        """Return the canonical bytes as text; what evidence cannot hold is ``Invalid``."""
        try:
            return canonical(_listed(asdict(self))).decode("utf-8")
        except NotCanonical as error:
            raise Invalid(f"表单里有不能作为证据的内容：{error}") from error


def digest(content: str) -> str:
    """Return the SHA-256 of a form's content, in hexadecimal."""
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def form_of(paper: Paper) -> PrintedForm | None:
    """Return the form a paper keeps, ``None`` if it came from outside; ``Damaged`` if it was changed."""
    if paper.content is None:
        return None
    if digest(paper.content) != paper.sha256:
        raise Damaged("这份表单的内容与摘要不符，可能已被改动，请联系系统管理员")
    said = parse(paper.content.encode("utf-8"))
    return PrintedForm(
        title=said["title"],
        subtitle=said["subtitle"],
        facts=tuple((name, value) for name, value in said["facts"]),
        text=tuple(said["text"]),
        tables=tuple(_table(one) for one in said["tables"]),
        signatures=tuple(Signature(**one) for one in said["signatures"]),
        basis=said["basis"],
    )


def signed_form(
    session: Session,
    actor: User,
    kind: PaperKind,
    subject: str,
    form: PrintedForm,
    now: datetime,
    *,
    project_id: int | None = None,
    unit_id: int | None = None,
    number: str = "",
    dated: date | None = None,
    note: str = "",
) -> Paper:
    """Keep a form for signing; the same content about the same thing is the same paper.

    Whether the actor may, the caller has decided. ``papers.show`` prints it and takes the scan.
    """
    content = form.content()
    found = session.scalar(
        select(Paper).where(
            Paper.subject == subject,
            Paper.kind == kind,
            Paper.project_id.is_not_distinct_from(project_id),
            Paper.unit_id.is_not_distinct_from(unit_id),
            Paper.sha256 == digest(content),
            Paper.content.is_not(None),
        )
    )
    if found is not None:
        return found
    return make_paper(
        session,
        actor,
        kind,
        subject,
        form.title[:LONGEST_TITLE],
        now,
        project_id=project_id,
        unit_id=unit_id,
        number=number,
        dated=dated,
        note=note,
        sha256=digest(content),
        content=content,
    )


def _table(said: dict[str, Any]) -> FormTable:
    return FormTable(
        caption=said["caption"],
        headings=tuple(said["headings"]),
        rows=tuple(map(tuple, said["rows"])),
        figures=tuple(said["figures"]),
    )


def _listed(value: Any) -> Any:
    """Return a value with lists in the place of tuples, which evidence does not know."""
    if isinstance(value, dict):
        return {key: _listed(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(one) for one in value]
    return value
