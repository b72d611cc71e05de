"""A small demonstration, made once; each test that changes something works on a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from app.demo.making import prepare
from app.settings import Settings
from models.engine import make_engine
from tests.app.personas import at
from tests.conftest import made_once_a_run

NOW = at("2026-03-18 10:20")
PASSWORD = "kept-for-the-tests"
RATE, MONTHS = 15, 1  # the first month is closed, the second goes on


def settings_of(folder: Path, **given: str) -> Settings:
    return Settings.load({"LVYUE_DATA_DIR": str(folder), "LVYUE_DEMO": "1"} | given)


def prepared(settings: Settings, now: datetime = NOW, tell: Callable[[str], None] = lambda line: None) -> str:
    engine = make_engine(settings.database_url)
    try:
        return prepare(engine, settings, now, tell, rate=RATE, months=MONTHS)
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(path: Path) -> None:
        prepared(settings_of(path.parent, LVYUE_DEMO_PASSWORD=PASSWORD))
        (path.parent / "lvyue.sqlite3").rename(path)

    return made_once_a_run(tmp_path_factory, "demonstration.sqlite3", make)


@pytest.fixture
def folder(made_once: Path, tmp_path: Path) -> Path:
    shutil.copyfile(made_once, tmp_path / "lvyue.sqlite3")
    return tmp_path
