"""What the pages of disputes are made from."""

from __future__ import annotations

from typing import Any

from flask import render_template

from app.clock import now
from app.database import current_session
from app.disputes import plain, queries
from app.disputes.effect import effect_of, subject_name
from app.disputes.subjects import Subject, dispute_about
from app.duties.answers import form_for
from app.duties.lists import projects as projects_in_scope
from app.duties.words import project_text, window_text
from app.files import queries as file_queries
from app.forms import Form
from app.login import viewer
from app.paging import Page, paged
from app.tickets.derivation import current_rules
from app.watch.notices import until
from models.disputes import Dispute
from sla.arithmetic import because
from sla.disputes import Attribution, DisputeState, StepKind, claim_ends
from sla.vocab import Role

ATTRIBUTIONS = [(one.value, one.label, "") for one in Attribution]


def index(form: Form, said: dict[str, Any]) -> str:
    """List the disputes in scope, or those in which it is the viewer's turn."""
    session, person, at = current_session(), viewer(), now()
    mine = queries.waiting_for(session, person, at)
    if said["show"] == "turn":
        found: Page[Dispute] = Page([one for one, _ in mine], 1, len(mine), max(1, len(mine)))
    else:
        query = queries.disputes(person, at, said["show"], said["project"])
        found = paged(session, query, said["page"] or 1)
    contact = person.role is Role.CONTACT
    return render_template(
        "disputes/index.html",
        found=found,
        courses={one.id: queries.course_of(session, one, at) for one in found.items},
        show=said["show"],
        plain=plain if contact else None,
        ways=[
            ("turn", f"{'等我说的' if contact else '轮到我'} {len(mine)}"),
            *(plain.SHOWN if contact else queries.SHOWN).items(),
        ],
        acts=person.role in (Role.CONTACT, Role.BUREAU, Role.MANAGER),
        form=form,
        filters={name: form.values[name] for name in ("show", "project") if form.values.get(name)},
        projects=[(one.seq, project_text(one)) for one in projects_in_scope(session, person, at)],
        subject_name=subject_name,
        project_text=project_text,
        until_text=until,
    )


def show(dispute: Dispute, form: Form) -> str:
    """Show a dispute: what it is about, its story, what it changes, and what may be done now."""
    session, person, at = current_session(), viewer(), now()
    its = queries.course_of(session, dispute, at)
    turn = its.turn is person.side and queries.may_act(person, dispute, its)
    barred = (
        person.role is Role.BUREAU
        and its.state in (DisputeState.DECIDING, DisputeState.REVIEWING)
        and not turn
    )
    reviewable = dispute.steps[-1].kind is StepKind.DECIDED and not its.final
    reviews = reviewable and person.role in (Role.MANAGER, Role.CONTACT)
    contact = person.role is Role.CONTACT
    return render_template(
        "disputes/told.html" if contact else "disputes/show.html",
        plain=plain if contact else None,
        dispute=dispute,
        its=its,
        turn=turn,
        barred=barred,
        reviews=reviews,
        effect=effect_of(session, dispute, at),
        papers=file_queries.of_papers(session, person, f"dispute:{dispute.id}", at),
        attributions=ATTRIBUTIONS,
        form_for=form_for(form),
        failed=form,
        subject_name=subject_name,
        project_text=project_text,
        window_text=window_text,
        until_text=until,
    )


def new(subject: Subject, form: Form) -> str:
    """Show the form of a claim, or, after its period, the one by which the bureau admits it."""
    session, person, at = current_session(), viewer(), now()
    dispute = dispute_about(session, subject)
    book = current_rules(session).book
    ends = claim_ends(subject.breached_at, book)
    state = queries.course_of(session, dispute, at).state if dispute else None
    late = at >= ends if dispute is None else state is DisputeState.LAPSED
    fresh = dispute is None or state in (DisputeState.CLAIMABLE, DisputeState.LAPSED)
    return render_template(
        "disputes/new.html",
        subject=subject,
        dispute=dispute,
        fresh=fresh,
        late=late,
        ends=ends,
        claims=fresh and not late and subject.breached and person.role is Role.MANAGER,
        admits=fresh and late and subject.breached and person.role is Role.BUREAU,
        because=because(subject.clock, book) if subject.clock else [],
        attributions=[one for one in ATTRIBUTIONS if one[0] != Attribution.SUPPLIER],
        about=_about(subject),
        until_text=until,
        form=form,
        project_text=project_text,
    )


def _about(subject: Subject) -> dict[str, Any]:
    """Return what names a subject in an address and in a form."""
    if subject.ticket is not None and subject.clock is not None:
        clock = subject.clock
        return {"ticket": subject.ticket.id, "clock": str(clock.kind), "round": clock.round}
    assert subject.occurrence is not None
    return {"occurrence": subject.occurrence.id}
