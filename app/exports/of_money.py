"""The export of what is decided about money, row by row: the renewals of a service year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.exports.looking import Export, Looking, Row, Said, columns
from app.exports.of_work import OF_PROJECT, whose
from app.payments import renewals
from app.payments.queries import SEES_MONEY
from app.payments.schemas import OfYear
from reports.columns import Format


def _renewals(looking: Looking, said: Said) -> Sequence[renewals.Line]:
    return renewals.lines(looking.session, said["year"], looking.now)


def _renewal_rows(_looking: Looking, found: Sequence[renewals.Line]) -> Iterable[Row]:
    for one in found:
        facts = [
            f"{each.measure.label} {f'{each.value:.2f}%' if each.measure.is_rate else each.value}"
            for each in one.draft.findings
            if each.value is not None
        ]
        decided = one.decision
        yield (
            *whose(one.service.project),
            *(one.service.starts_on, one.last_day, one.draft.advice.label),
            "\n".join(facts) or "不适用",
            ("续签" if decided.renews else "不续签") if decided else "未决定",
            decided.by.name if decided else "",
            decided.at if decided else None,
            decided.reason if decided else "",
        )


RENEWALS = Export(
    "续签",
    frozenset(SEES_MONEY),
    OfYear,
    columns(
        *(*OF_PROJECT, ("年度第一天", Format.DAY), ("年度最后一天", Format.DAY), "草案"),
        *(("事实", Format.LONG), "决定", "谁", ("何时", Format.INSTANT), ("理由", Format.LONG)),
    ),
    _renewals,
    _renewal_rows,
)
