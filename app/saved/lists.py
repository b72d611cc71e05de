"""The one list of the lists whose filters can be saved, each with what its address may carry."""

from __future__ import annotations

from marshmallow import Schema

from app.assessment.schemas import ObservationsFilter
from app.callbacks.schemas import ListFilter
from app.disputes.schemas import DisputeFilter
from app.duties.schemas import DutyFilter, RecordFilter
from app.equipment.schemas import EquipmentFilter
from app.papers.schemas import PapersFilter
from app.people.schemas import PeopleFilter
from app.projects.schemas import ProjectFilter
from app.tickets.schemas import TicketFilter

LISTS: dict[str, type[Schema]] = {
    "tickets.index": TicketFilter,
    "duties.index": DutyFilter,
    "duties.missed": DutyFilter,
    "works.index": RecordFilter,
    "disputes.index": DisputeFilter,
    "observations.index": ObservationsFilter,
    "callbacks.index": ListFilter,
    "papers.index": PapersFilter,
    "projects.index": ProjectFilter,
    "equipment.index": EquipmentFilter,
    "people.index": PeopleFilter,
}
NO_FILTER = frozenset({"page"})  # where somebody is in a list is not what they narrowed it to
