"""Loading twice, loading corrected files, and what a load must never take away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, event, func, select

from models.calendar import CalendarDay, CalendarYear
from models.checklists import Checklist, ChecklistItem, ChecklistVersion
from models.contract import (
    NOT_IN_TENDER,
    Equipment,
    InterpretationVersion,
    Obligation,
    Posting,
    Project,
    ProjectService,
    ServiceYear,
    Target,
    Unit,
)
from models.duties import Occurrence, Work
from models.ledger import LedgerEntry
from models.people import User
from models.tickets import Ticket, TicketClock
from seeds.loader import load
from seeds.merge import Counts
from sla.calendar import DayKind, YearStatus
from sla.errors import LoadError
from sla.vocab import Role
from tests.seeds.shipped import CONTRACT, copy_of_the_files, rewrite, with_cell

ROWS = sum(len(rows) for rows in CONTRACT.values())


@pytest.fixture
def loaded(session):
    """A session on a database that holds the shipped contract."""
    return session


def test_the_first_load_adds_every_row_and_the_second_changes_nothing(session):
    assert load(session).total == Counts(added=ROWS)
    session.commit()
    again = load(session)
    assert again.total == Counts(unchanged=ROWS)
    assert again.changes_nothing


def test_a_second_load_writes_nothing_at_all(loaded):
    written = []
    listen = event.listens_for(loaded.get_bind(), "before_cursor_execute")
    listen(lambda _c, _cursor, statement, *_: written.append(statement))
    load(loaded)
    loaded.commit()
    assert not [one for one in written if one.split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_a_load_reads_each_table_once_however_many_rows_it_has(loaded):
    asked = []
    listen = event.listens_for(loaded.get_bind(), "before_cursor_execute")
    listen(lambda _c, _cursor, statement, *_: asked.append(statement))
    load(loaded)
    assert len([one for one in asked if one.startswith("SELECT")]) <= len(CONTRACT) + 6


def test_a_load_never_commits_and_appends_nothing_to_the_ledger(session):
    load(session)
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 0
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Project)) == 0


def test_a_corrected_row_keeps_its_identity(loaded, tmp_path):
    before = loaded.scalar(select(Project).where(Project.seq == 1)).id
    report = load(loaded, with_cell(tmp_path, "projects.csv", 2, "name", "新的名称"))
    after = loaded.scalar(select(Project).where(Project.seq == 1))
    assert (after.id, after.name) == (before, "新的名称")
    assert report.files["projects.csv"] == Counts(changed=1, unchanged=44)


def test_a_corrected_target_replaces_the_number_and_adds_no_second_promise(loaded, tmp_path):
    load(loaded, with_cell(tmp_path, "targets.csv", 2, "minutes", "45"))
    project = loaded.scalar(select(Project).where(Project.seq == 1))
    assert [t.minutes for t in project.targets if t.kind == "response"] == [45]


def test_a_row_that_left_its_file_leaves_the_table(loaded, tmp_path):
    folder = copy_of_the_files(tmp_path)
    rewrite(folder / "equipment.csv", lambda cells: cells.pop())
    report = load(loaded, folder)
    assert report.files["equipment.csv"] == Counts(unchanged=74, removed=1)
    assert loaded.scalar(select(func.count()).select_from(Equipment)) == 74


def test_a_project_that_facts_refer_to_is_kept_even_when_its_row_is_gone(loaded, tmp_path):
    year = ServiceYear(
        number=1,
        starts_on=date(2025, 6, 3),
        ends_on=date(2026, 6, 3),
        activated_at=datetime(2025, 6, 3, tzinfo=UTC),
    )
    last = loaded.scalar(select(Project).where(Project.seq == 45))
    loaded.add(ProjectService(project=last, year=year, starts_on=year.starts_on, ends_on=year.ends_on))
    loaded.commit()
    report = load(loaded, without_row_45(tmp_path))
    assert report.files["projects.csv"] == Counts(unchanged=44, kept=1)
    assert report.files["units.csv"] == Counts(unchanged=27, kept=1)
    assert loaded.scalar(select(Project.name).where(Project.seq == 45)) == "洛阳市智慧乡村信息系统"


def test_a_project_nothing_refers_to_goes_with_all_it_promised(loaded, tmp_path):
    gone = loaded.scalar(select(Project.id).where(Project.seq == 45))
    report = load(loaded, without_row_45(tmp_path))
    assert report.files["projects.csv"].removed == report.files["units.csv"].removed == 1
    for model in (Target, Obligation):
        assert loaded.scalar(select(func.count()).where(model.project_id == gone)) == 0


def without_row_45(tmp_path: Path) -> Path:
    """Return files in which the last row and its unit do not exist."""
    folder = copy_of_the_files(tmp_path)
    rewrite(folder / "projects.csv", lambda cells: cells.pop())
    rewrite(folder / "units.csv", lambda cells: cells.pop())
    for file in ("targets.csv", "obligations.csv", "readings.csv"):
        rewrite(
            folder / file, lambda cells: cells.__setitem__(slice(None), [c for c in cells if c[0] != "45"])
        )
    numbers = {"units": "26", "projects": "44"}
    rewrite(
        folder / "contract.csv",
        lambda cells: [c.__setitem__(1, numbers[c[0]]) for c in cells if c[0] in numbers],
    )
    return folder


def test_a_unit_may_become_a_sub_unit_and_stop_being_one(loaded, tmp_path):
    parent = select(Unit.parent_id).where(Unit.name == "洛阳市财政局国有资产服务中心")
    was = loaded.scalar(parent)
    folder = with_cell(tmp_path, "units.csv", 21, "parent", "")
    rewrite(folder / "contract.csv", lambda cells: [c.__setitem__(1, "28") for c in cells if c[0] == "units"])
    assert load(loaded, folder).files["units.csv"] == Counts(changed=1, unchanged=27)
    assert loaded.scalar(parent) is None
    assert load(loaded).files["units.csv"] == Counts(changed=1, unchanged=27)
    assert loaded.scalar(parent) == was


def test_what_the_bureau_agreed_is_never_loaded_over(loaded):
    shipped = loaded.scalar(
        select(InterpretationVersion).where(InterpretationVersion.key == "realtime_minutes")
    )
    shipped.value, shipped.status = "10", "agreed"
    later = InterpretationVersion(
        key="office_hours", value="09:00-17:00", status="agreed", from_day=date(2025, 9, 1)
    )
    loaded.add(later)
    loaded.commit()
    assert load(loaded).changes_nothing
    loaded.commit()
    values = select(InterpretationVersion.value).where(InterpretationVersion.key == "realtime_minutes")
    assert loaded.scalars(values).all() == ["10"]
    assert loaded.scalar(select(func.count()).select_from(InterpretationVersion)) == 21


def test_a_year_whose_notice_was_imported_keeps_its_days_and_the_contracts_own_days_stay(loaded):
    loaded.get(CalendarYear, 2027).status = YearStatus.PUBLISHED
    loaded.add(CalendarDay(day=date(2027, 1, 2), kind=DayKind.DAY_OFF, name="元旦", notice="新通知"))
    loaded.add(CalendarDay(day=date(2025, 8, 1), kind=DayKind.OVERRIDE_OFF, name="约定", notice=""))
    loaded.commit()
    assert load(loaded).changes_nothing
    loaded.commit()
    assert loaded.get(CalendarDay, (date(2027, 1, 2), DayKind.DAY_OFF)) is not None
    assert loaded.get(CalendarDay, (date(2025, 8, 1), DayKind.OVERRIDE_OFF)) is not None


def test_the_shipped_checklists_are_approved_and_people_may_draft_after_them(loaded):
    servers = loaded.scalars(select(Checklist).where(Checklist.code == "servers")).one()
    assert [(v.number, v.approved_at is not None) for v in servers.versions] == [(1, True)]
    draft = ChecklistVersion(checklist=servers, number=2, drafted_at=datetime(2025, 7, 1, tzinfo=UTC))
    draft.items = [ChecklistItem(position=1, text="只看一眼")]
    loaded.add(draft)
    loaded.commit()
    assert load(loaded).changes_nothing
    assert [len(version.items) for version in servers.versions] == [13, 1]


def test_a_checklist_that_was_used_stays_as_it_was(loaded, tmp_path):
    folder = with_cell(tmp_path, "checklists.csv", 2, "text", "机房的温度")
    duty = loaded.scalars(select(Obligation).where(Obligation.checklist == "machine_room")).first()
    version = loaded.scalars(
        select(ChecklistVersion).join(Checklist).where(Checklist.code == "machine_room")
    ).one()
    at = datetime(2025, 7, 1, tzinfo=UTC)
    person = User(username="e", name="某", role=Role.ENGINEER, password_hash="!", created_at=at)
    loaded.add(Work(obligation=duty, submission="1", by=person, started_at=at, checklist=version))
    loaded.commit()
    assert load(loaded, folder).changes_nothing
    assert version.items[0].text == "机房温度"


def test_a_duty_of_the_whole_contract_belongs_to_no_project(loaded):
    names = select(Obligation.what).where(Obligation.project_id.is_(None)).order_by(Obligation.id)
    assert loaded.scalars(names).all() == [
        *("每月工作汇总", "系统优化方案", "运维工作报告", "安全事件报告", "人员变更审查")
    ]


def test_a_day_the_notice_does_not_name_is_taken_out_of_a_shipped_year(loaded):
    loaded.add(CalendarDay(day=date(2025, 8, 1), kind=DayKind.DAY_OFF, name="误录", notice=""))
    loaded.commit()
    assert load(loaded).files["calendar_days.csv"].removed == 1
    assert loaded.get(CalendarDay, (date(2025, 8, 1), DayKind.DAY_OFF)) is None


def without(tmp_path: Path, file: str, gone: int) -> Path:
    """Return files of which one has lost a row; ``gone`` counts as an editor does, header first."""
    folder = copy_of_the_files(tmp_path)
    rewrite(folder / file, lambda cells: cells.pop(gone - 1))
    return folder


def test_a_target_that_tickets_were_measured_by_is_not_dropped(loaded, tmp_path):
    folder = without(tmp_path, "targets.csv", 2)
    project = loaded.scalar(select(Project).where(Project.seq == 1))
    at = datetime(2025, 7, 1, tzinfo=UTC)
    person = User(username="e", name="某", role=Role.ENGINEER, password_hash="!", created_at=at)
    ticket = Ticket(
        project=project, kind="incident", title="x", state="new", submission="1", opened_by=person
    )
    ticket.reported_at = ticket.opened_at = at
    clock = {"window": "7x24", "starts_at": at, "due_at": at, "original_due_at": at, "verdict": "running"}
    ticket.clocks = [TicketClock(project_id=project.id, kind="response", rule_version="0", **clock)]
    loaded.add(ticket)
    loaded.commit()
    with pytest.raises(LoadError, match="第 1 项的响应指标（招标文件第 805 行），但已有工单按它计时"):
        load(loaded, folder)
    loaded.rollback()
    assert load(loaded).changes_nothing
    loaded.execute(delete(TicketClock))
    assert load(loaded, folder).files["targets.csv"].removed == 1


def test_an_obligation_that_duties_were_laid_out_for_is_not_dropped(loaded, tmp_path):
    folder = without(tmp_path, "obligations.csv", 2)
    duty = loaded.scalars(select(Obligation).order_by(Obligation.id)).first()
    at = datetime(2025, 7, 1, tzinfo=UTC)
    year = ServiceYear(number=1, starts_on=at.date(), ends_on=at.date(), activated_at=at)
    loaded.add(year)
    loaded.flush()
    loaded.add(Occurrence(obligation=duty, service_year_id=year.id, opens_at=at, closes_at=at))
    loaded.commit()
    with pytest.raises(LoadError, match="应办按它排定，不能删去"):
        load(loaded, folder)
    loaded.rollback()
    loaded.execute(delete(Occurrence))
    assert load(loaded, folder).files["obligations.csv"].removed == 1


def test_what_a_document_brought_is_no_files_business(loaded):
    project = loaded.scalar(select(Project).where(Project.seq == 9))
    loaded.add(Posting(project_id=project.id, heads=0, pattern="5x8", line=NOT_IN_TENDER))
    loaded.add(
        Obligation(
            project_id=project.id, kind="drill", what="演练", cycle="yearly", source="amendment", line=0
        )
    )
    loaded.commit()
    assert load(loaded).changes_nothing
    assert loaded.scalar(select(func.count()).select_from(Posting).where(Posting.line == 0)) == 1
