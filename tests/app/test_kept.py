"""Nobody types anything twice: a form that is refused is shown again with all that was typed into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import app as package
from app import Site
from app.amendments import service as amendments
from app.database import transaction
from app.duties import works
from models.duties import Work
from tests.app.duties.world import normal
from tests.app.files.pictures import PDF
from tests.app.personas import people_of
from tests.app.scenes import HERE, SCENES, Pages, Scene, endpoints
from tests.app.typed import Sheet, missing, page_of, send, sheets
from tests.app.visitors import PASSWORD, give_passwords, set_clock, visit
from tests.app.waiting.money import signed_scheme

TEXT = "认真写的 <b>“话”&nbsp;"
# Endpoint: why its form is not shown again like all others.
APART = {
    "account.sign_in": "the sign-in page, where nobody has anything to keep but the own name",
    "saved.save": "leads back to the list it stands on, with the name in its box (test_saved.py)",
    "saved.rename": "the same",
}
FORM = re.compile(
    r"""<form(?=[^>]*method="post")[^>]*? action="\{\{ url_for\(['"](?P<to>[\w.]+)['"]"""
    r""".*?>(?P<inside>.*?)</form>""",
    re.DOTALL,
)
BOX = re.compile(
    r"""ui\.(field|area|select|choices|checkbox)\((?![^\n]*type="(file|password)")|<(textarea|select)"""
)

# Forms that are sent twice, as by two people: the second comes too late.
QUICKER: Pages = {
    "contact": ("/waiting", "/callbacks/4"),
    "manager": (
        *("/acceptance/1", "/assessment/observations/1"),
        "/disputes/new?ticket=3&clock=recovery&round=0",
    ),
    "bureau": ("/contract/amendments/1", "/duties/623", "/acceptance/2"),
}
TOO_LATE = endpoints(
    acceptance_acts="send_back state",
    amendments="withdraw",
    callbacks="answer settle",
    closing="sign",
    disputes="claim comment",
    duties="waive",
    observations="answer",
    payments="send_back",
)
# Long forms, and signed ones, that others have made void meanwhile.
VOID: Pages = {
    "bureau": ("/contract/amendments/1/items/new?what=duty_new", "/assessment/schemes/1/edit"),
    "engineer": ("/works/1",),
    "manager": ("/closing/2025-06",),
    "bureau2": ("/payments/1/1",),
}
MADE_VOID = endpoints(amendments="add", schemes="save", works="fill")


def of_scene(site: Site, scene: Scene, pages: Pages | None = None) -> Iterator[tuple[str, str, Sheet]]:
    """Make a scene; yield each form on its pages, or on those named: who finds it, its endpoint, the form."""
    set_clock(site, scene.when)
    with site.app_context(), transaction() as session:
        people = people_of(session)
        assert people
        more = scene.make(session, people) or {}
    both = {who: (*scene.pages.get(who, ()), *more.get(who, ())) for who in {**scene.pages, **more}}
    routes, known = site.url_map.bind("localhost"), set()
    for who, paths in (pages or both).items():
        visitor = visit(site, who)
        for path in paths:
            page = visitor.get(path)
            assert page.status_code == 200, (who, path)
            for sheet in sheets(page_of(page), path):
                endpoint, arguments = routes.match(urlsplit(sheet.action).path, method="POST")
                shape = re.sub(r"\d+", "", f"{endpoint} {arguments.get('action')} {sorted(sheet.boxes)}")
                if sheet.typed and shape not in known:
                    known.add(shape)
                    yield who, endpoint, sheet


def filled_in(sheet: Sheet, text: str = TEXT) -> dict[str, list[str]]:
    return {name: box.something(text) for name, box in sheet.boxes.items()}


@pytest.mark.parametrize("name", SCENES)
def test_a_mistake_costs_nobody_what_is_right(site, name):
    walked: set[str] = set()
    visitors: dict[str, FlaskClient] = {}
    for who, endpoint, sheet in list(of_scene(site, SCENES[name])):
        walked.add(endpoint)
        if endpoint in APART or all(box.kind == "tick" for box in sheet.typed):
            continue
        written = [box for box in sheet.typed if not box.chosen]
        bad = (written or sheet.typed)[-1]
        filled = filled_in(sheet) | {bad.name: bad.nonsense()}
        visitor = visitors.get(who) or visitors.setdefault(who, visit(site, who))
        answer = send(visitor, sheet, filled)
        told = (who, endpoint, sheet.page, bad.name)
        assert answer.status_code == 422, told
        page = page_of(answer)
        assert not page.xpath("//body[@data-refused]"), told
        assert page.xpath("//*[@role='alert']"), told
        again = [one for one in sheets(page, sheet.page) if sheet.is_like(one)]
        shown = min(again, key=lambda one: len(missing(one, filled, bad.name)), default=None)
        assert shown, told
        assert not missing(shown, filled, bad.name if bad.chosen else ""), told
        assert not shown.folded, told
        assert sheet.signed or bad.chosen or shown.boxes[bad.name].blamed, told
        assert not page.xpath("//section[@aria-label='没有保存的内容']"), told
    assert walked == SCENES[name].walks


