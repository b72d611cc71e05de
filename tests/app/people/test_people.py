"""The administrator's pages about people, and who may not use them."""

from __future__ import annotations

import json
import re

import pytest

from app import passwords
from app.database import transaction
from models.contract import Unit
from sla.vocab import Role
from tests.app.visitors import JSON, counted_queries, id_of, ledger, named, read, visit

OTHERS = ("contact", "engineer", "hotline", "bureau", "auditor")
NEW = {"username": "wang.li", "name": "王丽", "phone": "0379-63211234", "role": "hotline"}


@pytest.fixture
def admin(visit):
    return visit("admin")


def shown_password(page: str) -> str:
    found: list[str] = re.findall(r'class="one-time">([^<]+)<', page)
    return found[0]


def unit_id(site, name="洛阳市司法局"):
    return read(site, lambda session: session.query(Unit).filter_by(name=name).one().id)


# Seeing


@pytest.mark.both_databases
def test_the_administrator_sees_everybody(admin):
    page = admin.get("/people").text
    for username in ("contact", "engineer", "bureau2", "admin"):
        assert f"<code>{username}</code>" in page


def test_the_manager_sees_engineers_and_nobody_else(visit):
    page = visit("manager").get("/people").text
    assert "<code>engineer</code>" in page
    assert "<code>other_engineer</code>" in page
    for username in ("contact", "bureau", "admin", "manager"):
        assert f"<code>{username}</code>" not in page


@pytest.mark.parametrize("username", OTHERS)
def test_the_list_of_people_is_not_for_other_roles(visit, username):
    assert visit(username).get("/people").status_code == 403


@pytest.mark.parametrize("username", OTHERS)
def test_other_roles_are_not_told_whether_somebody_exists(site, visit, username):
    assert visit(username).get(f"/people/{id_of(site, 'engineer')}").status_code == 404


def test_the_manager_opens_an_engineer_and_is_not_told_of_others(site, visit):
    manager = visit("manager")
    assert manager.get(f"/people/{id_of(site, 'engineer')}").status_code == 200
    assert manager.get(f"/people/{id_of(site, 'bureau')}").status_code == 404
    for nobody in ("0", "99999", "-1", "9" * 30, "x"):
        assert manager.get(f"/people/{nobody}").status_code == 404


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("q=ENGINEER", "engineer", "bureau"),
        ("role=bureau", "bureau2", "engineer"),
        ("q=%25", None, "engineer"),
        ("q=_", "other_engineer", "bureau2"),
        ("former=1", None, "engineer"),
        ("q=&role=&former=", "engineer", None),
    ],
)
def test_the_list_can_be_narrowed(admin, query, there, absent):
    page = admin.get(f"/people?{query}")
    assert page.status_code == 200
    assert there is None or f"<code>{there}</code>" in page.text
    assert absent is None or f"<code>{absent}</code>" not in page.text


@pytest.mark.parametrize("query", ["role=king", "former=perhaps", "colour=red", "q=" + "x" * 65])
def test_a_filter_that_makes_no_sense_is_refused(admin, query):
    assert admin.get(f"/people?{query}").status_code == 422


def test_the_list_takes_the_same_number_of_queries_for_more_people(site, admin):
    with counted_queries(site) as few:
        admin.get("/people")
    for number in range(4):
        admin.post("/people/new", data=NEW | {"username": f"engineer{number}", "role": "engineer"})
        data = {"project": number + 1, "from_day": "2025-07-01"}
        admin.post(f"/people/{id_of(site, f'engineer{number}')}/assignments", data=data)
    with counted_queries(site) as many:
        admin.get("/people")
    assert len(many) == len(few)


def test_units_are_listed_with_their_contacts_for_the_administrator_alone(visit):
    page = visit("admin").get("/people/units").text
    assert "洛阳市财政局国有资产服务中心" in page
    assert "单位联系人stranger" in page
    for username in (*OTHERS, "manager"):
        assert visit(username).get("/people/units").status_code == 403


# Adding


@pytest.mark.both_databases
def test_a_new_person_gets_a_password_that_is_shown_once_and_must_be_changed(site, admin):
    page = admin.post("/people/new", data=NEW)
    password = shown_password(page.text)
    user = read(site, lambda session: named(session, "wang.li"))
    assert (user.name, user.phone, user.role) == ("王丽", "0379-63211234", Role.HOTLINE)
    assert user.must_change_password
    assert passwords.matches(user.password_hash, password)
    assert password not in admin.get(f"/people/{user.id}").text
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers or password not in page.headers["Set-Cookie"]


