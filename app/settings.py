"""Every setting, once: its name, default, meaning and how its text is read.

A setting is the environment variable ``LVYUE_`` plus the field's name in capitals; an empty value counts
as not given. ``python -m flask --app wsgi`` commands that serve nobody need no secret, so the secret is
checked apart from the rest, when something is about to serve (:meth:`Settings.check_ready_to_serve`).
"""

from __future__ import annotations

import logging
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy.exc import ArgumentError

from models.engine import database_url

PREFIX = "LVYUE_"
# No settings: one is read by the commands that set a password, the other by the tests of the browser.
NEW_PASSWORD = PREFIX + "NEW_PASSWORD"
OTHERS = frozenset({NEW_PASSWORD, PREFIX + "CHROMIUM"})
SHORTEST_SECRET = 32  # characters
FEWEST_DIFFERENT = 8  # characters; a repeated word is no secret, however long


class SettingsError(ValueError):
    """A setting cannot be used; the message is Chinese and names the variable."""


def setting(default: str, meaning: str, read: Callable[[str], Any]) -> Any:
    """One line of the list below: the default as it would be written, the meaning, the reader."""
    return field(metadata={"default": default, "meaning": meaning, "read": read})


def text(value: str) -> str:
    return value


def switch(value: str) -> bool:
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("0", "false", "no", "off"):
        return False
    raise ValueError("请填 1（开）或 0（关）")


def optional_switch(value: str) -> bool | None:
    return switch(value) if value else None


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not (value.isascii() and value.isdigit()) or not lowest <= int(value) <= highest:
            raise ValueError(f"请填 {lowest} 到 {highest} 之间的整数")
        return int(value)

    return read


def one_of(*words: str) -> Callable[[str], str]:
    known = {word.lower(): word for word in words}

    def read(value: str) -> str:
        if value.lower() not in known:
            raise ValueError(f"请填 {'、'.join(words)} 之一")
        return known[value.lower()]

    return read


def folder(value: str) -> Path:
    return Path(value).expanduser().absolute()


def database(value: str) -> str:
    if not value:
        return ""
    try:
        return database_url(value).render_as_string(hide_password=False)
    except (ArgumentError, ValueError):
        raise ValueError(
            "请填 SQLite 或 PostgreSQL 的地址，例如 sqlite:////srv/lvyue.sqlite3"
            " 或 postgresql://用户:口令@主机/库名"
        ) from None


def site_address(value: str) -> str:
    """Read where others reach the site: scheme, host and perhaps a port, without what follows them."""
    if not value:
        return ""
    wrong = ValueError("请填完整的网址，只到域名或端口为止，例如 https://lvyue.example.gov.cn")
    try:
        parts = urlsplit(value)
        beside = parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment
        named = parts.hostname and parts.port != 0 and not re.search(r"\s", value)
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("http", "https") or not named or beside:
        raise wrong
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Settings:
    """All settings, read and checked. ``meaning`` below is what the README's table says in other words."""

    database_url: str = setting("", "数据库地址；不填则用数据目录里的 SQLite 文件", database)
    data_dir: Path = setting("data", "数据目录，不存在时以 0700 权限建立", folder)
    secret_key: str = setting("", "会话密钥，至少 32 个字符；演示模式自动生成", text)
    demo: bool = setting("0", "演示模式：演示数据和演示账号只在此时存在", switch)
    demo_password: str = setting("", "演示账号的口令；不填则随机", text)
    host: str = setting("127.0.0.1", "监听地址", text)
    port: int = setting("5000", "监听端口", whole_number(1, 65535))
    public_address: str = setting(
        "", "对外的网址，二维码、Word 文件、日历都用它；不填则随访问时的网址", site_address
    )
    secure_cookies: bool | None = setting(
        "", "会话 Cookie 只走 HTTPS；不填则演示模式关、其他时候开", optional_switch
    )
    log_level: str = setting(
        "INFO", "日志级别，日志写到标准错误", one_of("DEBUG", "INFO", "WARNING", "ERROR")
    )
    jobs: str = setting(
        "embedded", "自动任务：embedded 随站点运行，off 由 jobs run 单独运行", one_of("embedded", "off")
    )
    max_upload_mb: int = setting("20", "一次上传的上限，单位 MiB", whole_number(1, 1024))

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings from ``environ``; a value that cannot be read raises SettingsError."""
        given = {one.name: _read(one, environ) for one in fields(cls)}
        if not given["database_url"]:
            given["database_url"] = f"sqlite:///{given['data_dir'] / 'lvyue.sqlite3'}"
        if given["secure_cookies"] is None:
            given["secure_cookies"] = not given["demo"]
        return cls(**given)

    def prepare_data_dir(self) -> None:
        """Make the data folder, for its owner alone; one that is there already is left as it is."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"{variable('data_dir')}：无法建立数据目录 {self.data_dir}（{error}）"
            ) from error

    def session_secret(self) -> str:
        """The secret that signs sessions; the demonstration makes its own once and keeps it."""
        return _kept_secret(self.data_dir / "demo-secret") if self.demo else self.secret_key

    def check_ready_to_serve(self) -> None:
        """Refuse to serve anybody with a secret that somebody could guess."""
        if self.demo:
            return
        name = variable("secret_key")
        if not self.secret_key:
            raise SettingsError(f"{name} 没有设置：正式运行必须给出至少 {SHORTEST_SECRET} 个字符的随机密钥")
        if len(self.secret_key) < SHORTEST_SECRET or len(set(self.secret_key)) < FEWEST_DIFFERENT:
            raise SettingsError(
                f"{name} 太短或太简单：至少 {SHORTEST_SECRET} 个字符，请用随机生成的值，不要用示例值"
            )


def variable(name: str) -> str:
    """The environment variable of the setting ``name``."""
    return PREFIX + name.upper()


def current_settings() -> Settings:
    """The settings of the application at work."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def warn_of_unknown(environ: Mapping[str, str] = os.environ) -> None:
    """Say so when a variable looks like a setting and is none: a misspelt one would be silently ignored."""
    known = {variable(one.name) for one in fields(Settings)} | OTHERS
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            logging.getLogger("lvyue").warning("没有 %s 这个设置，已忽略；请检查拼写", name)


def _read(one: Field[Any], environ: Mapping[str, str]) -> Any:
    value = environ.get(variable(one.name), "").strip() or one.metadata["default"]
    try:
        return one.metadata["read"](value)
    except ValueError as error:
        raise SettingsError(f"{variable(one.name)} 的值不能用：{error}") from None


def _kept_secret(path: Path) -> str:
    """Read the secret in ``path``; when there is none, make one that only the owner can read."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")
