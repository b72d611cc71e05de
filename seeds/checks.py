"""What must hold between cells of a row and between files. The first row that breaks it stops the load."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from seeds.files import WHOLE_FILE, Row
from seeds.schemes import check_scheme
from seeds.terms import check_terms
from sla.calendar import DayKind
from sla.errors import Invalid, LoadError
from sla.interpretations import KEYS, Interpretations, Version
from sla.obligations import special_kinds
from sla.vocab import Cycle, TargetKind

MEASURES = {
    TargetKind.CHANGE: "workdays",
    TargetKind.ACCURACY: "ratio",
    TargetKind.CLOSURE: "ratio",
}
OF_A_PROJECT = ("targets.csv", "obligations.csv", "postings.csv", "equipment.csv", "readings.csv")

SATURDAY = 5  # as Python counts the days of a week

Data = dict[str, list[Row]]


def check(data: Data) -> None:
    """Check all files together; nothing has been written yet."""
    check_terms(data["contract.csv"])
    check_units(data["units.csv"])
    check_projects(data["projects.csv"], data["units.csv"])
    for file in OF_A_PROJECT:
        check_project_exists(data[file], data["projects.csv"])
    check_targets(data["targets.csv"])
    check_checklists(data["checklists.csv"])
    check_obligations(data["obligations.csv"], data["checklists.csv"])
    check_postings(data["postings.csv"], data["projects.csv"])
    check_interpretations(data["interpretations.csv"])
    check_scheme(data["scheme.csv"])
    check_calendar(data["calendar_days.csv"], data["calendar_years.csv"])
    check_counts(data)


def check_units(units: list[Row]) -> None:
    top = {row["name"] for row in units if row["parent"] is None}
    for row in units:
        if row["parent"] is not None and row["parent"] not in top:
            row.refuse("parent", f"上级单位「{row['parent']}」不在名单中，或自己也有上级")


def check_projects(projects: list[Row], units: list[Row]) -> None:
    known = {row["name"] for row in units}
    for row in projects:
        if row["unit"] not in known:
            row.refuse("unit", f"单位「{row['unit']}」不在 units.csv 中")
        if row["line_end"] < row["line"]:
            row.refuse("line_end", "止行不能早于起行")


def check_project_exists(rows: list[Row], projects: list[Row]) -> None:
    known = {row["seq"] for row in projects}
    for row in rows:
        # A duty of the whole contract names no project; nothing else goes without.
        if row["project"] is not None and row["project"] not in known:
            row.refuse("project", f"projects.csv 中没有序号 {row['project']}")


def check_targets(targets: list[Row]) -> None:
    for row in targets:
        wanted = MEASURES.get(row["kind"], "minutes")
        given = [name for name in ("minutes", "ratio", "workdays") if row[name] is not None]
        if given != [wanted]:
            row.refuse(wanted, f"「{row['kind'].label}」要填 {wanted}，且只填这一项")


def check_checklists(items: list[Row]) -> None:
    names: dict[str, str] = {}
    for row in items:
        if names.setdefault(row["code"], row["name"]) != row["name"]:
            row.refuse("name", f"检查表 {row['code']} 在前面叫「{names[row['code']]}」")
        for limit in ("low", "high"):
            if row[limit] is not None and row["unit"] is None:
                row.refuse(limit, "没有单位的项目不测量，不填上下限")
        if row["low"] is not None and row["high"] is not None and Decimal(row["low"]) > Decimal(row["high"]):
            row.refuse("high", "上限不能小于下限")


def check_obligations(obligations: list[Row], items: list[Row]) -> None:
    kinds = {row["code"] for row in items}
    for row in obligations:
        if (row["cycle"] is Cycle.QUOTA) != (row["quota"] is not None):
            row.refuse("quota", "周期为 quota 时要填次数，其他周期不填")
        if (row["cycle"] is Cycle.FILING_DAILY) != (row["when"] == "filing_period"):
            row.refuse("when", "周期为 filing_daily 时填 filing_period，其他周期不填")
        if special_kinds(row["when"]) and row["cycle"] is not Cycle.UNSPECIFIED:
            row.refuse("when", "重要时期只用于周期为 unspecified 的义务")
        if row["checklist"] is not None and row["checklist"] not in kinds:
            row.refuse("checklist", f"checklists.csv 中没有检查表 {row['checklist']}")
        if (row["kind"] == "inspection") > (row["checklist"] is not None):
            row.refuse("checklist", "巡检要填检查表")
        if (row["source"] == "contract") != (row["project"] is None):
            row.refuse("source", "合同全文的义务（contract）不填项目，其他义务要填项目")


def check_postings(postings: list[Row], projects: list[Row]) -> None:
    heads: dict[int, int] = defaultdict(int)
    for row in postings:
        heads[row["project"]] += row["heads"]
    for row in projects:
        if row["residents"] != heads[row["seq"]]:
            row.refuse(
                "residents", f"驻场 {row['residents']} 人，而 postings.csv 中合计 {heads[row['seq']]} 人"
            )


def check_interpretations(rows: list[Row]) -> None:
    for row in rows:
        try:
            Interpretations({row["key"]: (Version(row["from_day"], row["value"], row["status"]),)})
        except Invalid as error:
            row.refuse("key" if error.field == "口径" else "value", error.message)
    shipped = {row["key"] for row in rows if row["from_day"] is None}
    for key in KEYS:
        if key.name not in shipped:
            raise LoadError("interpretations.csv", 1, "key", f"缺少口径 {key.name}（{key.label}）的起始版本")


def check_calendar(days: list[Row], years: list[Row]) -> None:
    known = {row["year"] for row in years}
    for row in days:
        if row["date"].year not in known:
            row.refuse("date", f"calendar_years.csv 中没有 {row['date'].year} 年")
        if row["kind"] == DayKind.MAKEUP and row["date"].weekday() < SATURDAY:
            row.refuse("date", f"{row['date']} 本是周一至周五，不能是调休上班日")


def check_counts(data: Data) -> None:
    """Compare the numbers the contract states of itself with the rows: a lost line must not go unnoticed."""
    terms = {row["key"]: row for row in data["contract.csv"]}
    counts = {
        "units": sum(row["parent"] is None for row in data["units.csv"]),
        "projects": len(data["projects.csv"]),
    }
    for key, count in counts.items():
        if terms[key]["value"] != str(count):
            terms[key].refuse("value", f"合同写 {terms[key]['value']}，{key}.csv 中有 {count}")
    if not data["calendar_years.csv"]:
        raise LoadError("calendar_years.csv", 1, WHOLE_FILE, "没有任何年份")
