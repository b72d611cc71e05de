"""Which files are taken: recognised by what they contain, never by what they are called."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile

from app.files.photos import is_heic
from sla.errors import Invalid

LONGEST_NAME = 120  # characters
LONGEST_ENDING = 10


@dataclass(frozen=True)
class Type:
    """A type of file: how it is served, and how its name may end."""

    media_type: str
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument."
IMAGE = Type("image/jpeg", (".jpg",))
PDF = Type("application/pdf", (".pdf",))
WORD = Type(_OFFICE + "wordprocessingml.document", (".docx",))
SHEET = Type(_OFFICE + "spreadsheetml.sheet", (".xlsx",))
ZIP = Type("application/zip", (".zip",))
TEXT = Type("text/plain", (".txt", ".log"))
CSV = Type("text/csv", (".csv",))

TAKEN = "照片（JPEG、PNG、WebP）和 PDF、docx、xlsx、txt、csv、zip"
UNKNOWN = f"不接收这种文件，可以上传{TAKEN}"
OLD_OFFICE = "旧版的 doc、xls、ppt 不接收，请另存为 docx、xlsx 或 PDF 后上传"
MACROS = "带宏的文件不接收，请另存为不带宏的 docx 或 xlsx 后上传"
BROKEN = "文件不完整或已损坏，请重新选择"

_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM")
_RESERVED = '<>:"/\\|?*'
_UNSEEN = ("Cc", "Cf", "Cs", "Co")  # with them a name can pretend to be another


def is_image(content: bytes) -> bool:
    """Tell whether a content begins like a picture; whether it is one, its decoder finds out."""
    return content.startswith(_IMAGES) or is_heic(content[:12]) or _is_webp(content)


def recognised(content: bytes, name: str) -> Type:
    """Return the type of a file that is no picture; what is not taken is ``Invalid``.

    Its name has to end as this type does: who opens it later must get what was checked here.
    """
    found = _by_content(content, name)
    ending = PurePosixPath(name).suffix.lower()
    if ending not in found.endings:
        told = "、".join(found.endings)
        raise Invalid(f"文件名的后缀「{ending or '无'}」与内容不符，内容是 {told} 文件，请改名后上传", "file")
    return found


def safe_name(given: str, ending: str = "") -> str:
    """Return the last part of a file's name without anything that could mislead; ``ending`` replaces its own.

    It is shown and offered for saving; no path is ever made of it.
    """
    text = unicodedata.normalize("NFC", given.replace("\\", "/").rsplit("/", 1)[-1])
    text = "".join(sign for sign in text if unicodedata.category(sign) not in _UNSEEN)
    text = "".join("_" if sign in _RESERVED else sign for sign in text).strip(" .")
    path = PurePosixPath(text or "文件")
    end = ending or path.suffix[:LONGEST_ENDING]
    stem = path.stem if path.suffix else path.name
    return stem[: LONGEST_NAME - len(end)].rstrip(" .") + end


def _by_content(content: bytes, name: str) -> Type:
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(OLD_OFFICE, "file")
    if _is_text(content):
        ending = PurePosixPath(name).suffix.lower()
        for kind in (TEXT, CSV):
            if ending in kind.endings:
                return kind
    raise Invalid(UNKNOWN, "file")


def _packed(content: bytes) -> Type:
    """Look at the list of a zip's parts; nothing of it is unpacked."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            parts = set(packed.namelist())
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        raise Invalid(BROKEN, "file") from None
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise Invalid(MACROS, "file")
    if "[Content_Types].xml" in parts:
        for kind, part in ((WORD, "word/document.xml"), (SHEET, "xl/workbook.xml")):
            if part in parts:
                return kind
    return ZIP


def _is_text(content: bytes) -> bool:
    """Tell whether a content is text as people here write it; only line ends and tabs control it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(sign < " " and sign not in "\n\r\t\f" for sign in text)
    return False


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"
