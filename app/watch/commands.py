"""``jobs run``, ``jobs once`` and ``jobs list``; and the jobs inside the web process."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask import Flask, current_app

from app import clock
from app.contract.commands import loaded_contract, put, require_contract
from app.database import ENGINE, current_engine
from app.settings import Settings
from app.watch.jobs import BY_NAME, JOBS
from app.watch.overview import lease, overview
from app.watch.runner import Clock, Runner, new_holder, run_now
from sla.when import iso

log = logging.getLogger("lvyue.watch")

EMBEDDED = "embedded"
RUNNER = "lvyue.runner"


@click.group("jobs")
def jobs_group() -> None:
    """The jobs that run by the clock."""


@jobs_group.command("run")
def run_command() -> None:
    """Run the jobs as a process of its own, until it is interrupted."""
    require_contract()
    runner = Runner(current_engine(), clock_of(_site()), blocking=True, context=_site().app_context)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    log.info("任务进程 %s 已启动，按 Ctrl+C 停止", runner.holder)
    try:
        runner.start()
    except KeyboardInterrupt:
        pass
    finally:
        runner.stop()


@jobs_group.command("once")
@click.option("--job", "names", multiple=True, type=click.Choice(list(BY_NAME)), help="Only this job.")
def once_command(names: tuple[str, ...]) -> None:
    """Run every job once, now, whoever holds the lease; one JSON object a job."""
    require_contract()
    holder, wrong = new_holder(), False
    for job in JOBS:
        if names and job.name not in names:
            continue
        result = run_now(current_engine(), holder, clock_of(_site()), job)
        put({"job": job.name, "label": job.label, "outcome": result.outcome, "error": result.error or None})
        wrong = wrong or bool(result.error)
    if wrong:
        sys.exit(1)


@jobs_group.command("list")
def list_command() -> None:
    """Print how every job stands, one JSON object a line, and last who runs them."""
    with loaded_contract() as session:
        for one in overview(session, clock.now()):
            put(one.as_dict())
        held = lease(session, clock.now())
        put({"holder": held.holder if held else None, "until": iso(held.until) if held else None})


@contextmanager
def embedded(site: Flask) -> Iterator[None]:
    """Run the jobs in the background of a web process for as long as it answers, unless they are off."""
    settings: Settings = site.config["SETTINGS"]
    if settings.jobs != EMBEDDED:
        yield
        return
    runner = Runner(site.extensions[ENGINE], clock_of(site), context=site.app_context)
    runner.start()
    site.extensions[RUNNER] = runner
    try:
        yield
    finally:
        del site.extensions[RUNNER]
        runner.stop()


def nudge(site: Flask, name: str) -> None:
    """Let a job run now if this process runs jobs; otherwise its next slot does."""
    runner: Runner | None = site.extensions.get(RUNNER)
    if runner is not None:
        runner.soon(BY_NAME[name])


def clock_of(site: Flask) -> Clock:
    """Return the site's clock for threads that have no request."""

    def read() -> datetime:
        with site.app_context():
            return clock.now()

    return read


def _site() -> Flask:
    site: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return site
