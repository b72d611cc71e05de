"""A made-up life of the postings: who came, who tapped late, who was on leave, what the units said.

``steps`` yields everything in the order of time, so that it can be carried out between the steps of
another life; ``fill`` carries it out alone. Equal dice give equal lives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.residents import leaves, members, service
from app.residents.members import Papers
from app.residents.queries import ONE_DAY, covers, is_required
from app.residents.roster import Post, posts
from app.simulation.people import Cast
from app.tickets.derivation import current_rules
from models.people import User
from models.residents import PostingMember
from sla.attendance import HalfDay, half_bounds, required_days
from sla.errors import DomainError
from sla.vocab import Half, Presence, Standing
from sla.when import day_of, next_month, start_of

Step = tuple[datetime, Callable[[], None]]
Seats = list[tuple[Post, PostingMember]]

LATE, FORGOTTEN, AWAY = 0.04, 0.015, 0.008  # chances of half a day, half a day, and a day
WORK = {Half.MORNING: timedelta(hours=7, minutes=40), Half.AFTERNOON: timedelta(hours=13, minutes=40)}
UNSIGNED_ROW = 30  # where the agreement is still missing


def fill(session: Session, from_day: date, until: datetime, rng: Random, people: Cast) -> int:
    """Carry the life out from a day up to an instant; return how many steps were taken."""
    taken = 0
    for at, step in steps(session, from_day, until, rng, people):
        if at >= until:
            break
        step()
        taken += 1
    return taken


def steps(session: Session, from_day: date, until: datetime, rng: Random, people: Cast) -> Iterator[Step]:
    """Yield what happens and when; what the state forbids then is simply not done."""
    yield from daily(session, seat(session, from_day, people), from_day, until, rng, people)


def seat(session: Session, from_day: date, people: Cast) -> Seats:
    """Put the engineers on their postings, as of a day."""
    manager, held = people.managers[0], []
    for post, person in _staff(posts(session), people, from_day):
        start = max(from_day, min((first for first, _ in post.rules.service), default=from_day))
        papers = Papers() if post.project.seq == UNSIGNED_ROW else Papers(from_day, from_day)
        # Where a life goes on, who sat there before sits there still.
        member = seated(session, post, person) or members.join(
            session, manager, post, person, start_of(from_day), from_day=start, papers=papers
        )
        held.append((post, member))
    return held


def seated(session: Session, post: Post, person: User) -> PostingMember | None:
    """Return a person's place on a posting that has no end, ``None`` where there is none."""
    theirs = PostingMember.posting_id == post.posting.id, PostingMember.user_id == person.id
    return session.scalar(select(PostingMember).where(*theirs, PostingMember.until_day.is_(None)))


def daily(
    session: Session, held: Seats, from_day: date, until: datetime, rng: Random, people: Cast
) -> Iterator[Step]:
    """Yield the days from one on: who taps, who forgets, who is on leave, and the units' words."""
    day = from_day
    while start_of(day) < until:
        found = [one for post, member in held for one in _day(session, post, member, day, rng, people)]
        yield from sorted(found, key=lambda one: one[0])
        day += ONE_DAY
        if day.day == 1:
            yield from month_end(session, held, start_of(day), rng, people)


def from_paper(
    session: Session, post: Post, member: PostingMember, month: date, rng: Random, people: Cast, at: datetime
) -> None:
    """Let the manager enter a whole month from the sheet that was signed on paper."""
    days = required_days(
        post.rules, max(month, member.from_day), next_month(month), current_rules(session).book.calendar
    )
    there = [(day, half) for day in days for half in Half if rng.random() >= FORGOTTEN]
    if there:
        who = member.user_id
        service.enter_sheet(
            session, people.managers[0], post, who, there, Presence.PRESENT, "按纸质签到表登记", at
        )


def _staff(found: list[Post], people: Cast, day: date) -> Iterator[tuple[Post, User]]:
    """Yield as many engineers as each posting asks for; nobody twice."""
    taken: set[int] = set()
    for post in found:
        free = [one for one in people.engineers.get(post.project.seq, ()) if one.id not in taken]
        for person in free[: post.rules.heads_on(day)]:
            taken.add(person.id)
            yield post, person


def _day(
    session: Session, post: Post, member: PostingMember, day: date, rng: Random, people: Cast
) -> Iterator[Step]:
    if day < member.from_day or not is_required(session, post, day):
        return
    if rng.random() < AWAY:
        yield from _leave(session, post, member, day, rng, people)
        return
    for half in Half:
        if rng.random() < FORGOTTEN:
            at = half_bounds(day, Half.AFTERNOON)[0] + timedelta(hours=8)
            yield at, _quiet(_entry(session, people.managers[0], post, member, (day, half), at))
            continue
        late = half is Half.MORNING and rng.random() < LATE
        begin = start_of(day) + (timedelta(hours=17) if late else WORK[half])
        at = begin + timedelta(seconds=rng.randrange(1500))
        yield at, _quiet(_tap(session, post, member, half, at))


def _leave(
    session: Session, post: Post, member: PostingMember, day: date, rng: Random, people: Cast
) -> Iterator[Step]:
    asked = start_of(day) + timedelta(hours=7)
    pool = [one for one in people.engineers.get(2, ()) if one.id != member.user_id]
    substitute = rng.choice(pool) if pool and rng.random() < 0.8 else None
    contact = people.contacts[post.project.unit_id][0]

    def ask() -> None:
        whole = (day, Half.MORNING), (day, Half.AFTERNOON)
        leave = leaves.ask(session, member.user, member, *whole, "家中有事", asked)
        busy = {one.substitute for one in covers(session, day, day + ONE_DAY)}
        if substitute is not None and substitute.id not in busy:
            leaves.name_substitute(session, people.managers[0], leave, substitute, asked)
        named = leave.substitute_id
        leaves.decide(session, contact, leave, Standing.CONFIRMED, "", asked, substitute_id=named)

    yield asked, _quiet(ask)


def month_end(session: Session, held: Seats, after: datetime, rng: Random, people: Cast) -> Iterator[Step]:
    """Yield the units' words on the month before an instant, from that instant on."""
    found = {post.id: post for post, _ in held}
    month = (day_of(after).replace(day=1) - ONE_DAY).replace(day=1)
    for post in found.values():
        if rng.random() < 0.1:
            continue  # this unit has not got round to it
        at = after + timedelta(seconds=len(found) + post.id)
        contact = people.contacts[post.project.unit_id][0]
        yield at, _quiet(_word(session, contact, post, month, at))


def _word(session: Session, contact: User, post: Post, month: date, at: datetime) -> Callable[[], object]:
    return lambda: service.decide_month(session, contact, post, month, Standing.CONFIRMED, "", at)


def _tap(
    session: Session, post: Post, member: PostingMember, half: Half, at: datetime
) -> Callable[[], object]:
    return lambda: service.be_present(session, member.user, post, half, at)


def _entry(
    session: Session, manager: User, post: Post, member: PostingMember, at: HalfDay, now: datetime
) -> Callable[[], object]:
    day, half = at
    said = "忘记签到，经项目组核实在岗"
    return lambda: service.enter(
        session, manager, post, member.user_id, day, [half], Presence.PRESENT, said, now
    )


def _quiet(act: Callable[[], object]) -> Callable[[], None]:
    def tried() -> None:
        try:
            act()
        except DomainError:
            return

    return tried
