"""``acceptance show``: stages, gates, and rounds as JSON."""

from __future__ import annotations

import json

from app.database import transaction
from tests.app.payments import world
from tests.app.personas import people_of
from tests.app.visitors import set_clock


def shown(site, *arguments):
    done = site.test_cli_runner().invoke(args=["acceptance", "show", *arguments])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_before_the_award_amounts_are_null_and_gates_say_what_is_missing(site):
    said = shown(site)
    assert said["contract"]["effect"] == "2025-06-03"
    assert (said["contract"]["award"], said["contract"]["total"]) == (None, None)
    first, second = said["stages"]
    assert (first["stage"], first["percent"], first["amount"], first["state"]) == (
        *(1, 70, None, "conditions_open"),
    )
    assert (first["due"], first["provisional"], first["days_late"]) == ("2025-07-15", False, 0)
    assert [gate["key"] for gate in first["gates"]] == ["effect", "running", "callback", "report", "invoice"]
    callback = first["gates"][2]
    assert (callback["met"], callback["owner"], len(callback["missing"])) == (False, "unit", 44)
    assert callback["missing"][0] == {
        "project": 1,
        "unit": "洛阳市教育局",
        "owner": "unit",
        "what": "还没有签署回访",
    }
    assert callback["not_applicable"][0]["project"] == 45
    assert [gate["key"] for gate in second["gates"]] == [
        *("year", "running", "acceptance", "report", "invoice")
    ]
    assert second["due"] is None
    assert said["acceptance"] == {"rounds": []}


def test_once_all_is_there_amounts_are_decimal_texts(site):
    with site.app_context(), transaction() as session:
        people = people_of(session)
        assert people
        world.paid(session, people)
    set_clock(site, "2025-08-01 09:00")
    said = shown(site, "--year", "1")
    assert said["contract"]["award"] == "8000000.00"
    first, second = said["stages"]
    assert (first["amount"], second["amount"]) == ("5600000.00", "2400000.00")
    assert (first["state"], first["requested_at"], first["paid_at"]) == ("paid", "2025-07-02", "2025-07-10")
    assert all(gate["met"] and gate["owner"] is None for gate in first["gates"])
    (done,) = said["acceptance"]["rounds"]
    assert (done["stage"], done["round"], done["passed"]) == ("stage", 1, True)
