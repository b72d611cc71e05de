"""The one list of the lists that can be had as a workbook, by the name in their address."""

from __future__ import annotations

from app.exports import of_contract, of_work
from app.exports.looking import Export

EXPORTS: dict[str, Export] = {
    "tickets": of_work.TICKETS,
    "duties": of_work.DUTIES_DUE,
    "missed": of_work.DUTIES_MISSED,
    "works": of_work.WORKS,
    "disputes": of_work.DISPUTES,
    "notices": of_work.NOTICES,
    "observations": of_contract.OBSERVATIONS,
    "callbacks": of_contract.CALLBACKS,
    "papers": of_contract.PAPERS,
    "projects": of_contract.PROJECTS,
    "equipment": of_contract.EQUIPMENT,
    "people": of_contract.PEOPLE,
}
