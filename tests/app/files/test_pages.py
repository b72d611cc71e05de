"""Files over the web: sent once, seen by those who see the thing, served so that they can do nothing."""

from __future__ import annotations

import logging
from hashlib import sha256
from io import BytesIO

import pytest
from sqlalchemy import select

from app.database import transaction
from models.files import Attachment
from sla.vocab import Standing
from tests.app.files.pictures import DOCX, HEIC, PDF, bomb, photo
from tests.app.files.things import a_work, send, stored, things
from tests.app.personas import at
from tests.app.tickets.desk import make
from tests.app.visitors import JSON, ledger, read

OWNERS = ("ticket", "work", "posting-member", "equipment")
EVERYBODY = (
    *("engineer", "other_engineer", "contact", "stranger", "manager"),
    *("hotline", "bureau", "auditor", "admin"),
)


def rows(site):
    return read(site, lambda session: list(session.scalars(select(Attachment).order_by(Attachment.id))))


@pytest.mark.both_databases
def test_a_photo_is_sent_stored_small_and_bare_and_witnessed(site, visit):
    ticket = make(site, "contact")
    given = photo((4000, 3000), taken="2025:06:30 18:20:05")
    said = send(visit("engineer"), f"/files/ticket/{ticket}", (given, "../IMG_1.JPG"), submission="s1")
    assert said.status_code == 201
    (one,) = rows(site)
    assert said.json["files"] == [
        {"id": one.id, "sha256": one.sha256, "size": one.size, "kind": "photo", "name": "IMG_1.jpg"}
    ]
    assert (one.ticket_id, one.taken_at) == (ticket, at("2025-06-30 18:20:05"))
    (path,) = stored(site)
    content = path.read_bytes()
    assert (sha256(content).hexdigest(), len(content)) == (one.sha256, one.size)
    assert b"Exif" not in content
    assert b"SecretCamera" not in content
    (entry,) = ledger(site, "file.")
    assert (entry.kind, entry.subject) == ("file.attached", f"ticket:{ticket}")
    assert one.sha256 in entry.payload


@pytest.mark.both_databases
def test_sent_again_it_is_still_one_file(site, visit):
    ticket, client = make(site, "contact"), visit("engineer")
    address = f"/files/ticket/{ticket}"
    files = [(photo(), "a.jpg"), (PDF, "b.pdf")]
    first = send(client, address, *files, submission="s1")
    again = send(client, address, *files, submission="s1")
    assert first.json == again.json
    assert len(rows(site)) == len(ledger(site, "file.")) == 2
    other = send(client, address, *files, submission="s2")
    assert other.status_code == 201
    assert len(rows(site)) == 4
    assert len(stored(site)) == 2, "equal contents are kept once"


def test_a_submission_is_good_for_one_person_and_one_thing(site, visit):
    first, second = make(site, "contact"), make(site, "contact", title="另一件")
    send(visit("engineer"), f"/files/ticket/{first}", (PDF, "a.pdf"), submission="s1")
    for who, ticket in (("engineer", second), ("manager", first)):
        said = send(visit(who), f"/files/ticket/{ticket}", (PDF, "a.pdf"), submission="s1")
        assert said.status_code == 409, who
    assert len(rows(site)) == 1


# Who may attach what: "-" is not found, "x" is forbidden, "+" is done.
MAY = {
    "ticket": "+ - + - + + + x -",
    "work": "+ - x - + x x x -",
    "posting-member": "+ - x - + - x x -",
    "equipment": "+ - x - + x x x -",
}
STATUS = {"+": 201, "x": 403, "-": 404}


@pytest.mark.parametrize("owner", OWNERS)
def test_each_role_attaches_what_it_may_and_nothing_else(site, visit, owner):
    address = things(site).address(owner)
    expected = dict(zip(EVERYBODY, MAY[owner].split(), strict=True))
    for who in EVERYBODY:
        said = send(visit(who), address, (PDF, "a.pdf"), submission=who)
        assert said.status_code == STATUS[expected[who]], who
    assert len(rows(site)) == MAY[owner].count("+")
    assert len(stored(site)) == 1


