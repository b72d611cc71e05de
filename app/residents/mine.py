"""An engineer's own page: where they are expected today, and their month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.contract.queries import calendar
from app.residents.queries import ONE_DAY, Roll, of_leave, roll
from app.residents.roster import Post, leaves, own_members, posts
from app.residents.sheet import on
from models.contract import Posting
from models.people import User
from models.residents import Attendance, Leave, PostingMember
from sla.attendance import HalfDay, half_bounds, required_days
from sla.calendar import Calendar
from sla.vocab import Half, Presence, Standing, Word
from sla.when import day_of, next_month


class Stand(Word):
    """How one's own day stands."""

    WHOLE = "whole", "在岗", "good"
    PART = "part", "半天", "info"
    LEAVE = "leave", "请假", "neutral"
    NOT_YET = "not_yet", "待签", "info"
    MISSING = "missing", "缺", "bad"
    AHEAD = "ahead", "", "neutral"
    FREE = "free", "", "neutral"


@dataclass(frozen=True)
class Tap:
    """One of today's two buttons: what is known, or why it cannot be tapped."""

    half: Half
    entry: Attendance | None
    elsewhere: bool
    ahead: bool


@dataclass(frozen=True)
class Seat:
    """A posting where one is expected today; ``instead_of`` names whom one stands in for."""

    post: Post
    instead_of: str
    required: bool
    said: str  # what day it is: 工作日, 周六, 国庆节放假
    taps: list[Tap]


@dataclass(frozen=True)
class OwnDay:
    """A day of one's own month."""

    day: date
    stand: Stand


@dataclass(frozen=True)
class _Own:
    """What one's own page is made from."""

    person: User
    now: datetime
    calendar: Calendar
    posts: dict[int, Post]
    members: Sequence[PostingMember]
    covering: Sequence[Leave]
    leaves: Sequence[Leave]
    roll: Roll

    def expected(self, day: date) -> set[HalfDay]:
        """Return the half days of a day on which one is to be somewhere."""
        found: set[HalfDay] = set()
        for one in self.members:
            if on(one, day) and self.is_required(one.posting_id, day):
                found |= {(day, half) for half in Half}
        for leave in self.covering:
            if on(leave.member, day) and self.is_required(leave.member.posting_id, day):
                found |= {half_day for half_day in of_leave(leave) if half_day[0] == day}
        return found

    def is_required(self, posting_id: int, day: date) -> bool:
        rules = self.posts[posting_id].rules
        return bool(required_days(rules, day, day + ONE_DAY, self.calendar))

    def is_there(self, half_day: HalfDay) -> bool:
        return any(self.person.id in self.roll.there(one, half_day) for one in self.posts)


def read(session: Session, person: User, month: date, now: datetime) -> _Own:
    """Read what an engineer's page of a month needs."""
    today = day_of(now)
    first, end = min(month, today), max(next_month(month), today + ONE_DAY)
    members = own_members(session, person)
    covering = leaves(
        session,
        (Leave.substitute_id == person.id)
        & (Leave.standing == Standing.CONFIRMED)
        & (Leave.first_day < end)
        & (Leave.last_day >= first),
    )
    ids = {one.posting_id for one in members} | {one.member.posting_id for one in covering}
    return _Own(
        person=person,
        now=now,
        calendar=calendar(session),
        posts={one.id: one for one in posts(session, Posting.id.in_(ids))},
        members=members,
        covering=covering,
        leaves=leaves(session, PostingMember.user_id == person.id),
        roll=roll(session, first, end),
    )


def seats(own: _Own) -> list[Seat]:
    """Return where one is expected today: the posting held, and those one stands in for."""
    today = day_of(own.now)
    both = list(Half)
    found = [_seat(own, one.posting_id, "", both, today) for one in own.members if on(one, today)]
    for leave in own.covering:
        halves = [half for half in Half if (today, half) in set(of_leave(leave))]
        if halves and on(leave.member, today):
            found.append(_seat(own, leave.member.posting_id, leave.member.user.name, halves, today))
    return found


def weeks(own: _Own, month: date) -> list[list[OwnDay | None]]:
    """Return one's month by weeks, Monday first; ``None`` pads the first and the last."""
    count = (next_month(month) - month).days
    days = [_own_day(own, month + timedelta(days=n)) for n in range(count)]
    cells: list[OwnDay | None] = [None] * month.weekday() + days
    cells += [None] * (-len(cells) % 7)
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]


def _seat(own: _Own, posting_id: int, instead_of: str, halves: Sequence[Half], today: date) -> Seat:
    said = own.calendar.describe(today)
    taps = [_tap(own, posting_id, (today, half)) for half in halves]
    return Seat(own.posts[posting_id], instead_of, own.is_required(posting_id, today), said, taps)


def _tap(own: _Own, posting_id: int, half_day: HalfDay) -> Tap:
    mine = {
        posting: entry
        for (posting, person, at), entry in own.roll.entries.items()
        if person == own.person.id and at == half_day
    }
    elsewhere = any(
        one.presence is Presence.PRESENT for posting, one in mine.items() if posting != posting_id
    )
    ahead = half_bounds(*half_day)[0] > own.now
    return Tap(half_day[1], mine.get(posting_id), elsewhere, ahead)


def _own_day(own: _Own, day: date) -> OwnDay:
    expected = own.expected(day)
    if not expected:
        return OwnDay(day, Stand.FREE)
    there = {half_day for half_day in expected if own.is_there(half_day)}
    if day > day_of(own.now):
        there = set()
    if there == expected:
        return OwnDay(day, Stand.WHOLE)
    rest = expected - there - _on_leave(own)
    if not rest:
        return OwnDay(day, Stand.PART if there else Stand.LEAVE)
    if day > day_of(own.now):
        return OwnDay(day, Stand.AHEAD)
    if any(half_bounds(*half_day)[1] <= own.now for half_day in rest):
        return OwnDay(day, Stand.PART if there else Stand.MISSING)
    return OwnDay(day, Stand.PART if there else Stand.NOT_YET)


def _on_leave(own: _Own) -> set[HalfDay]:
    approved = (one for one in own.leaves if one.standing is Standing.CONFIRMED)
    return {half_day for one in approved for half_day in of_leave(one)}
