"""The dossier of a year (验收资料): the seven parts the contract names, and who owes what is not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.access import require
from app.files.service import Taken
from app.papers.service import make_paper
from models.acceptance import Acceptance
from models.contract import ContractTerm, Obligation, ServiceYear
from models.duties import Work
from models.files import Attachment
from models.papers import Paper
from models.people import User
from sla.errors import Invalid, NotFound
from sla.vocab import AcceptanceStage, PaperKind, Role, Word
from sla.when import start_of

WORK_REPORT, PROJECT_LIST, INSPECTIONS = 1, 2, 7  # the parts that the platform writes itself
PARTS = range(1, 8)
LONGEST_NOTE = 400  # characters


class PartState(Word):
    """How a part of the dossier stands."""

    PRESENT = "present", "已上传", "good"
    GENERATED = "generated", "系统生成", "good"
    MISSING = "missing", "缺", "bad"


Handed = Sequence[tuple[Paper, Sequence[Attachment]]]  # papers with their files, the oldest first


@dataclass(frozen=True)
class Part:
    """One part: what it is, how it stands, the papers handed in for it, and what the platform adds.

    ``later`` are the files that came after the conclusion the acceptance passed with: nobody judged them.
    """

    number: int
    label: str
    state: PartState
    papers: Handed
    made: str = ""
    line: int = 0
    later: Handed = ()

    @property
    def owner(self) -> str:
        """Return who owes it while it is missing; the supplier owes every part."""
        return "乙方项目经理" if self.state is PartState.MISSING else ""


def subject_of(year: ServiceYear) -> str:
    """Return what the papers of a year's dossier are about."""
    return f"service_year:{year.id}"


def parts(session: Session, year: ServiceYear, report: str = "") -> list[Part]:
    """Return the seven parts. ``report`` is a work report that is about to be handed in."""
    terms = {
        one.key: one
        for one in session.scalars(select(ContractTerm).where(ContractTerm.key.startswith("dossier_")))
    }
    papers, judged = _papers(session, year), judged_at(session, year)
    made = {
        WORK_REPORT: "提交验收时填写的运维工作报告" if report or _reported(session, year) else "",
        PROJECT_LIST: "按合同数据生成",
        INSPECTIONS: _inspections_text(session, year),
    }
    found = []
    for number in PARTS:
        term, own = terms[f"dossier_{number}"], made.get(number, "")
        there, later = _parted(papers.get(number, []), judged)
        state = PartState.PRESENT if there else PartState.GENERATED if own else PartState.MISSING
        found.append(Part(number, term.value, state, there, own, term.line, later))
    return found


def judged_at(session: Session, year: ServiceYear) -> datetime | None:
    """Return when the conclusion was written with which the year's acceptance passed, ``None`` before."""
    return next((one.concluded_at for one in reports(session, year) if one.passed), None)


def lacking(session: Session, year: ServiceYear, report: str = "") -> list[str]:
    """Return the names of the parts that are missing."""
    return [one.label for one in parts(session, year, report) if one.state is PartState.MISSING]


def hand_in(
    session: Session,
    actor: User,
    year: ServiceYear,
    number: int,
    files: Sequence[Taken],
    note: str,
    now: datetime,
) -> Paper:
    """Hand in files for a part; what was handed in before stays and is packed as well.

    After the acceptance has passed they are kept apart from what was judged (``Part.later``).
    """
    require(actor, Role.MANAGER)
    if number not in PARTS:
        raise NotFound("验收资料没有这一部分")
    if not files:
        raise Invalid("请先选择文件", "file")
    if len(note.strip()) > LONGEST_NOTE:
        raise Invalid(f"说明最多 {LONGEST_NOTE} 个字，请缩短", "note")
    label = session.scalars(select(ContractTerm.value).where(ContractTerm.key == f"dossier_{number}")).one()
    return make_paper(
        *(session, actor, PaperKind.DOSSIER, subject_of(year), label, now),
        number=_number(number),
        note=note.strip(),
        files=files,
    )


def _number(part: int) -> str:
    return f"dossier_{part}"


def _papers(session: Session, year: ServiceYear) -> dict[int, list[tuple[Paper, list[Attachment]]]]:
    """Return the papers handed in that have a file, by part, the oldest first."""
    about = Paper.subject == subject_of(year), Paper.kind == PaperKind.DOSSIER
    papers = session.scalars(
        select(Paper).options(joinedload(Paper.created_by)).where(*about).order_by(Paper.id)
    ).all()
    files: dict[int, list[Attachment]] = defaultdict(list)
    query = select(Attachment).options(joinedload(Attachment.uploaded_by)).order_by(Attachment.id)
    for one in session.scalars(query.where(Attachment.paper_id.in_([paper.id for paper in papers]))):
        assert one.paper_id is not None
        files[one.paper_id].append(one)
    numbers = {_number(part): part for part in PARTS}
    found: dict[int, list[tuple[Paper, list[Attachment]]]] = defaultdict(list)
    for paper in papers:
        if files[paper.id] and paper.number in numbers:
            found[numbers[paper.number]].append((paper, files[paper.id]))
    return found


def _parted(found: Handed, judged: datetime | None) -> tuple[Handed, Handed]:
    """Divide papers, file by file, into what the group had before it and what came after its conclusion."""
    before, after = [], []
    for paper, files in found:
        early = [one for one in files if judged is None or one.uploaded_at <= judged]
        late = [one for one in files if one not in early]
        before += [(paper, early)] if early else []
        after += [(paper, late)] if late else []
    return before, after


def reports(session: Session, year: ServiceYear) -> Sequence[Acceptance]:
    """Return the rounds that reported the year as a whole: each came with a work report."""
    query = select(Acceptance).options(joinedload(Acceptance.reported_by))
    of = Acceptance.service_year_id == year.id, Acceptance.stage == AcceptanceStage.FINAL
    return session.scalars(query.where(*of).order_by(Acceptance.round)).all()


def _reported(session: Session, year: ServiceYear) -> bool:
    return bool(reports(session, year))


def _inspections_text(session: Session, year: ServiceYear) -> str:
    number = session.scalar(
        select(func.count(Work.id))
        .join(Work.obligation)
        .where(
            Obligation.checklist.is_not(None),
            Work.finished_at.is_not(None),
            Work.occurred_at >= start_of(year.starts_on),
            Work.occurred_at < start_of(year.ends_on),
        )
    )
    return f"系统中的巡检记录 {number} 份" if number else ""
