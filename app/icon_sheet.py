"""The style sheet of the icons: only those the site uses, cut out of the installed package, kept in memory.

The package's font holds two thousand icons in 134 kB. Here each icon in use is a mask for its element, so
``<i class="bi bi-clock">`` takes the colour and the size of the text beside it, as the font did.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request

ENDPOINT = "icons"
# A name is written in quotes wherever it stands: in code, in a template, in a script; or as its class.
NAMED = re.compile(r"[\"'`]([a-z0-9]+(?:-[a-z0-9]+)*)[\"'`]|\bbi-([a-z0-9]+(?:-[a-z0-9]+)*)")
SYMBOL = re.compile(r'<symbol [^>]*viewBox="([^"]+)" id="([^"]+)">(.*?)</symbol>', re.DOTALL)
HEAD = """\
.bi::before { content: ""; display: inline-block; width: 1em; height: 1em; vertical-align: -.125em; \
background: currentColor; -webkit-mask: var(--bi) center / contain no-repeat; \
mask: var(--bi) center / contain no-repeat; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
@media (forced-colors: active) { .bi::before { background: CanvasText; forced-color-adjust: none; } }
"""


def init_app(app: Flask) -> None:
    app.add_url_rule("/icons.css", ENDPOINT, sheet)


def sheet() -> Response:
    """Serve the style sheet."""
    answer = Response(css(_package()), mimetype="text/css")
    answer.set_etag(version())
    answer.make_conditional(request)
    return answer


def version() -> str:
    """Return the digest of the sheet, which its address carries."""
    return _digest(_package())


@cache
def css(package: Path) -> str:
    """Return the style sheet of all icons in use; ``package`` is the file with every icon there is."""
    drawn = {name: (box, shape) for box, name, shape in SYMBOL.findall(package.read_text("utf8"))}
    return HEAD + "".join(_rule(name, *drawn[name]) for name in sorted(in_use() & drawn.keys()))


@cache
def in_use() -> frozenset[str]:
    """Return every word of the site's sources that may be the name of an icon."""
    folder = Path(__file__).parent
    return frozenset(
        one or other
        for ending in ("py", "html", "js")
        for path in folder.rglob(f"*.{ending}")
        for one, other in NAMED.findall(path.read_text("utf8"))
    )


@cache
def _digest(package: Path) -> str:
    return hashlib.sha256(css(package).encode()).hexdigest()[:12]


def _rule(name: str, box: str, shape: str) -> str:
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='{box}'>{shape.strip()}</svg>"
    drawing = drawing.replace('"', "'").replace("#", "%23").replace("<", "%3c").replace(">", "%3e")
    return f'.bi-{name} {{ --bi: url("data:image/svg+xml,{drawing}"); }}\n'


def _package() -> Path:
    return Path(current_app.blueprints["bootstrap"].static_folder or "") / "icons" / "bootstrap-icons.svg"
