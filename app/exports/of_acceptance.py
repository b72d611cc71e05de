"""The exports of a round of acceptance: how far its standards are judged, and what the units say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.acceptance import queries, standards
from app.acceptance.queries import Heard
from app.acceptance.schemas import OfRound
from app.exports.looking import Export, Looking, Row, Said, columns
from app.exports.of_work import OF_PROJECT, whose
from models.acceptance import Acceptance
from models.contract import Project
from reports.columns import Format
from sla.vocab import Role

READERS = frozenset({Role.BUREAU, Role.MANAGER, Role.AUDITOR, Role.CONTACT})
Judged = tuple[Project | None, dict[str, int]]


def _round(looking: Looking, said: Said) -> Acceptance:
    return queries.find(looking.session, looking.viewer, said["round"])


def _standards(looking: Looking, said: Said) -> Sequence[Judged]:
    return standards.overview(looking.session, _round(looking, said))


def _standard_rows(_looking: Looking, found: Sequence[Judged]) -> Iterable[Row]:
    for project, one in found:
        done = one["passed"] + one["failed"]
        state = "判定完" if done == one["to_judge"] else "判定中" if done else "待判定"
        again = "数据有变" if one["again"] else state
        yield *whose(project), one["to_judge"], done, one["failed"], again


STANDARDS = Export(
    "标准判定",
    READERS,
    OfRound,
    columns(
        *(*OF_PROJECT, ("要判定", Format.COUNT), ("已判定", Format.COUNT), ("不合格", Format.COUNT)),
        "状态",
    ),
    _standards,
    _standard_rows,
)


def _opinions(looking: Looking, said: Said) -> Sequence[Heard]:
    return queries.heard(looking.session, _round(looking, said))


def _opinion_rows(_looking: Looking, found: Sequence[Heard]) -> Iterable[Row]:
    for one in found:
        said = one.opinion
        if said is None:
            yield one.unit.name, "还没有意见", "", "", "", None, ""
            continue
        heard = said.opinion is not None
        yield (
            *(one.unit.name, said.opinion.label if said.opinion else "未听取"),
            ("是" if said.running_well else "否") if heard else "",
            said.channel.label if said.channel else "",
            said.said_by if said.channel else "",
            said.signed_at if said.channel else None,
            said.text,
        )


OPINIONS = Export(
    "单位意见",
    READERS,
    OfRound,
    columns(
        *("单位", "意见", "运转平稳", "怎样收到的", "谁", ("签署时间", Format.INSTANT)),
        ("说明", Format.LONG),
    ),
    _opinions,
    _opinion_rows,
)
