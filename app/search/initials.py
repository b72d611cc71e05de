"""Names by the first letters of their pinyin: ``lysczj`` finds 洛阳市财政局.

A sign with several readings matches any of them, so nobody has to know which one the dictionary prefers.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.contract import Project, Unit

LONGEST = 40  # letters; a name of the contract has fewer signs


def may_be_initials(text: str) -> bool:
    """Tell whether a text can be the first letters of a name: letters and digits, at least one letter."""
    plain = text.strip()
    return plain.isascii() and plain.isalnum() and not plain.isdigit() and len(plain) <= LONGEST


def spells(name: str, text: str) -> bool:
    """Tell whether a text is the first letters of some part of a name, whatever its signs are read as."""
    letters, known = text.strip().lower(), _letters(name)
    starts = range(len(known) - len(letters) + 1)
    return any(all(one in known[at + place] for place, one in enumerate(letters)) for at in starts)


def spelt(session: Session, text: str) -> tuple[list[int], list[int]]:
    """Return the ids of the units and of the projects whose names, or whose unit's, a text spells.

    They are for a condition beside that of the viewer's scope; by themselves they say nothing of it.
    """
    if not may_be_initials(text):
        return [], []
    units = [row.id for row in session.execute(select(Unit.id, Unit.name)) if spells(row.name, text)]
    projects = session.execute(select(Project.id, Project.unit_id, Project.name))
    return units, [row.id for row in projects if row.unit_id in units or spells(row.name, text)]


@lru_cache(maxsize=4096)
def _letters(name: str) -> tuple[frozenset[str], ...]:
    """Return what each sign of a name may begin with; signs that nobody reads aloud are left out."""
    from pypinyin import Style, pinyin  # takes a while to load, and few requests need it

    found = []
    for sign in name.lower():
        if not sign.isalnum():
            continue
        readings = [sign] if sign.isascii() else pinyin(sign, style=Style.FIRST_LETTER, heteronym=True)[0]
        found.append(frozenset(one[0] for one in readings if one))
    return tuple(found)
