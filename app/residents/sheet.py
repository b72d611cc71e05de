"""What the pages show of postings: one month day by day, and all postings at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.contract.queries import calendar, interpretations
from app.residents.queries import ONE_DAY, Roll, of_leave, people_named, roll
from app.residents.roster import Post, leaves, leaves_of, members, requests, words_of
from models.residents import Attendance, AttendanceMonth, Leave, PostingMember
from sla.attendance import HalfDay, Stage, figure, half_bounds, required_days, stage
from sla.calendar import Calendar
from sla.figures import Figure
from sla.interpretations import Interpretations
from sla.vocab import Half, Standing, Word
from sla.when import day_of, next_month

_WEEKDAYS = "一二三四五六日"


class Gap(Word):
    """What is missing on a posting; shown to manager and bureau, with a word and never by colour alone."""

    VACANT = "vacant", "缺编", "bad"
    AWAY = "away", "今日缺岗", "bad"
    UNSIGNED = "unsigned", "保密协议未签", "bad"
    RETURN = "return", "账号钥匙未交回", "warn"
    REPLACEMENT = "replacement", "更换待答复", "warn"
    LEAVE = "leave", "请假待批", "warn"


class How(Word):
    """How somebody comes to count as present, where it was not the own word on the spot."""

    OWN = "own", "本人签到", "good"
    LATE = "late", "补签", "warn"
    ENTERED = "entered", "经理登记", "info"
    STANDING_IN = "standing_in", "顶岗", "info"


class Why(Word):
    """Why somebody who holds the posting does not count as present."""

    ON_LEAVE = "on_leave", "请假", "neutral"
    ASKED = "asked", "请假待批", "warn"
    ABSENT = "absent", "缺勤", "bad"


@dataclass(frozen=True)
class Seen:
    """A person in half a day, and the entry that says so, if there is one."""

    name: str
    word: How | Why | Stage
    entry: Attendance | None = None


@dataclass(frozen=True)
class HalfLine:
    """Half a day of a posting. ``missing`` is how many people lack, once the half day is over."""

    half: Half
    there: Sequence[Seen]
    away: Sequence[Seen]
    missing: int


@dataclass(frozen=True)
class DayLine:
    """A required day of a posting, with its half days that have begun."""

    day: date
    said: str
    halves: tuple[HalfLine, ...]

    @property
    def missing(self) -> bool:
        """Tell whether anybody lacks on this day."""
        return any(half.missing for half in self.halves)


@dataclass(frozen=True)
class Line:
    """A posting in the overview: its month so far, who holds it, who is there today, what is missing."""

    post: Post
    holders: Sequence[PostingMember]
    figure: Figure
    word: AttendanceMonth | None
    today: list[tuple[Half, int]]  # people there in the half days begun; none where nobody is asked for
    gaps: list[tuple[Gap, str]]


@dataclass(frozen=True)
class Sheet:
    """A posting's month: days so far, its people, its leaves, and its figure over the days that are over."""

    post: Post
    month: date
    days: list[DayLine]
    members: Sequence[PostingMember]
    leaves: Sequence[Leave]
    halves: dict[int, int]  # half days present, by person
    figure: Figure
    required: int  # half days of the whole month


@dataclass(frozen=True)
class _Facts:
    """What a page reads at once."""

    now: datetime
    calendar: Calendar
    hours: Interpretations
    roll: Roll
    members: Sequence[PostingMember]
    leaves: Sequence[Leave]
    names: dict[int, str]

    @property
    def today(self) -> date:
        return day_of(self.now)


def sheet(session: Session, post: Post, month: date, now: datetime) -> Sheet:
    """Return a posting's month as it stands."""
    end = next_month(month)
    facts = _read(session, [post.id], month, end, now)
    required = required_days(post.rules, month, end, facts.calendar)
    days = [_day(post, day, facts) for day in required if day <= facts.today]
    return Sheet(
        post=post,
        month=month,
        days=days,
        members=facts.members,
        leaves=facts.leaves,
        halves=_half_days_present(post, days, facts.roll),
        figure=_so_far(post, month, facts),
        required=2 * sum(post.rules.heads_on(day) for day in required),
    )


def overview(session: Session, found: Sequence[Post], month: date, now: datetime) -> list[Line]:
    """Return postings with their month and what is missing today, in a constant number of queries."""
    ids, today = [one.id for one in found], day_of(now)
    facts = _read(session, ids, min(month, today), max(next_month(month), today + ONE_DAY), now)
    held = members(session, ids, date.min, date.max)
    words = words_of(session, ids, month)
    waiting = {one.member_id for one in requests(session, [m.id for m in held]) if not one.answered_at}
    lines = []
    for post in found:
        own = [one for one in held if one.posting_id == post.id]
        line = Line(
            post=post,
            holders=[one for one in own if on(one, today)],
            figure=_so_far(post, month, facts),
            word=words.get(post.id),
            today=_today(post, facts),
            gaps=[(Gap.REPLACEMENT, one.user.name) for one in own if one.id in waiting],
        )
        lines.append(replace(line, gaps=_gaps(line, own, facts) + line.gaps))
    pending = leaves(session, (Leave.standing == Standing.PENDING) & PostingMember.posting_id.in_(ids))
    for leave in pending:
        at = ids.index(leave.member.posting_id)
        lines[at].gaps.append((Gap.LEAVE, leave.member.user.name))
    return lines


