"""Acceptances prepared through the use cases, as far as a test wants them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.acceptance import concluding, dossier, group, queries, service, standards
from app.acceptance.group import NewMember
from app.files.service import Taken
from models.acceptance import Acceptance, Conformity, UnitOpinion
from sla.acceptance import Evidence
from sla.vocab import AcceptanceStage, Channel, FileKind, GroupRole, Opinion
from tests.app.personas import at
from tests.app.visitors import named

FINAL, STAGE = AcceptanceStage.FINAL, AcceptanceStage.STAGE
PASSED, FAILED = Opinion.PASSED, Opinion.FAILED
REPORTED = "2026-06-10 09:00"  # the year ended with 2 June
OPENED = "2026-06-15 09:00"
SAID = "2026-06-22 14:00"
CONCLUDED = "2026-06-23 09:00"
CHECKED = "2026-06-23 15:00"
SCAN = Taken("5c" * 32, 10, "application/pdf", "签字.pdf", FileKind.SCAN)
FILE = Taken("f1" * 32, 10, "application/pdf", "资料.pdf", FileKind.FILE)


def handed_in(session: Session, parts: tuple[int, ...] = (3, 4, 5, 6, 7), now: str = REPORTED) -> None:
    """Hand in the parts of the dossier that the platform does not write, and inspections on paper."""
    year = queries.year(session, 1)
    for number in parts:
        dossier.hand_in(session, named(session, "manager"), year, number, [FILE], "", at(now))


def reported(
    session: Session, stage: AcceptanceStage = FINAL, now: str = REPORTED, text: str = "全年运维平稳。"
) -> Acceptance:
    if stage is FINAL and not queries.rounds_of(session, queries.year(session, 1), stage):
        handed_in(session, now=now)
    return service.report(session, named(session, "manager"), 1, stage, text, at(now))


def opened(
    session: Session, stage: AcceptanceStage = FINAL, now: str = OPENED, before: str = REPORTED
) -> Acceptance:
    of = reported(session, stage, before)
    day = date.fromisoformat(now[:10])
    return service.open_round(session, named(session, "bureau"), of, day, "局三楼会议室", at(now))


def with_group(session: Session, of: Acceptance, now: str = OPENED) -> None:
    """Put three people into the group: one of the bureau, a contact, and an expert without account."""
    bureau = named(session, "bureau")
    for new in (
        NewMember(GroupRole.LEADER, user_id=bureau.id),
        NewMember(GroupRole.UNIT, user_id=named(session, "contact").id),
        NewMember(GroupRole.EXPERT, name="赵教授", organisation="河南科技大学"),
    ):
        group.add(session, bureau, of, new, at(now))


def group_says(session: Session, of: Acceptance, opinion: Opinion = PASSED, now: str = SAID) -> None:
    text = "" if opinion is PASSED else "巡检缺失较多"
    for username in ("bureau", "contact"):
        group.sign(session, named(session, username), of, opinion, text, at(now))
    outside = next(one for one in queries.members(session, of) if one.user_id is None)
    group.enter(session, named(session, "bureau"), of, outside.id, opinion, text, [SCAN], at(now))


def units_say(session: Session, of: Acceptance, now: str = SAID) -> None:
    """Let every unit that has not spoken be heard by telephone; at once, for there are many."""
    for one in queries.heard(session, of):
        if one.opinion is None:
            word = UnitOpinion(acceptance_id=of.id, unit_id=one.unit.id, opinion=PASSED, running_well=True)
            word.channel, word.said_by = Channel.TELEPHONE, "李科长"
            word.entered_by, word.signed_at = named(session, "bureau"), at(now)
            session.add(word)
    session.flush()


def judged(session: Session, of: Acceptance, now: str = SAID, rest: Opinion = PASSED) -> None:
    """Judge as proposed, and the rest as said; everything at once, for there are hundreds."""
    bureau = named(session, "bureau")
    standards.judge_proposed(session, bureau, of, None, at(now), whole=True)
    rows = session.scalars(
        select(Conformity).where(
            Conformity.acceptance_id == of.id, Conformity.to_judge.is_(True), Conformity.conforms.is_(None)
        )
    )
    for row in rows:
        assert Evidence.of(row.figures).proposal is None
        row.conforms, row.remark, row.judged_by, row.judged_at = rest, "已核实", bureau, at(now)
    session.flush()


def ready(session: Session, of: Acceptance, opinion: Opinion = PASSED, now: str = SAID) -> Acceptance:
    """Let everything be there that a conclusion waits for."""
    with_group(session, of, now)
    group_says(session, of, opinion, now)
    units_say(session, of, now)
    judged(session, of, now)
    return of


def all_said(session: Session) -> None:
    """Let group and units speak in the one round there is, and all be judged."""
    of = only(session)
    group_says(session, of)
    units_say(session, of)
    judged(session, of)


def only(session: Session) -> Acceptance:
    return session.scalars(select(Acceptance)).one()


def finished(
    session: Session, of: Acceptance, opinion: Opinion = PASSED, now: str = CONCLUDED, then: str = CHECKED
) -> Acceptance:
    """Let the round be concluded by one bureau person and checked by the other."""
    concluding.conclude(session, named(session, "bureau"), of, opinion, "小组一致意见", at(now))
    return concluding.check(session, named(session, "bureau2"), of, at(then))


def passed(session: Session, year_id: int, stage: AcceptanceStage) -> Acceptance | None:
    """Return the round that passed, concluded by one bureau person and checked by another (P1)."""
    found = _finished(session, year_id, stage, Opinion.PASSED)
    return found[-1] if found else None


def failures(session: Session, year_id: int, stage: AcceptanceStage = FINAL) -> list[Acceptance]:
    """Return the rounds that failed, the first one first: the second one is the second failure (P3)."""
    return _finished(session, year_id, stage, Opinion.FAILED)


def _finished(
    session: Session, year_id: int, stage: AcceptanceStage, conclusion: Opinion
) -> list[Acceptance]:
    query = select(Acceptance).where(
        Acceptance.service_year_id == year_id,
        Acceptance.stage == stage,
        Acceptance.conclusion == conclusion,
        Acceptance.checked_at.is_not(None),
    )
    return list(session.scalars(query.order_by(Acceptance.round)))
