"""What the pages of the residents are made from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask import render_template

from app.clock import now
from app.contract.words import last_day
from app.database import current_session
from app.forms import Form
from app.login import viewer
from app.months.queries import months_offered
from app.residents import mine as own_page
from app.residents import roster
from app.residents import sheet as sheets
from app.residents.members import papers_of
from app.residents.roster import Post
from app.residents.schemas import WHOLE_DAY
from app.residents.service import DECIDERS
from models.contract import Posting
from models.residents import PostingMember
from sla.errors import Invalid, NotFound
from sla.vocab import Half, Presence, Role
from sla.when import day_of, next_month, parse_month

PAPER_GAPS = (sheets.Gap.UNSIGNED, sheets.Gap.RETURN, sheets.Gap.REPLACEMENT)  # between supplier and bureau
HALVES = [(half.value, half.label) for half in Half]


def today() -> date:
    """Return the present day in Shanghai (T1)."""
    return day_of(now())


def overview(picked: str) -> str:
    """Show every posting in scope with its month and what is missing."""
    month = chosen_month(picked) if picked else today().replace(day=1)
    found = roster.posts(current_session(), roster.postings_seen(viewer(), today()))
    return render_template(
        "residents/index.html",
        lines=sheets.overview(current_session(), found, month, now()),
        **_steps(month),
        ended=next_month(month) <= today(),
        today=today(),
        hidden=PAPER_GAPS if viewer().role is Role.CONTACT else (),
    )


def mine(form: Form, picked: str = "") -> str:
    """Show where the engineer is expected today, a month of the own, and the own leaves."""
    month = chosen_month(picked) if picked else today().replace(day=1)
    own = own_page.read(current_session(), viewer(), month, now())
    return render_template(
        "residents/mine.html",
        own=own,
        seats=own_page.seats(own),
        weeks=own_page.weeks(own, month),
        held=[one for one in own.members if one.until_day is None or one.until_day > today()],
        **_steps(month),
        form_for=_form_for(form),
        failed=form,
        halves=HALVES,
        today=today(),
        how=sheets.how,
    )


def today_here() -> str:
    """Show where the engineer is expected today, as a part of the start page."""
    own = own_page.read(current_session(), viewer(), today().replace(day=1), now())
    return render_template("residents/today.html", seats=own_page.seats(own))


def sheet(post: Post, month: str, form: Form) -> str:
    """Show a posting's month: who was there, who holds it, the leaves, the unit's word."""
    chosen, session, person = chosen_month(month), current_session(), viewer()
    manages = person.role is Role.MANAGER
    shown = sheets.sheet(session, post, chosen, now())
    engineers = [(one.id, one.name) for one in roster.engineers(session)] if manages else []
    return render_template(
        "residents/show.html",
        post=post,
        sheet=shown,
        word=roster.word_of(session, post.id, chosen),
        **_steps(chosen),
        ended=next_month(chosen) <= today(),
        manages=manages,
        decides=person.role in DECIDERS,
        private=person.role is not Role.ENGINEER,
        engineers=engineers,
        holders=_holders(shown) if manages else [],
        form_for=_form_for(form),
        failed=form,
        halves=[(WHOLE_DAY, "全天"), *HALVES],
        presences=[(one.value, one.label) for one in Presence],
        today=today(),
        last_day=last_day,
        halves_text=sheets.halves_text,
    )


def member(held: PostingMember, form: Form) -> str:
    """Show somebody's time on a posting: its papers, its end, and whether somebody else is asked for."""
    session, person = current_session(), viewer()
    post = roster.posts(session, Posting.id == held.posting_id)[0]
    given = papers_of(held)
    return render_template(
        "residents/member.html",
        held=held,
        post=post,
        requests=roster.requests(session, [held.id]),
        manages=person.role is Role.MANAGER,
        asks=person.role is Role.BUREAU,
        over=held.until_day is not None and held.until_day <= today(),
        engineers=[(one.id, one.name) for one in roster.engineers(session) if one.id != held.user_id]
        if person.role is Role.MANAGER
        else [],
        given=given,
        form_for=_form_for(form),
        failed=form,
        today=today(),
        last_day=last_day,
    )


def chosen_month(text: str) -> date:
    """Return the first day of a month there is anything to show of; any other is ``NotFound``."""
    first, last = _offered()
    try:
        month = parse_month(text)
    except Invalid as error:
        raise NotFound(error.message) from None
    if not first <= month <= last:
        raise NotFound(f"只有 {first:%Y-%m} 至 {last:%Y-%m} 的出勤")
    return month


def _offered() -> tuple[date, date]:
    return months_offered(current_session(), now())


def _steps(month: date) -> dict[str, date | None]:
    """Return a month and the ones beside it that there is anything to show of."""
    first, last = _offered()
    return {
        "month": month,
        "earlier": (month - timedelta(days=1)).replace(day=1) if month > first else None,
        "later": next_month(month) if month < last else None,
    }


def _holders(shown: sheets.Sheet) -> list[tuple[int, str]]:
    """Return whom the manager may enter: those who held the posting, and those who stood in."""
    people = {one.user_id: one.user.name for one in shown.members}
    for leave in shown.leaves:
        if leave.substitute is not None and leave.standing == "confirmed":
            people.setdefault(leave.substitute.id, f"{leave.substitute.name}（顶岗）")
    return list(people.items())


def _form_for(form: Form) -> Callable[[str], Form]:
    return lambda key: form if form.key == key else Form(key=key)
