"""The one list of the lists that can be had as a workbook, by the name in their address."""

from __future__ import annotations

from app.exports import of_contract, of_desk, of_money, of_months, of_rules, of_site, of_work
from app.exports.looking import Export

EXPORTS: dict[str, Export] = {
    "tickets": of_work.TICKETS,
    "duties": of_work.DUTIES_DUE,
    "missed": of_work.DUTIES_MISSED,
    "works": of_work.WORKS,
    "disputes": of_work.DISPUTES,
    "notices": of_work.NOTICES,
    "waiting": of_desk.WAITING,
    "risk": of_desk.RISK,
    "office": of_desk.OFFICE,
    "residents": of_desk.RESIDENTS,
    "search": of_desk.SEARCH,
    "behind": of_months.BEHIND,
    "period-tickets": of_months.PERIOD_TICKETS,
    "closing": of_months.CLOSING,
    "observations": of_contract.OBSERVATIONS,
    "callbacks": of_contract.CALLBACKS,
    "papers": of_contract.PAPERS,
    "projects": of_contract.PROJECTS,
    "equipment": of_contract.EQUIPMENT,
    "people": of_contract.PEOPLE,
    "terms": of_rules.TERMS,
    "readings": of_rules.READINGS,
    "calendar": of_rules.CALENDAR,
    "amendments": of_rules.AMENDMENTS,
    "obligations": of_rules.OBLIGATIONS,
    "plan": of_rules.PLAN,
    "checklists": of_rules.CHECKLISTS,
    "schemes": of_rules.SCHEMES,
    "renewals": of_money.RENEWALS,
    "units": of_site.UNITS,
    "report-jobs": of_site.REPORT_JOBS,
    "jobs": of_site.WATCH,
    "screens": of_site.SCREENS,
}