def halves_text(number: int) -> str:
    """Return half days as days: 25 is 12.5 天."""
    return f"{number / 2:g} 天"


def how(entry: Attendance) -> How:
    """Return how an entry came about: on the spot, afterwards, or by the manager."""
    if entry.recorded_by_id != entry.user_id:
        return How.ENTERED
    return How.LATE if entry.recorded_at >= half_bounds(entry.day, entry.half)[1] else How.OWN


def on(one: PostingMember, day: date) -> bool:
    """Tell whether somebody holds the posting on a day."""
    return one.from_day <= day and (one.until_day is None or day < one.until_day)


def _read(session: Session, ids: Sequence[int], first: date, end: date, now: datetime) -> _Facts:
    known = roll(session, first, end)
    return _Facts(
        now=now,
        calendar=calendar(session),
        hours=interpretations(session),
        roll=known,
        members=members(session, ids, first, end),
        # Of the present month also the leaves to come: they wait for a word today.
        leaves=leaves_of(session, ids, first, end if end <= day_of(now) else date.max),
        names=people_named(session, known.people),
    )


def _so_far(post: Post, month: date, facts: _Facts) -> Figure:
    over = min(next_month(month), max(month, facts.today))
    return figure(post.rules, facts.roll.counts(post.id), month, over, facts.calendar)


def _today(post: Post, facts: _Facts) -> list[tuple[Half, int]]:
    today = facts.today
    if not required_days(post.rules, today, today + ONE_DAY, facts.calendar):
        return []
    begun = [half for half in Half if half_bounds(today, half)[0] <= facts.now]
    return [(half, len(facts.roll.there(post.id, (today, half)))) for half in begun]


def _gaps(line: Line, own: Sequence[PostingMember], facts: _Facts) -> list[tuple[Gap, str]]:
    today, post = facts.today, line.post
    found: list[tuple[Gap, str]] = []
    heads = post.rules.heads_on(today)
    lacking = heads - len(line.holders)
    if lacking > 0 and any(start <= today < end for start, end in post.rules.service):
        found.append((Gap.VACANT, f"{lacking} 人"))
    for half, there in line.today:
        if there < heads and half_bounds(today, half)[1] <= facts.now:
            found.append((Gap.AWAY, f"{half.label} {heads - there} 人"))
    for one in own:
        over = one.until_day is not None and one.until_day <= today
        if not over and one.confidentiality_signed_on is None:
            found.append((Gap.UNSIGNED, one.user.name))
        if over and one.accounts_handed_on and not one.accounts_returned_on:
            found.append((Gap.RETURN, one.user.name))
    return found


def _half_days_present(post: Post, days: Sequence[DayLine], known: Roll) -> dict[int, int]:
    present = [known.there(post.id, (line.day, half.half)) for line in days for half in line.halves]
    return Counter(person for who in present for person in who)


def _day(post: Post, day: date, facts: _Facts) -> DayLine:
    weekday, said = f"周{_WEEKDAYS[day.weekday()]}", facts.calendar.describe(day)
    text = weekday if said in (weekday, "工作日") else f"{weekday}，{said}"
    begun = [half for half in Half if half_bounds(day, half)[0] <= facts.now]
    return DayLine(day, text, tuple(_half(post, (day, half), facts) for half in begun))


def _half(post: Post, half_day: HalfDay, facts: _Facts) -> HalfLine:
    there = facts.roll.there(post.id, half_day)
    expected = [one for one in facts.members if on(one, half_day[0]) and one.user_id not in there]
    over = half_bounds(*half_day)[1] <= facts.now
    return HalfLine(
        half=half_day[1],
        there=sorted((_there(one, half_day, post, facts) for one in there), key=lambda seen: seen.name),
        away=[_away(one, half_day, post, facts) for one in expected],
        missing=max(0, post.rules.heads_on(half_day[0]) - len(there)) if over else 0,
    )


def _there(person: int, half_day: HalfDay, post: Post, facts: _Facts) -> Seen:
    entry = facts.roll.entries.get((post.id, person, half_day))
    return Seen(facts.names[person], how(entry) if entry else How.STANDING_IN, entry)


def _away(one: PostingMember, half_day: HalfDay, post: Post, facts: _Facts) -> Seen:
    for leave in facts.leaves:
        if leave.member_id == one.id and half_day in of_leave(leave):
            if leave.standing is Standing.CONFIRMED:
                return Seen(one.user.name, Why.ON_LEAVE)
            if leave.standing is Standing.PENDING:
                return Seen(one.user.name, Why.ASKED)
    entry = facts.roll.entries.get((one.posting_id, one.user_id, half_day))
    if entry:
        return Seen(one.user.name, Why.ABSENT, entry)
    pattern = post.rules.pattern_on(half_day[0])
    return Seen(one.user.name, stage(pattern, *half_day, facts.hours.office_hours(half_day[0]), facts.now))
