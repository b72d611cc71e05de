"""The colours of the house: whoever reads them, by day or at night, can tell them apart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parents[3] / "app/static/app.css").read_text(encoding="utf8")
STATES = ("good", "warn", "bad", "info", "neutral")
SURFACES = ("paper", "ground", "wash")
TEXT = [
    *((ink, surface) for ink in ("ink", "ink-soft", "accent", "accent-dark") for surface in SURFACES),
    *((state, on) for state in STATES for on in (f"{state}-pale", "paper", "ground")),
    *(("ink", f"{state}-pale") for state in STATES),
    *(("on-strong", strong) for strong in ("accent", "accent-dark", "bad")),
    *((ink, "accent-pale") for ink in ("accent", "accent-dark", "ink")),
    ("ink-soft", "neutral-pale"),
    ("paper", "neutral"),
]
OUTLINES = [(line, surface) for line in ("outline", "focus") for surface in SURFACES]


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6});", block))


NIGHT, MORE = SHEET.index("prefers-color-scheme: dark"), SHEET.index("prefers-contrast: more")
LIGHT = colours(SHEET[:NIGHT])
DARK = LIGHT | colours(SHEET[NIGHT:MORE])


def brightness(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    signs = colour if len(colour) == 6 else "".join(sign * 2 for sign in colour)
    parts = [int(signs[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_the_contrast_of_the_book():
    assert contrast("000", "fff") == pytest.approx(21)


@pytest.mark.parametrize("light", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (OUTLINES, 3)], ids=["text", "outlines"])
def test_text_and_outlines_stand_out_from_what_they_stand_on(light, pairs, least):
    assert DARK != LIGHT
    weak = {
        f"{front} on {back}": round(found, 2)
        for front, back in pairs
        if (found := contrast(light[front], light[back])) < least
    }
    assert weak == {}
