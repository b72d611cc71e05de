"""Who looks after which project, and what that lets an engineer see from which moment on."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from models.people import Assignment
from tests.app.visitors import id_of, ledger, named, read, set_clock


@pytest.fixture
def manager(visit):
    return visit("manager")


def assign(client, site, project, from_day, last_day="", username="engineer"):
    data = {"project": project, "from_day": from_day, "last_day": last_day}
    return client.post(f"/people/{id_of(site, username)}/assignments", data=data)


def rows(site, username="engineer"):
    person = id_of(site, username)
    found = select(Assignment).where(Assignment.user_id == person).order_by(Assignment.id)
    return read(site, lambda session: list(session.scalars(found)))


def end(client, site, row, last_day):
    address = f"/people/{id_of(site, 'engineer')}/assignments/{row.id}/end"
    return client.post(address, data={"last_day": last_day})


@pytest.mark.both_databases
def test_an_engineer_sees_a_project_from_midnight_of_the_first_day(site, manager, visit):
    engineer = visit("engineer")
    assert assign(manager, site, 5, "2025-07-02").status_code == 303
    assert engineer.get("/projects/5").status_code == 404
    set_clock(site, "2025-07-01 23:59:59")
    engineer = visit("engineer")
    assert engineer.get("/projects/5").status_code == 404
    set_clock(site, "2025-07-02 00:00:00")
    assert engineer.get("/projects/5").status_code == 200


@pytest.mark.both_databases
def test_an_engineer_sees_a_project_until_the_end_of_the_last_day(site, manager, visit):
    assign(manager, site, 5, "2025-07-01", "2025-07-01")
    set_clock(site, "2025-07-01 23:59:59")
    engineer = visit("engineer")
    assert engineer.get("/projects/5").status_code == 200
    assert "/projects/5" in engineer.get("/projects").text
    set_clock(site, "2025-07-02 00:00:00")
    assert engineer.get("/projects/5").status_code == 404
    assert '/projects/5"' not in engineer.get("/projects").text


def test_ending_an_assignment_takes_the_project_out_of_sight_the_day_after(site, manager, visit):
    engineer = visit("engineer")
    assert end(manager, site, rows(site)[0], "2025-06-30").status_code == 303
    assert engineer.get("/projects/1").status_code == 404
    assert engineer.get("/projects").status_code == 200


def test_the_administrator_may_assign_too_and_sees_no_project_for_it(site, visit):
    admin = visit("admin")
    assert assign(admin, site, 5, "2025-07-01").status_code == 303
    assert admin.get("/projects/5").status_code == 404


@pytest.mark.parametrize("username", ["engineer", "contact", "hotline", "bureau", "auditor"])
def test_nobody_else_assigns_anybody(site, visit, username):
    assert assign(visit(username), site, 5, "2025-07-01").status_code == 404
    assert len(rows(site)) == 1


def test_both_ways_are_in_the_ledger(site, manager):
    assign(manager, site, 5, "2025-07-02", "2025-07-31")
    end(manager, site, rows(site)[1], "2025-07-10")
    made, ended = ledger(site, "assignment.")
    assert made.subject == ended.subject == f"user:{id_of(site, 'engineer')}"
    assert made.actor_id == id_of(site, "manager")
    assert json.loads(made.payload) == {"from_day": "2025-07-02", "project": 5, "until_day": "2025-08-01"}
    assert json.loads(ended.payload) == {"from_day": "2025-07-02", "project": 5, "until_day": "2025-07-11"}


@pytest.mark.parametrize(
    ("project", "from_day", "last_day", "said"),
    [
        ("", "2025-07-01", "", "运维项目：请填写"),
        ("46", "2025-07-01", "", "从列表中选择运维项目"),
        ("1.5", "2025-07-01", "", "请填写整数"),
        ("5", "", "", "开始日：请填写"),
        ("5", "7月1日", "", "要写成日期"),
        ("5", "2025-02-30", "", "要写成日期"),
        ("5", "1999-12-31", "", "超出可处理的范围"),
        ("5", "2025-07-02", "2025-07-01", "最后一天不能早于开始日"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_stored(site, manager, project, from_day, last_day, said):
    answer = assign(manager, site, project, from_day, last_day)
    assert answer.status_code == 422
    assert said in answer.text
    assert len(rows(site)) == 1
    assert ledger(site, "assignment.") == []


@pytest.mark.parametrize(
    ("from_day", "last_day", "status"),
    [
        ("2025-07-01", "", 409),
        ("2025-01-01", "2025-06-03", 409),
        ("2025-01-01", "2025-06-02", 303),
    ],
)
def test_two_assignments_to_one_project_do_not_overlap(site, manager, from_day, last_day, status):
    assert assign(manager, site, 1, from_day, last_day).status_code == status


def test_the_next_assignment_may_begin_the_day_after_the_last(site, manager):
    end(manager, site, rows(site)[0], "2025-07-10")
    assert assign(manager, site, 1, "2025-07-10").status_code == 409
    assert assign(manager, site, 1, "2025-07-11").status_code == 303


def test_one_that_has_not_begun_can_be_withdrawn_and_made_again(site, manager):
    assign(manager, site, 5, "2025-07-10")
    end(manager, site, rows(site)[1], "2025-07-09")
    page = manager.get(f"/people/{id_of(site, 'engineer')}").text
    assert "已撤回" in page
    assert end(manager, site, rows(site)[1], "2025-07-09").status_code == 409
    assert assign(manager, site, 5, "2025-07-10").status_code == 303
    assert len(rows(site)) == 2


def test_an_end_that_is_set_cannot_be_put_off_in_passing(site, manager):
    end(manager, site, rows(site)[0], "2025-07-10")
    assert end(manager, site, rows(site)[0], "2025-07-31").status_code == 409


def test_only_engineers_who_are_in_use_are_assigned(site, visit):
    admin = visit("admin")
    assert assign(admin, site, 5, "2025-07-01", username="hotline").status_code == 409
    admin.post(f"/people/{id_of(site, 'engineer')}/deactivate")
    assert assign(admin, site, 5, "2025-07-01").status_code == 409


def test_somebody_elses_assignment_cannot_be_ended_through_ones_own_address(site, manager):
    other = rows(site, "other_engineer")[0]
    assert end(manager, site, other, "2025-07-01").status_code == 404
    assert rows(site, "other_engineer")[0].until_day is None


def test_an_engineer_without_any_assignment_sees_no_project_and_is_told_why(site, manager, visit):
    end(manager, site, rows(site)[0], "2025-06-30")
    page = visit("engineer").get("/projects").text
    assert "没有可以查看的项目" in page


def test_an_assignment_of_somebody_who_changed_role_gives_nothing(site, visit):
    admin, engineer = visit("admin"), visit("engineer")
    data = {"name": "李", "role": "admin"}
    admin.post(f"/people/{id_of(site, 'engineer')}/edit", data=data)
    assert read(site, lambda session: named(session, "engineer").role) == "admin"
    assert engineer.get("/projects/1").status_code == 404
