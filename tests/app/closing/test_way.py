"""The way of a month from open to frozen, on both databases; the examples are those of docs/rules.md."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.closing import frozen, service
from app.closing.codec import decode
from app.closing.frozen import BOOK, FACTS, RECORD, SHOW, WORKBOOK, report_of, served
from app.closing.open_items import open_items
from app.closing.queries import close_of, objections, waiting_for
from app.contract.agree import Agreement, agree
from app.contract.effect import Effect, _keep_frozen
from app.files.store import Store
from app.ledger.service import verify
from app.months.facts import facts, shown
from app.months.queries import EVERYTHING, rows_of
from app.tickets import service as tickets
from models.ledger import LedgerEntry
from models.watch import Notice
from reports.catalogue import MONTHLY
from sla.errors import Conflict, Damaged, Forbidden, Invalid
from sla.figures import Figure
from sla.fold import figures, sums
from sla.vocab import Indicator, PauseReason
from sla.when import iso
from tests.app.closing.world import JULY, JUNE, OVER, REVIEWED, closed
from tests.app.personas import Personas, at, new_ticket, project, real_contract

ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def people(session: Session) -> Personas:
    return real_contract(session)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files")


def acts(session: Session) -> list[str]:
    query = select(LedgerEntry.kind).where(LedgerEntry.subject == "month:2025-06").order_by(LedgerEntry.seq)
    return list(session.scalars(query))


def counts(session: Session, now=REVIEWED) -> dict[str, int]:
    found = open_items(session, JUNE, EVERYTHING, now)
    return {one.check.name: len(one.items) for one in found if one.items}


def test_a_month_goes_its_way_and_serves_the_stored_bytes_for_ever(session, people, store) -> None:
    ticket = new_ticket(session, people.bureau, 1, "2025-06-30 09:00")
    tickets.respond(session, people.manager, ticket, at("2025-06-30 09:05"))
    tickets.claim_recovery(session, people.manager, ticket, at("2025-06-30 09:30"), note="重启")
    with pytest.raises(Conflict, match="还没有结束"):
        service.compute(session, people.bureau, JUNE, at("2025-06-30 23:00"))
    with pytest.raises(Conflict, match="请先冻结 2025-06"):
        service.open_review(session, people.bureau, JULY, at("2025-08-02 09:00"))
    close = service.open_review(session, people.bureau, JUNE, REVIEWED)
    assert close.objections_until is not None
    assert iso(close.objections_until) == "2025-07-10T00:00:00+08:00"
    assert counts(session)["recovery"] == 1
    assert counts(session)["attendance"] > 10

    objection = service.object_to(
        session, people.contact, JUNE, project(session, 1), Indicator.RESPONSE, "响应比记录的晚", REVIEWED
    )
    with pytest.raises(Invalid, match="请选择是哪个运维项目"):
        service.object_to(session, people.contact, JUNE, None, None, "都不对", REVIEWED)
    assert [one.id for one in objections(session, people.contact, close, REVIEWED)] == [objection.id]
    assert objections(session, people.stranger, close, REVIEWED) == []
    assert [one.text for one in waiting_for(session, people.bureau, REVIEWED)] == [
        "2025-06 有 1 条异议等答复"
    ]
    service.answer(session, people.bureau, JUNE, objection, False, "与工单记录一致", REVIEWED)

    assert [one.text for one in waiting_for(session, people.manager, REVIEWED)] == [
        "2025-06 的月度结果等您签认"
    ]
    service.sign(session, people.manager, JUNE, "", REVIEWED)
    with pytest.raises(Conflict, match="异议期还没有结束"):
        service.prepare(session, people.bureau, JUNE, REVIEWED)
    with pytest.raises(Conflict, match="没有定下来"):
        service.prepare(session, people.bureau, JUNE, OVER)
    service.confirm_attendance(session, people.bureau, JUNE, OVER)
    # The recovery was accepted by silence meanwhile; that is no figure of June.
    assert counts(session, OVER) == {}
    service.prepare(session, people.bureau, JUNE, OVER)
    with pytest.raises(Forbidden, match="不能是同一个人"):
        service.freeze(session, store, people.bureau, JUNE, OVER)
    assert [one.text for one in waiting_for(session, people.bureau2, OVER)] == [
        "2025-06 已经办，等您审核冻结"
    ]
    service.send_back(session, people.bureau2, JUNE, "先核对", OVER)
    service.prepare(session, people.bureau, JUNE, OVER)
    before = rows_of(session, JUNE, None, OVER)
    report = report_of(session, served(session, store, JUNE, people.bureau, OVER), people.bureau)
    assert report.standing == ""
    close = service.freeze(session, store, people.bureau2, JUNE, OVER)
    session.commit()

    assert acts(session) == [
        f"month.{act}"
        for act in (
            *("computed", "review_opened", "objected", "answered", "signed", "prepared", "sent_back"),
            *("prepared", "frozen"),
        )
    ]
    assert verify(session, print).findings == 0
    kept = {one.name: store.read(one.sha256) for one in close.files}
    assert json.loads(kept[SHOW]) == shown(sums(before), before.adjustments)
    assert [json.loads(line) for line in kept[FACTS].splitlines()] == list(facts(before))
    assert sha256(kept[BOOK]).hexdigest() == close.frozen_sha256 == close.signed_sha256
    assert close.rules is not None
    assert set(close.rules) == {
        *("contract", "calendar", "interpretations", "rules", "software"),
        *("scheme", "amendments", "readings", "notices"),
    }
    assert (close.rules["scheme"]["number"], close.rules["scheme"]["standing"]) == (1, "draft")
    assert {"key": "objection_days", "value": "5", "status": "assumed", "from_day": None} in close.rules[
        "readings"
    ]
    assert {one["year"]: one["status"] for one in close.rules["notices"]} == {2025: "published"}

    # What happens later changes neither the figures nor the file.
    later = at("2025-07-20 09:00")
    late = new_ticket(session, people.manager, 1, "2025-07-20 09:00", reported_at=at("2025-06-30 20:00"))
    assert figures(rows_of(session, JUNE, None, later)).contract[Indicator.RESPONSE].total == 2
    found = served(session, store, JUNE, people.bureau, later)
    assert figures(found.rows) == figures(before)
    assert found.is_frozen
    assert late.id not in found.rows.ticket_by_id
    assert MONTHLY.write(report_of(session, found, people.bureau)) == kept[WORKBOOK]
    assert decode(kept[RECORD]).rules == report.rules
    earlier = json.loads(kept[RECORD])
    del earlier["rows"]["callbacks"]  # as a month that was frozen before there were any
    assert decode(json.dumps(earlier).encode()).rows == replace(decode(kept[RECORD]).rows, callbacks=())
    contact = served(session, store, JUNE, people.contact, later)
    assert {one.seq for one in contact.rows.projects} == {1, 2, 34}
    assert contact.rows.ticket_by_id.keys() == {ticket.id}
    assert served(session, store, JUNE, people.stranger, later).rows.tickets == ()
    engineer = served(session, store, JUNE, people.engineer, later)
    assert {one.names for one in engineer.rows.attendance} <= {()}

    # Bytes that were changed are not served.
    (one,) = [each for each in close.files if each.name == RECORD]
    store.path(one.sha256).write_bytes(kept[RECORD].replace(b"2025-06", b"2025-05", 1))
    with pytest.raises(Damaged, match="摘要不一致"):
        served(session, store, JUNE, people.bureau, later)
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text("UPDATE frozen_file SET size = 0"))


@ONE_DATABASE
def test_rules_of_frozen_days_can_no_longer_change_and_previews_leave_them_out(session, people, store):
    closed(session, people, store)
    said = Agreement("realtime_minutes", "30", JUNE.first_day, "会议纪要")
    with pytest.raises(Invalid, match="所在的月份已经冻结，不能再改；最早可从 2025-07-01 起"):
        agree(session, people.bureau, said, OVER)
    said = Agreement("realtime_minutes", "30", JULY.first_day, "会议纪要")
    assert agree(session, people.bureau, said, OVER).effect.kept == []


def test_what_other_rules_would_do_to_a_frozen_month_is_left_out_and_said() -> None:
    june = (JUNE.first_day, 1, Indicator.RESPONSE)
    july = (JULY.first_day, 1, Indicator.RESPONSE)
    found = Effect(None, figures=defaultdict(Figure, {june: Figure(1, 0), july: Figure(-1, 0)}))
    _keep_frozen(found, frozenset({JUNE.first_day}))
    assert (found.months, found.kept, found.figure_count) == ([JULY.first_day], [JUNE.first_day], 1)


def test_while_something_is_open_or_the_figures_move_nobody_freezes(session, people, store) -> None:
    ticket = new_ticket(session, people.bureau, 1, "2025-06-30 09:00")
    tickets.respond(session, people.manager, ticket, at("2025-06-30 09:05"))
    tickets.pause(
        *(session, people.manager, ticket, at("2025-06-30 09:20")), PauseReason.AWAITING_UNIT, note="等待"
    )
    service.open_review(session, people.bureau, JUNE, REVIEWED)
    service.confirm_attendance(session, people.bureau, JUNE, REVIEWED)
    assert counts(session) == {"pause": 1}
    service.sign(session, people.manager, JUNE, "同意", REVIEWED)
    with pytest.raises(Conflict, match="已经签认"):
        service.sign(session, people.manager, JUNE, "", REVIEWED)
    tickets.cancel(session, people.bureau, ticket, REVIEWED, reason="误报")
    assert counts(session, OVER) == {}
    # A ticket entered late is June's: what was signed is something else.
    new_ticket(session, people.bureau, 1, "2025-07-05 09:00", reported_at=at("2025-06-29 09:00"))
    with pytest.raises(Conflict, match="签认以后数字有变化"):
        service.prepare(session, people.bureau, JUNE, OVER)
    service.sign(session, people.manager, JUNE, "", OVER)
    service.prepare(session, people.bureau, JUNE, OVER)
    new_ticket(session, people.bureau, 1, "2025-07-12 08:00", reported_at=at("2025-06-28 09:00"))
    with pytest.raises(Conflict, match="经办以后数字有变化"):
        service.freeze(session, store, people.bureau2, JUNE, OVER)
    late = OVER + timedelta(days=1)
    with pytest.raises(Conflict, match="异议期已经结束"):
        service.object_to(session, people.contact, JUNE, project(session, 1), None, "晚了", late)


@ONE_DATABASE
def test_objection_days_begin_anew_where_what_was_signed_has_moved(session, people, store) -> None:
    service.open_review(session, people.bureau, JUNE, REVIEWED)
    service.confirm_attendance(session, people.bureau, JUNE, REVIEWED)
    signed = service.sign(session, people.manager, JUNE, "", REVIEWED).signed_sha256
    ticket = new_ticket(session, people.bureau, 1, "2025-07-05 09:00", reported_at=at("2025-06-29 09:00"))
    tickets.cancel(session, people.bureau, ticket, at("2025-07-05 10:00"), reason="重复")
    with pytest.raises(Conflict, match="请先重新计算"):
        service.record_silence(session, people.bureau, JUNE, OVER)
    service.compute(session, people.bureau, JUNE, OVER)
    close = service.compute(session, people.bureau, JUNE, OVER + timedelta(days=1))  # nothing moved since
    assert (close.signed_at, close.signed_by, close.signed_sha256) == (None, None, None)
    assert close.objections_until == at("2025-07-19 00:00")
    assert [one.text for one in waiting_for(session, people.manager, OVER)] == ["2025-06 的月度结果等您签认"]
    said = "/closing/2025-06", "2025-06 月度关账：签认以后数字有变化，异议期重新起算，2025-07-18 24:00 截止"
    told = session.scalars(select(Notice).where(Notice.user_id == people.manager.id, Notice.text == said[1]))
    assert [one.path for one in told] == [said[0]]
    # The units may object to them as well; only then is anybody silent about them.
    service.object_to(session, people.contact, JUNE, project(session, 1), None, "何故变化", OVER)
    with pytest.raises(Conflict, match="异议期还没有结束"):
        service.record_silence(session, people.bureau, JUNE, at("2025-07-18 23:00"))
    close = service.record_silence(session, people.bureau, JUNE, at("2025-07-19 00:00"))
    assert close.computed_sha256 != signed
    assert acts(session)[-5:] == [
        *("month.computed", "month.review_renewed", "month.computed", "month.objected", "month.not_signed")
    ]


@ONE_DATABASE
def test_only_the_bureau_closes_and_only_the_manager_signs(session, people, store) -> None:
    for person in (one for one in people.everybody() if not one.username.startswith("bureau")):
        for act in (service.compute, service.open_review, service.prepare, service.record_silence):
            with pytest.raises(Forbidden):
                act(session, person, JUNE, REVIEWED)
        with pytest.raises(Forbidden):
            service.freeze(session, store, person, JUNE, REVIEWED)
        if person is not people.manager:
            with pytest.raises(Forbidden):
                service.sign(session, person, JUNE, "", REVIEWED)
    assert close_of(session, JUNE.first_day) is None
    assert frozen.served(session, store, JUNE, None, REVIEWED).close is None
