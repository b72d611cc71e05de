"""The dossier as one zip: what is there, what is missing, and always the same bytes."""

from __future__ import annotations

import csv
from hashlib import sha256
from io import BytesIO, StringIO
from zipfile import ZipFile

import docx
import openpyxl
import pytest

from app.acceptance import archive, dossier, queries, service
from app.duties import works
from app.duties.lines import Line
from app.files.service import Taken, attach
from app.files.store import Store
from sla.errors import Damaged
from sla.vocab import FileKind, ItemResult
from tests.app.acceptance import world
from tests.app.acceptance.world import FINAL
from tests.app.duties.world import due, visit, whole
from tests.app.files.pictures import PDF, photo
from tests.app.personas import at
from tests.app.visitors import named

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
REPORTED = "2026-06-10 09:00"


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "files")


@pytest.fixture
def inspected(session, store):
    """One inspection with a photo, one with an abnormal line that begins like a formula."""
    engineer = named(session, "engineer")
    first = visit(session, engineer, due(session, 1, "巡检", "2025-07-07 00:00"), "2025-07-08 10:00")
    attach(
        session, engineer, first, BytesIO(photo()), "机房.jpg", FileKind.PHOTO, at("2025-07-08 10:05"),
        store=store, most=2**22,
    )  # fmt: skip
    occurrence = due(session, 1, "巡检", "2025-07-14 00:00")
    lines = whole(session, occurrence)
    lines[-1] = Line(lines[-1].item_id, ItemResult.ABNORMAL, lines[-1].value, "=有异响")
    form = works.WorkForm(occurrence.id, "odd", lines, at("2025-07-15 10:00"))
    works.submit(session, engineer, form, at("2025-07-15 10:00"))


@pytest.fixture
def complete(session, store, inspected):
    """A dossier to which everything was handed in, and a year that was reported."""
    manager, year = named(session, "manager"), queries.year(session, 1)
    for number in (3, 4, 5, 6):
        paper = dossier.hand_in(session, manager, year, number, [world.FILE], "", at(REPORTED))
        for one in dossier._papers(session, year)[number][0][1]:
            kept = store.put(PDF + str(number).encode())
            one.sha256, one.size = kept.sha256, kept.size
        assert paper.subject == dossier.subject_of(year)
    session.flush()
    service.report(session, manager, 1, FINAL, "全年平稳\n巡检两次", at(REPORTED))
    return year


def packed(session, store, year, **options):
    out = BytesIO()
    archive.pack(session, store, year, out, **options)
    return out.getvalue()


def test_every_part_says_whether_it_is_there_and_who_owes_it(session):
    year = queries.year(session, 1)
    parts = dossier.parts(session, year)
    assert [one.number for one in parts if one.owner] == [1, 3, 4, 5, 6, 7]
    assert parts[1].state is dossier.PartState.GENERATED


def test_equal_data_give_equal_bytes_with_every_digest_in_the_index(session, store, complete):
    once = packed(session, store, complete)
    assert once == packed(session, store, complete)
    with ZipFile(BytesIO(once)) as opened:
        names = opened.namelist()
        assert {one.date_time for one in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        sums = dict(line.split("  ")[::-1] for line in opened.read(archive.SUMS).decode().splitlines())
        assert sums == {name: sha256(opened.read(name)).hexdigest() for name in names if name != archive.SUMS}
        index = opened.read(archive.INDEX).decode()
    assert "缺" not in index
    assert names[0] == archive.INDEX
    assert names[1:-1] == sorted(names[1:-1])
    assert "01-运维工作报告/运维工作报告-第1轮.docx" in names
    assert not any("照片和文件" in name for name in names)


def test_what_the_platform_writes_opens_as_real_documents(session, store, complete):
    with ZipFile(BytesIO(packed(session, store, complete, photos=True))) as opened:
        report = docx.Document(BytesIO(opened.read("01-运维工作报告/运维工作报告-第1轮.docx")))
        projects = openpyxl.load_workbook(BytesIO(opened.read("02-项目清单/项目清单.xlsx")))
        records = openpyxl.load_workbook(BytesIO(opened.read("07-日常巡检记录/日常巡检记录.xlsx")))
        lines = opened.read("07-日常巡检记录/巡检明细.csv").decode("utf-8-sig")
        photos = [name for name in opened.namelist() if "照片和文件" in name]
    assert "巡检两次" in [one.text for one in report.paragraphs]
    assert projects["项目清单"].max_row == 4 + 45
    rows = list(records["日常巡检记录"].iter_rows(min_row=5, values_only=True))
    assert [(row[1], row[11], row[12]) for row in rows] == [(1, 0, 1), (1, 1, 0)]
    files = list(records["照片和文件"].iter_rows(min_row=5, values_only=True))
    assert len(photos) == len(files) == 1
    odd = [row for row in csv.reader(StringIO(lines)) if "异常" in row]
    assert odd[0][-2] == "'=有异响"
    assert odd[0][-1].startswith("GD")


def test_a_missing_part_is_named_with_who_owes_it(session, store):
    with ZipFile(BytesIO(packed(session, store, queries.year(session, 1)))) as opened:
        index = opened.read(archive.INDEX).decode()
    assert "5. 运维应急保障机制：缺，应由乙方项目经理提供" in index


def test_a_file_that_was_changed_stops_the_packing(session, store, complete):
    kept = dossier._papers(session, complete)[3][0][1][0]
    store.path(kept.sha256).write_bytes(b"other")
    with pytest.raises(Damaged):
        packed(session, store, complete)


def test_what_comes_after_the_conclusion_is_kept_apart(session, store, complete):
    """The year passes with a conclusion of 23 June 2026, 09:00; a file of 15:00 was not judged."""
    manager, of = named(session, "manager"), world.only(session)
    assert dossier.judged_at(session, complete) is None
    of.opened_by, of.opened_at = named(session, "bureau"), at(world.OPENED)
    of.conclusion, of.concluded_by, of.concluded_at = world.PASSED, of.opened_by, at(world.CONCLUDED)
    of.checked_by, of.checked_at = named(session, "bureau2"), at("2026-06-23 10:00")
    before = packed(session, store, complete)
    late = Taken(store.put(PDF + b"late").sha256, len(PDF) + 4, "application/pdf", "补.pdf", FileKind.FILE)
    dossier.hand_in(session, manager, complete, 3, [late], "补充", at("2026-06-23 15:00"))
    part = dossier.parts(session, complete)[2]
    assert [len(part.papers), len(part.later)] == [1, 1]
    with ZipFile(BytesIO(packed(session, store, complete))) as opened, ZipFile(BytesIO(before)) as earlier:
        added = set(opened.namelist()) - set(earlier.namelist())
        index = opened.read(archive.INDEX).decode()
        assert all(opened.read(name) == earlier.read(name) for name in earlier.namelist()[1:-1])
    assert [name.rsplit("-", 1)[0][:-6] for name in added] == [
        "08-验收合格以后补充/03-运维工作方案及计划/00005-"
    ]
    assert index.index("7. 日常巡检记录") < index.index("验收合格以后补充（") < index.index(added.pop())


def test_after_a_failed_round_files_count_for_the_next_one(session, store, complete):
    of = world.only(session)
    of.conclusion, of.concluded_at, of.checked_at = world.FAILED, at(world.CONCLUDED), at(world.CHECKED)
    manager = named(session, "manager")
    dossier.hand_in(session, manager, complete, 3, [world.FILE], "", at("2026-06-24 15:00"))
    part = dossier.parts(session, complete)[2]
    assert [len(part.papers), len(part.later)] == [2, 0]
