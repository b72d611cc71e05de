"""What waits for whom while a month is under review (M1)."""

from __future__ import annotations

from app.closing import service
from app.database import transaction
from tests.app.closing.world import JUNE, OVER, REVIEWED
from tests.app.visitors import named, set_clock, visit


def waits(site, who):
    return "2025-06" in visit(site, who).get("/waiting?kind=closing").text


def test_the_manager_signs_and_then_two_of_the_bureau_each_in_turn(site):
    with site.app_context(), transaction() as session:
        bureau = named(session, "bureau")
        service.open_review(session, bureau, JUNE, REVIEWED)
        service.confirm_attendance(session, bureau, JUNE, REVIEWED)
    set_clock(site, REVIEWED)
    assert [waits(site, who) for who in ("manager", "bureau", "bureau2")] == [True, False, False]

    set_clock(site, OVER)
    with site.app_context(), transaction() as session:
        service.record_silence(session, None, JUNE, OVER)
    assert [waits(site, who) for who in ("manager", "bureau", "bureau2")] == [False, True, True]

    with site.app_context(), transaction() as session:
        service.prepare(session, named(session, "bureau"), JUNE, OVER)
    assert [waits(site, who) for who in ("manager", "bureau", "bureau2")] == [False, False, True]
    assert visit(site, "contact").get("/waiting").text.count("2025-06 已经办") == 0