SEES = {
    "ticket": "+ - + - + + + + -",
    "work": "+ - + - + + + + -",
    "posting-member": "+ - + - + - + + -",
    "equipment": "+ - + - + + + + -",
}


@pytest.mark.both_databases
def test_whoever_sees_the_thing_sees_its_files_and_nobody_else(site, visit):
    found = things(site)
    files = {}
    for owner in OWNERS:
        said = send(visit("manager"), found.address(owner), (photo(), "a.jpg"))
        files[owner] = said.json["files"][0]["id"]
    for who in EVERYBODY:
        client, place = visit(who), EVERYBODY.index(who)
        for owner, file in files.items():
            seen = SEES[owner].split()[place] == "+"
            for address in (f"/files/{file}", f"/files/{file}/small"):
                with client.get(address) as answer:
                    assert answer.status_code == (200 if seen else 404), (who, address, owner)
        with client.get("/files/999") as missing, client.get("/files/999/small") as small:
            assert missing.status_code == small.status_code == 404


def test_nobody_gets_a_file_without_signing_in(site, visit):
    ticket = make(site, "contact")
    send(visit("manager"), f"/files/ticket/{ticket}", (photo(), "a.jpg"))
    for address in ("/files/1", "/files/1/small"):
        assert site.test_client().get(address).location.startswith("/sign-in")
        assert site.test_client().get(address, headers=JSON).status_code == 401


def test_the_photos_of_a_draft_are_its_authors_alone(site, visit):
    with site.app_context(), transaction() as session:
        draft = a_work(session, finished_at=None).id
    said = send(visit("engineer"), f"/files/work/{draft}", (photo(), "a.jpg"))
    file = said.json["files"][0]["id"]
    for who, status in (("engineer", 200), ("manager", 404), ("bureau", 404), ("contact", 404)):
        with visit(who).get(f"/files/{file}") as answer:
            assert answer.status_code == status, who
    assert send(visit("manager"), f"/files/work/{draft}", (PDF, "a.pdf")).status_code == 404


def test_a_decided_work_takes_its_signed_scan_and_nothing_else(site, visit):
    with site.app_context(), transaction() as session:
        work = a_work(session, standing=Standing.CONFIRMED).id
    engineer, contact = visit("engineer"), visit("contact")
    assert send(engineer, f"/files/work/{work}", (photo(), "a.jpg")).status_code == 409
    for client in (engineer, contact):
        assert send(client, f"/files/work/{work}", (photo(), "a.jpg"), kind="scan").status_code == 201
        assert send(client, f"/files/work/{work}", (PDF, "a.pdf"), kind="scan").status_code == 201
        assert send(client, f"/files/work/{work}", (DOCX, "a.docx"), kind="scan").status_code == 422
    assert {str(one.kind) for one in rows(site)} == {"scan"}


def test_a_cancelled_ticket_takes_nothing_more(site, visit):
    ticket = make(site, "contact")
    visit("contact").post(f"/tickets/{ticket}/cancel", data={"version": "1", "reason": "弄错了"})
    assert send(visit("engineer"), f"/files/ticket/{ticket}", (PDF, "a.pdf")).status_code == 409


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"<script>alert(1)</script>", "a.html", ""),
        (b"<svg onload='alert(1)'/>", "a.svg", ""),
        (HEIC, "a.heic", ""),
        (bomb(), "a.png", ""),
        (b"", "a.txt", ""),
        (PDF, "a.jpg", "photo"),
        (b"\xff\xd8\xff" + b"x" * 100, "a.jpg", ""),
    ],
)
def test_what_is_not_taken_leaves_nothing_behind(site, visit, content, name, kind):
    ticket = make(site, "contact")
    said = send(visit("engineer"), f"/files/ticket/{ticket}", (PDF, "ok.pdf"), (content, name), kind=kind)
    assert said.status_code == 422
    assert said.json["field"] == "file"
    assert rows(site) == []
    assert ledger(site, "file.") == []


