"""Back-entries (C12): what was recorded too late, or just late enough to matter, and how it is judged."""

from __future__ import annotations

from datetime import datetime

from sla.errors import Invalid
from sla.timeline import Milestone
from sla.vocab import Standing
from sla.when import clock_text, duration_text

DEVIATION_S = 120  # a clock may differ by so much before anybody needs to be told


def is_backentered(stop: Milestone, due: datetime | None, allowed_s: int) -> bool:
    """Tell whether a milestone is 补录: recorded too late, or just late enough to matter (C12)."""
    if not stop.by_supplier:
        return False
    late = (stop.recorded_at - stop.occurred_at).total_seconds() > allowed_s
    return late or (due is not None and stop.occurred_at <= due < stop.recorded_at)


def judged_at(stop: Milestone, due: datetime, allowed_s: int) -> datetime:
    """Return the moment a stop is judged by: its record until a back-entry is confirmed (C12)."""
    if stop.standing is not Standing.CONFIRMED and is_backentered(stop, due, allowed_s):
        return stop.recorded_at
    return stop.occurred_at


def by_device(tapped_at: datetime, device_at: datetime, now: datetime) -> datetime:
    """Return when a person tapped, by the server's clock, of something a device sends later (C12).

    ``tapped_at`` and ``device_at``, the moment of sending, are what the device's clock said. Only the time
    between them is used, so that a clock that is ahead or behind neither gains nor loses anything.
    """
    if tapped_at > device_at:
        raise Invalid(
            f"设备的时钟在登记（{clock_text(tapped_at)}）以后被拨回过，无法推算发生时间，请填写实际的时间",
            "occurred_at",
        )
    return now - (device_at - tapped_at)


def device_text(device_at: datetime, server_at: datetime) -> str:
    """Return the device's time of sending beside the server's, and by how much it was out if that matters."""
    told = f"设备时间 {clock_text(device_at)}，服务器时间 {clock_text(server_at)}"
    ahead = int((device_at - server_at).total_seconds())
    if abs(ahead) <= DEVIATION_S:
        return told
    return f"{told}，设备{'快' if ahead > 0 else '慢'} {duration_text(abs(ahead))}，发生时间已按此折算"