def test_what_was_typed_is_there_to_see_when_somebody_was_quicker(site):
    give_passwords(site, "bureau")
    found = [one for one in of_scene(site, SCENES["going_on"], QUICKER) if one[1] in TOO_LATE]
    assert len(found) == 9
    for who, _endpoint, sheet in found:
        assert_second_is_told(visit(site, who), sheet)


def assert_second_is_told(visitor: FlaskClient, sheet: Sheet) -> None:
    signed = {"password": [PASSWORD]} if sheet.signed else {}
    assert send(visitor, sheet, filled_in(sheet, "先到的一句话") | signed).status_code == 303, sheet.action
    assert_told(send(visitor, sheet, filled_in(sheet) | signed), TEXT)


def assert_told(answer: TestResponse, text: str) -> None:
    """Look for the message on a page of the site, and for the text beside the present state."""
    page = page_of(answer)
    assert answer.status_code == 409
    assert not page.xpath("//body[@data-refused]")
    assert page.xpath("//*[@role='alert']")
    (lost,) = page.xpath("//section[@aria-label='没有保存的内容']")
    assert text.strip() in [one.text_content().strip() for one in lost.xpath(".//dd")]


def test_a_long_form_that_others_made_void_is_listed_beside_the_present_state(site):
    give_passwords(site, "manager", "bureau2")
    found = list(of_scene(site, SCENES["begun"], VOID))
    with site.app_context(), transaction() as session:
        people = people_of(session)
        assert people
        amendments.enter(session, people.bureau, 1, HERE)
        signed_scheme(session, people)
        work = session.get_one(Work, 1)
        works.save(session, people.engineer, work, None, normal(work), HERE)
        works.finish(session, people.engineer, work, HERE)
    for who, endpoint, sheet in found:
        if endpoint in MADE_VOID:
            assert_told(send(visit(site, who), sheet, filled_in(sheet)), TEXT)
        elif endpoint in TOO_LATE:
            assert_second_is_told(visit(site, who), sheet)
    seen = {endpoint for _who, endpoint, _sheet in found}
    assert seen >= MADE_VOID | endpoints(closing="sign", payments="send_back")


def test_every_form_with_something_to_type_stands_on_a_page_of_the_scenes():
    walked = frozenset[str]().union(*(scene.walks for scene in SCENES.values())) | set(APART)
    for path in (Path(package.__file__).parent / "templates").rglob("*.html"):
        for form in FORM.finditer(path.read_text()):
            to, inside = form["to"], form["inside"]
            if to and BOX.search(inside):
                known = {one.partition(".")[2] for one in walked} if to.startswith(".") else walked
                assert to.removeprefix(".") in known, (
                    f"{path.name}: {to} is on no page of tests/app/scenes.py"
                )


def test_a_form_with_files_says_that_they_have_to_be_chosen_again(site):
    photo = {"title": "长" * 200, "file": (BytesIO(PDF), "屏幕.pdf")}
    told = "照片和文件请重新选择"
    contact = visit(site, "contact")
    assert told in contact.post("/tickets/new", data=photo).text
    assert told not in contact.post("/tickets/new", data={"title": "长" * 200}).text


def test_a_day_left_out_is_not_filled_in_for_somebody_who_typed_the_other(site):
    typed = {"scope": "all", "first_day": "", "last_day": "2025-06-20"}
    page = visit(site, "bureau").post("/callbacks/start", data=typed)
    (sheet,) = (one for one in sheets(page_of(page), "/callbacks/start") if "last_day" in one.boxes)
    assert (sheet.boxes["first_day"].has, sheet.boxes["last_day"].has) == ([""], ["2025-06-20"])


def test_without_a_script_an_ended_sign_in_promises_nothing(site, client):
    sent = client.post("/tickets/new", data={"title": "大屏黑了"}, follow_redirects=True)
    page = page_of(sent)
    assert "没有自动恢复的内容，请重新填写" in page.text_content()
    (promised,) = page.xpath("//*[contains(text(), '登录后会恢复')]/ancestor-or-self::*[@data-kept]")
    assert promised.get("hidden") is not None


def test_an_error_page_has_the_words_that_were_typed_and_no_password(site):
    data = {"reason": "原因在\n这里", "password": "一句口令", "submission": "别的"}
    answer = visit(site, "bureau").post("/checklists/drafts/77/discard", data=data)
    assert answer.status_code == 404
    (lost,) = page_of(answer).xpath("//section[@aria-label='没有保存的内容']")
    assert [one.text_content() for one in lost.xpath(".//dd")] == ["原因在\n这里"]
    assert "一句口令" not in answer.text


def test_an_error_page_repeats_no_words_that_another_site_sent(app, client):
    words = {"text": "您的账号已冻结，请拨打电话"}
    for path in ("/nowhere", "/static/app.css"):
        answer = client.post(path, data=words, headers={"Referer": "https://elsewhere.example/"})
        assert answer.status_code in (404, 405)
        assert words["text"] not in answer.text, path
