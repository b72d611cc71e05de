"""Money through the use cases: two persons, exact sums, nothing erased, everything in the ledger."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.contract.service import renew
from app.payments import (
    awards,
    damages,
    endings,
    invoices,
    queries,
    renewals,
    service,
    supplements,
    treasury,
    two,
)
from app.payments.facts import year_view
from app.payments.forms import checklist
from app.tickets import service as tickets
from models.contract import Project, ProjectService, ServiceYear
from models.duties import Occurrence
from models.ledger import LedgerEntry
from models.payments import PaymentStep
from sla.damages import DamagesKind
from sla.errors import Conflict, Forbidden, Invalid
from sla.payment_facts import GateKey, PaymentState
from sla.renewal import Advice
from sla.vocab import AcceptanceStage, Role, Satisfaction, Standing
from sla.when import start_of
from tests.app.payments import world
from tests.app.personas import at, new_ticket, project


def test_a_renewal_looks_at_each_rows_own_year(session, people):
    """Row 1's year ends with 2 June 2026, row 45's is from 27 July 2025 to 26 July 2026."""
    renew(session, None, at("2026-06-01 09:00"))
    for row in (1, 45):
        for day in ("2026-06-01", "2026-06-10"):
            late = new_ticket(session, people.bureau, row, f"{day} 09:00", title=f"{row} {day}")
            tickets.respond(session, people.manager, late, at(f"{day} 16:00"))
    bad, june = Satisfaction.DISSATISFIED, ("2026-06-05", "2026-06-19")
    world.call_back(session, people.bureau, (1, 45), "2026-06-20 10:00", bad, days=june)
    lines = {one.service.project.seq: one for one in renewals.lines(session, 1, at("2026-06-20 10:00"))}
    told = {seq: renewals.told(lines[seq]) for seq in (1, 45)}
    assert told[1]["response"] == told[45]["response"] == "0.00"
    facts = {
        seq: next(each for each in lines[seq].draft.findings if each.measure.key == "dissatisfied").value
        for seq in (1, 45)
    }
    assert facts == {1: None, 45: 1}  # row 1's second year was asked about, row 45's first
    assert (lines[1].has_own_year, lines[45].has_own_year) == (False, True)
    assert lines[45].last_day == date(2026, 7, 26)
    found = renewals._facts(session, [one.service for one in lines.values()], at("2026-06-20 10:00"))
    counted = {seq: found[lines[seq].service.project_id].response for seq in (1, 45)}
    assert counted == {1: (0, 1), 45: (0, 2)}


def test_rows_that_end_later_are_settled_at_theirs(session, people):
    assert [one.seq for one in year_view(session, 1, at("2026-06-10 09:00")).settlements] == [40, 45]
    of_july = ("2026-07-01", "2026-07-26")
    world.call_back(session, people.bureau, (45,), "2026-08-03 10:00", days=of_july)
    settled = {one.seq: one for one in year_view(session, 1, at("2026-08-05 09:00")).settlements}
    assert (settled[45].since, settled[40].since) == (date(2026, 8, 3), None)
    view = year_view(session, 1, at("2026-08-05 09:00"))
    form = checklist(view, 2, queries.values(session), date(2026, 8, 5))
    (table,) = [one for one in form.tables if one.caption == "另行结算的项目"]
    assert table.rows[1][2:4] == ("2026-07-26", "2026-08-03")


def kinds(session, prefix=""):
    found = select(LedgerEntry.kind).where(LedgerEntry.kind.startswith(prefix)).order_by(LedgerEntry.seq)
    return list(session.scalars(found))


def stage_of(session, now="2025-07-01 09:00", stage=1):
    return year_view(session, 1, at(now)).stages[stage]


# -- the path of the first payment ------------------------------------------------------------------------


def test_the_first_payment_from_open_gates_to_money(session, people):
    assert stage_of(session).state is PaymentState.OPEN
    world.ready(session, people)
    view = year_view(session, 1, at("2025-06-30 09:00"))
    stage = view.stages[1]
    assert (stage.state, stage.met_on, stage.due) == (
        PaymentState.PAYABLE,
        date(2025, 6, 26),
        date(2025, 7, 15),
    )
    assert view.account.amount(1) == 560_000_000
    assert view.account.shares
    assert sum(view.account.shares.first_rows.values()) == 560_000_000
    service.prepare(session, people.bureau, 1, 1, "", at("2025-07-01 09:00"))
    with pytest.raises(Forbidden, match="不能是同一个人"):
        service.release(session, people.bureau, 1, 1, "", at("2025-07-01 09:30"))
    step = service.release(session, people.bureau2, 1, 1, "", at("2025-07-01 10:00"))
    assert step.facts
    assert (step.fen, step.facts["amount"], step.facts["due"]) == (560_000_000, 560_000_000, "2025-07-15")
    assert stage_of(session, "2025-07-01 11:00").state is PaymentState.RELEASED
    # A word signed after the release takes nothing back.
    world.call_back(session, people.contact, [1], "2025-07-03 09:00", Satisfaction.DISSATISFIED)
    assert not stage_of(session, "2025-07-03 10:00").open_gates
    filed = treasury.Outside(date(2025, 7, 2), "CZ-1")
    treasury.file_with_treasury(session, people.bureau, 1, 1, filed, at("2025-07-02 10:00"))
    assert stage_of(session, "2025-08-02 10:00").state is PaymentState.FILED
    assert stage_of(session, "2025-08-02 10:00").excused
    arrived = treasury.Outside(date(2025, 7, 30), "PZ-1", 560_000_000)
    treasury.pay(session, people.bureau, 1, 1, arrived, at("2025-07-30 10:00"))
    assert stage_of(session, "2025-08-02 10:00").state is PaymentState.PAID
    assert kinds(session, "payment.") == [
        "payment.prepared",
        "payment.released",
        "payment.filed",
        "payment.paid",
    ]


def test_a_report_that_the_supplier_has_not_signed_opens_no_gate(session, people):
    world.call_back(session, people.contact)
    made = world.accept(session, people, signed=False)
    world.award(session, people)
    world.invoice(session, people)
    with pytest.raises(Conflict, match=r"条件未满足：.*验收报告"):
        service.prepare(session, people.bureau, 1, 1, "", at("2025-06-28 09:00"))
    made.countersigned_by, made.countersigned_at = people.manager, at("2025-06-29 10:00")
    session.flush()
    assert stage_of(session, "2025-06-29 11:00").met_on == date(2025, 6, 29)


def test_nothing_is_released_while_a_gate_is_open_or_without_an_award(session, people):
    world.call_back(session, people.contact)
    world.accept(session, people)
    with pytest.raises(Conflict, match="条件未满足：收到合法发票"):
        service.prepare(session, people.bureau, 1, 1, "", at("2025-06-25 09:00"))
    one = invoices.NewInvoice("FP-1", date(2025, 6, 26), 100)
    made = invoices.record_invoice(session, people.manager, 1, 1, one, at("2025-06-26 09:00"))
    invoices.decide_invoice(session, people.bureau, made.id, True, at("2025-06-26 09:00"))
    assert stage_of(session).state is PaymentState.PAYABLE
    with pytest.raises(Conflict, match="中标金额"):
        service.prepare(session, people.bureau, 1, 1, "", at("2025-07-01 09:00"))


def test_a_correction_follows_what_it_corrects_and_needs_a_reason(session, people):
    world.paid(session, people)
    again = treasury.Outside(date(2025, 7, 11), "PZ-2", 559_999_999)
    with pytest.raises(Invalid, match="写明原因"):
        treasury.pay(session, people.bureau, 1, 1, again, at("2025-07-12 10:00"))
    told = treasury.Outside(date(2025, 7, 11), "PZ-2", 559_999_999, "银行扣手续费")
    step = treasury.pay(session, people.bureau, 1, 1, told, at("2025-07-12 10:00"))
    assert step.corrects_id is not None
    assert session.scalar(select(func.count()).select_from(PaymentStep)) == 5
    paid = year_view(session, 1, at("2025-07-13 10:00")).progress[1].paid
    assert paid
    assert paid.on_day == date(2025, 7, 11)


def test_no_step_is_ever_changed_or_deleted(session, people):
    world.paid(session, people)
    for statement in ("UPDATE payment_step SET fen = 1", "DELETE FROM payment_step"):
        with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
            session.execute(text(statement))


def test_what_is_prepared_can_be_sent_back(session, people):
    world.ready(session, people)
    service.prepare(session, people.bureau, 1, 1, "", at("2025-07-01 09:00"))
    service.send_back(session, people.bureau2, 1, 1, "缺附件", at("2025-07-01 10:00"))
    assert stage_of(session, "2025-07-01 11:00").state is PaymentState.PAYABLE
    with pytest.raises(Conflict, match="没有待审核的经办"):
        service.send_back(session, people.bureau2, 1, 1, "缺附件", at("2025-07-01 10:00"))


def test_the_second_payment_waits_for_the_year_acceptance_and_the_units(session, people):
    world.paid(session, people)
    assert {one.key for one in stage_of(session, "2026-06-02 09:00", 2).open_gates} == {
        GateKey.YEAR,
        GateKey.RUNNING,
        GateKey.ACCEPTANCE,
        GateKey.REPORT,
        GateKey.INVOICE,
    }
    made = world.accept(session, people, AcceptanceStage.FINAL, "2026-06-20 10:00")
    world.units_content(session, made, people.contact, "2026-06-18 10:00")
    world.invoice(session, people, 2, "2026-06-25 09:00", "FP-2")
    stage = stage_of(session, "2026-06-30 09:00", 2)
    assert not stage.open_gates
    assert (stage.met_on, stage.due) == (date(2026, 6, 25), date(2026, 8, 6))
    service.prepare(session, people.bureau, 1, 2, "", at("2026-06-30 09:00"))
    service.release(session, people.bureau2, 1, 2, "", at("2026-06-30 10:00"))
    view = year_view(session, 1, at("2026-07-01 09:00"))
    released = [view.progress[stage].released for stage in (1, 2)]
    assert sum(step.fen or 0 for step in released if step) == world.AWARD


# -- rows, invoices ---------------------------------------------------------------------------------------


def test_rows_that_begin_later_are_left_aside_until_the_bureau_decides(session, people):
    world.ready(session, people)
    forty_five = project(session, 45)
    with pytest.raises(Conflict, match="从年度第一天起服务"):
        service.decide_row(
            session, people.bureau, 1, project(session, 1).id, True, "x", at("2025-07-01 09:00")
        )
    assert [seq for seq, _ in stage_of(session).gates[1].aside] == [40, 45]
    service.decide_row(session, people.bureau, 1, forty_five.id, True, "会议纪要", at("2025-07-01 09:00"))
    assert 45 in stage_of(session).rows
    service.decide_row(session, people.bureau, 1, forty_five.id, False, "改议", at("2025-07-01 10:00"))
    assert 45 not in stage_of(session).rows
    assert kinds(session, "payment.row") == ["payment.row_decided"] * 2


def test_invoices_are_the_suppliers_and_their_sum_is_the_amount(session, people):
    world.award(session, people)
    half = invoices.NewInvoice("A", date(2025, 6, 26), 280_000_000)
    with pytest.raises(Forbidden):
        invoices.record_invoice(session, people.bureau, 1, 1, half, at("2025-06-26 09:00"))
    made = invoices.record_invoice(session, people.manager, 1, 1, half, at("2025-06-26 09:00"))
    with pytest.raises(Conflict, match="已经登记过"):
        invoices.record_invoice(session, people.manager, 1, 1, half, at("2025-06-26 09:00"))
    more = invoices.NewInvoice("B", date(2025, 6, 26), 280_000_001)
    with pytest.raises(Invalid, match=r"还差 2,800,000\.00 元"):
        invoices.record_invoice(session, people.manager, 1, 1, more, at("2025-06-26 09:00"))
    with pytest.raises(Invalid, match="驳回的原因"):
        invoices.decide_invoice(session, people.bureau, made.id, False, at("2025-06-26 10:00"))
    invoices.decide_invoice(session, people.bureau, made.id, False, at("2025-06-26 10:00"), "抬头不对")
    again = invoices.record_invoice(session, people.manager, 1, 1, half, at("2025-06-27 09:00"))
    with pytest.raises(Forbidden):
        invoices.decide_invoice(session, people.manager, again.id, True, at("2025-06-27 10:00"))


# -- the award and what changes it ------------------------------------------------------------------------


def test_an_award_is_in_force_once_another_person_confirmed_it(session, people):
    made = awards.enter_award(
        session, people.bureau, 1, world.AWARD, world.EACH, "中标通知书", at("2025-06-10 09:00")
    )
    assert year_view(session, 1, at("2025-06-11 09:00")).account.total is None
    with pytest.raises(Forbidden, match="同一个人"):
        awards.confirm_award(session, people.bureau, made, at("2025-06-10 09:00"))
    awards.confirm_award(session, people.bureau2, made, at("2025-06-10 10:00"))
    assert year_view(session, 1, at("2025-06-11 09:00")).account.total == world.AWARD
    with pytest.raises(Conflict, match="已经审核生效"):
        two.withdraw(session, people.bureau, made, "写错了", at("2025-06-11 09:00"))
    with pytest.raises(Invalid, match=r"多 0\.01 元"):
        awards.enter_award(
            session,
            people.bureau,
            1,
            world.AWARD,
            world.EACH | {1: 17_777_778},
            "更正",
            at("2025-06-12 09:00"),
        )
    with pytest.raises(Forbidden):
        awards.enter_award(session, people.manager, 1, 1, {}, "x", at("2025-06-12 09:00"))


def test_supplements_stay_within_ten_per_cent_and_change_what_is_still_paid(session, people):
    world.paid(session, people)
    with pytest.raises(Invalid, match=r"最多还能增加 800,000\.00 元"):
        _supplement(session, people, 80_000_001, {})
    made = _supplement(session, people, 80_000_000, {7: 80_000_000})
    with pytest.raises(Invalid, match=r"最多还能增加 0\.00 元"):
        _supplement(session, people, 1, {})
    assert year_view(session, 1, at("2025-08-02 09:00")).account.total == world.AWARD
    supplements.confirm_supplement(session, people.bureau2, made, at("2025-08-02 09:00"))
    held = year_view(session, 1, at("2025-08-03 09:00")).account
    assert (held.total, held.amount(1), held.amount(2)) == (880_000_000, 560_000_000, 320_000_000)
    with pytest.raises(Invalid, match="写明每个项目"):
        _supplement(session, people, -100, {})
    with pytest.raises(Invalid, match="不够减"):
        _supplement(session, people, -17_777_778, {1: -17_777_778})


def _supplement(session, people, fen, rows, number="BC-1"):
    return supplements.enter_supplement(
        session, people.bureau, 1, number, date(2025, 8, 1), fen, rows, "增加点位", at("2025-08-01 09:00")
    )


def test_supplements_together_never_take_more_from_a_row_than_it_is_worth(session, people):
    world.award(session, people)
    first = _supplement(session, people, -10_000_000, {7: -10_000_000})
    with pytest.raises(Conflict, match="BC-1 已经录入过"):
        _supplement(session, people, 100, {8: 100})
    with pytest.raises(Invalid, match=r"最多还能减 77,777\.77 元"):
        _supplement(session, people, -10_000_000, {7: -10_000_000}, "BC-2")
    supplements.confirm_supplement(session, people.bureau2, first, at("2025-08-02 09:00"))
    with pytest.raises(Invalid, match="不够减"):
        _supplement(session, people, -7_777_778, {7: -7_777_778}, "BC-2")
    assert year_view(session, 1, at("2025-08-02 10:00")).account.total == world.AWARD - 10_000_000


def test_a_later_award_bears_what_is_in_force_beside_it(session, people):
    world.award(session, people)
    lowered = _supplement(session, people, -10_000_000, {7: -10_000_000})
    supplements.confirm_supplement(session, people.bureau2, lowered, at("2025-08-02 09:00"))
    rows = world.EACH | {7: 9_999_999, 8: 17_777_777 + 7_777_778}
    again = awards.enter_award(session, people.bureau, 1, world.AWARD, rows, "更正", at("2025-08-03 09:00"))
    with pytest.raises(Conflict, match="第 7 项的金额小于"):
        awards.confirm_award(session, people.bureau2, again, at("2025-08-03 10:00"))
    two.withdraw(session, people.bureau, again, "金额不对", at("2025-08-03 11:00"))
    raised = _supplement(session, people, 80_000_000, {}, "BC-2")
    supplements.confirm_supplement(session, people.bureau2, raised, at("2025-08-04 09:00"))
    less = world.EACH | {1: 17_777_776}
    lower = awards.enter_award(
        session, people.bureau, 1, world.AWARD - 1, less, "更正", at("2025-08-05 09:00")
    )
    with pytest.raises(Conflict, match="超过这份中标金额可以增加的限度"):
        awards.confirm_award(session, people.bureau2, lower, at("2025-08-05 10:00"))


def test_no_later_award_is_less_than_was_released(session, people):
    """The first payment released 5,600,000.00; an award of 5,599,999.99 would make the second one -0.01."""
    world.paid(session, people)
    seqs = sorted(world.EACH)
    low = dict(zip(seqs, [559_999_999 - 44 * 12_444_444, *[12_444_444] * 44], strict=True))
    made = awards.enter_award(session, people.bureau, 1, 559_999_999, low, "更正", at("2025-08-03 09:00"))
    with pytest.raises(Conflict, match=r"比已经放款的少 0\.01 元"), session.begin_nested():
        awards.confirm_award(session, people.bureau2, made, at("2025-08-03 10:00"))
    taken = dict.fromkeys(seqs, -6000000)
    less = _supplement(session, people, -270_000_000, taken)
    with pytest.raises(Conflict, match="比已经放款的少"), session.begin_nested():
        supplements.confirm_supplement(session, people.bureau2, less, at("2025-08-03 10:00"))
    assert year_view(session, 1, at("2025-08-04 09:00")).account.amount(2) == 240_000_000


def test_a_row_that_is_settled_is_neither_raised_nor_settled_on_an_old_amount(session, people):
    world.award(session, people)
    more = _supplement(session, people, 100, {39: 100})
    ended = _end(session, people, 39)
    with pytest.raises(Conflict, match="已经办理提前终止"):
        supplements.confirm_supplement(session, people.bureau2, more, at("2025-10-02 09:00"))
    rows = world.EACH | {39: 17_777_811, 1: 17_777_778}
    again = awards.enter_award(session, people.bureau, 1, world.AWARD, rows, "更正", at("2025-10-02 09:00"))
    awards.confirm_award(session, people.bureau2, again, at("2025-10-02 10:00"))
    with pytest.raises(Conflict, match="录入以后这一项的金额变了"):
        endings.confirm_termination(session, people.bureau2, ended, at("2025-10-03 09:00"))


def test_what_is_released_is_what_was_prepared(session, people):
    world.ready(session, people)
    service.prepare(session, people.bureau, 1, 1, "", at("2025-07-01 09:00"))
    rows = world.EACH | {1: 17_777_776, 2: 17_777_778}
    again = awards.enter_award(session, people.bureau, 1, world.AWARD, rows, "更正", at("2025-07-01 10:00"))
    awards.confirm_award(session, people.bureau2, again, at("2025-07-01 11:00"))
    with pytest.raises(Conflict, match="经办以后金额有变化"):
        service.release(session, people.bureau2, 1, 1, "", at("2025-07-01 12:00"))
    service.send_back(session, people.bureau2, 1, 1, "金额有变化", at("2025-07-01 13:00"))
    service.prepare(session, people.bureau, 1, 1, "", at("2025-07-01 14:00"))
    step = service.release(session, people.bureau2, 1, 1, "", at("2025-07-01 15:00"))
    assert step.facts
    assert step.facts["award_version"] == 2


def test_a_confirmed_invoice_is_replaced_when_the_amount_changed(session, people):
    world.ready(session, people)
    more = _supplement(session, people, 1_000, {1: 1_000})
    supplements.confirm_supplement(session, people.bureau2, more, at("2025-08-02 09:00"))
    world.call_back(session, people.contact, (40, 45), "2025-08-02 09:30", days=("2025-07-27", "2025-08-01"))
    assert [one.key for one in stage_of(session, "2025-08-02 10:00").open_gates] == [GateKey.INVOICE]
    (old,) = year_view(session, 1, at("2025-08-02 10:00")).invoices[1]
    invoices.decide_invoice(
        session, people.bureau, old.id, False, at("2025-08-03 09:00"), "金额变了，红冲重开"
    )
    world.invoice(session, people, when="2025-08-04 09:00", number="FP-2")
    assert not stage_of(session, "2025-08-04 10:00").open_gates
    service.prepare(session, people.bureau, 1, 1, "", at("2025-08-05 09:00"))
    (_, new) = year_view(session, 1, at("2025-08-05 10:00")).invoices[1]
    with pytest.raises(Conflict, match="已经经办"):
        invoices.decide_invoice(session, people.bureau2, new.id, False, at("2025-08-05 10:00"), "x")


def test_nobody_confirms_an_invoice_recorded_before_changing_sides(session, people):
    world.award(session, people)
    one = invoices.NewInvoice("FP-9", date(2025, 6, 26), 560_000_000)
    made = invoices.record_invoice(session, people.manager, 1, 1, one, at("2025-06-26 09:00"))
    people.manager.role = Role.BUREAU
    with pytest.raises(Forbidden, match="另一位局方人员"):
        invoices.decide_invoice(session, people.manager, made.id, True, at("2025-06-27 09:00"))


@pytest.mark.parametrize("percent", ["NaN", "sNaN", "Infinity", "-3", "0", "31", "3.00001", "x"])
def test_a_rate_that_is_no_number_is_refused(session, people, percent):
    with pytest.raises(Invalid, match="百分数"):
        damages.enter_rate(session, people.bureau, date(2025, 6, 20), percent, at("2025-07-01 09:00"))


def test_row_39_ends_early_its_clocks_and_duties_with_it(session, people):
    world.paid(session, people)
    with pytest.raises(Conflict, match="没有约定可以提前终止"):
        _end(session, people, 1)
    with pytest.raises(Invalid, match="写明理由"):
        _end(session, people, 39, fen=1)
    made = _end(session, people, 39)
    # 177,778.12 × 120 ÷ 365
    assert (made.proposed_fen, made.decided_fen) == (5_844_760, 5_844_760)
    after = new_ticket(session, people.manager, 39, "2025-10-02 09:00")
    assert after.clocks
    gone = endings.confirm_termination(session, people.bureau2, made, at("2025-10-03 09:00"))
    session.refresh(after)
    assert gone > 0
    assert not after.clocks
    held = session.scalars(select(ProjectService).join(Project).where(Project.seq == 39)).one()
    assert held.ends_on == date(2025, 10, 1)
    left = select(func.max(Occurrence.closes_at)).where(Occurrence.project_id == held.project_id)
    assert session.scalar(left) <= start_of(date(2025, 10, 1))
    account = year_view(session, 1, at("2025-10-04 09:00")).account
    assert account.total == world.AWARD - 17_777_812 + 5_844_760
    assert (account.amount(1) or 0) + (account.amount(2) or 0) == account.total
    new_year = renew(session, people.bureau, at("2025-10-05 09:00"))
    assert 39 not in [one.project.seq for one in new_year.services]
    assert len(new_year.services) == 44


def _end(session, people, seq, fen=None):
    wanted = endings.Settlement(seq, date(2025, 9, 30), fen, "局长办公会纪要")
    return endings.enter_termination(session, people.bureau, 1, wanted, at("2025-10-01 09:00"))


# -- damages and renewal ----------------------------------------------------------------------------------


def test_damages_are_suggested_by_facts_and_decided_by_two(session, people):
    world.paid(session, people)
    world.accept(
        session, people, AcceptanceStage.FINAL, "2026-06-26 10:00", passed=False, rework_due=date(2026, 7, 17)
    )
    world.accept(session, people, AcceptanceStage.FINAL, "2026-07-20 10:00", passed=False, number=2)
    now = at("2026-07-25 09:00")
    found = damages.suggestions(session, year_view(session, 1, now), now)
    told = [(one.kind, one.days, one.draft.fen) for one in found if one.draft]
    assert told == [
        (DamagesKind.DELAY, 2, 16_000_000),  # due 24 June, reported on the 26th
        (DamagesKind.DELAY, 3, 24_000_000),  # rework due 17 July, reported on the 20th
        (DamagesKind.FAILED, 0, 40_000_000),
        (DamagesKind.FAILED_AGAIN, 0, 80_000_000),
    ]
    claim = damages.Claim(DamagesKind.DELAY, "报告晚交 2 日", 10_000_000, "情节轻微", days=2)
    made = damages.enter_claim(session, people.bureau, 1, claim, now)
    assert (made.draft_fen, made.decided_fen) == (16_000_000, 10_000_000)
    with pytest.raises(Forbidden):
        damages.confirm_claim(session, people.bureau, made, now)
    damages.confirm_claim(session, people.bureau2, made, now)
    assert made.standing is Standing.CONFIRMED
    assert year_view(session, 1, now).account.total == world.AWARD  # nothing is deducted by itself


def test_the_buyers_late_payment_costs_the_rate_that_the_bureau_entered(session, people):
    world.ready(session, people)
    now = at("2025-07-25 09:00")
    (one,) = damages.suggestions(session, year_view(session, 1, now), now)
    assert "LPR" in one.problem
    damages.enter_rate(session, people.bureau, date(2025, 5, 20), "3.00%", now)
    (one,) = damages.suggestions(session, year_view(session, 1, now), now)
    assert one.draft
    assert one.draft.fen == round(560_000_000 * 0.03 * 10 / 365)
    for bad in ("0", "abc", "31", "3.12345"):
        with pytest.raises(Invalid, match="百分数"):
            damages.enter_rate(session, people.bureau, date(2025, 5, 20), bad, now)


def test_only_projects_decided_to_be_renewed_continue(session, people):
    now = at("2026-05-01 09:00")
    drafts = {line.service.project.seq: line.draft.advice for line in renewals.lines(session, 1, now)}
    assert set(drafts.values()) == {Advice.NOT, Advice.TALK} or set(drafts.values()) == {Advice.NOT}
    with pytest.raises(Invalid, match="与草案"):
        renewals.decide(session, people.bureau, 1, {1: (True, "")}, now)
    assert renewals.decide(session, people.bureau, 1, {1: (True, "单位要求"), 2: (False, "")}, now) == 2
    with pytest.raises(Conflict, match="还有 43 个项目没有决定"):
        renew(session, people.bureau, now)
    rest = {seq: (seq != 9, "会议决定") for seq in range(3, 46)}
    renewals.decide(session, people.bureau, 1, rest, now)
    assert renewals.decide(session, people.bureau, 1, rest, now) == 0
    year = renew(session, people.bureau, now)
    seqs = {one.project.seq for one in year.services}
    assert seqs == set(range(1, 46)) - {2, 9}
    with pytest.raises(Conflict, match="已经开启"):
        renewals.decide(session, people.bureau, 1, {1: (False, "")}, now)
    assert session.scalar(select(func.count()).select_from(ServiceYear)) == 2
