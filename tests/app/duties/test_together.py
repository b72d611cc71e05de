"""Two at once: one submission is one work, a quota is drawn once, and the later one sees the earlier."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import func, select

from app.duties.works import WorkForm, record_evidence, submit
from models.duties import Work
from models.engine import write_session
from models.people import User
from models.tickets import Ticket
from sla.errors import Conflict
from sla.vocab import ItemResult
from tests.app.duties.world import assign, due, duty, whole
from tests.app.personas import at

NOW = "2025-07-08 09:00"


def test_one_submission_sent_twice_at_once_is_one_work_and_one_ticket(engine, session, people):
    week = due(session, 1, "巡检", "2025-07-07 00:00")
    lines = whole(session, week)
    lines[0] = type(lines[0])(lines[0].item_id, ItemResult.ABNORMAL, "", "风扇异响")
    form = WorkForm(week.id, "device-1", lines, at(NOW))
    session.commit()

    def send(_n: int) -> int:
        with write_session(engine) as own:
            work = submit(own, own.get_one(User, people.engineer.id), form, at(NOW))
            own.commit()
            return work.id

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(send, range(3)))) == 1
    assert session.scalar(select(func.count()).select_from(Ticket)) == 1


def test_two_works_at_once_settle_on_the_earlier(engine, session, people):
    week = due(session, 1, "巡检", "2025-07-07 00:00")
    lines = whole(session, week)
    session.commit()

    def send(minute: int) -> None:
        with write_session(engine) as own:
            form = WorkForm(week.id, f"device-{minute}", lines, at(f"2025-07-08 08:{minute}"))
            submit(own, own.get_one(User, people.engineer.id), form, at(NOW))
            own.commit()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(send, (30, 20, 40)))
    session.refresh(week)
    assert week.done_at == at("2025-07-08 08:20")


def test_the_last_draw_of_a_quota_is_drawn_once(engine, session, people):
    assign(session, people.engineer, 3)
    of = duty(session, 3, "舆情短信").id
    session.commit()

    def draw(n: int) -> str:
        with write_session(engine) as own:
            engineer = own.get_one(User, people.engineer.id)
            day = date(2025, 7, 8)
            try:
                record_evidence(own, engineer, of, day, day, "推送", f"draw-{n}", at(NOW), amount=1500)
            except Conflict:
                return "told"
            own.commit()
            return "drawn"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(draw, range(2))) == ["drawn", "told"]
    assert session.scalars(select(Work.amount)).all() == [1500]
