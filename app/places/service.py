"""QR codes: an address as a picture that a telephone's camera opens."""

from __future__ import annotations

from io import BytesIO

from sla.errors import Invalid

MOST_PLACES = 24
LONGEST_PLACE = 40  # characters; it stands in an address that a code must hold
QUIET = 4  # modules of white around a code, as its standard wants


def code_svg(address: str) -> bytes:
    """Return an address as a QR code in SVG; equal addresses give equal bytes.

    Its error correction (M) survives a scratch or a fingerprint on the sheet.
    """
    import segno

    out = BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=QUIET, light="#fff", omitsize=True
    )
    return out.getvalue()


def code_png(address: str) -> bytes:
    """Return the same code as a picture (PNG) for documents."""
    import segno

    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", scale=6, border=QUIET)
    return out.getvalue()


def places_in(text: str) -> list[str]:
    """Return the places of a text, one a line, each once; none at all is one without a name."""
    found = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(found) > MOST_PLACES:
        raise Invalid(f"一次最多印 {MOST_PLACES} 个地点，请分几次", "places")
    if any(len(place) > LONGEST_PLACE for place in found):
        raise Invalid(f"地点最多 {LONGEST_PLACE} 个字", "places")
    return found or [""]
