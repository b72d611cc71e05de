"""Every term of ``contract.csv``: its key, what its value may be. Money hangs on them: none is guessed."""

from __future__ import annotations

import re

from seeds.cells import Reader, one_of, required, whole
from seeds.files import Row
from sla.errors import LoadError
from sla.vocab import Window

FILE = "contract.csv"


def yuan(text: str) -> str:
    """Read an amount in yuan to the fen; it stays text, so that nothing rounds it (F3)."""
    if not re.fullmatch(r"(0|[1-9][0-9]{0,11})\.[0-9]{2}", text):
        raise ValueError(f"应为到分的金额，例如 8767867.39，现在是「{text}」")
    return text


def _each(reader: Reader, *keys: str) -> dict[str, Reader]:
    return dict.fromkeys(keys, reader)


PERCENT, DAYS, YES = whole(0, 100), whole(1, 366), one_of("yes", "no")

TERMS: dict[str, Reader] = {
    **_each(required, "title", "project_no", "buyer", "supervisor", "law", "court"),
    **_each(required, "acceptance_form", "acceptance_group", *(f"dossier_{n}" for n in range(1, 8))),
    **_each(required, "governing_bid", "governing_promises", "governing_supplements"),
    **_each(required, "governing_confidentiality", "governing_list"),
    **_each(yuan, "ceiling_yuan"),
    **_each(one_of("CNY"), "currency"),
    **_each(whole(1, 999), "units", "projects"),
    **_each(whole(1, 60), "service_months"),
    **_each(whole(1, 10), "max_years", "payments", "confidentiality_years"),
    **_each(PERCENT, "stage1_percent", "stage2_percent", "supplement_cap_percent"),
    **_each(PERCENT, "delay_percent_per_day", "delay_flat_percent"),
    **_each(PERCENT, "failed_acceptance_percent", "second_failure_percent"),
    **_each(DAYS, "stage1_workdays", "stage2_workdays", "acceptance_report_workdays", "rework_workdays"),
    **_each(DAYS, "delay_flat_after_days", "return_documents_days"),
    **_each(whole(1, 1440), "paralysis_response_minutes"),
    **_each(YES, "own_start_dates", "stage1_gate_running", "stage1_gate_callback", "stage2_gate_year"),
    **_each(YES, "stage2_gate_running", "stage2_gate_acceptance", "gate_invoice", "gate_acceptance_report"),
    **_each(YES, "core_staff_review", "source_code_handover", "consortium"),
    **_each(one_of(*Window), "support_window"),
    **_each(one_of("signature"), "effect"),
    **_each(one_of("lpr_1y_daily"), "late_payment_rate"),
    **_each(one_of("treasury"), "late_payment_excuse"),
    **_each(one_of("optional", "required", "none"), "third_party_acceptance"),
    **_each(one_of("contract_total"), "damages_base"),
    **_each(one_of("daily"), "assessment_daily"),
    **_each(one_of("quarterly"), "assessment_quarterly"),
    **_each(one_of("annual"), "assessment_annual"),
    **_each(one_of("monthly", "unspecified"), "monthly_summary", "optimisation_plan", "work_report"),
    **_each(one_of("any_time"), "replace_staff"),
    **_each(one_of("all_staff"), "confidentiality_agreement"),
    **_each(one_of("allowed", "forbidden"), "subcontracting"),
    **_each(one_of("none", "required"), "performance_bond"),
    **_each(one_of("binding"), "bid_promises"),
}


def check_terms(terms: list[Row]) -> None:
    """Refuse a term nobody knows, a value that cannot be, a term that is missing, shares that are not all."""
    for row in terms:
        if row["key"] not in TERMS:
            row.refuse("key", f"没有「{row['key']}」这项合同条款")
        try:
            TERMS[row["key"]](row["value"])
        except ValueError as error:
            row.refuse("value", str(error))
    found = {row["key"]: row for row in terms}
    for key in TERMS:
        if key not in found:
            raise LoadError(FILE, 1, "key", f"缺少 {key} 一行")
    first, second = found["stage1_percent"], found["stage2_percent"]
    if int(first["value"]) + int(second["value"]) != 100:
        second.refuse("value", f"两次付款的比例之和应为 100，现在是 {first['value']} 加 {second['value']}")
