"""The pages of duties: begun and filled in on a phone, finished with nothing missing, confirmed, waived."""

from __future__ import annotations

import re
from io import BytesIO

import docx
import pytest
from sqlalchemy import func, select

from app.duties.record import printed_record
from app.papers.printing import digest
from models.duties import Occurrence, Work
from models.files import Attachment
from sla.vocab import Cycle, ItemResult, Standing
from tests.app.duties import desk
from tests.app.duties.desk import (
    all_normal,
    drafted,
    inspected,
    items,
    occurrence_id,
    results,
    work,
    work_ids,
)
from tests.app.files.pictures import PDF, photo
from tests.app.personas import at
from tests.app.tickets.desk import plain
from tests.app.visitors import JSON, counted_queries, ledger, read, set_clock

READERS_OF_1 = ("engineer", "contact", "manager", "hotline", "bureau", "auditor")
BLIND_TO_1 = ("other_engineer", "stranger", "admin")


def version_of(site, work_id):
    return str(work(site, work_id, "version")[0])


def fill(client, site, work_id, act="finish", **boxes):
    said = {"version": version_of(site, work_id), "submission": f"f{act}", "act": act, **boxes}
    return client.post(f"/works/{work_id}", data=said, content_type="multipart/form-data")


# -- what can be done now -----------------------------------------------------------------------------


def test_the_printed_code_leads_to_what_can_be_done_now(site, visit):
    page = visit("engineer").get("/duties/start/1")
    assert page.status_code == 200
    assert f"/duties/{occurrence_id(site)}/begin" in page.text
    assert "2025-06-30 至 2025-07-06" in page.text
    assert "定期检修" in page.text  # no cycle, and may be entered all the same


def test_somebody_who_does_no_duties_sees_them_without_a_button(site, visit):
    page = visit("contact").get("/duties/start/1")
    assert f"/duties/{occurrence_id(site)}" in page.text
    assert "/begin" not in page.text


def test_what_is_overdue_can_still_be_begun(site, visit):
    set_clock(site, "2025-07-07 09:00")
    late = occurrence_id(site, now="2025-07-01 09:00")
    page = visit("engineer").get("/duties/start/1")
    assert "已经过期" in page.text
    assert f"/duties/{late}/begin" in page.text


@pytest.mark.parametrize("who", READERS_OF_1)
def test_whoever_sees_the_project_sees_its_duties(site, visit, who):
    client, work_id = visit(who), inspected(site)
    of = occurrence_id(site)
    for address in ("/duties", "/duties/start/1", "/duties/of/1", f"/duties/{of}", f"/works/{work_id}"):
        assert client.get(address).status_code == 200, address
    assert client.get(f"/duties/obligations/{desk.duty_id(site)}").status_code == 200


@pytest.mark.parametrize("who", BLIND_TO_1)
def test_whoever_does_not_see_the_project_finds_nothing(site, visit, who):
    work_id, of, duty = inspected(site), occurrence_id(site), desk.duty_id(site)
    client = visit(who)
    addresses = ("/duties/start/1", "/duties/of/1", f"/duties/{of}", f"/works/{work_id}")
    for address in (*addresses, f"/duties/obligations/{duty}"):
        assert client.get(address).status_code == 404, address
    for address in (f"/duties/{of}/begin", f"/duties/{of}/waive", f"/works/{work_id}/confirm"):
        answer = client.post(address, data={"submission": "x", "reason": "x"})
        assert answer.status_code in (403, 404), address
    assert client.post(f"/works/{work_id}", data={}).status_code == 404
    listed = client.get("/works?show=all")
    assert f"/works/{work_id}" not in listed.text
    assert work(site, work_id, "standing") == (Standing.PENDING,)


