"""The demonstration: alive at this minute, kept by a second start, and never mixed with real data."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app import create_app, passwords
from app.account.queries import DEMONSTRATION
from app.account.service import begin
from app.demo.guard import check_database
from app.demo.making import MONTHS_BACK, live_until
from app.demo.people import ensure, let_in
from app.demo.stage import SCENES
from app.people.service import create_person
from app.settings import Settings, SettingsError
from app.waiting.kind import Desk
from app.waiting.queries import numbers
from models.callbacks import CallBackAnswer, FollowUp
from models.contract import Project, ServiceYear
from models.disputes import Dispute
from models.engine import make_engine, write_session
from models.people import SignIn, User
from models.tickets import Ticket, TicketClock, TicketEvent
from seeds.loader import load
from sla.errors import Forbidden
from sla.vocab import EventKind, Role, TicketState, Verdict
from tests.app.demo.conftest import NOW, PASSWORD, prepared, settings_of
from tests.app.personas import at
from tests.conftest import SECRET


@pytest.fixture
def demonstration(folder):
    engine = make_engine(settings_of(folder).database_url)
    with write_session(engine) as session:
        yield session
    engine.dispose()


def events(folder):
    engine = make_engine(settings_of(folder).database_url)
    with write_session(engine) as session:
        found = session.execute(select(TicketEvent.id, TicketEvent.kind, TicketEvent.recorded_at)).all()
    engine.dispose()
    return found


def people(session):
    return {user.username: user for user in session.scalars(select(User))}


def test_there_are_eight_sign_ins_with_one_password_that_is_stored_hashed(demonstration):
    found = people(demonstration)
    for name in DEMONSTRATION:
        assert found[name].is_demo
        assert found[name].is_active
        assert passwords.matches(found[name].password_hash, PASSWORD)
        assert PASSWORD not in found[name].password_hash
    assert all(user.is_demo for user in found.values())
    others = set(found) - set(DEMONSTRATION)
    assert all(found[name].password_hash == "!" for name in others)


def test_call_backs_disputes_and_an_invoice_wait_for_somebody(demonstration):
    found = people(demonstration)

    def waits(name):
        desk = Desk(demonstration, found[name], NOW)
        return {code for code, many in numbers(desk).items() if many}

    assert "callback" in waits("contact")
    assert "invoice" in waits("bureau")
    assert demonstration.scalar(select(func.count()).select_from(CallBackAnswer)) == 5
    assert demonstration.scalar(select(func.count()).select_from(FollowUp)) == 1
    decided = [one.granted for one in demonstration.scalars(select(Dispute))]
    assert sorted(decided) == [False, True]


def test_its_pages_are_alive_at_this_minute(demonstration):
    contact = people(demonstration)["contact"]
    tickets = demonstration.scalars(select(Ticket).join(Project)).all()
    fresh = [one for one in tickets if (NOW - one.opened_at).total_seconds() < 3 * 3600]
    assert any(one.state is TicketState.NEW for one in fresh)
    assert any(one.state is TicketState.WORKING for one in fresh)
    own = [one for one in tickets if one.project.unit in (contact.unit, contact.unit.parent)]
    assert any(one.waiting and one.state is TicketState.CLAIMED for one in own)
    assert any(one.waiting and one.state is TicketState.PAUSED for one in own)
    overdue = [one for one in own if one.next_due_at and one.next_due_at < NOW]
    assert overdue
    soon = [one for one in tickets if one.next_due_at and 0 < (one.next_due_at - NOW).total_seconds() < 900]
    assert soon


def test_the_engineer_has_several_projects_with_life_and_a_history_of_their_own(demonstration):
    engineer = people(demonstration)["engineer"]
    seqs = {assignment.project.seq for assignment in engineer.assignments}
    assert len(seqs) >= 5
    acted = select(func.count()).where(TicketEvent.actor_id == engineer.id)
    assert demonstration.scalar(acted) > 10
    running = select(Ticket.id).join(TicketClock).join(Project, Project.id == Ticket.project_id)
    assert demonstration.scalars(
        running.where(TicketClock.verdict == Verdict.RUNNING, Project.seq.in_(seqs))
    ).all()


def test_nothing_lies_in_the_future(demonstration):
    assert demonstration.scalar(select(func.max(TicketEvent.recorded_at))) < NOW


def test_a_second_start_keeps_the_data_and_gives_a_new_password(folder):
    before = events(folder)
    told: list[str] = []
    password = prepared(settings_of(folder), NOW, told.append)
    assert events(folder) == before
    assert told == []
    assert password not in ("", PASSWORD)
    engine = make_engine(settings_of(folder).database_url)
    with write_session(engine) as session:
        found = people(session)
        assert all(passwords.matches(found[name].password_hash, password) for name in DEMONSTRATION)
    engine.dispose()


def test_a_password_that_is_given_is_set_and_ends_the_sign_ins_of_the_old_one(folder, demonstration):
    begin(demonstration, people(demonstration)["contact"], NOW, "tests")
    demonstration.commit()
    assert prepared(settings_of(folder, LVYUE_DEMO_PASSWORD="another one")) == "another one"
    demonstration.expire_all()
    assert passwords.matches(people(demonstration)["contact"].password_hash, "another one")
    assert demonstration.scalars(select(SignIn.ended_at)).all() == [NOW]


def test_the_same_password_again_leaves_everybody_signed_in(folder, demonstration):
    begin(demonstration, people(demonstration)["contact"], NOW, "tests")
    demonstration.commit()
    prepared(settings_of(folder, LVYUE_DEMO_PASSWORD=PASSWORD))
    assert demonstration.scalars(select(SignIn.ended_at)).all() == [None]


def test_everybody_can_sign_in_and_sees_a_page(folder):
    site = create_app(settings_of(folder))
    site.config.update(TESTING=True, WTF_CSRF_ENABLED=False, NOW=lambda: NOW)
    for name in DEMONSTRATION:
        client = site.test_client()
        answer = client.post("/sign-in", data={"username": name, "password": PASSWORD})
        assert answer.status_code in (302, 303), name
        assert client.get("/", follow_redirects=True).status_code == 200, name


def test_an_interrupted_first_start_leaves_nothing_half_made(tmp_path):
    def interrupted(line):
        if "累计" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepared(settings_of(tmp_path), NOW, interrupted)
    engine = make_engine(settings_of(tmp_path).database_url)
    with write_session(engine) as session:
        for table in (Ticket, User, ServiceYear):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    engine.dispose()


@pytest.mark.parametrize(
    ("database", "now", "months"),
    [
        ("sqlite", "2025-07-01 00:00", 1),
        ("postgresql", "2025-12-31 23:59", 1),
        ("sqlite", "2028-02-29 09:00", MONTHS_BACK),
    ],
    indirect=["database"],
)
def test_it_can_be_made_on_any_date_on_both_databases_and_no_use_case_refuses(session, loaded, now, months):
    world = live_until(session, at(now), lambda line: None, 3, months, demo=True)
    session.commit()
    assert world.refusals == []
    assert world.done["open_ticket"] > len(SCENES)
    recorded = session.scalars(select(TicketEvent.recorded_at).order_by(TicketEvent.id)).all()
    assert recorded == sorted(recorded)
    assert recorded[-1] < at(now)
    assert session.scalar(select(func.count()).where(Ticket.submission.startswith("scene"))) == len(SCENES)


def test_it_shows_what_waits_for_the_bureau_too(demonstration):
    told = select(Ticket.id).where(Ticket.waiting > 0, Ticket.state != TicketState.CLAIMED)
    assert len(demonstration.scalars(told).all()) >= 3
    kinds = set(demonstration.scalars(select(TicketEvent.kind)))
    assert {EventKind.PAUSED, EventKind.RECLASSIFIED} <= kinds


# -- apart from real data ----------------------------------------------------------------------------


def test_sign_ins_are_refused_outside_the_demonstration(session):
    load(session)
    with pytest.raises(Forbidden, match="演示"):
        ensure(session, NOW, demo=False)
    with pytest.raises(Forbidden, match="演示"):
        let_in(session, PASSWORD, NOW, demo=False)
    assert session.scalar(select(func.count()).select_from(User)) == 0


def test_a_demonstration_database_is_not_served_as_real(folder):
    real = Settings.load({"LVYUE_DATA_DIR": str(folder), "LVYUE_SECRET_KEY": SECRET})
    with pytest.raises(SettingsError, match="演示数据库"):
        create_app(real)


def test_a_real_database_is_not_used_for_a_demonstration(session):
    load(session)
    create_person(session, None, NOW, username="root", name="管理员", role=Role.ADMIN, password_hash="!")
    session.commit()
    engine = session.get_bind()
    check_database(engine, demo=False)
    with pytest.raises(SettingsError, match="正式"):
        check_database(engine, demo=True)


def test_somebody_added_to_a_demonstration_does_not_make_it_real(folder, demonstration):
    create_person(demonstration, None, NOW, username="new", name="新人", role=Role.AUDITOR, password_hash="!")
    demonstration.commit()
    check_database(demonstration.get_bind(), demo=True)
    with pytest.raises(SettingsError):
        check_database(demonstration.get_bind(), demo=False)


def test_a_database_that_is_not_there_or_empty_is_neither(tmp_path, engine):
    absent = make_engine(f"sqlite:///{tmp_path / 'absent.sqlite3'}")
    for demo in (True, False):
        check_database(absent, demo=demo)
        check_database(engine, demo=demo)
    assert not (tmp_path / "absent.sqlite3").exists()
