"""Demonstration and real data never share a database, and neither is served as the other."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.settings import SettingsError, variable
from models.engine import read_session
from models.people import User


def check_database(engine: Engine, demo: bool) -> None:
    """Refuse the other kind of database with ``SettingsError``.

    A database with a demonstration person in it is one of the demonstration, whoever was added to it since.
    One that is not there, or cannot be reached, is neither: who works on it will say so.
    """
    if not _has_people(engine):
        return
    with read_session(engine) as session:
        demonstration = holds_demonstration(session)
        if demonstration and not demo:
            raise SettingsError(
                f"这个数据库是演示数据库，里面的人和工单都是虚构的。看演示请设 {variable('demo')}=1；"
                f"正式运行请用 {variable('database_url')} 或 {variable('data_dir')} 指向另一个数据库"
            )
        if demo and not demonstration and session.scalar(select(User.id).limit(1)) is not None:
            raise SettingsError(
                f"这个数据库里有正式的账号，演示不会在上面进行。"
                f"请用 {variable('database_url')} 或 {variable('data_dir')} 指向另一个数据库"
            )


def holds_demonstration(session: Session) -> bool:
    """Tell whether there are demonstration people in this database."""
    return session.scalar(select(User.id).where(User.is_demo).limit(1)) is not None


def _has_people(engine: Engine) -> bool:
    file = engine.url.database
    if engine.dialect.name == "sqlite" and not (file and Path(file).exists()):
        return False  # asking would make the file
    try:
        return inspect(engine).has_table(User.__tablename__)
    except SQLAlchemyError:
        return False