def test_the_list_holds_only_what_has_opened_and_only_ones_own(site, visit):
    own = visit("other_engineer").get("/duties").text
    assert "44 · " in own
    assert "1 · " not in plain(own).replace("44 · ", "")
    assert visit("admin").get("/duties").status_code == 403
    missed = visit("manager").get("/duties?show=missed&project=1")
    assert "2025-06-23 至 2025-06-29" in missed.text
    assert visit("manager").get("/duties?show=nonsense").status_code == 422


def test_duties_of_the_whole_contract_are_for_those_who_see_the_whole(site, visit):
    of = occurrence_id(site, None, "每月工作汇总")
    for who in ("manager", "bureau", "auditor"):
        assert "每月工作汇总" in visit(who).get("/duties/contract").text
        assert visit(who).get(f"/duties/{of}").status_code == 200
    for who in ("engineer", "contact", "hotline", "admin"):
        assert visit(who).get("/duties/contract").status_code == 403
        assert visit(who).get(f"/duties/{of}").status_code == 404


# -- the form of an inspection ------------------------------------------------------------------------


def test_begun_by_a_tap_the_form_has_nothing_chosen(site, visit):
    client = visit("engineer")
    answer = client.post(f"/duties/{occurrence_id(site)}/begin", data={"submission": "tap"})
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert page.text.count('type="radio"') == 3 * len(items(site))
    assert "checked" not in page.text
    again = client.post(f"/duties/{occurrence_id(site)}/begin", data={"submission": "tap"})
    assert again.location == answer.location
    assert len(desk.work_ids(site)) == 1


@pytest.mark.both_databases
def test_saved_half_way_it_is_as_it_was_left(site, visit):
    work_id, client = drafted(site), visit("engineer")
    first = items(site)[0]
    boxes: dict[str, object] = {f"result-{first.id}": "normal", f"note-{first.id}": "正常运行"}
    boxes[f"photo-{first.id}"] = [(BytesIO(photo()), "a.jpg")]
    answer = fill(client, site, work_id, "save", **boxes)
    assert answer.status_code == 303
    assert results(site, work_id)[first.id] == (ItemResult.NORMAL, "", "正常运行", None)
    page = client.get(f"/works/{work_id}").text
    assert page.count("checked") == 1
    assert "/small" in page  # the photo of the line
    assert work(site, work_id, "finished_at") == (None,)


def test_a_value_that_keeps_it_from_being_finished_leads_to_its_line(site, visit):
    work_id, client, found = drafted(site), visit("engineer"), items(site)
    measured = next(item for item in found if item.high)
    boxes = all_normal(found) | {f"value-{measured.id}": "9999"}
    page = client.get(fill(client, site, work_id, **boxes).location).text
    assert re.search(rf'href="#item-{measured.id}">\d+\. 「{measured.text}」的数值 9999', page)
    assert re.search(rf'class="item is-missing" id="item-{measured.id}"', page)
    assert "1 项要改" in page


def test_what_is_missing_is_named_and_what_was_filled_in_is_kept(site, visit):
    work_id, client, found = drafted(site), visit("engineer"), items(site)
    boxes = all_normal(found)
    del boxes[f"result-{found[2].id}"]
    answer = fill(client, site, work_id, **boxes)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "还有 1 项没有填" in page
    assert f'href="#item-{found[2].id}"' in page
    assert found[2].text in page
    assert work(site, work_id, "finished_at") == (None,)
    assert results(site, work_id)[found[0].id][0] is ItemResult.NORMAL
    program = client.post(
        f"/works/{work_id}",
        json={"version": int(version_of(site, work_id)), "submission": "p", "act": "finish"},
        headers=JSON,
    )
    assert program.status_code == 422
    assert "没有填写" in program.json["error"]


@pytest.mark.both_databases
def test_a_finished_inspection_is_a_sheet_that_settles_its_occurrence(site, visit):
    work_id, client = drafted(site), visit("engineer")
    answer = fill(client, site, work_id, **all_normal(items(site)))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert 'type="radio"' not in page
    assert "签字" in page
    assert work(site, work_id, "finished_at") == (at("2025-07-01 09:00"),)
    done = desk.done_at(site, occurrence_id(site))
    assert done == at("2025-07-01 09:00")
    assert "已完成" in client.get(f"/duties/{occurrence_id(site)}").text
    assert fill(client, site, work_id).status_code == 409


