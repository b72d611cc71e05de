"""The bell, one's own notices, and the page of the jobs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import Site
from app.database import transaction
from app.navigation import EVERYONE
from app.watch import notices
from app.watch.jobs import JOBS
from models.people import Assignment
from models.watch import JobRun, Lease, Notice
from sla.vocab import NoticeKind, Role
from tests.app import visitors
from tests.app.personas import at, project
from tests.app.tickets.desk import make
from tests.app.visitors import JSON, counted_queries, named, read

Visit = Callable[[str], FlaskClient]
NOW = at(visitors.NOW)


def tell(site: Site, who: str, text: str = "GD000001 响应已超时", row: int | None = 1, **given: Any) -> int:
    with site.app_context(), transaction() as session:
        made = Notice(
            **{
                "user_id": named(session, who).id,
                "project_id": project(session, row).id if row else None,
                "key": f"{text}:{row}",
                "kind": NoticeKind.BREACHED,
                "text": text,
                "path": "/tickets/1",
                "happened_at": NOW,
                "created_at": NOW,
            }
            | given
        )
        session.add(made)
        session.flush()
        return made.id


def unread(site: Site) -> list[str]:
    query = select(Notice.text).where(Notice.read_at.is_(None)).order_by(Notice.id)
    return read(site, lambda session: list(session.scalars(query)))


# -- the bell ------------------------------------------------------------------------------------------


def test_the_bell_counts_what_is_unread(site: Site, visit: Visit) -> None:
    tell(site, "engineer", "一")
    tell(site, "engineer", "二")
    tell(site, "engineer", "三", read_at=NOW)
    assert 'aria-label="通知，2 条未读"' in visit("engineer").get("/").text
    assert 'aria-label="通知"' in visit("contact").get("/").text


@pytest.mark.parametrize("who", ["admin", "auditor"])
def test_who_is_told_nothing_has_no_bell(site: Site, visit: Visit, who: str) -> None:
    page = visit(who)
    assert "/notices" not in page.get("/").text
    assert page.get("/notices").status_code == 403
    assert page.post("/notices/read", data={"last": 1}).status_code == 403


def test_the_bell_is_one_query(site: Site, visit: Visit) -> None:
    for who in ("engineer", "contact", "manager"):
        page = visit(who)
        with counted_queries(site) as sent:
            page.get("/account/password")
        assert sum("FROM notice" in one for one in sent) == 1, who


# -- notices ---------------------------------------------------------------------------------------------


def test_opening_a_notice_marks_it_read_and_leads_to_its_thing(site: Site, visit: Visit) -> None:
    ticket = make(site, "contact")
    notice = tell(site, "engineer", path=f"/tickets/{ticket}")
    page = visit("engineer")
    assert "响应已超时" in page.get("/notices").text
    answer = page.post(f"/notices/{notice}/open")
    assert (answer.status_code, answer.location) == (303, f"/tickets/{ticket}")
    assert page.get(answer.location).status_code == 200
    assert unread(site) == []


def test_one_is_marked_and_all_that_were_shown(site: Site, visit: Visit) -> None:
    first, second = tell(site, "engineer", "一"), tell(site, "engineer", "二")
    page = visit("engineer")
    assert page.post(f"/notices/{first}/read").status_code == 303
    assert unread(site) == ["二"]
    tell(site, "engineer", "三")  # came after the page was shown
    page.post("/notices/read", data={"last": second})
    assert unread(site) == ["三"]


def test_marking_all_touches_nobody_else_s(site: Site, visit: Visit) -> None:
    tell(site, "engineer", "我的")
    last = tell(site, "manager", "别人的")
    visit("engineer").post("/notices/read", data={"last": last})
    assert unread(site) == ["别人的"]


@pytest.mark.parametrize("action", ["open", "read"])
def test_somebody_else_s_notice_does_not_exist(site: Site, visit: Visit, action: str) -> None:
    notice = tell(site, "engineer")
    for other in ("other_engineer", "manager", "bureau"):
        assert visit(other).post(f"/notices/{notice}/{action}", headers=JSON).status_code == 404
    assert len(unread(site)) == 1


def test_who_may_no_longer_see_a_project_no_longer_sees_what_was_told_of_it(site: Site, visit: Visit) -> None:
    notice = tell(site, "engineer", "第 1 项的事")
    tell(site, "engineer", "大家的事", row=None)
    with site.app_context(), transaction() as session:
        engineer = named(session, "engineer")
        row = session.scalars(select(Assignment).where(Assignment.user_id == engineer.id)).one()
        row.until_day = NOW.date()
    page = visit("engineer")
    listed = page.get("/notices").text
    assert "大家的事" in listed
    assert "第 1 项的事" not in listed
    assert 'aria-label="通知，1 条未读"' in listed
    assert page.post(f"/notices/{notice}/open").status_code == 404


def test_a_long_list_has_pages_and_what_is_typed_into_the_address_is_checked(
    site: Site, visit: Visit
) -> None:
    for n in range(25):
        tell(site, "engineer", f"第 {n:02} 条", created_at=NOW + timedelta(minutes=n))
    page = visit("engineer")
    assert "第 24 条" in page.get("/notices").text
    assert "第 00 条" in page.get("/notices?page=2").text
    assert page.get("/notices?page=x").status_code == 422
    assert page.post("/notices/read", data={}).status_code == 422


def test_a_page_of_notices_costs_the_same_however_many(site: Site, visit: Visit) -> None:
    page = visit("engineer")

    def asked() -> int:
        with counted_queries(site) as sent:
            page.get("/notices")
        return len(sent)

    tell(site, "engineer", "一")
    few = asked()
    for n in range(15):
        tell(site, "engineer", f"第 {n} 条")
    assert asked() == few


def test_every_path_a_notice_can_have_leads_to_a_page_of_who_is_told(site: Site, visit: Visit) -> None:
    ticket = make(site, "contact")
    paths = {
        "engineer": [notices.ticket_path(ticket), f"{notices.DUE}&project=1", f"{notices.MISSED}&project=1"],
        "manager": ["/duties/contract", notices.MISSED],
        "contact": [notices.ticket_path(ticket), notices.WAITING],
        "bureau": [notices.ticket_path(ticket), notices.MISSED, "/watch"],
        "hotline": [notices.ticket_path(ticket)],
    }
    for who, led_to in paths.items():
        page = visit(who)
        for path in led_to:
            assert page.get(path).status_code == 200, (who, path)


# -- the page of the jobs --------------------------------------------------------------------------------


def ran(
    session: Session, job: str, minutes_ago: int, outcome: str = "发出 3 条通知", error: str = ""
) -> None:
    began = NOW - timedelta(minutes=minutes_ago)
    session.add(
        JobRun(
            job=job,
            slot=began,
            holder="a",
            started_at=began,
            finished_at=began,
            outcome=outcome,
            error=error,
        )
    )


def all_well(site: Site, **late: int) -> None:
    """Let every job have run in time, but for those named, that ran so many minutes ago."""
    with site.app_context(), transaction() as session:
        session.add(Lease(name="jobs", holder="host:1", until=NOW + timedelta(minutes=2)))
        for job in JOBS:
            ran(session, job.name, late.get(job.name, 0))


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_the_page_of_the_jobs_is_for_bureau_manager_and_administrator(
    site: Site, visit: Visit, role: Role
) -> None:
    expected = 200 if role in (Role.BUREAU, Role.MANAGER, Role.ADMIN) else 403
    assert visit(str(role)).get("/watch").status_code == expected


def test_every_job_shows_its_last_and_next_run_and_what_came_of_it(site: Site, visit: Visit) -> None:
    all_well(site)
    page = visit("bureau").get("/watch").text
    for job in JOBS:
        assert job.label in page
    assert page.count("发出 3 条通知") == len(JOBS)
    assert "host:1" in page
    assert "没有按时运行" not in page


def test_the_administrator_sees_times_and_no_business(site: Site, visit: Visit) -> None:
    all_well(site)
    with site.app_context(), transaction() as session:
        ran(session, "clocks", -1, "", "ValueError: GD000001 的内容")
    page = visit("admin").get("/watch").text
    assert "出错" in page
    assert "发出 3 条通知" not in page
    assert "GD000001" not in page


def test_a_job_that_has_not_run_for_three_of_its_periods_is_loud(site: Site, visit: Visit) -> None:
    all_well(site, clocks=3, duties=16, replay=3 * 24 * 60 + 1)
    page = visit("bureau").get("/watch").text
    assert "没有按时运行：应办提醒与未完成、夜间复核" in page
    assert page.count("久未运行") == 2


def test_a_job_that_only_fails_is_overdue_in_the_end(site: Site, visit: Visit) -> None:
    all_well(site, clocks=10)
    with site.app_context(), transaction() as session:
        ran(session, "clocks", 0, "", "OSError: disk")
    assert "没有按时运行：计时提醒与超时" in visit("bureau").get("/watch").text


def test_where_nothing_ever_ran_the_page_says_so(site: Site, visit: Visit) -> None:
    page = visit("admin").get("/watch").text
    assert "目前没有进程在运行自动任务" in page
    assert page.count("从未运行") == len(JOBS)
