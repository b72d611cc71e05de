"""People from the command line; the first administrator comes from there."""

from __future__ import annotations

import json

import pytest

from app import passwords
from app.settings import NEW_PASSWORD
from tests.app.visitors import id_of, ledger, named, read, visit


@pytest.fixture
def run(site, monkeypatch):
    monkeypatch.delenv(NEW_PASSWORD, raising=False)
    runner = site.test_cli_runner()
    return lambda *words: runner.invoke(args=["user", *words])


def add(run, username="zhang", role="admin", name="张伟", *more):
    return run("add", username, "--role", role, "--name", name, *more)


@pytest.mark.both_databases
def test_the_first_administrator_gets_a_password_printed_once(site, run):
    result = add(run)
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert said | {"password": ""} == {
        "username": "zhang",
        "name": "张伟",
        "role": "admin",
        "unit": None,
        "active": True,
        "password": "",
    }
    user = read(site, lambda session: named(session, "zhang"))
    assert passwords.matches(user.password_hash, said["password"])
    assert user.must_change_password
    (entry,) = ledger(site, "person.")
    assert (entry.kind, entry.actor_id) == ("person.created", None)
    assert said["password"] not in run("list").stdout


def test_a_password_from_the_environment_is_not_printed(site, run, monkeypatch):
    monkeypatch.setenv(NEW_PASSWORD, "grey heron 5208")
    result = add(run)
    assert "grey heron" not in result.output
    user = read(site, lambda session: named(session, "zhang"))
    assert passwords.matches(user.password_hash, "grey heron 5208")
    assert not user.must_change_password


def test_a_weak_password_from_the_environment_is_refused(run, monkeypatch):
    monkeypatch.setenv(NEW_PASSWORD, "12345678")
    result = add(run)
    assert result.exit_code == 2
    assert "至少 10 个字符" in result.stderr
    assert result.stdout == ""


def test_a_contact_is_added_with_the_name_of_the_unit(site, run):
    assert add(run, "liu", "contact", "刘洋", "--unit", "洛阳市司法局").exit_code == 0
    shown = [json.loads(line) for line in run("list").stdout.splitlines()][-1]
    assert (shown["username"], shown["unit"]) == ("liu", "洛阳市司法局")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add"], "--role"),
        (["add", "zhang", "--role", "king", "--name", "张"], "--role"),
        (["add", "--role", "admin", "--name", "张"], "用户名（username）：请填写"),
        (["add", "zhang", "--role", "admin"], "姓名（name）：请填写"),
        (["add", "张", "--role", "admin", "--name", "张"], "用户名"),
        (["add", "admin", "--role", "admin", "--name", "张"], "已被使用"),
        (["add", "zhang", "--role", "contact", "--name", "张"], "所属单位"),
        (["add", "zhang", "--role", "contact", "--name", "张", "--unit", "司法局"], "请写全称"),
        (["add", "zhang", "--role", "admin", "--name", "张", "--unit", "洛阳市司法局"], "只有单位联系人"),
        (["add", "zhang", "--role", "admin", "--name", "张", "--phone", "无"], "电话"),
        (["deactivate", "nobody"], "没有用户"),
        (["reactivate", "nobody"], "没有用户"),
        (["reset-password", "nobody"], "没有用户"),
        (["deactivate"], "没有用户"),
    ],
)
def test_bad_input_leaves_with_two_and_a_line_that_says_what_to_do(site, run, words, said):
    result = run(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert ledger(site, "person.") == []


def test_the_last_administrator_cannot_be_deactivated_from_here_either(site, run):
    result = run("deactivate", "admin")
    assert result.exit_code == 1
    assert "最后一位" in result.stderr
    add(run)
    assert run("deactivate", "admin").exit_code == 0
    assert json.loads(run("reactivate", "admin").stdout)["active"] is True


def test_deactivation_from_here_ends_open_sign_ins(site, run):
    client = visit(site, "hotline")
    assert run("deactivate", "HOTLINE").exit_code == 0
    assert client.get("/account/sessions").status_code == 302


def test_a_reset_password_is_printed_and_must_be_changed(site, run):
    said = json.loads(run("reset-password", "hotline").stdout)
    user = read(site, lambda session: named(session, "hotline"))
    assert passwords.matches(user.password_hash, said["password"])
    assert user.must_change_password
    assert ledger(site, "person.")[0].subject == f"user:{id_of(site, 'hotline')}"


def test_the_list_has_everybody_one_a_line(run):
    people = [json.loads(line) for line in run("list").stdout.splitlines()]
    assert [one["username"] for one in people][:2] == ["contact", "stranger"]
    assert len(people) == 10
    assert not any("hash" in key for one in people for key in one)


def test_without_a_contract_the_way_to_it_is_told(app):
    result = app.test_cli_runner().invoke(args=["user", "list"])
    assert result.exit_code == 1
    assert "flask --app wsgi init" in result.stderr


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("deactivate", "x\udcff"), "username"),
        (("reset-password", "x\udcff"), "username"),
        (("add", "zhao", "--role", "contact", "--name", "赵", "--unit", "洛\udcff"), "unit"),
    ],
)
def test_text_in_another_encoding_than_the_terminal_s_is_bad_use(run, words, named):
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{named} 含有无法识别的字节" in result.stderr