@pytest.mark.both_databases
def test_a_finished_inspection_is_had_as_word_with_its_lines_and_the_digest_of_the_sheet(site, visit):
    draft, done = drafted(site, submission="s2"), inspected(site)
    page = visit("contact").get(f"/works/{done}").text
    assert f'href="/works/{done}/word"' in page
    answer = visit("contact").get(f"/works/{done}/word")
    assert visit("bureau").get(f"/works/{done}/word").data == answer.data
    form = read(site, lambda session: printed_record(session.get_one(Work, done)))
    made = docx.Document(BytesIO(answer.data))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    assert all(text in cells for row in form.tables[0].rows for text in row)
    assert any(digest(form.content()) in one.text for one in made.paragraphs)
    assert digest(form.content()) in page
    assert visit("stranger").get(f"/works/{done}/word").status_code == 404
    assert visit("engineer").get(f"/works/{draft}/word").status_code == 404


def test_an_abnormal_line_opens_a_ticket_with_its_photo_linked_both_ways(site, visit):
    work_id, client, found = drafted(site), visit("engineer"), items(site)
    bad = found[-1].id
    boxes = all_normal(found) | {f"result-{bad}": "abnormal", f"note-{bad}": "有异响"}
    boxes[f"photo-{bad}"] = [(BytesIO(photo()), "fan.jpg")]
    assert fill(client, site, work_id, **boxes).status_code == 303
    ((ticket_id, title),) = desk.tickets(site)
    assert found[-1].text in title
    assert f"/tickets/{ticket_id}" in client.get(f"/works/{work_id}").text
    page = client.get(f"/tickets/{ticket_id}").text
    assert f"/works/{work_id}" in page
    assert "fan.jpg" in page


def test_an_abnormal_line_may_belong_to_an_open_ticket(site, visit):
    inspected(site, now="2025-06-27 09:00", submission="before", abnormal=True)
    ((ticket_id, _),) = desk.tickets(site)
    work_id, client, found = drafted(site), visit("engineer"), items(site)
    assert f'<option value="{ticket_id}">' in client.get(f"/works/{work_id}").text
    bad = found[-1].id
    boxes = {f"result-{bad}": "abnormal", f"note-{bad}": "还在响", f"ticket-{bad}": str(ticket_id)}
    assert fill(client, site, work_id, **all_normal(found) | boxes).status_code == 303
    assert len(desk.tickets(site)) == 1
    assert results(site, work_id)[bad][3] == ticket_id


def test_what_is_typed_wrong_is_shown_again_as_it_was_typed(site, visit):
    work_id, client = drafted(site), visit("engineer")
    measured = next(one for one in items(site) if one.unit)
    page = fill(client, site, work_id, "save", **{f"value-{measured.id}": "很热", "place": "三楼机房"})
    assert page.status_code == 422
    assert "请只填数字" in page.text
    assert "很热" in page.text
    assert "三楼机房" in page.text
    assert client.post(f"/works/{work_id}", data={"version": "1", "odd": "x"}).status_code == 422


def test_a_page_left_open_elsewhere_does_not_write_over_what_was_saved(site, visit):
    work_id, client = drafted(site), visit("engineer")
    first = items(site)[0].id
    assert fill(client, site, work_id, "save", **{f"note-{first}": "一"}).status_code == 303
    old = {"version": "1", "submission": "x", f"note-{first}": "二"}
    assert client.post(f"/works/{work_id}", data=old).status_code == 409
    assert results(site, work_id)[first][2] == "一"


