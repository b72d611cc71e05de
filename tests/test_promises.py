"""What holds for the whole repository, whoever adds to it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from flask import url_for
from sqlalchemy import DateTime, Enum
from werkzeug.routing import IntegerConverter, Rule

import models  # noqa: F401, importing it fills Base.metadata
from app.login import PUBLIC_ENDPOINTS, SIGN_IN
from app.settings import Settings, variable
from models.base import Base, UTCDateTime

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 400  # lines

FEATURE_FILES = {"__init__.py", "views.py", "schemas.py", "service.py", "queries.py"}
# Nothing is changed there.
READS_ONLY = {"home", "agenda", "grid", "guide", "search", "exports", "live", "overview"}
KNOWS_NOTHING = {"guide"}  # and nothing is looked up

# A value for each argument of a route whose converter does not take "1".
SAMPLES = {"month": "2025-07", "day": "2025-07-01"}

IN_TEMPLATES = {
    "an inline script": r"<script(?![^>]*\bsrc=)",
    "a script with a body": r"<script[^>]*>\s*[^<\s]",
    "a style element": r"<style\b",
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "an on… handler": r"<[^>]*\son[a-z]+\s*=",
    "an asset of another host": r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)\s*=\s*[\"'](?:https?:)?//",
    "a javascript: address": r"[\"']\s*javascript:",
    "the filter that switches escaping off": r"\|\s*safe\b|autoescape\s+false",
}
OWN_COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])|\b(?:rgba?|hsla?)\(|:\s*(?:white|black|red|gr[ae]y)\b"
)
CLOCK = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|date\.today|time\.(?:time|monotonic))\(")


def sources(*folders: str, suffix: str = ".py") -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob(f"*{suffix}"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def address(rule: Rule) -> str:
    values = {
        name: 1 if isinstance(rule._converters[name], IntegerConverter) else SAMPLES.get(name, "1")
        for name in rule.arguments
    }
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return built[1]


def test_every_route_asks_for_a_sign_in_unless_it_is_named_public(app, client):
    with app.test_request_context():
        sign_in = url_for(SIGN_IN)
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC_ENDPOINTS:
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            page = client.open(address(rule), method=method)
            assert page.status_code == 302, f"{method} {rule}"
            assert page.location.startswith(sign_in), f"{method} {rule}"
            program = client.open(address(rule), method=method, headers={"Accept": "application/json"})
            assert program.status_code == 401, f"{method} {rule}"


def test_every_public_endpoint_exists(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= PUBLIC_ENDPOINTS


@pytest.mark.parametrize("what", IN_TEMPLATES)
def test_templates_hold_nothing_that_the_browser_would_have_to_refuse(what):
    pattern = re.compile(IN_TEMPLATES[what], re.IGNORECASE)
    found = [
        f"{short(path)}:{text.count(chr(10), 0, match.start()) + 1}"
        for path in sources("app/templates", suffix=".html")
        for text in [path.read_text(encoding="utf8")]
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_every_feature_folder_has_the_same_file_names():
    for views in (ROOT / "app").glob("*/views.py"):
        names = {path.name for path in views.parent.glob("*.py")}
        unneeded = {"schemas.py", "service.py"} if views.parent.name in READS_ONLY else set()
        unneeded |= {"queries.py"} if views.parent.name in KNOWS_NOTHING else set()
        assert names >= FEATURE_FILES - unneeded, short(views.parent)


def test_files_are_short_enough_to_be_read():
    folders = ("app", "models", "sla", "reports", "seeds")
    too_long = {
        short(path): lines
        for suffix in (".py", ".html", ".js", ".css")
        for path in sources(*folders, suffix=suffix)
        if path.parent.name != "versions" and (lines := path.read_text("utf8").count("\n")) > LONGEST_FILE
    }
    assert too_long == {}


def test_colours_are_named_in_one_style_sheet():
    found = [
        f"{short(path)}:{number}"
        for path in sources("app/static", suffix=".css")
        if path.name != "app.css"
        for number, line in enumerate(path.read_text(encoding="utf8").splitlines(), 1)
        if OWN_COLOUR.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_setting_is_documented(readme):
    text = (ROOT / readme).read_text(encoding="utf8")
    assert [variable(one.name) for one in fields(Settings) if variable(one.name) not in text] == []


def test_the_rules_import_nothing_but_the_standard_library():
    for path in sources("sla"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in {"sla", *sys.stdlib_module_names}, f"{short(path)}: {name}"


def test_rules_tables_and_use_cases_are_told_the_time_and_never_read_a_clock():
    for path in [*sources("sla", "models"), *(ROOT / "app").glob("*/service.py")]:
        assert CLOCK.search(path.read_text(encoding="utf8")) is None, short(path)


def test_models_and_use_cases_never_commit():
    for path in [*sources("models"), *(ROOT / "app").glob("*/service.py")]:
        assert ".commit(" not in path.read_text(encoding="utf8"), short(path)


def test_every_column_of_instants_or_words_uses_our_own_types():
    for table in Base.metadata.tables.values():
        for column in table.columns:
            own = isinstance(column.type, UTCDateTime) or not isinstance(column.type, (DateTime, Enum))
            assert own, column


def test_every_folder_of_tests_is_a_package():
    folders = {path.parent for path in sources("tests")}
    assert [short(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_widths_that_change_the_layout_are_counted_in_letters():
    """Larger letters make a page narrow, as a narrower screen does; a width in px would not notice them."""
    found = [
        f"{short(path)}:{number}"
        for suffix in (".css", ".js")
        for path in sources("app/static", suffix=suffix)
        for number, line in enumerate(path.read_text(encoding="utf8").splitlines(), 1)
        if re.search(r"\((?:min|max)-width:[^)]*px\)", line)
    ]
    assert found == []
