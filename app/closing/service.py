"""The use cases of closing a month (M1). Each is one fact in the ledger; nobody signs for the other side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import require
from app.closing import adjusting, figures, telling
from app.closing.figures import Reckoned
from app.closing.open_items import Group
from app.closing.queries import close_of
from app.closing.versions import rule_versions
from app.contract.changing import hold_contract
from app.files.store import Store
from app.residents.roster import posts
from app.residents.service import decide_month
from app.tickets.derivation import current_rules
from models import ledger
from models.closing import FrozenFile, MonthClose, Objection
from models.contract import Project
from models.people import User
from models.residents import AttendanceMonth
from sla import closing as rules
from sla.attendance import required_days
from sla.closing import Standing
from sla.errors import Conflict, Forbidden, Invalid
from sla.period import Period
from sla.vocab import Indicator, Role
from sla.vocab import Standing as Decision

LONGEST_NOTE = 400
LONGEST_TEXT = 1000


@dataclass(frozen=True)
class Course:
    """A month under somebody's hands: its row, what it has been through, its figures, what is open."""

    period: Period
    close: MonthClose
    standing: Standing
    figures: Reckoned
    open: list[Group]


def compute(session: Session, actor: User | None, period: Period, now: datetime) -> MonthClose:
    """Compute a month that is over, as often as wanted; what corrects frozen months is recorded with it.

    Where other figures come out than the supplier signed, the time for objections begins anew (M1).
    ``actor`` is ``None`` for the command line.
    """
    _bureau(actor)
    close = _held(session, period)
    _refuse(rules.before_computing(figures.standing_of(close, period, "", 0), now))
    adjusting.record(session, actor, now)
    close.computed_at, close.computed_by_id = now, actor.id if actor else None
    close.computed_sha256 = figures.reckoned(session, period, now).sha256
    _witness(session, actor, period, "computed", now, sha256=close.computed_sha256)
    if rules.begins_anew(figures.standing_of(close, period, close.computed_sha256, 0)):
        _begin_anew(session, actor, period, close, now)
    return close


def open_review(session: Session, actor: User | None, period: Period, now: datetime) -> MonthClose:
    """Open the time for objections to a month; it is computed anew with that, and months go in order."""
    _bureau(actor)
    close = _held(session, period)
    standing = figures.standing_of(close, period, "", 0)
    _refuse(rules.before_review(standing, figures.waits_for(session, period, now), now))
    compute(session, actor, period, now)
    close.opened_at, close.opened_by_id = now, actor.id if actor else None
    _take_objections(session, actor, period, close, "review_opened", now)
    telling.opened(session, close, actor, now)
    return close


def object_to(
    session: Session,
    actor: User,
    period: Period,
    project: Project | None,
    indicator: Indicator | None,
    text: str,
    now: datetime,
) -> Objection:
    """Raise an objection within its time: the supplier's manager to anything, a contact to the own projects.

    That the project is in the contact's scope, the caller has seen to.
    """
    require(actor, Role.MANAGER, Role.CONTACT)
    close = _held(session, period)
    standing = figures.standing_of(close, period, "", 0)
    _refuse([] if standing.in_review and not standing.frozen else [f"{period.key} 不在异议期，不能提出异议"])
    _refuse(["异议期已经结束；发现差错请走工单、应办或出勤的更正"] if standing.is_overdue(now) else [])
    if project is None and actor.role is Role.CONTACT:
        raise Invalid("请选择是哪个运维项目", "project")
    made = Objection(
        close_id=close.id,
        project=project,
        indicator=indicator,
        text=_text(text, "异议的内容", "text", LONGEST_TEXT),
        raised_by=actor,
        raised_at=now,
    )
    session.add(made)
    session.flush()
    _witness(
        *(session, actor, period, "objected", now),
        objection=made.id,
        project=project.seq if project else None,
        indicator=indicator,
        text=made.text,
    )
    return made


