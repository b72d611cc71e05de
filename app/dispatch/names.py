"""What the signs of a name may begin with, for a page that finds names by the letters of their pinyin."""

from __future__ import annotations

from functools import lru_cache
from string import ascii_lowercase, digits

from app.search.initials import spells


@lru_cache(maxsize=1024)
def letters(name: str) -> str:
    """Return the letters each sign may be typed as, sign by sign: ``l y s c zk j``.

    The page can then narrow a list at each key, without asking the site while somebody talks.
    """
    found = ("".join(one for one in ascii_lowercase + digits if spells(sign, one)) for sign in name)
    return " ".join(one for one in found if one)
