"""The rules kept between requests: by their content, and never for another content."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.contract.kept import Kept
from app.database import transaction
from models.contract import Project
from sla.vocab import Window


def window(session) -> str:
    return str(session.scalars(select(Project.window).where(Project.seq == 1)).one())


def change(session) -> None:
    row = session.scalars(select(Project).where(Project.seq == 1)).one()
    row.window = next(one for one in Window if one is not row.window)
    session.flush()


@pytest.mark.both_databases
def test_what_somebody_changes_is_for_them_alone_until_they_commit(site):
    kept: Kept[str] = Kept()
    with site.app_context():
        with transaction() as session:
            before = kept.get(session, window)
            change(session)
            assert kept.get(session, window) != before
            session.rollback()
        with transaction() as session:
            assert kept.get(session, window) == before


@pytest.mark.both_databases
def test_what_was_made_while_the_rules_changed_is_not_kept(site):
    kept: Kept[str] = Kept()

    def meanwhile(session) -> str:
        change(session)
        return window(session)

    with site.app_context(), transaction() as session:
        before = window(session)
        assert kept.get(session, meanwhile) != before
        session.rollback()
    with site.app_context(), transaction() as session:
        assert kept.get(session, window) == before
