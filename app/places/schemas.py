"""What is valid input about inspection places."""

from __future__ import annotations

from app.forms import FormSchema, text
from app.places.service import LONGEST_PLACE, MOST_PLACES


class PlacesForm(FormSchema):
    """The places of a project, one a line; without any the sheet is for the project as a whole."""

    places = text("地点", MOST_PLACES * (LONGEST_PLACE + 2))


class PlaceForm(FormSchema):
    """The place a code is for."""

    place = text("地点", LONGEST_PLACE)
