"""The exports of the postings: all of them in a month, and one of them day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from app.exports.looking import Export, Looking, Row, Said, columns
from app.exports.of_work import OF_PROJECT, whose
from app.navigation import READERS
from app.residents import pages as residents
from app.residents import roster, sheet
from app.residents.schemas import MonthPick, SheetOf
from models.residents import AttendanceMonth
from reports.columns import Format
from sla.vocab import Half, Role, Standing
from sla.when import day_of, next_month


def _residents(looking: Looking, said: Said) -> Sequence[tuple[sheet.Line, bool]]:
    today = day_of(looking.now)
    month = residents.chosen_month(said["month"]) if said["month"] else today.replace(day=1)
    found = roster.posts(looking.session, roster.postings_seen(looking.viewer, today))
    lines = sheet.overview(looking.session, found, month, looking.now)
    return [(line, next_month(month) <= today) for line in lines]


def _resident_rows(looking: Looking, found: Sequence[tuple[sheet.Line, bool]]) -> Iterable[Row]:
    today = day_of(looking.now)
    hidden = residents.PAPER_GAPS if looking.viewer.role is Role.CONTACT else ()
    for line, ended in found:
        figure, heads = line.figure, line.post.rules.heads_on(today)
        yield (
            *whose(line.post.project),
            *(heads, line.post.rules.pattern_on(today).label),
            "、".join(one.user.name for one in line.holders) or "还没有人",
            "、".join(f"{half.label} {there}/{heads}" for half, there in line.today) or "不需要驻场",
            *(Decimal(figure.met) / 2, Decimal(figure.total) / 2),
            "不适用" if figure.rate is None else figure.rate / 100,
            _word(line.word, ended) if figure.total or line.word else "",
            "、".join(f"{gap.label} {said}" for gap, said in line.gaps if gap not in hidden),
        )


def _word(word: AttendanceMonth | None, ended: bool) -> str:
    if word is None:
        return "待单位确认" if ended else "月底确认"
    return "单位已确认" if word.standing is Standing.CONFIRMED else "单位有异议"


RESIDENTS = Export(
    "驻场",
    READERS - {Role.ENGINEER},
    MonthPick,
    columns(
        *(*OF_PROJECT, ("要求人数", Format.COUNT), "班制", "在岗人员", "今天"),
        *(("在岗人天", Format.POINTS), ("应到人天", Format.POINTS), ("到岗率", Format.PERCENT)),
        *("月度确认", ("缺口", Format.LONG)),
    ),
    _residents,
    _resident_rows,
)


# -- one of them, day by day ------------------------------------------------------------------------------


def _days(looking: Looking, said: Said) -> Sequence[tuple[roster.Post, sheet.DayLine]]:
    post = roster.post(looking.session, looking.viewer, day_of(looking.now), said["posting"])
    month = residents.chosen_month(said["month"])
    return [(post, one) for one in sheet.sheet(looking.session, post, month, looking.now).days]


def _day_rows(looking: Looking, found: Sequence[tuple[roster.Post, sheet.DayLine]]) -> Iterable[Row]:
    private = looking.viewer.role is not Role.ENGINEER  # why somebody was away is not for colleagues
    for post, day in found:
        begun = {half.half: half for half in day.halves}
        lacking = [f"{half.half.label}缺 {half.missing} 人" for half in day.halves if half.missing]
        people = (_people(begun.get(half), private) for half in Half)
        yield *whose(post.project), day.day, day.said, *people, "、".join(lacking)


def _people(half: sheet.HalfLine | None, private: bool) -> str:
    if half is None:
        return "还没有到"
    return "、".join(_seen(one, private) for one in (*half.there, *half.away)) or "没有人"


def _seen(one: sheet.Seen, private: bool) -> str:
    why = [one.word.label] if one.word is not sheet.How.OWN else []
    why += [one.entry.reason] if private and one.entry and one.entry.reason else []
    return f"{one.name}（{'，'.join(why)}）" if why else one.name


ATTENDANCE = Export(
    "每天的出勤",
    READERS,
    SheetOf,
    columns(
        *(*OF_PROJECT, ("日期", Format.DAY), "星期", ("上午", Format.LONG), ("下午", Format.LONG), "缺口"),
    ),
    _days,
    _day_rows,
)
