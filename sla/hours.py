"""Office hours: what "8 hours" of a day are, the same all year or by season (T3)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Self

from sla.errors import Invalid

Span = tuple[time, time]
MonthDay = tuple[int, int]

_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)
_SEASON = re.compile(r"(\d{1,2})-(\d{1,2})\.\.(\d{1,2})-(\d{1,2})=(.*)", re.ASCII)
_YEAR = [date(2000, 1, 1) + timedelta(days=n) for n in range(366)]


def _wrong_hours(reason: str) -> Invalid:
    example = "08:00-12:00,14:00-18:00"
    seasonal = f"05-01..09-30={example};10-01..04-30={example}"
    return Invalid(f"办公时间{reason}；写法如 {example}，分季如 {seasonal}", "办公时间")


@dataclass(frozen=True)
class Season:
    """A part of the year with its own hours; ``last`` before ``first`` wraps the year's end."""

    first: MonthDay
    last: MonthDay
    spans: tuple[Span, ...]

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in the season."""
        here = day.month, day.day
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


@dataclass(frozen=True)
class OfficeHours:
    """The hours of a day's service (T3): ``spans`` all year round, or ``seasons`` and no ``spans``.

    Spans are half-open, in order, without overlap, of whole minutes and within one day; seasons
    cover every date exactly once. Anything else is ``Invalid``.
    """

    spans: tuple[Span, ...] = ()
    seasons: tuple[Season, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.spans) == bool(self.seasons):
            raise _wrong_hours("要么全年一种，要么分季，二者取一")
        for spans in [self.spans] if self.spans else [season.spans for season in self.seasons]:
            _check_spans(spans)
        for day in _YEAR if self.seasons else []:
            found = sum(season.holds(day) for season in self.seasons)
            if found != 1:
                raise _wrong_hours(f"在 {day:%m-%d} 这天{'没有时段' if not found else '有两个季节'}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``08:00-12:00,14:00-18:00`` or ``05-01..09-30=…;10-01..04-30=…``; full-width signs too."""
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("–", "-")
        if "=" not in plain:
            return cls(_parse_spans(plain))
        return cls(seasons=tuple(map(_parse_season, plain.split(";"))))

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Return the spans of one day."""
        if self.spans:
            return self.spans
        return next(season.spans for season in self.seasons if season.holds(day))


def _check_spans(spans: tuple[Span, ...]) -> None:
    if not spans:
        raise _wrong_hours("不能为空")
    moments = [moment for span in spans for moment in span]
    if any(moment.second or moment.microsecond or moment.tzinfo for moment in moments):
        raise _wrong_hours("只精确到分")
    if any(start >= end for start, end in spans):
        raise _wrong_hours("每段的结束要晚于开始，且不跨午夜")
    if any(before[1] > after[0] for before, after in pairwise(spans)):
        raise _wrong_hours("各段要按先后排列、互不重叠")


def _parse_spans(text: str) -> tuple[Span, ...]:
    spans = []
    for part in text.split(","):
        match = _SPAN.fullmatch(part)
        if not match:
            raise _wrong_hours(f"「{part[:40]}」无法识别")
        try:
            spans.append((time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))))
        except ValueError:
            raise _wrong_hours(f"「{part}」不是一天之内的钟点（最晚 23:59）") from None
    return tuple(spans)


def _parse_season(text: str) -> Season:
    match = _SEASON.fullmatch(text)
    if not match:
        raise _wrong_hours(f"「{text[:40]}」无法识别")
    first, last = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
    for month, day in (first, last):
        try:
            date(2000, month, day)
        except ValueError:
            raise _wrong_hours(f"的日期「{month:02}-{day:02}」不存在") from None
    return Season(first, last, _parse_spans(match[5]))
