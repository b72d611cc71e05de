"""The one list of features. A feature's ``__init__`` or ``views`` makes its blueprint and is named here."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.routing import IntegerConverter, Map

from app.acceptance.act_views import blueprint as acceptance_acts
from app.acceptance.views import blueprint as acceptance
from app.account.views import blueprint as account
from app.agenda.views import blueprint as agenda
from app.amendments.views import blueprint as amendments
from app.assessment.observation_views import blueprint as observations
from app.assessment.scheme_views import blueprint as schemes
from app.assessment.views import blueprint as assessment
from app.board.views import blueprint as board
from app.callbacks.views import blueprint as callbacks
from app.checklists.views import blueprint as checklists
from app.closing.views import blueprint as closing
from app.contract.change_views import blueprint as changes
from app.contract.views import blueprint as contract
from app.dispatch.office_views import blueprint as dispatch
from app.disputes.views import blueprint as disputes
from app.duties.plan_views import blueprint as plan
from app.duties.views import blueprint as duties
from app.duties.work_views import blueprint as works
from app.equipment.views import blueprint as equipment
from app.exports.views import blueprint as exports
from app.feed.views import blueprint as feed
from app.files.views import blueprint as files
from app.grid.views import blueprint as grid
from app.guide.views import blueprint as guide
from app.home.views import blueprint as home
from app.live.views import blueprint as live
from app.months.views import blueprint as months
from app.outbox.views import blueprint as outbox
from app.overview.views import blueprint as overview
from app.papers.views import blueprint as papers
from app.payments.form_views import blueprint as payments
from app.people.views import blueprint as people
from app.places.views import blueprint as places
from app.projects.views import blueprint as projects
from app.reports.views import blueprint as reports
from app.residents.views import blueprint as residents
from app.saved.views import blueprint as saved
from app.search.views import blueprint as search
from app.tickets.slip_views import blueprint as slips
from app.tickets.views import blueprint as tickets
from app.unit.views import blueprint as unit
from app.waiting.views import blueprint as waiting
from app.watch.views import blueprint as watch

BLUEPRINTS: tuple[Blueprint, ...] = (
    home,
    overview,
    board,
    tickets,
    slips,
    dispatch,
    duties,
    works,
    plan,
    agenda,
    grid,
    waiting,
    unit,
    checklists,
    disputes,
    callbacks,
    account,
    people,
    contract,
    changes,
    amendments,
    projects,
    months,
    reports,
    assessment,
    schemes,
    observations,
    closing,
    residents,
    acceptance,
    acceptance_acts,
    files,
    papers,
    payments,
    equipment,
    feed,
    guide,
    outbox,
    places,
    watch,
    search,
    saved,
    exports,
    live,
)


class RowNumber(IntegerConverter):
    """A number in an address: one that no column can hold leads nowhere."""

    def __init__(self, url_map: Map, fixed_digits: int = 0, max: int = 2**31 - 1) -> None:
        super().__init__(url_map, fixed_digits, max=max)


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
