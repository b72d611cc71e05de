"""Pictures and files for the tests, made on the spot."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def photo(
    size: tuple[int, int] = (640, 480),
    *,
    form: str = "JPEG",
    orientation: int | None = None,
    taken: str | None = None,
    **options: Any,
) -> bytes:
    """Return a picture, red on its left half and blue on its right; with a place in its metadata."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x8825] = {1: "N", 2: (34.0, 37.0, 6.0)}
    if orientation:
        exif[0x0112] = orientation
    if taken:
        exif[0x8769] = {0x9003: taken}
    out = BytesIO()
    image.save(out, form, exif=exif, **options)
    return out.getvalue()


def animated() -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE)]
    out = BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """Return a small PNG that claims to be very large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


def packed(*names: str) -> bytes:
    """Return a zip with these parts in it."""
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


DOCX = packed("[Content_Types].xml", "word/document.xml")
XLSX = packed("[Content_Types].xml", "xl/workbook.xml")
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40
