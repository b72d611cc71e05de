"""Settings: one list, read once, refused with the variable's name."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, warn_of_unknown

ROOT = Path(__file__).parent.parent.parent
GOOD_SECRET = "k3J9-vQz1_Xw8RtYb5NcM7LpHd2Fs6Ga"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def flask(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a real command in a process of its own, with no settings but ``environ``."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LVYUE_")}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT,
        env=clean | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_any_variable_everything_has_its_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings.load({})
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/lvyue.sqlite3"
    assert (settings.host, settings.port) == ("127.0.0.1", 5000)
    assert not settings.demo
    assert settings.secure_cookies


def test_the_demonstration_runs_without_https():
    assert not Settings.load({"LVYUE_DEMO": "1"}).secure_cookies
    assert Settings.load({"LVYUE_DEMO": "1", "LVYUE_SECURE_COOKIES": "1"}).secure_cookies


def test_the_plain_forms_of_a_postgresql_address_are_taken():
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        given = Settings.load({"LVYUE_DATABASE_URL": f"{scheme}://u:p%40@db/lvyue"})
        assert given.database_url == "postgresql+psycopg://u:p%40@db/lvyue"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LVYUE_PORT", "web"),
        ("LVYUE_PORT", "0"),
        ("LVYUE_PORT", "65536"),
        ("LVYUE_DEMO", "perhaps"),
        ("LVYUE_SECURE_COOKIES", "2"),
        ("LVYUE_LOG_LEVEL", "LOUD"),
        ("LVYUE_MAX_UPLOAD_MB", "-1"),
        ("LVYUE_MAX_UPLOAD_MB", "²"),
        ("LVYUE_DATABASE_URL", "mysql://u@h/d"),
        ("LVYUE_PUBLIC_ADDRESS", "lvyue.example.gov.cn"),
        ("LVYUE_PUBLIC_ADDRESS", "ftp://lvyue.example.gov.cn"),
        ("LVYUE_PUBLIC_ADDRESS", "https://lvyue.example.gov.cn/site"),
        ("LVYUE_PUBLIC_ADDRESS", "https://somebody@lvyue.example.gov.cn"),
        ("LVYUE_PUBLIC_ADDRESS", "https://lvyue .example.gov.cn"),
        ("LVYUE_PUBLIC_ADDRESS", "https://lvyue.example.gov.cn:web"),
        ("LVYUE_PUBLIC_ADDRESS", "https://"),
        ("LVYUE_DATABASE_URL", "not an address"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(name, value):
    with pytest.raises(SettingsError, match=f"{name} 的值不能用：请填"):
        Settings.load({name: value})


def test_a_refused_database_address_does_not_print_its_password():
    with pytest.raises(SettingsError) as caught:
        Settings.load({"LVYUE_DATABASE_URL": "mysql://u:hidden@h/d"})
    assert "hidden" not in str(caught.value)


def test_an_empty_value_counts_as_not_given():
    assert Settings.load({"LVYUE_PORT": "", "LVYUE_DEMO": " "}) == Settings.load({})


@pytest.mark.parametrize("secret", ["", "short", "x" * 31, "secret" * 20])
def test_outside_the_demonstration_nothing_is_served_with_a_weak_secret(secret):
    with pytest.raises(SettingsError, match="LVYUE_SECRET_KEY"):
        Settings.load({"LVYUE_SECRET_KEY": secret}).check_ready_to_serve()


def test_a_random_secret_may_serve():
    Settings.load({"LVYUE_SECRET_KEY": GOOD_SECRET}).check_ready_to_serve()


def test_the_demonstration_makes_its_secret_once_and_keeps_it_to_its_owner(tmp_path):
    settings = Settings.load({"LVYUE_DEMO": "1", "LVYUE_DATA_DIR": str(tmp_path / "data")})
    settings.prepare_data_dir()
    secret = settings.session_secret()
    assert len(secret) >= 32
    assert settings.session_secret() == secret
    assert mode(tmp_path / "data") == 0o700
    assert mode(tmp_path / "data" / "demo-secret") == 0o600


def test_a_data_folder_that_cannot_be_made_is_told_by_name(tmp_path):
    (tmp_path / "file").write_text("")
    settings = Settings.load({"LVYUE_DATA_DIR": str(tmp_path / "file" / "data")})
    with pytest.raises(SettingsError, match="LVYUE_DATA_DIR"):
        settings.prepare_data_dir()


def test_a_misspelt_setting_is_pointed_out(caplog):
    with caplog.at_level(logging.WARNING, "lvyue"):
        warn_of_unknown({"LVYUE_PROT": "80", "LVYUE_PORT": "80", "HOME": "/"})
    assert "LVYUE_PROT" in caplog.text
    assert "LVYUE_PORT " not in caplog.text


def test_a_command_that_serves_nobody_needs_no_secret(tmp_path):
    done = flask("routes", LVYUE_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr


def test_serving_without_a_secret_is_refused_in_one_line(tmp_path):
    done = flask("run", "--port", "0", LVYUE_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 2
    assert "LVYUE_SECRET_KEY 没有设置" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_web_server_that_imports_the_application_without_a_secret_is_refused(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LVYUE_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "LVYUE_SECRET_KEY" in done.stderr
