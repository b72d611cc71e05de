"""The store of file contents, each under its own SHA-256 (L3).

A content is written beside the others, synced to the disk and only then given its name; the row that names
it comes after that. So every row has its file, and a crash leaves at most a content that nobody names. The
names people gave their files never come here. A content is hashed again whenever it is read.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO

from sla.errors import Damaged

log = logging.getLogger("lvyue")

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20
REFUSED = "这个文件的内容与存证的摘要不一致，系统没有提供它；请联系系统管理员从备份恢复"


@dataclass(frozen=True)
class Stored:
    """A content in the store: its digest in hex and its length in bytes."""

    sha256: str
    size: int


class Store:
    """The contents below one folder, as ``ab/cdef…``; the folder is made when it is first needed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, content: bytes | IO[bytes]) -> Stored:
        """Keep a content and return its digest; after this it survives a loss of power.

        What is there already is replaced by the same: putting a content again heals a damaged copy.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=self.root, prefix="new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                digest, size = sha256(), 0
                for chunk in _chunks(BytesIO(content) if isinstance(content, bytes) else content):
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            stored = Stored(digest.hexdigest(), size)
            self._name(Path(temporary), self.path(stored.sha256))
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return stored

    def open(self, digest: str) -> IO[bytes]:
        """Return a content, ready to be read, after hashing it again; a changed one is ``Damaged``."""
        path = self.path(digest)
        try:
            file = path.open("rb")
        except FileNotFoundError:
            log.error("stored file %s is missing: %s", digest, path)
            raise Damaged(REFUSED) from None
        found = sha256()
        for chunk in _chunks(file):
            found.update(chunk)
        if found.hexdigest() != digest:
            file.close()
            log.error("stored file %s was changed: it hashes to %s", path, found.hexdigest())
            raise Damaged(REFUSED)
        file.seek(0)
        return file

    def read(self, digest: str) -> bytes:
        """Return a content as a whole, after hashing it again."""
        with self.open(digest) as file:
            return file.read()

    def remove(self, digest: str) -> None:
        """Throw a content away; whether anything still names it, the caller has looked."""
        self.path(digest).unlink(missing_ok=True)

    def path(self, digest: str) -> Path:
        """Return where a content lies; anything but a digest is a ``ValueError``."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"not a SHA-256 in hex: {digest[:80]!a}")
        return self.root / digest[:2] / digest[2:]

    def _name(self, temporary: Path, path: Path) -> None:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        temporary.replace(path)
        # The names have to last as well: of the content, and of its folder, which may be new.
        for folder in (path.parent, self.root):
            _sync_folder(folder)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
