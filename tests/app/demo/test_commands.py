"""``demo`` and ``serve`` on the command line; what they serve is tested with the site itself."""

from __future__ import annotations

import socket

import pytest

from app import create_app
from app.account.queries import DEMONSTRATION
from app.demo.commands import address, sign_ins
from app.demo.people import SIGN_INS
from app.settings import Settings
from tests.app.demo.conftest import PASSWORD, settings_of
from tests.conftest import SECRET


@pytest.fixture
def taken():
    """A port somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


def invoked(settings, *arguments):
    return create_app_for_commands(settings).test_cli_runner().invoke(args=list(arguments))


def create_app_for_commands(settings):
    site = create_app(settings)
    site.config.update(TESTING=True)
    return site


def test_a_second_start_prints_the_sign_ins_and_the_password(folder):
    result = invoked(settings_of(folder, LVYUE_DEMO_PASSWORD=PASSWORD), "demo", "--only-make")
    assert result.exit_code == 0, result.stderr
    assert PASSWORD in result.stdout
    assert "http://127.0.0.1:5000" in result.stdout
    assert all(name in result.stdout for name in DEMONSTRATION)


def test_a_port_in_use_is_told_before_anything_is_made(tmp_path, taken):
    result = invoked(settings_of(tmp_path, LVYUE_PORT=taken), "demo")
    assert result.exit_code == 2
    assert "端口" in result.stderr
    assert f"LVYUE_PORT={int(taken) + 1}" in result.stderr
    assert not (tmp_path / "lvyue.sqlite3").exists()


def test_without_the_switch_the_demonstration_still_is_one(tmp_path, monkeypatch, taken):
    real = {"LVYUE_DATA_DIR": str(tmp_path), "LVYUE_SECRET_KEY": SECRET, "LVYUE_PORT": taken}
    for name, value in real.items():
        monkeypatch.setenv(name, value)
    result = invoked(Settings.load(real), "demo")
    assert result.exit_code == 2  # the port: it got as far as that
    assert (tmp_path / "demo-secret").exists()


def test_serve_needs_a_contract(tmp_path):
    result = invoked(Settings.load({"LVYUE_DATA_DIR": str(tmp_path), "LVYUE_SECRET_KEY": SECRET}), "serve")
    assert result.exit_code == 1
    assert "init" in result.stderr


def test_serve_refuses_a_weak_secret(tmp_path):
    site = create_app_for_commands(
        Settings.load({"LVYUE_DATA_DIR": str(tmp_path), "LVYUE_SECRET_KEY": SECRET})
    )
    site.config["SETTINGS"] = Settings.load({"LVYUE_DATA_DIR": str(tmp_path), "LVYUE_SECRET_KEY": "short"})
    result = site.test_cli_runner().invoke(args=["serve"])
    assert result.exit_code == 2
    assert "LVYUE_SECRET_KEY" in result.stderr


def test_serve_refuses_the_data_of_a_demonstration(folder, tmp_path):
    other = tmp_path / "elsewhere"
    site = create_app_for_commands(Settings.load({"LVYUE_DATA_DIR": str(other), "LVYUE_SECRET_KEY": SECRET}))
    here = {"LVYUE_DATA_DIR": str(folder), "LVYUE_SECRET_KEY": SECRET}
    site.config["SETTINGS"] = Settings.load(here)
    site.extensions["lvyue.engine"] = create_app(settings_of(folder)).extensions["lvyue.engine"]
    for command in (["serve"], ["simulate", "--from", "2026-01-01", "--months", "1", "--seed", "1"]):
        result = site.test_cli_runner().invoke(args=command)
        assert result.exit_code == 2, command
        assert "演示数据库" in result.stderr


def test_the_table_names_all_eight_and_the_address_can_be_clicked():
    table = sign_ins("http://127.0.0.1:5000", "abc")
    assert [line.split()[0] for line in table.splitlines()[-8:]] == [one.username for one in SIGN_INS]
    assert address(Settings.load({"LVYUE_HOST": "0.0.0.0"})) == "http://127.0.0.1:5000"
    assert address(Settings.load({"LVYUE_HOST": "::1", "LVYUE_PORT": "8000"})) == "http://[::1]:8000"
