"""The guide of each role, and the page that shows every part."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import url_for

from app.guide.steps import GUIDES, PICTURES
from sla.vocab import Role, TicketState


@pytest.mark.parametrize("role", Role)
def test_a_guide_says_in_five_to_eight_steps_what_a_role_does(role, visit):
    page = visit(role.value).get("/guide").text
    assert 5 <= len(GUIDES[role]) <= 8
    for step in GUIDES[role]:
        assert step.title in page
        assert step.text in page


@pytest.mark.parametrize("role", Role)
def test_every_page_the_guide_leads_to_opens_for_its_role(role, visit, site):
    with site.test_request_context():
        addresses = {url_for(step.endpoint) for step in GUIDES[role] if step.endpoint}
    client = visit(role.value)
    for address in addresses:
        assert client.get(address, follow_redirects=True).status_code == 200, address


def test_every_picture_belongs_to_a_step_and_says_what_it_shows():
    steps = [step for guide in GUIDES.values() for step in guide if step.picture]
    assert {step.picture for step in steps} == set(PICTURES)
    assert all(step.shows for step in steps)
    assert len(PICTURES) <= 12


def test_the_menu_ends_with_the_guide_and_shows_the_parts_to_the_administrator_alone(visit):
    for role in Role:
        page = visit(role.value).get("/guide").text
        assert 'href="/guide"' in page
        assert ('href="/parts"' in page) == (role is Role.ADMIN)


def test_everybody_may_look_at_the_parts_with_every_state_in_words(visit):
    for role in Role:
        page = visit(role.value).get("/parts")
        assert page.status_code == 200
        assert all(state.label in page.text for state in TicketState)


def test_pictures_are_small_enough_for_a_telephone(site):
    folder = Path(site.static_folder) / "guide"
    assert [file.name for file in folder.glob("*.webp") if file.stat().st_size > 40 * 1024] == []
    assert {file.stem for file in folder.glob("*.webp")} <= set(PICTURES)
