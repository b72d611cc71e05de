"""The eight sign-ins of the demonstration, all with one password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import passwords
from app.account.queries import DEMONSTRATION
from app.account.service import end_all, set_password
from app.people.assignments import assign
from app.people.service import create_person
from app.simulation.people import NO_PASSWORD
from models.contract import Unit
from models.people import User
from sla.errors import Forbidden
from sla.vocab import Role
from sla.when import day_of

UNIT = "洛阳市财政局"  # it has five rows, and a sixth through its sub-unit
ROWS = (24, 25, 26, 27, 28, 29, 3, 44)  # the engineer's: the contact's six and two of other units


@dataclass(frozen=True)
class SignIn:
    """One of the eight: what to type, as whom, and what to look for."""

    username: str
    role: Role
    name: str
    what: str


SIGN_INS = (
    SignIn("engineer", Role.ENGINEER, "孟凡舟", "手机上处理自己负责项目的工单"),
    SignIn("contact", Role.CONTACT, "杜若溪", f"{UNIT}：报修、验收、确认、评价"),
    SignIn("bureau", Role.BUREAU, "石敬亭", "全部项目的风险、裁定、月度结果"),
    SignIn("bureau2", Role.BUREAU, "白云舒", "另一位局方人员：需要两人办理的事"),
    SignIn("manager", Role.MANAGER, "段一鸣", "派单、人员安排、申报挂起"),
    SignIn("hotline", Role.HOTLINE, "沈秋棠", "替任何单位登记电话报修"),
    SignIn("auditor", Role.AUDITOR, "贺知衡", "只看不改，核对存证"),
    SignIn("admin", Role.ADMIN, "卢思齐", "账号、单位、日历，看不到业务数据"),
)
assert tuple(one.username for one in SIGN_INS) == DEMONSTRATION


def ensure(session: Session, now: datetime, *, demo: bool) -> list[User]:
    """Return the eight people, made if they are missing; refused outside the demonstration.

    They cannot sign in before ``let_in`` has given them a password.
    """
    if not demo:
        raise Forbidden("演示账号只在演示模式下建立，请设 LVYUE_DEMO=1")
    known = {
        user.username: user for user in session.scalars(select(User).where(User.username.in_(DEMONSTRATION)))
    }
    unit = session.scalar(select(Unit).where(Unit.name == UNIT))
    return [known.get(one.username) or _make(session, one, unit, now) for one in SIGN_INS]


def let_in(session: Session, password: str, now: datetime, *, demo: bool) -> None:
    """Give the eight this password, unless they have it; their open sign-ins end with the old one."""
    people = ensure(session, now, demo=demo)
    if all(passwords.matches(stored, password) for stored in {user.password_hash for user in people}):
        return
    hashed = passwords.hash_of(password)
    for user in people:
        set_password(user, hashed, must_change=False)
        end_all(session, user, now)


def _make(session: Session, one: SignIn, unit: Unit | None, now: datetime) -> User:
    user = create_person(
        session,
        None,
        now,
        username=one.username,
        name=one.name,
        role=one.role,
        password_hash=NO_PASSWORD,
        unit=unit if one.role is Role.CONTACT else None,
        phone="0379-00000000",
        must_change_password=False,
        is_demo=True,
    )
    if one.role is Role.ENGINEER:
        today: date = day_of(now)
        for seq in ROWS:
            assign(session, None, user, now, project_seq=seq, from_day=today)
    return user
