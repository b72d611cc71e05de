"""Who is on post now, where, and how many open tickets each carries: to dispatch by, not to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.contract.queries import calendar, interpretations
from app.residents.queries import Roll, of_leave, roll
from app.residents.roster import Post, engineers, leaves_of, members, posts
from app.tickets.queries import ENDED
from models.contract import Unit
from models.people import Assignment, User
from models.residents import Leave, PostingMember
from models.tickets import Ticket
from sla.attendance import HalfDay, Stage, half_bounds, is_required_on, stage
from sla.vocab import Half, Standing, Word
from sla.when import day_of

ONE_DAY = timedelta(days=1)


class Here(Word):
    """How somebody stands to a posting in this half day."""

    ON_POST = "on_post", "在岗", "good"
    STANDING_IN = "standing_in", "顶岗", "info"
    AHEAD = "ahead", "尚未开始", "neutral"
    AWAITED = "awaited", "待签到", "info"
    NOT_YET = "not_yet", "未签到", "warn"
    ON_LEAVE = "on_leave", "请假", "neutral"
    ABSENT = "absent", "缺勤", "bad"


THERE = (Here.ON_POST, Here.STANDING_IN)
UNSIGNED = {Stage.AHEAD: Here.AHEAD, Stage.OPENING: Here.AWAITED}


@dataclass(frozen=True)
class Person:
    """Somebody on a posting, or expected there."""

    user: User
    word: Here


@dataclass(frozen=True)
class Station:
    """A posting that is to be held today, with its people; ``heads`` is how many it asks for.

    ``stage`` is how far this half day has got there: whoever has not signed is missing only as it runs.
    """

    post: Post
    heads: int
    people: Sequence[Person]
    stage: Stage

    @property
    def there(self) -> int:
        """Return how many people are there."""
        return sum(one.word in THERE for one in self.people)

    @property
    def absent(self) -> list[Person]:
        """Return who is expected and not there."""
        return [one for one in self.people if one.word not in THERE]

    @property
    def lacking(self) -> int:
        """Return how many people lack in this half day."""
        return max(0, self.heads - self.there)

    @property
    def short(self) -> bool:
        """Tell whether somebody lacks who should be there by now."""
        return self.lacking > 0 and self.stage not in UNSIGNED


@dataclass(frozen=True)
class Roster:
    """The postings of today, the engineers without one, and to whom the tickets of a project can be given."""

    half: Half
    stations: Sequence[Station]
    known: Sequence[User]  # every engineer, by name
    elsewhere: Sequence[User]
    carries: Mapping[int, int]  # open tickets, by person
    responsible: Mapping[int, Sequence[User]]  # by project, those on post there first
    on_post: frozenset[tuple[int, int]]  # project and person

    @property
    def units(self) -> list[tuple[Unit, list[Station]]]:
        """Return the stations by unit, in the tender's order."""
        found: dict[int, tuple[Unit, list[Station]]] = {}
        for one in self.stations:
            unit = one.post.project.unit
            found.setdefault(unit.id, (unit, []))[1].append(one)
        return list(found.values())

    @property
    def gaps(self) -> list[Station]:
        """Return the postings that lack somebody, those with nobody at all first."""
        return sorted((one for one in self.stations if one.short), key=lambda one: one.there > 0)

    @property
    def ahead(self) -> bool:
        """Tell whether this half day has not begun on any posting."""
        return bool(self.stations) and all(one.stage is Stage.AHEAD for one in self.stations)

    @property
    def awaited(self) -> bool:
        """Tell whether somebody is still on the way: the half day has just begun where they lack."""
        return any(one.lacking and one.stage is Stage.OPENING for one in self.stations)

    @property
    def anybody(self) -> list[User]:
        """Return everybody who answers for some project today, by name."""
        found = {one.id: one for people in self.responsible.values() for one in people}
        return sorted(found.values(), key=lambda one: (one.name, one.id))

    def options(self, project_id: int) -> list[tuple[int, str]]:
        """Return to whom the tickets of a project can be given, as the options of a list."""
        return [(one.id, self._text(project_id, one)) for one in self.responsible.get(project_id, ())]

    def projects_of(self, person_id: int) -> list[int]:
        """Return the projects somebody answers for today."""
        return [
            number
            for number, people in self.responsible.items()
            if any(one.id == person_id for one in people)
        ]

    def at_once(self, project_id: int) -> list[User]:
        """Return who can be given a ticket with one tap: those on post at its project."""
        return [one for one in self.responsible.get(project_id, ()) if (project_id, one.id) in self.on_post]

    def _text(self, project_id: int, one: User) -> str:
        where = "在岗 · " if (project_id, one.id) in self.on_post else ""
        return f"{one.name}（{where}{self.carries.get(one.id, 0)} 张未结）"


