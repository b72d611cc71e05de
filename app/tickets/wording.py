"""A ticket's title out of what somebody said in one breath: nothing is typed twice."""

from __future__ import annotations

import re

LONGEST = 40  # characters of a title that nobody wrote as one
ENDS = re.compile(r"[。！？；!?;\n]")


def title_of(said: str) -> str:
    """Return the first sentence of a text, cut where a list would break it."""
    first = ENDS.split(said.strip(), maxsplit=1)[0].strip(" ，,、：:")
    return first if len(first) <= LONGEST else first[: LONGEST - 1] + "…"


def titled(title: str, said: str) -> tuple[str, str]:
    """Return title and description; without a title the text gives it, and is not repeated below it."""
    title, said = title.strip(), said.strip()
    if title or not said:
        return title, said
    made = title_of(said) or said[:LONGEST]
    return made, "" if said == made else said