def answer(
    session: Session, actor: User, period: Period, one: Objection, upheld: bool, text: str, now: datetime
) -> Objection:
    """Answer an objection. One that is upheld is put right where its facts are, and the figures follow."""
    require(actor, Role.BUREAU)
    close = _held(session, period)
    _refuse([f"{period.key} 已经冻结"] if close.frozen_at else [])
    session.refresh(one)
    if one.answered_at is not None:
        raise Conflict("这条异议已经答复过")
    one.upheld, one.answer = upheld, _text(text, "答复", "answer", LONGEST_TEXT)
    one.answered_by, one.answered_at = actor, now
    _unprepare(close)
    _witness(session, actor, period, "answered", now, objection=one.id, upheld=upheld, text=one.answer)
    return one


def sign(
    session: Session, actor: User, period: Period, note: str, now: datetime, seen: str = ""
) -> MonthClose:
    """Sign the figures for the supplier as they are now; other figures have to be signed again.

    ``seen`` is the digest the person had before them: nobody signs what moved meanwhile.
    """
    require(actor, Role.MANAGER)
    course = held(session, period, now)
    _refuse(rules.before_signing(course.standing))
    _seen(course, seen)
    close = course.close
    close.signed_at, close.signed_by, close.signed_sha256 = now, actor, course.figures.sha256
    close.signed_note = note.strip()[:LONGEST_NOTE]
    _witness(session, actor, period, "signed", now, sha256=close.signed_sha256, note=close.signed_note)
    return close


def record_silence(session: Session, actor: User | None, period: Period, now: datetime) -> MonthClose:
    """Record that the supplier did not sign in time (未在异议期内签认); ``None`` is the job."""
    _bureau(actor)
    course = held(session, period, now)
    _refuse(rules.before_silence(course.standing, now))
    close = course.close
    close.silent_at, close.silent_by_id = now, actor.id if actor else None
    _witness(session, actor, period, "not_signed", now, until=close.objections_until)
    return close


def prepare(session: Session, actor: User, period: Period, now: datetime, seen: str = "") -> MonthClose:
    """Prepare the freezing as the first of two (经办): all is decided, and the supplier had its say.

    ``seen`` is the digest the person had before them.
    """
    require(actor, Role.BUREAU)
    adjusting.record(session, actor, now)
    course = held(session, period, now)
    _refuse(rules.before_freezing(course.standing, now))
    _seen(course, seen)
    close = course.close
    if close.prepared_by_id is not None and close.prepared_sha256 == course.figures.sha256:
        raise Conflict("已经经办，等另一位局方人员审核")
    close.prepared_at, close.prepared_by = now, actor
    close.prepared_sha256 = course.figures.sha256
    session.flush()
    _witness(session, actor, period, "prepared", now, sha256=close.prepared_sha256)
    return close


def send_back(session: Session, actor: User, period: Period, reason: str, now: datetime) -> MonthClose:
    """Take the preparation back, with the reason; it stays on record."""
    require(actor, Role.BUREAU)
    close = _held(session, period)
    if close.frozen_at is not None or close.prepared_by_id is None:
        raise Conflict("现在没有等待审核的经办")
    why = _text(reason, "退回的原因", "reason", LONGEST_NOTE)
    _unprepare(close)
    _witness(session, actor, period, "sent_back", now, reason=why)
    return close


def freeze(session: Session, store: Store, actor: User, period: Period, now: datetime) -> MonthClose:
    """Freeze a month as the second of two (审核): its files are stored and synced before rows name them."""
    require(actor, Role.BUREAU)
    adjusting.record(session, actor, now)
    course = held(session, period, now)
    problems = rules.before_second(course.standing, actor.id, now)
    if course.close.prepared_by_id == actor.id:
        raise Forbidden("经办和审核不能是同一个人，请由另一位局方人员审核")
    _refuse(problems)
    close = course.close
    made = figures.files(session, course.figures, now)
    for name, (media_type, content) in made.items():
        kept = store.put(content)
        close.files.append(FrozenFile(name=name, media_type=media_type, sha256=kept.sha256, size=kept.size))
    close.book, close.frozen_sha256 = course.figures.text, course.figures.sha256
    close.rules = rule_versions(session, period)
    close.frozen_at, close.frozen_by = now, actor
    session.flush()
    _witness(
        *(session, actor, period, "frozen", now),
        sha256=close.frozen_sha256,
        prepared_by=close.prepared_by_id,
        signed=close.signed_sha256 if close.silent_at is None else None,
        files={one.name: one.sha256 for one in close.files},
        rules=close.rules,
    )
    telling.frozen(session, close, actor, now)
    return close