@pytest.mark.parametrize("who", ["manager", "contact", "bureau", "auditor", "hotline"])
def test_a_draft_is_its_authors_alone(site, visit, who):
    work_id = drafted(site)
    assert visit(who).get(f"/works/{work_id}").status_code == 404
    assert visit(who).post(f"/works/{work_id}", data={"version": "1"}).status_code == 404
    assert "填写中" not in visit(who).get("/duties/of/1").text


@pytest.mark.parametrize("who", ["contact", "hotline", "bureau", "auditor"])
def test_who_does_no_duties_cannot_begin_or_enter_any(site, visit, who):
    client, of = visit(who), occurrence_id(site)
    assert client.post(f"/duties/{of}/begin", data={"submission": "x"}).status_code == 403
    undated = desk.duty_id(site, what="数据备份")
    sent = client.post(f"/duties/obligations/{undated}/evidence", data={"submission": "x", "note": "做了"})
    assert sent.status_code == 403
    assert desk.work_ids(site) == []


def test_a_file_of_somebody_who_may_not_is_not_even_stored(site, visit):
    from tests.app.files.things import stored

    undated = desk.duty_id(site, what="数据备份")
    for who, status in (("contact", 403), ("stranger", 404)):
        data = {"submission": "x", "file": (BytesIO(PDF), "a.pdf")}
        answer = visit(who).post(
            f"/duties/obligations/{undated}/evidence", data=data, content_type="multipart/form-data"
        )
        assert answer.status_code == status
    assert stored(site) == []


# -- the unit's word, and the bureau's ----------------------------------------------------------------


@pytest.mark.both_databases
def test_the_contact_confirms_with_one_tap_and_comes_back(site, visit):
    work_id, of = inspected(site), occurrence_id(site)
    client = visit("contact")
    assert f"/works/{work_id}/confirm" in client.get(f"/duties/{of}").text
    answer = client.post(f"/works/{work_id}/confirm", data={"occurrence": str(of)})
    assert (answer.status_code, answer.location) == (303, f"/duties/{of}")
    assert work(site, work_id, "standing") == (Standing.CONFIRMED,)


def test_an_objection_needs_its_reason_and_the_duty_is_open_again(site, visit):
    work_id, of, client = inspected(site), occurrence_id(site), visit("contact")
    assert client.post(f"/works/{work_id}/reject", data={}).status_code == 422
    assert client.post(f"/works/{work_id}/reject", data={"reason": "没有到场"}).status_code == 303
    assert "没有到场" in client.get(f"/works/{work_id}").text
    assert desk.done_at(site, of) is None
    assert "/begin" in visit("engineer").get("/duties/start/1").text


@pytest.mark.parametrize("who", ["engineer", "manager", "hotline", "auditor"])
def test_nobody_but_the_unit_and_the_bureau_decides(site, visit, who):
    work_id, client = inspected(site), visit(who)
    assert f"/works/{work_id}/confirm" not in client.get(f"/works/{work_id}").text
    assert client.post(f"/works/{work_id}/confirm", data={}).status_code == 403
    assert client.post("/works/confirm", data={"works": [str(work_id)]}).status_code == 403


@pytest.mark.both_databases
def test_several_are_confirmed_at_once_and_only_ones_own(site, visit):
    first = inspected(site, now="2025-06-27 09:00", submission="a")
    second = inspected(site, submission="b")
    client = visit("contact")
    page = client.get("/works").text
    assert page.count('name="works"') == 2
    assert visit("stranger").get("/works").text.count('name="works"') == 0
    stranger = visit("stranger").post("/works/confirm", data={"works": [str(first), str(second)]})
    assert stranger.status_code == 404
    answer = client.post("/works/confirm", data={"works": [str(first), str(second)]})
    assert answer.status_code == 303
    assert {work(site, one, "standing") for one in (first, second)} == {(Standing.CONFIRMED,)}
    nothing = client.post("/works/confirm", data={})
    assert nothing.status_code == 422
    assert "请选择" in nothing.text