@dataclass(frozen=True)
class _Facts:
    """What is read of today at once."""

    half_day: HalfDay
    roll: Roll
    members: Sequence[PostingMember]
    leaves: Sequence[Leave]
    known: Mapping[int, User]


def roster(session: Session, now: datetime) -> Roster:
    """Return who is on post in this half day, in a constant number of queries."""
    today = day_of(now)
    half = Half.MORNING if now < half_bounds(today, Half.MORNING)[1] else Half.AFTERNOON
    days, hours = calendar(session), interpretations(session).office_hours(today)
    wanted = [one for one in posts(session) if is_required_on(one.rules, today, days)]
    ids = [one.id for one in wanted]
    known = {one.id: one for one in engineers(session)}
    facts = _Facts(
        half_day=(today, half),
        roll=roll(session, today, today + ONE_DAY),
        members=members(session, ids, today, today + ONE_DAY),
        leaves=leaves_of(session, ids, today, today + ONE_DAY),
        known=known,
    )
    stations = []
    for one in wanted:
        reached = stage(one.rules.pattern_on(today), today, half, hours, now)
        stations.append(Station(one, one.rules.heads_on(today), _people(one, facts, reached), reached))
    on_post = frozenset(
        (station.post.project.id, one.user.id)
        for station in stations
        for one in station.people
        if one.word in THERE
    )
    posted = {one.user.id for station in stations for one in station.people}
    return Roster(
        half=half,
        stations=stations,
        known=[*known.values()],
        elsewhere=[one for one in known.values() if one.id not in posted],
        carries=_carried(session),
        responsible=_responsible(session, today, known, on_post),
        on_post=on_post,
    )


def _people(post: Post, facts: _Facts, reached: Stage) -> list[Person]:
    """Return who is on a posting and who is expected there, those who are there first."""
    there = facts.roll.there(post.id, facts.half_day)
    held = {one.user_id: one for one in facts.members if one.posting_id == post.id}
    found = [
        Person(facts.known[who], Here.ON_POST if who in held else Here.STANDING_IN)
        for who in there
        if who in facts.known
    ]
    found += [Person(one.user, _away(one, facts, reached)) for who, one in held.items() if who not in there]
    return sorted(found, key=lambda one: (one.word not in THERE, one.user.name, one.user.id))


def _away(one: PostingMember, facts: _Facts, reached: Stage) -> Here:
    for leave in facts.leaves:
        approved = leave.member_id == one.id and leave.standing is Standing.CONFIRMED
        if approved and facts.half_day in of_leave(leave):
            return Here.ON_LEAVE
    recorded = (one.posting_id, one.user_id, facts.half_day) in facts.roll.entries
    return Here.ABSENT if recorded else UNSIGNED.get(reached, Here.NOT_YET)


def _carried(session: Session) -> dict[int, int]:
    """Return how many open tickets each person has been given."""
    rows = session.execute(
        select(Ticket.assignee_id, func.count())
        .where(Ticket.assignee_id.is_not(None), Ticket.state.not_in(ENDED))
        .group_by(Ticket.assignee_id)
    )
    return {person: number for person, number in rows if person is not None}


def _responsible(
    session: Session, today: date, known: Mapping[int, User], on_post: frozenset[tuple[int, int]]
) -> dict[int, list[User]]:
    rows = session.execute(
        select(Assignment.project_id, Assignment.user_id)
        .where(
            Assignment.from_day <= today,
            or_(Assignment.until_day.is_(None), Assignment.until_day > today),
        )
        .distinct()
    )
    found: dict[int, list[User]] = {}
    for project_id, person in rows:
        if person in known:
            found.setdefault(project_id, []).append(known[person])
    for project_id, people in found.items():
        people.sort(key=lambda one: ((project_id, one.id) not in on_post, one.name, one.id))
    return found
