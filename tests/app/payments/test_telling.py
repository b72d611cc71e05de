"""Both sides are told when a payment can be made, and when one of its gates is open again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.payments import service
from app.payments.telling import gates
from models.watch import Notice
from sla.vocab import Satisfaction
from tests.app.payments import world
from tests.app.personas import at
from tests.app.watch.world import told

BOTH_SIDES = ["bureau", "bureau2", "manager"]


def who(session, kind):
    return sorted(name for name, _, _ in told(session, kind))


@pytest.mark.both_databases
def test_each_change_of_a_payment_is_told_once_to_both_sides(session, people):
    assert gates(session, at("2025-06-20 09:00")) == "查看 2 笔付款的条件，发出 0 条通知"
    world.ready(session, people)
    assert gates(session, at("2025-06-26 10:10")) == "查看 2 笔付款的条件，发出 3 条通知"
    assert who(session, "payable") == BOTH_SIDES
    (text,) = set(session.scalars(select(Notice.text)))
    assert text == "第 1 服务年度第 1 次付款：付款条件全部满足，应于 2025-07-15 24:00 前付款"
    assert gates(session, at("2025-06-26 11:10")).endswith("发出 0 条通知")
    # A unit says that its project does not run well after all.
    world.call_back(
        *(session, people.contact, [1], "2025-06-27 10:00", Satisfaction.DISSATISFIED), running_well=False
    )
    assert gates(session, at("2025-06-27 11:10")).endswith("发出 3 条通知")
    assert who(session, "gate_open") == BOTH_SIDES
    again = session.scalars(select(Notice.text).where(Notice.kind == "gate_open")).first()
    assert again == "第 1 服务年度第 1 次付款：条件又不满足：各项目运转平稳、回访满意合格"
    world.call_back(session, people.contact, [1], "2025-06-28 10:00")
    assert gates(session, at("2025-06-28 11:10")).endswith("发出 3 条通知")
    assert who(session, "payable") == sorted(BOTH_SIDES * 2)


def test_what_could_be_paid_long_ago_or_is_released_is_no_news(session, people):
    world.ready(session, people)
    assert gates(session, at("2025-07-10 09:00")).endswith("发出 0 条通知")
    service.prepare(session, people.bureau, 1, 1, "", at("2025-07-10 10:00"))
    service.release(session, people.bureau2, 1, 1, "", at("2025-07-10 11:00"))
    assert gates(session, at("2025-07-10 12:10")).endswith("发出 0 条通知")
    assert told(session) == []
