"""What the two payments of a service year are judged by, and what the judgement says (P1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sla.vocab import Word


class Owes(Word):
    """Who has to do something before a gate can open."""

    SUPPLIER = "supplier", "乙方"
    UNIT = "unit", "使用单位"
    BUREAU = "bureau", "局方"
    TREASURY = "treasury", "财政部门"


class GateKey(Word):
    """What a payment waits for, by the lines of the tender."""

    EFFECT = "effect", "合同已生效"
    YEAR = "year", "服务满一年"
    RUNNING = "running", "各项目运转平稳"
    CALLBACK = "callback", "回访满意合格"
    ACCEPTANCE = "acceptance", "验收考核合格"
    REPORT = "report", "验收报告已签署"
    INVOICE = "invoice", "收到合法发票并经局方确认"


class PaymentState(Word):
    """Where a payment stands; derived, never typed in."""

    OPEN = "conditions_open", "条件未满足", "warn"
    PAYABLE = "payable", "条件已满足，待付款", "info"
    PREPARED = "prepared", "待审核放款", "info"
    RELEASED = "released", "已放款，待报财政", "info"
    FILED = "filed", "已报财政", "info"
    LATE = "late", "逾期未付", "bad"
    PAID = "paid", "已付款", "good"


@dataclass(frozen=True)
class Terms:
    """The terms of payment, from the contract; ``skipped`` are gates it does not ask for."""

    stage1_percent: int = 70
    stage1_workdays: int = 30
    stage2_workdays: int = 30
    report_workdays: int = 15
    skipped: frozenset[tuple[int, GateKey]] = frozenset()


@dataclass(frozen=True)
class Readings:
    """How the contract is read: ``year_over`` contract or each_row, ``stage1_due`` later_of_both or not."""

    each_row: bool = False
    effect_only: bool = False


@dataclass(frozen=True)
class Said:
    """A signed word about a project. ``until`` is the last day it speaks of; ``satisfied`` may be unasked."""

    on: date
    running_well: bool
    satisfied: bool | None = None
    until: date | None = None


@dataclass(frozen=True)
class RowFacts:
    """A project in its year ``[starts_on, ends_on)``; ``said`` in the order of signing.

    ``counts`` is the bureau's decision whether a project that is not yet in service counts for the first
    payment all the same; ``None`` where it decided nothing.
    """

    seq: int
    unit: str
    starts_on: date
    ends_on: date
    said: tuple[Said, ...] = ()
    counts: bool | None = None


@dataclass(frozen=True)
class InvoiceFacts:
    """An invoice that was not rejected, in fen; ``confirmed_on`` once the bureau took it."""

    fen: int
    received_on: date
    confirmed_on: date | None = None


@dataclass(frozen=True)
class AcceptanceFacts:
    """The stage's acceptance: reported, passed, and its report signed, on which day."""

    reported_on: date | None = None
    passed_on: date | None = None
    signed_on: date | None = None
    failed: bool = False


@dataclass(frozen=True)
class StageFacts:
    """All that one stage is judged by. ``year`` is ``(first day, day after the last)``, if it is open."""

    stage: int
    year: tuple[date, date] | None
    rows: tuple[RowFacts, ...] = ()
    accepted: AcceptanceFacts = AcceptanceFacts()
    invoices: tuple[InvoiceFacts, ...] = ()
    amount: int | None = None
    prepared: bool = False
    released_on: date | None = None
    filed_on: date | None = None
    paid_on: date | None = None


@dataclass(frozen=True)
class Missing:
    """One thing a gate still waits for."""

    owes: Owes
    what: str
    seq: int | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Gate:
    """One condition: met since a day, or what is missing. ``aside`` are projects it does not ask about.

    ``due`` is the day by which the contract expects it, where it names one.
    """

    key: GateKey
    since: date | None
    missing: tuple[Missing, ...] = ()
    aside: tuple[tuple[int, str], ...] = ()
    due: date | None = None

    @property
    def met(self) -> bool:
        """Tell whether it is open no more."""
        return not self.missing

    @property
    def owner(self) -> Owes | None:
        """Return who owes the most of what is missing, the first of equals; nobody once it is met."""
        owing = [one.owes for one in self.missing]
        return max(owing, key=owing.count) if owing else None


@dataclass(frozen=True)
class Stage:
    """A stage as it stands: its gates, when all were met, its due day, and how late it is, in days.

    ``due`` of a first payment whose gates are open is the earliest day it can be; ``excused`` says that the
    request reached the treasury in time; ``rows`` are the projects it asks about.
    """

    stage: int
    gates: tuple[Gate, ...]
    met_on: date | None
    due: date | None
    provisional: bool
    state: PaymentState
    days_late: int = 0
    excused: bool = False
    rows: tuple[int, ...] = field(default=())

    @property
    def open_gates(self) -> tuple[Gate, ...]:
        """Return what is still waited for."""
        return tuple(gate for gate in self.gates if not gate.met)
