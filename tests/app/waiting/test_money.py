"""What waits between the months and the money, on the page of all that waits: for whom, and for whom not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app import Site
from app.waiting import queries
from app.waiting.kind import Desk
from tests.app.duties.desk import change
from tests.app.personas import at
from tests.app.tickets.desk import plain
from tests.app.visitors import counted_queries, named, read, set_clock
from tests.app.waiting.money import SECOND, SINCE_THEN, ask_more, contested, failed, furnish
from tests.app.waiting.test_waiting import decide, kinds_on, there
from tests.app.waiting.world import NOW

Visit = Callable[[str], FlaskClient]
WHO = ("contact", "stranger", "engineer", "other_engineer", "manager", "bureau", "bureau2")


@pytest.fixture
def full(site: Site) -> Site:
    change(site, lambda session: furnish(session, there(session)))
    set_clock(site, NOW)
    return site


def section(page: str, code: str) -> str:
    return page.split(f'id="kind-{code}"', 1)[1].split("</section>", 1)[0]


def test_each_role_finds_what_waits_for_it_and_only_that(full: Site, visit_as: Visit) -> None:
    change(full, lambda session: failed(session, there(session)))
    seen = {name: kinds_on(visit_as(name).get("/waiting").text) & SINCE_THEN for name in WHO}
    assert seen["contact"] == {"callback", "settle", "dispute", "acceptance"}
    assert seen["stranger"] == {"callback", "acceptance"}
    assert seen["engineer"] == {"complaint"}
    assert seen["other_engineer"] == set()
    assert seen["manager"] == {"complaint", "observation", "acceptance"}
    assert seen["bureau"] == {"settle", "dispute", "invoice"}
    assert seen["bureau2"] == {"settle", "dispute", "invoice"} | SECOND


def test_the_second_signature_waits_for_whoever_has_not_given_the_first(full: Site, visit_as: Visit) -> None:
    assert "审核验收结论" in section(visit_as("bureau").get("/waiting").text, "acceptance")
    assert "acceptance" not in kinds_on(visit_as("bureau2").get("/waiting").text)


def test_each_names_what_it_is_and_leads_to_where_it_is_signed(full: Site, visit_as: Visit) -> None:
    contact = visit_as("contact").get("/waiting").text
    assert "2025-06-03 至 2025-06-10的回访" in plain(section(contact, "callback"))
    assert 'href="/callbacks/sign"' in section(contact, "callback")
    assert "换了值班电话" in section(contact, "settle")
    assert "平台又打不开" in section(contact, "dispute")
    assert "大屏黑了" not in section(contact, "dispute")
    assert "填写单位验收意见" in section(contact, "acceptance")
    second = visit_as("bureau2").get("/waiting").text
    assert "大屏黑了" in section(second, "dispute")
    assert "平台又打不开" not in section(second, "dispute")
    assert "中标金额第 1 版" in section(second, "entry")
    assert "5,600,000.00" in section(second, "release")
    assert "FP-1" in section(second, "invoice")
    assert "运维补充协议" in section(second, "amendment")
    assert "局长办公会纪要" in section(second, "scheme")
    manager = visit_as("manager").get("/waiting").text
    assert "到场后未登记即离开" in section(manager, "observation")
    for client, page in (("contact", contact), ("bureau2", second), ("manager", manager)):
        for path in set(re.findall(r'<a class="btn btn-outline-primary" href="([^"#]+)', page)):
            assert visit_as(client).get(path).status_code == 200, path


def test_nothing_of_it_is_decided_by_one_tap(full: Site, visit_as: Visit) -> None:
    """Each is signed on its own page, most with the password."""
    for who, code in (("contact", "callback"), ("bureau2", "release"), ("manager", "observation")):
        assert 'name="keys"' not in section(visit_as(who).get("/waiting").text, code)
        assert decide(visit_as(who), code, "1").status_code == 409
    assert decide(visit_as("contact"), "release", "1").status_code == 404
    for code in SECOND | {"invoice"}:
        assert visit_as("contact").get(f"/waiting?kind={code}").status_code == 404
        assert visit_as("manager").get(f"/waiting?kind={code}").status_code == 404


def test_what_silence_means_is_said_to_whom_it_concerns(full: Site, visit_as: Visit) -> None:
    assert "到期没有说，就由局方直接决定" in visit_as("contact").get("/waiting").text
    second = visit_as("bureau2").get("/waiting").text
    assert "从不自动成立" in second
    assert "不审核就不放款" in second
    assert "不答复照样计入考核" in visit_as("manager").get("/waiting").text


def test_the_turn_of_a_dispute_passes_with_time(full: Site, visit_as: Visit) -> None:
    set_clock(full, "2025-07-14 09:00")
    assert "dispute" not in kinds_on(visit_as("contact").get("/waiting").text)
    assert "平台又打不开" in section(visit_as("bureau").get("/waiting").text, "dispute")


def test_the_number_in_the_menu_is_what_the_page_holds(full: Site, visit_as: Visit) -> None:
    for name in WHO:
        told = re.search(r'class="menu-count" aria-label="(\d+) 项"', visit_as(name).get("/waiting").text)

        def held(session, who=name):
            desk = Desk(session, named(session, who), at(NOW))
            return sum(group.found.total for group in queries.everything(desk) if not group.kind.optional)

        with full.test_request_context():
            assert (int(told[1]) if told else 0) == read(full, held), name


@pytest.mark.parametrize("name", ["contact", "bureau2", "manager"])
def test_it_costs_as_much_however_much_waits(full: Site, visit_as: Visit, name: str) -> None:
    client = visit_as(name)

    def asked(path: str) -> int:
        client.get(path)
        with counted_queries(full) as sent:
            client.get(path)
        return len([one for one in sent if one.startswith("SELECT")])

    few, beside = asked("/waiting"), asked("/contract")

    def more(session):
        people = there(session)
        ask_more(session, people)
        disputed = contested(session, people, "又一张")
        assert disputed

    change(full, more)
    assert asked("/waiting") == few <= 45
    assert asked("/contract") == beside


def test_on_both_databases_the_same_waits(session, people) -> None:
    furnish(session, people)
    found = {
        name: queries.number(Desk(session, getattr(people, name), at(NOW)))
        for name in ("contact", "engineer", "manager", "bureau", "bureau2")
    }
    attendance = {"contact": 1, "bureau": 16, "bureau2": 16}  # June of each posting
    own = {
        "contact": 1 + 1 + 1 + 1,
        "engineer": 1,
        "manager": 1 + 1,
        "bureau": 1 + 1 + 1 + 1,
        "bureau2": 3 + 4,
    }
    assert found == {name: own[name] + attendance.get(name, 0) for name in own}