def test_only_the_bureau_waives_and_says_why(site, visit):
    of = occurrence_id(site)
    for who in ("engineer", "contact", "manager", "hotline", "auditor"):
        assert visit(who).post(f"/duties/{of}/waive", data={"reason": "停电"}).status_code == 403
    bureau = visit("bureau")
    assert bureau.post(f"/duties/{of}/waive", data={}).status_code == 422
    assert bureau.post(f"/duties/{of}/waive", data={"reason": "停电"}).status_code == 303
    page = bureau.get(f"/duties/{of}").text
    assert "已豁免" in page
    assert "停电" in page
    assert [one.kind for one in ledger(site, "duty.waived")] == ["duty.waived"]


def test_the_signed_scan_is_attached_to_the_sheet(site, visit):
    work_id, client = inspected(site), visit("contact")
    file = (BytesIO(PDF), "signed.pdf")
    data = {"kind": "scan", "submission": "scan", "back": f"/works/{work_id}", "file": file}
    answer = client.post(f"/files/work/{work_id}", data=data, content_type="multipart/form-data")
    assert (answer.status_code, answer.location) == (303, f"/works/{work_id}")
    assert "signed.pdf" in client.get(f"/works/{work_id}").text


# -- evidence -----------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_duty_without_checklist_is_done_with_a_note_or_a_file_once(site, visit):
    duty = desk.first_of_cycle(site, Cycle.MONTHLY, checklist=None)
    of = read(site, lambda s: open_one(s, duty))
    client = visit("manager")
    assert client.post(f"/duties/{of}/done", data={"submission": "x"}).status_code == 422
    for _ in range(2):
        data = {"submission": "x", "file": (BytesIO(PDF), "report.pdf")}
        answer = client.post(f"/duties/{of}/done", data=data, content_type="multipart/form-data")
        assert answer.status_code == 303
    (work_id,) = desk.work_ids(site)
    assert read(site, lambda s: s.scalar(select(func.count()).select_from(Attachment))) == 1
    assert "report.pdf" in client.get(f"/works/{work_id}").text
    assert "report.pdf" in client.get(f"/duties/{of}").text


def test_one_note_covers_a_range_of_days(site, visit):
    duty = desk.first_of_cycle(site, Cycle.DAILY, checklist=None)
    client = visit("manager")
    days = {"first_day": "2025-06-28", "last_day": "2025-06-30", "submission": "x", "note": "已逐日备份"}
    answer = client.post(f"/duties/obligations/{duty}/evidence", data=days)
    assert answer.status_code == 303
    (work_id,) = desk.work_ids(site)
    assert read(site, lambda s: len(s.get_one(Work, work_id).occurrences)) == 3
    assert work(site, work_id, "backentered") == (True,)
    page = client.get(answer.location).text
    assert "补录" in page
    no_day = client.post(f"/duties/obligations/{duty}/evidence", data={"submission": "y", "note": "好"})
    assert no_day.status_code == 422
    assert "请填写第一天" in no_day.text


def test_a_duty_without_a_cycle_may_be_evidenced(site, visit):
    duty, client = desk.duty_id(site, what="数据备份"), visit("engineer")
    answer = client.post(
        f"/duties/obligations/{duty}/evidence",
        data={"submission": "x", "note": "全量备份", "occurred_at": "2025-07-01T08:30"},
    )
    assert answer.status_code == 303
    (work_id,) = desk.work_ids(site)
    assert work(site, work_id, "occurred_at", "note") == (at("2025-07-01 08:30"), "全量备份")


