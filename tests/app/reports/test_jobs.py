"""Reports that take a while: asked for, made by the job, found again, expired; the own ones alone."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select, update

from app import Site
from app.database import ENGINE, transaction
from app.reports import service
from app.reports.making import report_store
from app.watch.commands import RUNNER
from app.watch.jobs import BY_NAME
from app.watch.runner import Runner, run_now
from models.people import User
from models.reports import ReportJob, ReportState
from models.watch import Notice
from tests.app.personas import at
from tests.app.reports.conftest import NOW
from tests.app.visitors import JSON, read, set_clock, visit

BREACHES = {"period": "Y1", "format": "xlsx"}


def asked(site: Site, who: str = "contact", name: str = "breaches", **said: str) -> int:
    sent = visit(site, who).post(f"/reports/{name}/jobs", data=BREACHES | said)
    assert sent.status_code == 303, sent.get_data(as_text=True)
    return int(sent.location.rsplit("/", 1)[1])


def work_off(site: Site, now: str = NOW, job: str = "reports") -> str:
    with site.app_context():
        result = run_now(site.extensions[ENGINE], "tests", lambda: at(now), BY_NAME[job])
    assert result.error == ""
    return result.outcome


def told(site: Site, job_id: int, who: str = "contact") -> dict[str, object]:
    said: dict[str, object] = visit(site, who).get(f"/reports/jobs/{job_id}", headers=JSON).get_json()
    return said


@pytest.mark.both_databases
def test_a_report_is_made_meanwhile_and_found_again(site: Site) -> None:
    contact, number = visit(site, "contact"), asked(site)
    assert told(site, number)["state"] == "waiting"
    assert "progress" in contact.get(f"/reports/jobs/{number}").get_data(as_text=True)
    assert contact.get(f"/reports/jobs/{number}/file").status_code == 409
    assert work_off(site) == "生成 1 份报表"
    said = told(site, number)
    assert (said["state"], said["progress"], said["error"]) == ("done", 100, None)
    served = contact.get(f"/reports/jobs/{number}/file")
    assert "违约明细" in openpyxl.load_workbook(BytesIO(served.data)).properties.title
    assert f"/reports/jobs/{number}" in contact.get("/reports/jobs").get_data(as_text=True)
    assert f"/reports/jobs/{number}" in contact.get("/reports").get_data(as_text=True)
    again = asked(site)
    work_off(site)
    assert told(site, again)["sha256"] == said["sha256"]


def test_nobody_else_sees_it_and_who_sees_other_things_now_gets_it_no_more(site: Site) -> None:
    number = asked(site, "contact")
    work_off(site)
    for who in ("bureau", "stranger", "admin"):
        client = visit(site, who)
        assert client.get(f"/reports/jobs/{number}").status_code in (403, 404)
        assert client.get(f"/reports/jobs/{number}/file").status_code in (403, 404)
    contact = visit(site, "contact")
    assert contact.get(f"/reports/jobs/{number}/file").status_code == 200
    with site.app_context(), transaction() as session:
        session.execute(update(ReportJob).values(scope="other"))
    assert contact.get(f"/reports/jobs/{number}/file").status_code == 404
    later = asked(site, "contact")
    with site.app_context(), transaction() as session:
        session.execute(update(ReportJob).where(ReportJob.id == later).values(scope="other"))
    work_off(site)
    assert "请重新生成" in str(told(site, later, "contact")["error"])


def test_the_same_is_not_asked_for_twice_and_not_too_much_at_once(site: Site) -> None:
    assert asked(site, "bureau") == asked(site, "bureau")
    for whose in ("contract", "project:1", "project:2"):
        asked(site, "bureau", "yearly", whose=whose)
    asked(site, "bureau", format="docx")
    sent = visit(site, "bureau").post("/reports/inspections/jobs", data=BREACHES)
    assert sent.status_code == 409
    assert "正在生成" in sent.get_data(as_text=True)
    assert asked(site, "auditor", "inspections")


def test_a_long_report_is_not_served_at_once(site: Site) -> None:
    bureau = visit(site, "bureau")
    page = bureau.get("/reports/yearly").get_data(as_text=True)
    assert "生成 工作簿" in page
    refused = bureau.get("/reports/yearly/file.xlsx")
    assert refused.status_code == 409


def test_what_cannot_be_made_says_why_and_one_whose_maker_has_gone_is_made_by_the_next(site: Site) -> None:
    number = asked(site, "bureau", "acceptance", stage="2")
    work_off(site)
    said = told(site, number, "bureau")
    assert (said["state"], "没有验收报告" in str(said["error"])) == ("failed", True)
    assert "重新生成" in visit(site, "bureau").get(f"/reports/jobs/{number}").get_data(as_text=True)
    gone = asked(site)
    with site.app_context(), transaction() as session:
        assert service.claim(session, at(NOW)) is not None
    assert work_off(site, "2025-10-03 08:10") == "生成 0 份报表"
    assert work_off(site, "2025-10-03 08:16") == "生成 1 份报表"
    assert told(site, gone)["state"] == "done"


def test_after_three_makers_have_gone_it_is_given_up(site: Site) -> None:
    number = asked(site)
    with site.app_context(), transaction() as session:
        for tries in range(3):
            assert service.claim(session, at(NOW) + tries * service.TRY_AGAIN) is not None
        assert service.claim(session, at(NOW) + 3 * service.TRY_AGAIN) is None
    assert told(site, number)["state"] == "failed"


def test_after_thirty_days_it_is_gone_with_its_file(site: Site) -> None:
    number = asked(site)
    work_off(site)
    with site.app_context():
        sha256 = str(told(site, number)["sha256"])
        assert report_store().path(sha256).exists()
    set_clock(site, at(NOW) + timedelta(days=31))
    assert work_off(site, "2025-11-04 08:00", "report_expiry") == "清理 1 份报表、1 个文件"
    with site.app_context():
        assert not report_store().path(sha256).exists()
    assert visit(site, "bureau").get(f"/reports/jobs/{number}").status_code == 404


def test_who_runs_jobs_in_the_same_process_begins_at_once(site: Site) -> None:
    runner = Runner(site.extensions[ENGINE], lambda: at(NOW), context=site.app_context)
    site.extensions[RUNNER] = runner
    try:
        runner.scheduler.start(paused=True)
        asked(site)
        waiting = runner.scheduler.get_jobs()
        (soon,) = [one for one in waiting if one.args]
        soon.func(*soon.args)
    finally:
        del site.extensions[RUNNER]
        runner.scheduler.shutdown(wait=False)
    states = read(site, lambda session: list(session.scalars(select(ReportJob.state))))
    assert states == [ReportState.DONE]


# -- who asked is told ------------------------------------------------------------------------------------


def notices(site: Site) -> list[tuple[str, str, str, str]]:
    query = select(User.username, Notice.kind, Notice.text, Notice.path).join(Notice.user).order_by(Notice.id)
    return [tuple(map(str, one)) for one in read(site, lambda session: session.execute(query).all())]  # type: ignore[misc]


def test_who_asked_is_told_once_that_it_is_there(site: Site) -> None:
    number = asked(site)
    assert notices(site) == []
    work_off(site)
    work_off(site, "2025-10-03 08:05")
    (one,) = notices(site)
    assert one[:2] == ("contact", "report")
    assert "违约明细" in one[2]
    assert one[2].endswith("已生成，可以下载")
    assert one[3] == f"/reports/jobs/{number}"
    assert "违约明细" in visit(site, "contact").get("/notices").get_data(as_text=True)


def test_who_asked_is_told_that_it_failed_and_why(site: Site) -> None:
    asked(site)
    with site.app_context(), transaction() as session:
        session.execute(update(ReportJob).values(scope="changed"))
    work_off(site)
    given_up = asked(site, "manager")
    with site.app_context(), transaction() as session:
        for tries in range(4):
            service.claim(session, at(NOW) + tries * service.TRY_AGAIN)
    first, second = notices(site)
    assert first[:2] == ("contact", "report_failed")
    assert "您能查看的项目已变化，请重新生成" in first[2]
    assert second[:2] == ("manager", "report_failed")
    assert "多次中断" in second[2]
    assert second[3] == f"/reports/jobs/{given_up}"


def test_who_has_no_bell_finds_it_among_the_own_reports(site: Site) -> None:
    number = asked(site, "auditor")
    work_off(site)
    assert notices(site) == []
    assert f"/reports/jobs/{number}" in visit(site, "auditor").get("/reports").get_data(as_text=True)


def test_a_long_report_shows_a_month_or_a_quarter_of_it_before_it_is_made(site: Site) -> None:
    set_clock(site, NOW)
    bureau = visit(site, "bureau")
    for name, sample in (("breaches", "违约明细 2025-09"), ("yearly", "季度考核表 合同整体 2025-Q3")):
        page = bureau.get(f"/reports/{name}?period=Y1").get_data(as_text=True)
        assert f"预览：{sample}" in page
        assert "生成 工作簿" in page
        assert "内容摘要（SHA-256）" in page
    number = asked(site, "bureau")
    page = bureau.get("/reports/breaches?period=Y1").get_data(as_text=True)
    assert f"/reports/jobs/{number}" in page
    assert f"/reports/jobs/{number}" not in bureau.get("/reports/yearly?period=Y1").get_data(as_text=True)
