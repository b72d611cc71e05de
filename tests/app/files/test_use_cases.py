"""Attaching as other features do it: with a session, an actor and a store, on both databases."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.files.queries import of_ticket, of_work, of_works
from app.files.service import attach
from app.files.store import Store
from models.checklists import Checklist, ChecklistItem, ChecklistVersion
from models.duties import WorkLine
from models.files import Attachment
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import FileKind, ItemResult
from tests.app.files.pictures import PDF, photo
from tests.app.files.things import a_member, a_work
from tests.app.personas import at, new_ticket, real_contract

NOW = at("2025-07-01 09:00")
MOST = 2**20


@pytest.fixture
def people(session):
    return real_contract(session)


@pytest.fixture
def put(session, tmp_path):
    """Return a function that attaches a PDF, or what it is given."""
    store = Store(tmp_path / "files")

    def put(actor, owner, content=PDF, name="a.pdf", kind=None, submission=None, line=None):
        return attach(
            session,
            actor,
            owner,
            BytesIO(content),
            name,
            kind,
            NOW,
            submission,
            store=store,
            most=MOST,
            line=line,
        )

    return put


def count(session):
    return session.scalar(select(func.count()).select_from(Attachment))


def a_line(session, work, ticket=None, code="room"):
    version = ChecklistVersion(checklist=Checklist(code=code, name=code), number=1, drafted_at=NOW)
    item = ChecklistItem(version=version, position=1, text="温度")
    line = WorkLine(work=work, item=item, result=ItemResult.ABNORMAL, ticket_id=ticket and ticket.id)
    session.add_all([version, line])
    session.flush()
    return line


def test_the_same_submission_attaches_once(session, people, put):
    ticket = new_ticket(session, people.contact)
    first = put(people.engineer, ticket, submission="one")
    assert put(people.engineer, ticket, submission="one") is first
    put(people.engineer, ticket)
    put(people.engineer, ticket)
    assert count(session) == 3
    with pytest.raises(Conflict):
        put(people.manager, ticket, submission="one")
    with pytest.raises(Conflict):
        put(people.engineer, a_work(session), submission="one")


def test_a_file_beyond_the_limit_is_refused_before_anything_is_kept(session, people, put, tmp_path):
    ticket = new_ticket(session, people.contact)
    with pytest.raises(Invalid) as refused:
        put(people.engineer, ticket, b"a" * (MOST + 1), "a.txt")
    assert "最大 1 MB" in refused.value.message
    assert put(people.engineer, ticket, b"a" * MOST, "a.txt").size == MOST
    assert count(session) == 1


def test_the_photo_of_an_inspection_line_is_shown_with_the_ticket_it_opened(session, people, put):
    ticket = new_ticket(session, people.engineer)
    work, other = a_work(session), a_work(session, note="2")
    line = a_line(session, work, ticket)
    of_line = put(people.engineer, work, photo(), "a.jpg", FileKind.PHOTO, line=line)
    of_it = put(people.engineer, ticket)
    plain = put(people.engineer, work)
    assert list(of_ticket(session, people.contact, ticket.id, NOW)) == [of_line, of_it]
    assert list(of_work(session, people.contact, work.id, NOW)) == [of_line, plain]
    assert of_works(session, people.contact, [work.id, other.id], NOW) == {work.id: [of_line, plain]}
    assert list(of_ticket(session, people.stranger, ticket.id, NOW)) == []


def test_a_line_takes_only_files_of_its_own_work(session, people, put):
    work, other = a_work(session), a_work(session, note="2")
    line = a_line(session, work)
    for owner in (other, new_ticket(session, people.contact)):
        with pytest.raises(Invalid):
            put(people.engineer, owner, line=line)


def test_the_papers_of_a_posting_come_from_the_person_or_the_manager(session, people, put):
    member = a_member(session)
    put(people.engineer, member)
    put(people.manager, member)
    for who in (people.other_engineer, people.contact, people.hotline, people.auditor, people.admin):
        with pytest.raises(Forbidden):
            put(who, member)
    assert count(session) == 2


@pytest.mark.parametrize(
    ("kind", "kept"), [(None, "photo"), (FileKind.FILE, "photo"), (FileKind.SCAN, "scan")]
)
def test_a_picture_is_a_photo_unless_it_is_a_scan(session, people, put, kind, kept):
    one = put(people.engineer, a_work(session), photo((5000, 2500)), "a.jpg", kind)
    assert str(one.kind) == kept
    assert one.media_type == "image/jpeg"
