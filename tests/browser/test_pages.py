"""Each role's main path in a real browser, on a phone and at a desk."""

from __future__ import annotations

import pytest

from tests.browser.conftest import SIZES, Come

TICKETS = [f"/tickets/{number}" for number in range(1, 8)]
PATHS = {
    "engineer": ["/", "/tickets", "/tickets/new", *TICKETS, "/projects", "/projects/1"],
    "contact": ["/", "/tickets", "/tickets/new", "/tickets?waiting=1", *TICKETS],
    "bureau": ["/", "/tickets", "/tickets?state=all&kind=incident", "/tickets/5", "/projects"],
    "manager": ["/", "/tickets", "/tickets/new", "/tickets/8", "/people"],
    "hotline": ["/", "/tickets", "/tickets/new", "/tickets/9"],
    "auditor": ["/", "/tickets", "/tickets/7"],
    "admin": ["/", "/people"],
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PATHS)
def test_every_page_of_a_role_fits_the_screen_and_stays_at_home(come: Come, name: str, size: str) -> None:
    visitor = come(name, size)
    for path in PATHS[name]:
        visitor.open(path)
