"""Where a browser is on this machine, and the loud word at the end of a run that had none."""

from __future__ import annotations

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ELSEWHERE = "lvyue.test"  # this machine under a name: no address of its own, and no secure context
SWITCHES = [
    f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
]
REQUIRED = "LVYUE_REQUIRE_BROWSER"  # set to 1: a machine without a browser fails the run
MISSING = "no Chromium on this machine"
HOW = "install one (Debian, Ubuntu: apt-get install chromium) or name it: LVYUE_CHROMIUM=/path/to/chromium"


def find() -> str | None:
    """Return the path of a Chromium: the one that is named, or the first that is installed."""
    named = os.environ.get("LVYUE_CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def required() -> bool:
    """Tell whether the run has to fail where there is no browser."""
    return os.environ.get(REQUIRED, "") == "1"


def say_what_did_not_run(reporter: pytest.TerminalReporter) -> None:
    """Name the tests that were left out for want of a browser, and how to get one."""
    missed = sorted(
        {
            report.nodeid
            for report in reporter.stats.get("skipped", [])
            if report.nodeid.startswith("tests/browser/") and MISSING in str(report.longrepr)
        }
    )
    if not missed:
        return
    reporter.write_sep("!", "THE PAGES WERE NOT TRIED IN A BROWSER", red=True, bold=True)
    for nodeid in missed:
        reporter.write_line(f"not run: {nodeid}")
    reporter.write_line(f"{len(missed)} tests did not run: {MISSING}; {HOW}", red=True)
