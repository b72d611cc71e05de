"""The wall screen: who sees it, what it never tells, and the keys of screens that nobody signs in at."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.database import transaction
from app.errors import told_path
from app.tickets import service
from models.board import BoardKey
from models.people import User
from models.tickets import Ticket
from sla.vocab import PauseReason
from tests.app.personas import at
from tests.app.tickets.desk import do, make, plain
from tests.app.visitors import NOW, counted_queries, ledger, read, set_clock, visit

PLACE = "三楼大厅"


def key_of(site, place: str = PLACE) -> str:
    """Make a key and return the path of its board."""
    page = visit(site, "bureau").post("/board/keys", data={"place": place})
    assert page.status_code == 200
    found = re.search(r"http://localhost(/board/[\w-]{43})<", page.text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        *(("bureau", 200), ("manager", 200), ("auditor", 200)),
        *(("engineer", 403), ("contact", 403), ("hotline", 403), ("admin", 403)),
    ],
)
def test_who_may_look_at_it_and_who_makes_keys(site, name, status):
    person = visit(site, name)
    for path in ("/board", "/board/part"):
        assert person.get(path).status_code == status, path
    only = 200 if name == "bureau" else 403
    assert person.get("/board/keys").status_code == only
    assert person.post("/board/keys", data={"place": "大厅"}).status_code == only
    assert ('href="/board"' in person.get("/").text) is (status == 200)


@pytest.mark.both_databases
def test_it_counts_what_is_late_what_is_due_and_what_happened_today(site):
    make(site, "contact", now="2025-07-01 08:00")  # row 1 answers within 30 minutes
    make(site, "stranger", row=3, now="2025-07-01 08:55")
    done = make(site, "stranger", row=3, now="2025-07-01 08:00")
    do(site, done, "stranger", service.cancel, "2025-07-01 08:40", "弄错了")
    text = plain(visit(site, "bureau").get("/board/part").text)
    assert "已超时的计时 1" in text
    assert "4 小时内到期 1" in text
    assert "未结工单 2" in text
    assert "今天登记 / 关闭 3 / 0" in text
    assert re.search(r"今天应办 完成 / 未完成 0 / [1-9]", text)
    assert "2025 年 7 月指标" in text
    assert "数据截至 09:00" in text
    assert "45 个运维项目" in text
    assert re.search(r"已超时 1 .*4 小时内到期 1 ", text)
    assert "不适用" in text


def test_it_tells_nothing_about_persons_and_no_words_of_a_ticket(site):
    said: dict[str, Any] = {
        "title": "打不开门",
        "description": "王小二的电脑",
        "phone": "13800000000",
        "place": "三零一室",
    }
    ticket = make(site, "contact", now="2025-07-01 08:00", reporter="王小二", **said)
    do(site, ticket, "engineer", service.respond, "2025-07-01 08:10")
    do(site, ticket, "engineer", service.pause, "2025-07-01 08:20", PauseReason.AWAITING_UNIT, "等钥匙")
    make(site, "stranger", row=3, now="2025-07-01 07:00", title="绝密的事")
    names = read(site, lambda session: list(session.execute(select(User.name, User.username))))
    part = site.test_client().get(key_of(site) + "/part").text
    board = plain(part)
    assert "1 “雪亮工程”" in board or "1 " in board
    for words in ("王小二", "13800000000", "三零一室", "打不开门", "绝密", "等钥匙", "GD0000", PLACE):
        assert words not in part, words
    for name, username in names:
        # A person of the tests is called by the role; no such word may stand there alone.
        assert not re.search(rf"(?<![\w\-]){re.escape(name)}(?![\w\-])", board), name
        assert f">{username}<" not in part


def test_a_key_shows_the_board_and_nothing_else(site):
    path = key_of(site)
    screen = site.test_client()
    page = screen.get(path)
    assert page.status_code == 200
    assert f'data-part="{path}/part"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert "csrf" not in page.text
    assert re.findall(r'<a [^>]*href="([^"]*)"', page.text) == []
    part = screen.get(f"{path}/part")
    assert part.status_code == 200
    assert "Set-Cookie" not in part.headers
    # It is no sign-in: neither for pages nor for the board of those who are signed in.
    for other in ("/", "/board", "/board/part", "/board/keys", "/tickets"):
        assert screen.get(other).location.startswith("/sign-in"), other
    assert screen.post(path).status_code == 405


def test_a_wrong_a_revoked_and_an_ended_key_open_nothing(site):
    first, second = key_of(site), key_of(site, "二楼走廊")
    screen = site.test_client()
    missing = screen.get("/board/guess")
    assert missing.status_code == 404
    bureau = visit(site, "bureau")
    listed = bureau.get("/board/keys").text
    assert first.split("/")[-1] not in listed
    assert PLACE in listed
    number = read(site, lambda session: session.scalar(select(BoardKey.id).order_by(BoardKey.id)))
    assert visit(site, "manager").post(f"/board/keys/{number}/revoke").status_code == 403
    assert bureau.post(f"/board/keys/{number}/revoke").status_code == 303
    for path in (first, f"{first}/part"):
        gone = screen.get(path)
        assert gone.status_code == 404
        assert gone.text == missing.text
    assert screen.get(second).status_code == 200
    set_clock(site, at(NOW) + timedelta(days=365))
    assert screen.get(second).status_code == 404
    kinds = [entry.kind for entry in ledger(site, "board.key")]
    assert kinds == ["board.key_opened", "board.key_opened", "board.key_revoked"]
    assert bureau.post("/board/keys/999/revoke").status_code in (302, 404)


def test_only_the_digest_is_kept_and_a_key_needs_a_place(site):
    path = key_of(site)
    (kept,) = read(site, lambda session: session.scalars(select(BoardKey.token_hash)).all())
    assert path.split("/")[-1] not in kept
    refused = visit(site, "bureau").post("/board/keys", data={"place": " "})
    assert refused.status_code == 422
    assert "屏幕位置" in refused.text


def test_it_needs_nobody_to_stay_signed_in(site):
    path = key_of(site)
    with site.app_context(), transaction() as session:
        session.scalars(select(User).where(User.username == "bureau")).one().deactivated_at = at(NOW)
    assert site.test_client().get(path).status_code == 200


def test_it_costs_the_same_however_much_there_is(site):
    path = key_of(site)
    make(site, "contact", now="2025-07-01 08:10")
    screen = site.test_client()
    screen.get(path)
    with counted_queries(site) as few:
        screen.get(path)
    for minute in range(11, 18):
        make(site, "contact", now=f"2025-07-01 08:{minute}")
        make(site, "stranger", row=3, now=f"2025-07-01 08:{minute}")
    with counted_queries(site) as many:
        screen.get(path)
    assert len(many) == len(few) <= 40
    assert read(site, lambda session: len(session.scalars(select(Ticket.id)).all())) == 15


def test_no_log_names_an_address_that_is_a_secret(site, caplog):
    for address in ("/board/Secret_1-x", "/board/Secret_1-x/part", "/feed/Secret_1-x.ics", "/board"):
        with site.test_request_context(address):
            site.log_exception((None, None, None))
            assert address.startswith(told_path().split("…")[0])
    assert "Secret" not in caplog.text
    assert "Exception on /board/…/part [GET]" in caplog.text
