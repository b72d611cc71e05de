"""Scores and reports of a frozen month are what they were, whatever is said about it later (M1, A1)."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256

from sqlalchemy import select

from app.assessment import observing
from app.assessment.judging import judge
from app.assessment.scores import CONTRACT, Whose
from app.closing import figures
from app.closing.frozen import REPORTS, SCORE_SHEETS, SCORES
from app.database import transaction
from app.disputes import service as disputes
from app.disputes.subjects import of_clock
from app.files.store import Store
from app.tickets import service as tickets
from models.assessment import Observation
from models.callbacks import CallBack, CallBackAnswer
from models.closing import FrozenFile, MonthClose
from sla.disputes import Attribution
from sla.vocab import Channel, ClockKind, Satisfaction
from tests.app.assessment.world import adopted, observed
from tests.app.closing.world import JUNE, OVER, sealed
from tests.app.exports.files import rows_of
from tests.app.personas import at, new_ticket, project
from tests.app.visitors import named, read, set_clock

AFTER = "2025-07-20 09:00"
SCORE_PAGES = ("/assessment/2025-06", "/assessment/2025-06/projects/1", "/assessment/2025-06/contract")
REPORT_FILES = (
    *("scores/file.xlsx", "breaches/file.xlsx", "breaches/file.docx", "callbacks/file.docx"),
    *("attendance/file.docx", "inspections/file.xlsx", "monthly/file.xlsx"),
)


def store(site) -> Store:
    return Store(site.config["SETTINGS"].data_dir / "files")


def answered(session, callback: CallBack, satisfaction: Satisfaction, when: str) -> None:
    callback.answers.append(
        CallBackAnswer(
            satisfaction=satisfaction,
            running_well=True,
            channel=Channel.TELEPHONE,
            said_by="王主任",
            said_at=at(when),
            entered_by=named(session, "bureau"),
            entered_at=at(when),
        )
    )


def lived(session) -> None:
    """Row 1 in June: a late response that is disputed, an observation of two points, a good call-back."""
    bureau, manager = named(session, "bureau"), named(session, "manager")
    late = new_ticket(session, bureau, 1, "2025-06-22 09:00", title="机房断电")
    tickets.respond(session, manager, late, at("2025-06-22 12:00"))
    subject = of_clock(session, manager, late.id, ClockKind.RESPONSE, 0, at("2025-06-23 09:00"))
    disputes.claim(session, manager, subject, Attribution.UNIT, "停电", at("2025-06-23 09:00"))
    observed(session, text="迟到两次", deduction="2", day=date(2025, 6, 15))
    asked = CallBack(
        project=project(session, 1),
        first_day=date(2025, 6, 1),
        last_day=date(2025, 6, 30),
        asked_by=bureau,
        asked_at=OVER,
    )
    session.add(asked)
    answered(session, asked, Satisfaction.SATISFIED, "2025-07-02 09:00")


def gone_on(session) -> None:
    """What happens after the freeze: every word about June is turned round."""
    bureau2, then = named(session, "bureau2"), at(AFTER)
    (one,) = session.scalars(select(Observation))
    observing.withdraw(session, named(session, "bureau"), one, "登记有误", then)
    observed(session, text="冻结后才登记", deduction="9", day=date(2025, 6, 16))
    disputes.decide(session, bureau2, 1, True, Attribution.UNIT, "停电属实", then)
    (callback,) = session.scalars(select(CallBack))
    answered(session, callback, Satisfaction.DISSATISFIED, AFTER)
    adopted(session, from_day=date(2025, 7, 1))


def change(site, act) -> None:
    with site.app_context(), transaction() as session:
        act(session)


def seal(site) -> None:
    change(site, lambda session: sealed(session, JUNE, OVER, store(site)))
    set_clock(site, "2025-07-13 09:00")


def all_of(client, pages=SCORE_PAGES, reports=REPORT_FILES) -> dict[str, bytes]:
    files = {one: client.get(f"/reports/{one}?period=2025-06") for one in reports}
    assert {one: answer.status_code for one, answer in files.items()} == dict.fromkeys(reports, 200)
    shown = {one: client.get(one).text.split("<main")[1].split("</main>")[0].encode() for one in pages}
    rows = rows_of(client, "/exports/behind.xlsx?month=2025-06&indicator=response")
    assert [(row[0], row[9]) for row in rows] == [("GD000001", "超时")]
    assert "2025-06-22 09:30" in rows[0][11]
    return shown | {one: answer.data for one, answer in files.items()}


def test_scores_and_reports_of_a_frozen_month_serve_what_it_froze_with(site, visit, runner) -> None:
    change(site, lived)
    seal(site)
    files = {one.name: one for one in read(site, lambda s: list(s.scalars(select(FrozenFile))))}
    contact_pages = ("/assessment/2025-06", "/assessment/2025-06/projects/1")
    mine = ("scores/file.xlsx", "breaches/file.xlsx", "callbacks/file.docx", "unit/file.docx")
    before = all_of(visit("bureau")), all_of(visit("contact"), contact_pages, mine)
    assert sha256(before[0]["scores/file.xlsx"]).hexdigest() == files[SCORE_SHEETS].sha256
    assert "迟到两次" in before[0]["/assessment/2025-06/projects/1"].decode()
    assert "按未签署的考核办法草案" in before[0]["/assessment/2025-06"].decode()
    said = json.loads(store(site).read(files[SCORES].sha256))
    (row,) = [one for one in said["scores"] if one["whose"] == "project:1"]
    assert [one["observation"] for one in row["deducted"]] == [1]
    response = next(one for one in row["items"] if one["indicator"] == "response")
    assert (response["met"], response["total"], len(response["facts"])) == (0, 1, 1)

    change(site, gone_on)
    set_clock(site, AFTER)
    assert (all_of(visit("bureau")), all_of(visit("contact"), contact_pages, mine)) == before
    out = site.config["SETTINGS"].data_dir / "x.xlsx"
    assert runner.invoke(args=["report", "scores", "2025-06", "-o", str(out)]).exit_code == 0
    assert out.read_bytes() == before[0]["scores/file.xlsx"]
    assert "已签署" not in visit("bureau").get("/assessment/2025-06").text
    assert "已签署" in visit("bureau").get("/assessment/2025-07").text
    # The quarter is derived afresh, with what was said since.
    assert "冻结后才登记" in visit("bureau").get("/assessment/2025-Q2/projects/1").text
    for who in ("stranger", "engineer"):
        assert "迟到两次" not in visit(who).get("/assessment/2025-06").text
    assert visit("stranger").get("/assessment/2025-06/projects/1").status_code == 404
    assert visit("contact").get("/assessment/2025-06/contract").status_code == 404
    assert visit("hotline").get("/reports/scores/file.xlsx?period=2025-06").status_code == 404
    page = visit("bureau").get("/closing/2025-06").text
    for word in ("第 1 版", "按未签署的考核办法草案", "放假安排", "2025 年：", "合同的变更文件（0 项）"):
        assert word in page

    # Damaged scores are not served.
    store(site).path(files[SCORES].sha256).write_bytes(b"{}")
    assert visit("bureau").get("/assessment/2025-06").status_code == 500


def test_a_month_frozen_before_scores_were_kept_is_still_served(site, visit) -> None:
    change(site, lived)
    seal(site)

    def forget(session) -> None:
        """As it was frozen earlier: without those files, and with fewer rules by name."""
        (close,) = session.scalars(select(MonthClose))
        old = MonthClose(
            **{
                name: getattr(close, name)
                for name in ("computed_at", "opened_at", "objections_until", "silent_at", "prepared_at")
            },
            month=date(2025, 7, 1),
            prepared_by_id=close.prepared_by_id,
            frozen_at=close.frozen_at,
            frozen_by_id=close.frozen_by_id,
            book=close.book,
            frozen_sha256=close.frozen_sha256,
            rules={
                **{name: close.rules[name] for name in ("contract", "calendar", "interpretations")},
                "rules": close.rules["rules"],
                "scheme": None,
                "software": "0.1.0",
            },
        )
        for one in close.files:
            if one.name not in (SCORES, SCORE_SHEETS, REPORTS):
                told = {name: getattr(one, name) for name in ("name", "media_type", "sha256", "size")}
                old.files.append(FrozenFile(**told))
        session.add(old)

    change(site, forget)
    set_clock(site, AFTER)
    bureau = visit("bureau")
    for path in ("/assessment/2025-07", "/assessment/2025-07/projects/1", "/closing/2025-07"):
        assert bureau.get(path).status_code == 200, path
    for one in ("scores/file.xlsx", "breaches/file.xlsx", "callbacks/file.xlsx", "inspections/file.xlsx"):
        assert bureau.get(f"/reports/{one}?period=2025-07").status_code == 200, one
    with site.app_context(), transaction() as session:
        judged = judge(session, store(site), JUNE, None, at(AFTER))
        assert judged.stored
        row = judged.facts.scope.project_by_seq[1]
        assert (judged.score(CONTRACT), judged.score(Whose(project=row))) != (None, None)


def test_two_freezes_of_the_same_data_have_the_same_bytes(site) -> None:
    change(site, lived)

    def twice(session) -> None:
        made = [figures.files(session, figures.reckoned(session, JUNE, OVER), OVER) for _ in range(2)]
        assert made[0] == made[1]
        assert {SCORES, SCORE_SHEETS, REPORTS} <= made[0].keys()

    change(site, twice)
