"""Where the forms of the site stand: sites in a few states, with the pages on which each role finds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.closing import service as closing
from app.disputes import service as disputes
from app.duties import planning, works
from app.payments import invoices
from app.payments import service as payments
from app.saved import service as saved
from models.contract import Obligation
from models.duties import Occurrence
from sla.disputes import Attribution
from sla.vocab import AcceptanceStage, Cycle, Indicator, PeriodKind
from tests.app.acceptance import world as acceptance
from tests.app.amendments.papers import document, drafted, item
from tests.app.closing.world import JUNE, OVER, REVIEWED
from tests.app.duties.world import due
from tests.app.payments import world as earned
from tests.app.personas import Personas, at
from tests.app.residents.world import joined
from tests.app.waiting import money
from tests.app.waiting import world as waiting

Pages = Mapping[str, Sequence[str]]  # who opens which pages
HERE = at(waiting.NOW)
CHANGES = ("target", "target_dropped", "row", "duty_new")
CHANGES_OF_ONE = ("posting", "duty_cycle", "duty_quota", "duty_dropped")


@dataclass(frozen=True)
class Scene:
    """A state of the site, made by ``make``, at a time. ``make`` returns the pages whose address it knows;
    ``walks`` are the endpoints whose forms with something to type are found on all those pages."""

    when: str
    make: Callable[[Session, Personas], Pages | None]
    pages: Pages
    walks: frozenset[str]


def endpoints(**named: str) -> frozenset[str]:
    """Return endpoints by their blueprint."""
    return frozenset(f"{blueprint}.{one}" for blueprint, names in named.items() for one in names.split())


def going_on(session: Session, people: Personas) -> None:
    """Let one thing of every kind wait, and a filter be kept."""
    waiting.furnish(session, people)
    money.furnish(session, people)
    saved.save(session, people.contact, "tickets.index", "state=all", "全部", HERE)


def begun(session: Session, people: Personas) -> Pages:
    """Let much be begun and nothing be finished: documents, inspections, objections, reviews, payments."""
    made = drafted(
        session, people, document(), item(session, "target", kind="response", minutes=60), now=HERE
    )
    work = works.begin(
        session, people.engineer, due(session, 1, "巡检", "2025-07-07 00:00").id, "begun", HERE
    )
    quota = session.scalars(select(Obligation).where(Obligation.cycle == Cycle.QUOTA)).first()
    whole = session.scalars(
        select(Occurrence)
        .join(Occurrence.obligation)
        .where(Obligation.project_id.is_(None), Obligation.what.contains("汇总"))
    ).first()
    assert quota
    assert whole
    closing.open_review(session, people.bureau, JUNE, REVIEWED)
    closing.object_to(session, people.manager, JUNE, None, Indicator.RESPONSE, "算错了一次", REVIEWED)
    asked, reviewed = (money.contested(session, people, title) for title in ("又打不开", "大屏黑了"))
    for one in (asked, reviewed):
        disputes.comment(session, people.contact, one, True, "确是停电", money.WHEN)
        disputes.decide(session, people.bureau, one, False, Attribution.SUPPLIER, "不成立", money.WHEN)
    disputes.ask_review(session, people.manager, reviewed, "还有证据", money.WHEN)
    earned.ready(session, people)
    payments.prepare(session, people.bureau, 1, 1, "", HERE)
    second = invoices.NewInvoice("FP-2", date(2025, 7, 8), 240_000_000)
    invoices.record_invoice(session, people.manager, 1, 2, second, HERE)
    joined(session)
    for number in (1, 2):
        failed = earned.accept(session, people, AcceptanceStage.FINAL, passed=False, number=number)
        failed.opened_by, failed.opened_at = people.bureau, failed.reported_at
    days = planning.Period(PeriodKind.FILING, "年报", date(2025, 8, 1), date(2025, 8, 3), None, "通知")
    planning.declare_period(session, people.bureau, days, HERE)
    changed = f"/contract/amendments/{made.id}"
    return {
        "bureau": [
            changed,
            *(f"{changed}/items/new?what={what}" for what in CHANGES),
            *(f"{changed}/items/new?what={what}&project=1" for what in CHANGES_OF_ONE),
            f"/duties/obligations/{quota.id}",
            "/duties/plan/periods/1",
            "/payments/1/2",
            "/residents/members/1",
        ],
        "bureau2": [f"/disputes/{reviewed}"],
        "engineer": [f"/works/{work.id}"],
        "manager": [f"/disputes/{asked}", f"/duties/{whole.id}/summary"],
    }


def released(session: Session, people: Personas) -> None:
    """Let June be ready to freeze, the first payment be released, and a year later the acceptance begin."""
    earned.ready(session, people)
    payments.prepare(session, people.bureau, 1, 1, "", at("2025-07-01 09:00"))
    payments.release(session, people.bureau2, 1, 1, "", at("2025-07-01 10:00"))
    acceptance.reported(session)
    closing.open_review(session, people.bureau, JUNE, REVIEWED)
    closing.confirm_attendance(session, people.bureau, JUNE, REVIEWED)
    closing.record_silence(session, None, JUNE, OVER)
    closing.prepare(session, people.bureau, JUNE, OVER)


def judged(session: Session, _people: Personas) -> None:
    """Let group and units have spoken, so that the round may be concluded."""
    acceptance.with_group(session, acceptance.opened(session))
    acceptance.all_said(session)


def concluded(session: Session, people: Personas) -> None:
    """Let the round have passed; the supplier has not signed."""
    judged(session, people)
    acceptance.finished(session, acceptance.only(session))


SCENES = {
    "going_on": Scene(
        waiting.NOW,
        going_on,
        {
            "contact": (
                *("/", "/waiting", "/tickets/1", "/tickets/new", "/tickets?due=late", "/works", "/works/2"),
                *("/residents/1/2025-06", "/residents/1/2025-07", "/callbacks/sign", "/callbacks/4"),
                "/account/password",
            ),
            "engineer": (
                *("/", "/tickets/4", "/tickets/new", "/residents/mine", "/equipment/1"),
                "/duties/obligations/2",
            ),
            "manager": (
                *("/tickets/new", "/dispatch", "/dispatch/call", "/acceptance/1", "/acceptance/dossier/1"),
                *("/checklists/drafts/10", "/disputes/new?ticket=3&clock=recovery&round=0", "/duties/595"),
                *("/assessment/observations/1", "/people/3", "/residents/members/1", "/residents/1/2025-07"),
                "/payments/1/1",
            ),
            "bureau": (
                *("/acceptance/2", "/contract/amendments/new", "/contract/amendments/1", "/board/keys"),
                *("/callbacks/1", "/callbacks/start", "/contract/calendar/2025/notice", "/disputes/2"),
                *("/duties/623", "/assessment/observations/new", "/assessment/observations/1"),
                *("/payments/1", "/payments/1/1", "/payments/1/renewal", "/payments/1/damages"),
                *("/payments/1/award", "/assessment/schemes/1", "/works/3"),
            ),
            "bureau2": ("/acceptance/1/units/1",),
            "admin": ("/people/10/edit", "/people/new"),
        },
        endpoints(
            acceptance_acts="hand_in send_back state unit_not_heard unit_says",
            amendments="draft withdraw",
            board="new",
            callbacks="answer enter follow_up settle sign start",
            changes="notice_from_file notice_from_rows",
            checklists="discard save",
            dispatch="assign call",
            disputes="claim comment decide",
            duties="done evidence waive",
            equipment="advise link",
            observations="answer record withdraw",
            payments="add_invoice decide_renewal decide_row enter_claim enter_rate evidence open_next"
            " withdraw",
            people="assign edit end_assignment new",
            residents="answer_replacement ask_leave end enter join name_substitute object_to_month papers"
            " refuse_leave",
            saved="rename save",
            schemes="send_back",
            tickets="act new",
            waiting="decide",
            works="confirm confirm_many reject",
        ),
    ),
    "begun": Scene(
        waiting.NOW,
        begun,
        {
            "bureau": (
                *("/payments/1/changes", "/payments/1/award", "/closing/2025-06", "/acceptance/3"),
                *("/assessment/schemes/1", "/assessment/schemes/1/edit"),
            ),
            "bureau2": ("/payments/1/1",),
            "manager": ("/closing/2025-06",),
        },
        endpoints(
            acceptance_acts="further unsigned",
            amendments="add withdraw",
            closing="answer object_to sign",
            disputes="ask_review review",
            duties="ask deliver_summary",
            payments="decide_row enter_award enter_supplement enter_termination reject_invoice release"
            " send_back",
            plan="withdraw",
            residents="ask_replacement",
            schemes="discard save",
            works="fill",
        ),
    ),
    "released": Scene(
        acceptance.REPORTED,
        released,
        {
            "bureau": ("/payments/1/1", "/acceptance/2", "/disputes/new?occurrence=1", "/closing/2025-06"),
            "manager": ("/acceptance/years/1/stage",),
        },
        endpoints(
            acceptance_acts="open_round report", closing="send_back", disputes="admit", payments="file pay"
        ),
    ),
    "judged": Scene(
        acceptance.SAID,
        judged,
        {"bureau": ("/acceptance/1", "/acceptance/1/standards/1")},
        endpoints(acceptance_acts="add_member conclude enter_opinion judge remove_member sign"),
    ),
    "concluded": Scene(
        acceptance.CHECKED, concluded, {"bureau": ("/acceptance/1",)}, endpoints(acceptance_acts="unsigned")
    ),
}
