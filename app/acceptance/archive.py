"""The dossier of a year packed as one zip: equal data give equal bytes.

Its parts are sorted, all have the same date, and nothing of the moment of packing is in them. It is built in
a temporary file, one content at a time. ``00-目录.txt`` says what is there and what is missing;
``SHA256SUMS.txt`` lists the digest of every file, in the form that ``sha256sum -c`` reads.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO, StringIO
from shutil import copyfileobj
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from app.acceptance import dossier, records
from app.acceptance.dossier import Part, PartState
from app.files.store import Store
from models.contract import ServiceYear
from models.files import Attachment
from reports.catalogue import INSPECTIONS, PROJECTS, WORK_REPORT
from reports.cells import is_risky

ZIPPED_ON = (1980, 1, 1, 0, 0, 0)
UNIX = 3  # the system a part says it comes from: the same everywhere
READABLE = 0o644 << 16
PACKED_ALREADY = (".jpg", ".zip", ".docx", ".xlsx", ".pdf")
LATER = "08-验收合格以后补充"
INDEX, SUMS = "00-目录.txt", "SHA256SUMS.txt"


@dataclass(frozen=True)
class Entry:
    """One file of the archive: its name, its digest, and how its content is opened."""

    name: str
    sha256: str
    open: Callable[[], IO[bytes]]


def pack(session: Session, store: Store, year: ServiceYear, out: IO[bytes], *, photos: bool = False) -> None:
    """Write the dossier of a year into a file; with ``photos`` the files of the inspections as well.

    A file that is not what its digest says stops the packing (``Damaged``): no dossier hides that.
    """
    found = dossier.parts(session, year)
    entries = sorted(_entries(session, store, year, found, photos), key=lambda one: one.name)
    entries.append(_made(INDEX, _index(session, year, found, entries).encode("utf-8")))
    entries.sort(key=lambda one: one.name)
    sums = "".join(f"{one.sha256}  {one.name}\n" for one in entries)
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for one in [*entries, _made(SUMS, sums.encode("utf-8"))]:
            with one.open() as content, packed.open(_info(one.name), "w", force_zip64=True) as part:
                copyfileobj(content, part, 1 << 20)
    out.seek(0)


def folder_of(part: Part) -> str:
    """Return the folder of a part."""
    return f"{part.number:02d}-{part.label}"


def _entries(
    session: Session, store: Store, year: ServiceYear, found: list[Part], photos: bool
) -> Iterator[Entry]:
    for part in found:
        folder = folder_of(part)
        for paper, files in part.papers:
            for one in files:
                yield _kept(store, f"{folder}/{paper.id:05d}-{one.id:06d}-{one.name}", one)
        for paper, files in part.later:
            for one in files:
                yield _kept(store, f"{LATER}/{folder}/{paper.id:05d}-{one.id:06d}-{one.name}", one)
        if part.number == dossier.WORK_REPORT:
            for report in records.work_reports(session, year):
                name = WORK_REPORT.file_name.format(number=report.round)
                yield _made(f"{folder}/{name}", WORK_REPORT.write(report.data))
        if part.number == dossier.PROJECT_LIST:
            data = records.project_list(session, year)
            yield _made(f"{folder}/{PROJECTS.file_name}", PROJECTS.write(data))
        if part.number == dossier.INSPECTIONS and part.made:
            yield from _inspections(session, store, year, folder, photos)


def _inspections(
    session: Session, store: Store, year: ServiceYear, folder: str, photos: bool
) -> Iterator[Entry]:
    data, files = records.inspections(session, year)
    yield _made(f"{folder}/{INSPECTIONS.file_name}", INSPECTIONS.write(data))
    yield _made(f"{folder}/巡检明细.csv", _csv(records.inspection_lines(session, year)))
    if photos:
        for one in files:
            yield _kept(store, f"{folder}/照片和文件/{one.work_id:06d}-{one.id:06d}-{one.name}", one)


def _kept(store: Store, name: str, file: Attachment) -> Entry:
    return Entry(name, file.sha256, lambda: store.open(file.sha256))


def _made(name: str, content: bytes) -> Entry:
    return Entry(name, sha256(content).hexdigest(), lambda: BytesIO(content))


def _csv(rows: Iterator[tuple[str, ...]]) -> bytes:
    """Write rows as CSV which spreadsheets read as UTF-8; no cell of it becomes a formula."""
    out = StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([f"'{cell}" if is_risky(cell) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, ZIPPED_ON)
    info.create_system, info.external_attr = UNIX, READABLE
    info.compress_type = ZIP_STORED if name.lower().endswith(PACKED_ALREADY) else ZIP_DEFLATED
    return info


def _index(session: Session, year: ServiceYear, found: list[Part], entries: list[Entry]) -> str:
    said = [f"验收资料　第 {year.number} 服务年度（{year.starts_on} 起）", records.title(session), ""]
    for part in found:
        missing = part.state is PartState.MISSING
        said.append(
            f"{part.number}. {part.label}：{part.state.label}"
            + (f"，应由{part.owner}提供" if missing else "")
        )
        folder = f"{folder_of(part)}/"
        said += [f"   {one.sha256}  {one.name}" for one in entries if one.name.startswith(folder)]
    if later := [one for one in entries if one.name.startswith(f"{LATER}/")]:
        said += ["", "验收合格以后补充（验收小组作结论时没有看到，不属于上面七项）："]
        said += [f"   {one.sha256}  {one.name}" for one in later]
    return "\n".join(said) + "\n"