def test_a_new_contact_belongs_to_a_unit(site, admin):
    admin.post("/people/new", data=NEW | {"role": "contact", "unit": unit_id(site)})
    assert read(site, lambda session: named(session, "wang.li").unit_id) == unit_id(site)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"username": ""}, "用户名：请填写"),
        ({"username": "w"}, "2 到 32 个"),
        ({"username": "王丽"}, "2 到 32 个"),
        ({"username": "1wang"}, "以字母开头"),
        ({"username": "wang li"}, "2 到 32 个"),
        ({"username": "wang\n"}, "2 到 32 个"),
        ({"username": "w" * 33}, "2 到 32 个"),
        ({"username": "ENGINEER"}, "已被使用"),
        ({"name": " "}, "姓名：请填写"),
        ({"name": "王" * 65}, "最多 64"),
        ({"name": "王\n丽"}, "不能显示的字符"),
        ({"phone": "无"}, "电话只能有"),
        ({"phone": "1" * 33}, "电话只能有"),
        ({"role": ""}, "角色：请填写"),
        ({"role": "king"}, "列出的选项"),
        ({"role": "contact"}, "要选择所属单位"),
        ({"unit": "1"}, "只有单位联系人"),
        ({"role": "contact", "unit": "99999"}, "从列表中选择单位"),
        ({"role": "contact", "unit": "x"}, "请填写整数"),
        ({"password": "mine"}, "没有这一项"),
        ({"is_demo": "1"}, "没有这一项"),
    ],
)
def test_a_bad_field_is_named_and_nobody_is_added(site, admin, wrong, said):
    answer = admin.post("/people/new", data=NEW | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert "wang.li" not in admin.get("/people").text
    assert ledger(site, "person.") == []


def test_what_was_typed_is_still_there_after_a_mistake(admin):
    page = admin.post("/people/new", data=NEW | {"phone": "无"}).text
    assert 'value="wang.li"' in page
    assert 'value="王丽"' in page
    assert '<option value="hotline" selected>' in page


def test_a_program_gets_the_mistake_as_json(admin):
    answer = admin.post("/people/new", data=NEW | {"role": "king"}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["field"] == "role"


def test_a_name_with_markup_is_shown_as_it_was_written(site, admin):
    admin.post("/people/new", data=NEW | {"name": "<script>alert(1)</script>"})
    for address in ("/people", f"/people/{id_of(site, 'wang.li')}"):
        page = admin.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("username", [*OTHERS, "manager"])
def test_nobody_else_adds_people(site, visit, username):
    client = visit(username)
    assert client.get("/people/new").status_code == 403
    assert client.post("/people/new", data=NEW).status_code == 403
    assert ledger(site, "person.") == []


# Changing


def change(client, site, username, **values):
    user = read(site, lambda session: named(session, username))
    data = {"name": user.name, "phone": user.phone, "role": user.role.value}
    if user.unit_id:
        data["unit"] = str(user.unit_id)
    return client.post(f"/people/{user.id}/edit", data=data | values)


@pytest.mark.both_databases
def test_a_person_can_be_changed(site, admin):
    assert change(admin, site, "hotline", name="赵敏", phone="12345", role="manager").status_code == 303
    user = read(site, lambda session: named(session, "hotline"))
    assert (user.name, user.phone, user.role) == ("赵敏", "12345", Role.MANAGER)


def test_saving_without_a_change_writes_nothing(site, admin):
    assert change(admin, site, "hotline").status_code == 303
    assert ledger(site, "person.") == []


def test_the_ledger_says_what_changed_and_names_nobody(site, admin):
    change(admin, site, "hotline", name="赵敏", phone="13800000000", role="contact", unit=unit_id(site))
    (entry,) = ledger(site, "person.")
    assert entry.kind == "person.changed"
    assert entry.actor_id == id_of(site, "admin")
    assert json.loads(entry.payload) == {
        "changed": ["name", "phone", "role", "unit_id"],
        "role": "contact",
        "unit": unit_id(site),
    }


def test_a_new_role_counts_from_the_next_click(site, admin, visit):
    hotline = visit("hotline")
    assert hotline.get("/contract/activation").status_code == 403
    change(admin, site, "hotline", role="bureau")
    assert hotline.get("/contract/activation").status_code == 200


def test_nobody_changes_their_own_role(site, admin):
    answer = change(admin, site, "admin", role="bureau")
    assert answer.status_code == 403
    assert read(site, lambda session: named(session, "admin").role) is Role.ADMIN


@pytest.mark.parametrize("what", ["edit", "deactivate", "reactivate", "reset-password"])
def test_the_manager_may_see_an_engineer_but_not_change_the_account(site, visit, what):
    address = f"/people/{id_of(site, 'engineer')}/{what}"
    assert visit("manager").post(address, data={"name": "x", "role": "engineer"}).status_code == 403
    assert ledger(site, "person.") == []


@pytest.mark.parametrize("what", ["edit", "deactivate", "reactivate", "reset-password"])
@pytest.mark.parametrize("username", ["contact", "engineer", "bureau"])
def test_other_roles_change_nobody(site, visit, username, what):
    answer = visit(username).post(f"/people/{id_of(site, 'hotline')}/{what}", data={"name": "x"})
    assert answer.status_code == 404
    assert ledger(site, "person.") == []


# Keeping out and letting in


@pytest.mark.both_databases
def test_deactivation_and_its_reversal_are_in_the_ledger(site, admin):
    address = f"/people/{id_of(site, 'hotline')}"
    admin.post(f"{address}/deactivate")
    assert "<code>hotline</code>" not in admin.get("/people").text
    assert "<code>hotline</code>" in admin.get("/people?former=1").text
    admin.post(f"{address}/reactivate")
    assert "<code>hotline</code>" in admin.get("/people").text
    kinds = [(entry.kind, entry.subject) for entry in ledger(site, "person.")]
    subject = f"user:{id_of(site, 'hotline')}"
    assert kinds == [("person.deactivated", subject), ("person.reactivated", subject)]


@pytest.mark.parametrize("what", ["deactivate", "reset-password"])
def test_nobody_does_it_to_themselves(site, admin, what):
    answer = admin.post(f"/people/{id_of(site, 'admin')}/{what}")
    assert answer.status_code == 409
    assert admin.get("/people").status_code == 200
    assert ledger(site, "person.") == []


@pytest.mark.parametrize("what", ["deactivate", "reactivate"])
def test_doing_it_twice_tells_the_present_state(site, admin, what):
    address = f"/people/{id_of(site, 'hotline')}"
    admin.post(f"{address}/deactivate")
    if what == "reactivate":
        admin.post(f"{address}/reactivate")
    assert admin.post(f"{address}/{what}").status_code == 409


@pytest.mark.both_databases
def test_of_two_administrators_who_turn_on_each_other_one_remains(site, admin):
    admin.post("/people/new", data=NEW | {"role": "admin"})
    with site.app_context(), transaction() as session:
        named(session, "wang.li").must_change_password = False
    second = visit(site, "wang.li")
    assert second.post(f"/people/{id_of(site, 'admin')}/deactivate").status_code == 303
    assert admin.post(f"/people/{id_of(site, 'wang.li')}/deactivate").status_code == 302
    assert change(second, site, "wang.li", role="hotline").status_code == 403
    assert read(site, lambda session: named(session, "wang.li").is_active)


def test_a_reset_password_is_shown_once_ends_open_sign_ins_and_lifts_a_lock(site, admin, visit):
    hotline = visit("hotline")
    with site.app_context(), transaction() as session:
        named(session, "hotline").locked_until = site.config["NOW"]()
    page = admin.post(f"/people/{id_of(site, 'hotline')}/reset-password")
    user = read(site, lambda session: named(session, "hotline"))
    assert passwords.matches(user.password_hash, shown_password(page.text))
    assert user.must_change_password
    assert user.locked_until is None
    assert hotline.get("/account/sessions").status_code == 302
    (entry,) = ledger(site, "person.")
    assert entry.kind == "person.password_reset"
    assert json.loads(entry.payload) == {}


@pytest.mark.parametrize("what", ["new", "3/edit", "3/deactivate", "3/reset-password", "3/assignments"])
def test_a_form_of_another_site_changes_nobody(site, admin, what):
    site.config["WTF_CSRF_ENABLED"] = True
    assert admin.post(f"/people/{what}", data=NEW).status_code == 400
    assert ledger(site, "person.") == []
