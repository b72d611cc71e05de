"""How the views take a form once, and what a device says of its clock when it sends something later.

A form carries its number in ``submission``. What was entered without network is the same form, sent to the
same address later; two headers beside it say when the person tapped and when it was sent, both by the
device's clock.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from flask import redirect, request
from flask.typing import ResponseReturnValue

from app.clock import now
from app.database import current_session
from app.forms import NOT_A_VALUE, Form
from app.login import viewer
from app.outbox import service
from models.submissions import Submission
from sla.backentry import by_device
from sla.errors import Invalid
from sla.when import check_instant

TAPPED, DEVICE = "Lvyue-Tapped-At", "Lvyue-Device-At"
LONGEST_KEY = 64  # characters
# These differ between two sendings of the same thing.
PASSING = frozenset({NOT_A_VALUE, "submission", "version"})


def same(form: Form) -> str:
    """Return where the answer led to the same form, saying the same, if it was carried out before."""
    key = _key(form)
    made = service.earlier(current_session(), viewer(), key) if key else None
    return made.back if made and made.digest == digest(form) else ""


def answered(form: Form) -> ResponseReturnValue | None:
    """Return the answer to a form that was carried out before, if it says the same as then."""
    back = same(form)
    return redirect(back, 303) if back else None


def claim(form: Form) -> Submission | None:
    """Take the form's number, if it has one (``app.outbox.service.claim``)."""
    key = _key(form)
    if not key:
        return None
    return service.claim(current_session(), viewer(), key, digest(form), now(), device_at())


def keep(claimed: Submission | None, back: str) -> None:
    """Remember where the answer to a form that was carried out leads."""
    if claimed is not None:
        claimed.back = back[: service.LONGEST_BACK]


def digest(form: Form) -> str:
    """Return the digest of where a form went and what was typed into it."""
    typed = {
        name: str(value).strip()
        for name, value in form.values.items()
        if name not in PASSING and value is not None and str(value).strip()
    }
    said = json.dumps([request.path, typed], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def is_later() -> bool:
    """Tell whether a device sends something that was entered before, without network."""
    return DEVICE in request.headers


def device_at() -> datetime | None:
    """Return what the device's clock said at sending; ``None`` for what is sent at once."""
    return _instant(DEVICE) if is_later() else None


def happened(typed: datetime | None) -> datetime | None:
    """Return when something happened: as the person typed it, or when they tapped (C12); ``None`` is now."""
    sent_at = device_at()
    if typed is not None or sent_at is None:
        return typed
    return by_device(_instant(TAPPED), sent_at, now())


def _key(form: Form) -> str:
    key = form.values.get("submission")
    return key.strip() if isinstance(key, str) and len(key.strip()) <= LONGEST_KEY else ""


def _instant(header: str) -> datetime:
    try:
        return check_instant(datetime.fromisoformat(request.headers.get(header, "")), "设备时间")
    except ValueError:
        raise Invalid("设备没有说明时间，请刷新页面后重新提交", "occurred_at") from None
