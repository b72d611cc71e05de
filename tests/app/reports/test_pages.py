"""The pages of reports and their files: what each role may take, may not, and must not even see (S1)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import openpyxl
import pytest
from flask.testing import FlaskClient

from app import Site
from app.reports.collect import COLLECT
from app.reports.queries import offers_of
from reports.catalogue import MEDIA_TYPES, OFFERS
from sla.vocab import Role
from tests.app.personas import EFFECTIVE
from tests.app.reports.conftest import NOTE
from tests.app.visitors import counted_queries, read, set_clock, visit

AFTER_THE_YEAR = "2026-07-01 09:00"


def text_of(content: bytes, ending: str) -> str:
    """Everything a file says."""
    if ending == "xlsx":
        book = openpyxl.load_workbook(BytesIO(content))
        cells = (cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
        return "\n".join(str(cell) for cell in cells if cell is not None)
    made = docx.Document(BytesIO(content))
    rows = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in made.paragraphs), *rows])


def taken(client: FlaskClient, name: str, ending: str, **asked: Any) -> str:
    found = client.get(f"/reports/{name}/file.{ending}", query_string=asked)
    assert found.status_code == 200, found.get_data(as_text=True)
    assert found.mimetype == MEDIA_TYPES[ending]
    return text_of(found.data, ending)


def test_every_report_of_the_list_has_a_collector_and_every_collector_a_report() -> None:
    assert list(COLLECT) == [one.name for one in OFFERS]


def test_everybody_opens_each_file_again_that_the_page_offers(site: Site) -> None:
    for who, names in (("contact", None), ("bureau", {"work", "payment", "acceptance"})):
        client = visit(site, who)
        for offer in offers_of(Role(who)):
            if offer.name == "yearly" or (names and offer.name not in names):
                continue
            page = client.get(f"/reports/{offer.name}").get_data(as_text=True)
            for ending in offer.formats:
                assert f"/reports/{offer.name}/file.{ending}" in page, offer.name
                assert offer.title in taken(client, offer.name, ending), offer.name


def test_what_a_role_may_not_take_is_not_there_for_it(site: Site) -> None:
    for who in ("bureau", "contact", "engineer", "hotline"):
        client, mine = visit(site, who), {one.name for one in offers_of(Role(who))}
        listed = client.get("/reports").get_data(as_text=True)
        for offer in OFFERS:
            assert (f'/reports/{offer.name}"' in listed) == (offer.name in mine), (who, offer.name)
            if offer.name not in mine:
                assert client.get(f"/reports/{offer.name}").status_code == 404
                assert client.get(f"/reports/{offer.name}/file.{offer.formats[0]}").status_code == 404
                sent = {"format": offer.formats[0]}
                assert client.post(f"/reports/{offer.name}/jobs", data=sent).status_code == 404
    assert {one.name for one in offers_of(Role.CONTACT)}.isdisjoint({"payment", "acceptance", "work"})
    assert visit(site, "admin").get("/reports").status_code == 403
    assert visit(site, "bureau").get("/reports/none").status_code == 404


def test_a_contact_takes_the_report_of_the_own_unit_and_nothing_of_others(site: Site) -> None:
    contact, bureau = visit(site, "contact"), visit(site, "bureau")
    asked = {"period": "2025-07"}
    said = taken(contact, "unit", "docx", **asked)
    assert "洛阳市教育局" in said
    assert "本月新登记工单" in said
    own, others = read(site, units_of)
    assert contact.get("/reports/unit", query_string=asked | {"whose": others}).status_code == 404
    assert contact.get("/reports/unit/file.xlsx", query_string=asked | {"whose": others}).status_code == 404
    assert contact.get("/reports/quarterly", query_string={"whose": "contract"}).status_code == 404
    assert contact.get("/reports/quarterly", query_string={"whose": "project:44"}).status_code == 404
    for ending in ("xlsx", "docx"):
        files = [
            one.get(f"/reports/unit/file.{ending}", query_string=asked | {"whose": own}).data
            for one in (contact, bureau, bureau)
        ]
        assert files[0] == files[1] == files[2]
    assert "44" not in {row.split("\n")[0] for row in taken(contact, "projects", "xlsx").split("\n")}


def units_of(session: Any) -> tuple[str, str]:
    from tests.app.visitors import named

    return f"unit:{named(session, 'contact').unit_id}", f"unit:{named(session, 'stranger').unit_id}"


def test_text_that_looks_like_a_formula_stays_text(site: Site) -> None:
    found = visit(site, "bureau").get("/reports/inspections/file.xlsx", query_string={"period": "2025-07"})
    sheet = openpyxl.load_workbook(BytesIO(found.data))["日常巡检记录"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == NOTE]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)]


def test_signed_reports_have_large_writing_places_to_sign_and_a_digest(site: Site) -> None:
    bureau = visit(site, "bureau")
    payment = taken(bureau, "payment", "docx", period="Y1", stage=1)
    assert "伍佰陆拾万元整" in payment
    assert "甲方审核人" in payment
    assert "内容摘要（SHA-256）" in payment
    accepted = taken(bureau, "acceptance", "docx", period="Y1", stage=1)
    assert "捌佰万元整" in accepted
    assert "阶段性验收报告" in accepted
    none = bureau.get("/reports/acceptance", query_string={"period": "Y1", "stage": 2})
    assert "没有验收报告" in none.get_data(as_text=True)
    assert bureau.get("/reports/acceptance/file.docx", query_string={"stage": 2}).status_code == 409


def test_each_breach_is_listed_with_its_arithmetic(site: Site) -> None:
    said = taken(visit(site, "bureau"), "breaches", "xlsx", period="2025-07")
    assert "起算" in said
    assert "没有争议" in said
    assert "/tickets/" in said


def test_a_period_or_a_format_that_is_not_offered_is_not_there(site: Site) -> None:
    bureau = visit(site, "bureau")
    for period in ("2030-01", "2025-Q1", "Y3", "nonsense"):
        assert bureau.get("/reports/unit", query_string={"period": period}).status_code in (400, 404, 422)
    only_a_document = "work"
    assert bureau.get(f"/reports/{only_a_document}/file.xlsx").status_code == 404
    assert bureau.get("/reports/payment", query_string={"stage": 3}).status_code in (400, 422)


def test_the_first_page_shows_totals_and_the_digest_of_what_the_file_prints(site: Site) -> None:
    bureau = visit(site, "bureau")
    page = bureau.get("/reports/callbacks", query_string={"period": "2025-07"}).get_data(as_text=True)
    assert "45 次，已答复 45 次" in page
    assert "内容摘要（SHA-256）" in page
    digest = page.split('report-digest">')[1][:64]
    assert digest in taken(bureau, "callbacks", "docx", period="2025-07")


@pytest.mark.parametrize("path", ["/reports", "/reports/jobs", "/reports/callbacks"])
def test_a_page_asks_a_constant_number_of_questions(site: Site, path: str) -> None:
    bureau = visit(site, "bureau")
    with counted_queries(site) as sent:
        assert bureau.get(path).status_code == 200
    assert len(sent) < 30


def test_before_the_contract_took_effect_there_is_no_year_to_report(site: Site) -> None:
    set_clock(site, "2025-05-01 09:00")
    assert EFFECTIVE.year == 2025
    page = visit(site, "bureau").get("/reports/work")
    assert page.status_code == 200
    assert "合同还没有生效" in page.get_data(as_text=True)
