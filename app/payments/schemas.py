"""What is valid input to the pages about money. Amounts are read as yuan and become fen in the views."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.forms import AddressSchema, FormSchema, day, number, text, tick, word
from app.payments.queries import YEARS
from app.payments.two import LONGEST
from sla.damages import DamagesKind
from sla.vocab import Word

LONGEST_NUMBER = 64
LONGEST_AMOUNT = 24


class OfYear(AddressSchema):
    """Which service year."""

    year = number("服务年度", min(YEARS), max(YEARS), required=True)


class StepForm(FormSchema):
    """A note beside an act that is signed."""

    note = text("说明", LONGEST)


class ReasonForm(FormSchema):
    """Why something is sent back or withdrawn."""

    reason = text("原因", LONGEST, required=True)


class OutsideForm(FormSchema):
    """What happened at the treasury."""

    on_day = day("日期", required=True)
    number = text("编号", LONGEST_NUMBER)
    amount = text("金额", LONGEST_AMOUNT)
    note = text("说明", LONGEST)


class InvoiceForm(FormSchema):
    """An invoice."""

    number = text("发票号码", LONGEST_NUMBER, required=True)
    issued_on = day("开票日期", required=True)
    amount = text("金额", LONGEST_AMOUNT, required=True)


class InvoiceDecision(FormSchema):
    """What the bureau says of an invoice; a rejection needs its reason."""

    reason = text("原因", LONGEST)


class RowForm(FormSchema):
    """Whether a row counts for the first payment."""

    counts = tick("计入")
    reason = text("理由", LONGEST, required=True)


class EvidenceForm(FormSchema):
    """What the effect of a service year rests on."""

    number = text("文号", LONGEST_NUMBER)
    dated = day("签订日期")
    note = text("说明", LONGEST)


def award_form(seqs: Iterable[int]) -> FormSchema:
    """Return the schema of an award with one amount a row; a table may be sent in their place."""
    fields: dict[str, Any] = {
        "award": text("中标金额", LONGEST_AMOUNT, required=True),
        "basis": text("依据", LONGEST, required=True),
    }
    fields |= {f"row_{seq}": text(f"第 {seq} 项", LONGEST_AMOUNT) for seq in seqs}
    return FormSchema.from_dict(fields, name="AwardForm")()  # type: ignore[return-value]


class Direction(Word):
    """Whether a supplement adds to the contract or takes from it."""

    MORE = "more", "增加"
    LESS = "less", "减少"


class SupplementForm(FormSchema):
    """A supplementary contract."""

    number = text("补充合同编号", LONGEST_NUMBER, required=True)
    dated = day("签订日期", required=True)
    direction = word("增减", Direction, required=True)
    amount = text("金额", LONGEST_AMOUNT, required=True)
    rows = text("各项目", 4000)
    reason = text("事由", LONGEST, required=True)


class TerminationForm(FormSchema):
    """The early end of a row."""

    seq = number("项目", 1, 999, required=True)
    last_day = day("最后服务日", required=True)
    amount = text("结算金额", LONGEST_AMOUNT)
    basis = text("依据", LONGEST, required=True)
    reason = text("理由", LONGEST)


class ClaimForm(FormSchema):
    """A claim for damages."""

    kind = word("类别", DamagesKind, required=True)
    stage = number("付款", 1, 2)
    days = number("逾期日数", 0, 3660)
    what = text("事实和证据", LONGEST, required=True)
    amount = text("认定金额", LONGEST_AMOUNT)
    reason = text("理由", LONGEST, required=True)


class RateForm(FormSchema):
    """The one-year LPR of a day."""

    published_on = day("公布日期", required=True)
    percent = text("年利率", 8, required=True)


def renewal_form(seqs: Iterable[int]) -> FormSchema:
    """Return the schema of decisions about renewal: one choice and one reason a project."""
    fields: dict[str, Any] = {}
    for seq in seqs:
        fields[f"renews_{seq}"] = word(f"第 {seq} 项", Renews)
        fields[f"reason_{seq}"] = text(f"第 {seq} 项的理由", LONGEST)
    return FormSchema.from_dict(fields, name="RenewalForm")()  # type: ignore[return-value]


class Renews(Word):
    """What is decided about a project."""

    YES = "yes", "续签"
    NO = "no", "不续签"
