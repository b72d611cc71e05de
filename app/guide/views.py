"""The guide of the viewer's role, and the parts all pages are made of."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from app.clock import now
from app.forms import Form
from app.guide.steps import GUIDES, PICTURES
from app.icons import WORDS
from app.login import viewer

blueprint = Blueprint("guide", __name__)


@blueprint.get("/guide")
def index() -> ResponseReturnValue:
    """Show in a few steps what the viewer's role does here."""
    role = viewer().role
    folder = Path(current_app.static_folder or "") / "guide"
    there = {name for name in PICTURES if (folder / f"{name}.webp").is_file()}
    return render_template("guide/index.html", steps=GUIDES[role], there=there, shots=PICTURES)


@blueprint.get("/parts")
def parts() -> ResponseReturnValue:
    """Show every part of a page in every state, made by the macros that make the pages."""
    wrong = Form({"title": "平台打不开", "kind": "incident"}, key="wrong")
    wrong.errors = {"title": "请再写一句", "reported_at": "请填写日期和时间（北京时间）"}
    wrong.message = "有内容需要修改，请看标出的地方"
    at = now()
    return render_template(
        "guide/parts.html",
        plain=Form(key="plain"),
        wrong=wrong,
        vocabularies=sorted(WORDS, key=lambda words: words.__name__),
        at=at,
        dues=[at + timedelta(hours=hours) for hours in (30, 0.5, -2)],
    )
