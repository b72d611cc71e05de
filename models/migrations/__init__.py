"""The schema's history: one script a step in versions/, carried out by Alembic.

Alembic takes a quarter of a second to come in, and few commands have need of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent


def configuration(engine: Engine | None = None) -> Config:
    """Alembic's configuration; with ``engine``, commands work on that database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to ``revision``; a database that is there already is left alone."""
    from alembic import command

    command.upgrade(configuration(engine), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the database back to ``revision``; what later revisions added is lost."""
    from alembic import command

    command.downgrade(configuration(engine), revision)