def test_a_draw_is_asked_for_by_the_unit_and_delivered_by_the_supplier(site, visit):
    duty = desk.first_of_cycle(site, Cycle.QUOTA)
    bureau, manager = visit("bureau"), visit("manager")
    asked = {"until": "2025-07-05", "note": "二季度数据"}
    assert manager.post(f"/duties/obligations/{duty}/draws", data=asked).status_code == 403
    assert bureau.post(f"/duties/obligations/{duty}/draws", data=asked).status_code == 303
    page = manager.get(f"/duties/obligations/{duty}").text
    assert "二季度数据" in page
    assert "还剩" in page
    sent = {"submission": "x", "note": "已交付", "amount": "1"}
    assert manager.post(f"/duties/obligations/{duty}/evidence", data=sent).status_code == 303
    of = read(
        site, lambda s: s.scalars(select(Occurrence).where(Occurrence.note == "二季度数据")).one().done_at
    )
    assert of == at("2025-07-01 09:00")


# -- how much it asks of the database -----------------------------------------------------------------


@pytest.mark.parametrize("address", ["/duties", "/duties?show=missed", "/works?show=all", "/duties/start/1"])
def test_a_longer_list_asks_the_database_no_more(site, visit, address):
    client = visit("manager")
    client.get(address)
    with counted_queries(site) as few:
        client.get(address)
    inspected(site, now="2025-06-27 09:00", submission="a", abnormal=True)
    inspected(site, now="2025-06-20 09:00", submission="b", abnormal=True)
    set_clock(site, "2025-07-09 09:00")
    with counted_queries(site) as many:
        client.get(address)
    assert len(many) <= len(few) + 1


def test_the_sheet_asks_the_same_however_many_lines_are_abnormal(site, visit):
    plain_one = inspected(site, now="2025-06-27 09:00", submission="a", abnormal=True)
    client = visit("manager")
    with counted_queries(site) as queries:
        client.get(f"/works/{plain_one}")
    assert len(queries) < 20


def test_no_page_has_a_form_without_its_token(site, visit):
    site.config["WTF_CSRF_ENABLED"] = True
    work_id, client = inspected(site), visit("bureau")
    for address in ("/duties", "/works", f"/works/{work_id}", f"/duties/{occurrence_id(site)}"):
        page = client.get(address).text
        main = page[page.index("<main") :]
        posts = len(re.findall(r'<form[^>]*method="post"', main))
        assert main.count('name="csrf_token"') == posts, address


def open_one(session, obligation_id):
    open_ones = select(Occurrence.id).where(
        Occurrence.obligation_id == obligation_id,
        Occurrence.opens_at <= at("2025-07-01 09:00"),
        Occurrence.closes_at > at("2025-07-01 09:00"),
    )
    return session.scalars(open_ones).one()


# -- the missed, and the place of a code -------------------------------------------------------------------


def test_the_missed_are_listed_by_month_unit_project_and_group(visit):
    client = visit("bureau")

    def number(**narrowed) -> int:
        told = re.search(r"共 (\d+) 条", client.get("/duties/missed", query_string=narrowed).text)
        return int(told[1]) if told else 0

    every = number()
    assert every == number(month="2025-06") > 0
    assert number(month="2025-05") == 0
    by_group = [number(what=group) for group in ("inspection", "document", "other")]
    assert sum(by_group) == every
    assert 0 < number(project=1) <= number(unit=1) < every
    assert client.get("/duties/missed?month=x").status_code == 422
    assert visit("admin").get("/duties/missed").status_code == 403


def test_of_the_missed_a_contact_sees_the_own_unit_only(visit):
    page = visit("stranger").get("/duties/missed").text
    assert "3 · " in page
    assert "1 · " not in page


def test_the_place_of_a_printed_code_goes_into_the_record(site, visit):
    client = visit("engineer")
    page = client.get("/duties/start/1?place=三楼机房&from=groupmessage").text
    assert page.count('name="place" value="三楼机房"') >= 1
    sent = {"submission": "s-place", "place": "三楼机房"}
    made = client.post(f"/duties/{occurrence_id(site)}/begin", data=sent)
    assert made.status_code == 303
    [number] = work_ids(site)
    assert work(site, number, "place") == ("三楼机房",)
    assert client.get("/duties/start/1?place=" + "机" * 101).status_code == 422