def test_a_request_beyond_the_limit_is_refused(site, visit):
    ticket, client = make(site, "contact"), visit("engineer")
    site.config["MAX_CONTENT_LENGTH"] = 1000
    said = send(client, f"/files/ticket/{ticket}", (b"a" * 1000, "a.txt"))
    assert said.status_code == 413
    assert rows(site) == []


def test_files_are_served_so_that_a_browser_does_nothing_with_them(site, visit):
    ticket, client = make(site, "contact"), visit("engineer")
    files = [(PDF, "方案 1.pdf"), (b"<html><script>alert(1)</script>", "a.txt"), (photo(), "a.jpg")]
    ids = [one["id"] for one in send(client, f"/files/ticket/{ticket}", *files).json["files"]]
    for number, (media_type, save) in zip(
        ids, [("application/pdf", True), ("text/plain", True), ("image/jpeg", False)], strict=True
    ):
        with client.get(f"/files/{number}") as answer:
            assert answer.mimetype == media_type
            disposition = answer.headers["Content-Disposition"]
            assert disposition.startswith("attachment" if save else "inline")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_a_browser_that_kept_a_file_is_told_so_and_only_while_it_may_see_it(site, visit):
    ticket, client = make(site, "contact"), visit("engineer")
    send(client, f"/files/ticket/{ticket}", (photo(), "a.jpg"))
    for address in ("/files/1", "/files/1/small"):
        with client.get(address) as first:
            tag = {"If-None-Match": first.headers["ETag"]}
        with client.get(address, headers=tag) as again:
            assert again.status_code == 304
        with visit("stranger").get(address, headers=tag) as hidden:
            assert hidden.status_code == 404


def test_a_file_changed_on_the_disk_is_not_served_and_the_log_says_so(site, visit, caplog):
    ticket, client = make(site, "contact"), visit("engineer")
    send(client, f"/files/ticket/{ticket}", (photo(), "a.jpg"))
    (path,) = stored(site)
    path.write_bytes(photo((10, 10)))
    for address in ("/files/1", "/files/1/small"):
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            page = client.get(address)
        assert page.status_code == 500
        assert "与存证的摘要不一致" in page.text
        assert str(path) in caplog.text
        assert str(path) not in page.text


def test_the_ticket_page_shows_small_pictures_and_takes_more(site, visit):
    ticket, client = make(site, "contact"), visit("contact")
    page = client.get(f"/tickets/{ticket}").text
    assert f'action="/files/ticket/{ticket}"' in page
    assert 'enctype="multipart/form-data"' in page
    said = send_form(client, ticket, (photo(), "现场.jpg"), (PDF, "说明.pdf"))
    assert (said.status_code, said.location) == (303, f"/tickets/{ticket}")
    page = client.get(f"/tickets/{ticket}").text
    assert 'src="/files/1/small"' in page
    assert "说明.pdf" in page
    auditor = visit("auditor").get(f"/tickets/{ticket}").text
    assert 'src="/files/1/small"' in auditor
    assert "multipart" not in auditor


def test_a_refused_file_shows_the_ticket_page_with_the_reason(site, visit):
    ticket, client = make(site, "contact"), visit("contact")
    for content, name, said in ((HEIC, "a.heic", "HEIC"), (b"", "", "请先选择照片或文件")):
        answer = send_form(client, ticket, (content, name))
        assert answer.status_code == 422
        assert said in answer.text
        assert "平台打不开" in answer.text
        assert "没有保存" not in answer.text


def send_form(client, ticket, *files):
    data = {
        "submission": "s1",
        "back": f"/tickets/{ticket}",
        "file": [(BytesIO(content), name) for content, name in files],
    }
    return client.post(f"/files/ticket/{ticket}", data=data, content_type="multipart/form-data")


def test_after_sending_one_is_led_nowhere_else(site, visit):
    ticket = make(site, "contact")
    data = {"back": "//evil.example/", "file": [(BytesIO(PDF), "a.pdf")]}
    said = visit("contact").post(f"/files/ticket/{ticket}", data=data)
    assert said.location == "/"


def test_an_unknown_sort_of_thing_is_not_found(site, visit):
    assert send(visit("manager"), "/files/user/1", (PDF, "a.pdf")).status_code == 404