def confirm_attendance(session: Session, actor: User, period: Period, now: datetime) -> int:
    """Confirm for the units the month's attendance of every posting nobody has said a word about (R1).

    What somebody objects to is left to be corrected and decided one by one. Return how many.
    """
    require(actor, Role.BUREAU)
    month, calendar = period.first_day, current_rules(session).book.calendar
    told = set(session.scalars(select(AttendanceMonth.posting_id).where(AttendanceMonth.month == month)))
    confirmed = 0
    for post in posts(session):
        if post.id not in told and required_days(post.rules, month, period.until_day, calendar):
            decide_month(session, actor, post, month, Decision.CONFIRMED, "", now)
            confirmed += 1
    if not confirmed:
        raise Conflict("没有可以代为确认的出勤；有异议的请到岗位的月度页逐个处理")
    return confirmed


def held(session: Session, period: Period, now: datetime) -> Course:
    """Return a month as it stands, its row held to the end of the transaction."""
    close = _held(session, period)
    found = figures.reckoned(session, period, now)
    open_ones = figures.undecided(session, period, now)
    pending = sum(len(group.items) for group in open_ones)
    return Course(period, close, figures.standing_of(close, period, found.sha256, pending), found, open_ones)


def _held(session: Session, period: Period) -> MonthClose:
    """Return a month's row, made where nothing was done yet; of two at once the second waits here."""
    hold_contract(session)
    close = close_of(session, period.first_day, lock=True)
    if close is None:
        close = MonthClose(month=period.first_day)
        session.add(close)
        session.flush()
    return close


def _begin_anew(
    session: Session, actor: User | None, period: Period, close: MonthClose, now: datetime
) -> None:
    """Take the signature under other figures off, which the ledger keeps, and take objections anew."""
    close.signed_at = close.signed_by_id = close.signed_by = close.signed_sha256 = None
    close.signed_note = ""
    _unprepare(close)
    _take_objections(session, actor, period, close, "review_renewed", now)
    telling.renewed(session, close, actor, now)


def _take_objections(
    session: Session, actor: User | None, period: Period, close: MonthClose, act: str, now: datetime
) -> None:
    """Let objections be raised from now on, until the day the rules say."""
    until, provisional = rules.objections_until(now, current_rules(session).book)
    close.objections_until, close.until_provisional = until, provisional
    _witness(
        *(session, actor, period, act, now),
        until=until,
        provisional=provisional,
        sha256=close.computed_sha256,
    )


def _unprepare(close: MonthClose) -> None:
    close.prepared_at = close.prepared_by_id = close.prepared_sha256 = None
    close.prepared_by = None


def _bureau(actor: User | None) -> None:
    if actor is not None:
        require(actor, Role.BUREAU)


def _seen(course: Course, digest: str) -> None:
    if digest and digest != course.figures.sha256:
        raise Conflict("您打开页面以后数字有变化，请核对现在的数字，再提交")


def _refuse(problems: list[str]) -> None:
    if problems:
        raise Conflict("；".join(problems))


def _text(said: str, label: str, field: str, longest: int) -> str:
    text = said.strip()
    if not text:
        raise Invalid(f"请填写{label}", field)
    if len(text) > longest:
        raise Invalid(f"{label}最多 {longest} 个字，请缩短", field)
    return text


def _witness(
    session: Session, actor: User | None, period: Period, act: str, now: datetime, **told: object
) -> None:
    session.flush()
    ledger.append(
        session,
        kind=f"month.{act}",
        subject=f"month:{period.key}",
        actor_id=actor.id if actor else None,
        at=now,
        payload=told,
    )
