"""The store: each content under its own digest, synced before it has its name, hashed again when read."""

from __future__ import annotations

import logging
import os
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from app.files.store import Store
from sla.errors import Damaged

CONTENT = "机房温度 23.5 ℃".encode()
DIGEST = sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "files")


@pytest.mark.parametrize("content", [CONTENT, b"", b"x" * 3_000_000])
def test_what_was_put_is_read_again(store, content):
    kept = store.put(BytesIO(content))
    assert (kept.sha256, kept.size) == (sha256(content).hexdigest(), len(content))
    assert store.read(kept.sha256) == content


def test_a_content_lies_under_its_digest_and_is_kept_once(store):
    store.put(CONTENT)
    store.put(CONTENT)
    files = [path for path in store.root.rglob("*") if path.is_file()]
    assert files == [store.root / DIGEST[:2] / DIGEST[2:]]
    assert store.root.stat().st_mode & 0o077 == 0
    assert files[0].stat().st_mode & 0o077 == 0


def test_it_is_synced_before_it_gets_its_name_and_its_folders_after(store, monkeypatch):
    done: list[str] = []
    sync, replace = os.fsync, type(store.root).replace

    def synced(number: int) -> None:
        done.append("sync")
        sync(number)

    def named(path: Path, to: Path) -> Path:
        done.append("name")
        return Path(replace(path, to))

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(type(store.root), "replace", named)
    store.put(CONTENT)
    assert done == ["sync", "name", "sync", "sync"]


def test_a_writing_that_fails_leaves_nothing(store, monkeypatch):
    def full(_number: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        store.put(CONTENT)
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("change", [b"", CONTENT + b"!", CONTENT.replace(b"23.5", b"22.5")])
def test_a_changed_content_is_refused_and_told_in_the_log(store, caplog, change):
    store.put(CONTENT)
    store.path(DIGEST).write_bytes(change)
    with caplog.at_level(logging.ERROR), pytest.raises(Damaged):
        store.open(DIGEST)
    assert DIGEST[2:] in caplog.text


def test_a_lost_content_is_refused_too_and_putting_it_again_heals(store):
    store.put(CONTENT)
    store.path(DIGEST).unlink()
    with pytest.raises(Damaged):
        store.read(DIGEST)
    store.put(CONTENT)
    assert store.read(DIGEST) == CONTENT
    store.path(DIGEST).write_bytes(b"damaged")
    store.put(CONTENT)
    assert store.read(DIGEST) == CONTENT


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "ab", "A" * 64, f"{DIGEST}/..", f"{DIGEST}\n"])
def test_nothing_but_a_digest_leads_anywhere(store, name):
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.open(name)
