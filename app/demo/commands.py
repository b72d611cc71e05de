"""``demo``: the site with made-up data, for a look around. ``serve``: the site for real."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import unicodedata
from typing import Any, NoReturn

import click
from flask import Flask, current_app
from waitress.server import create_server

from app import clock
from app.contract.commands import require_contract
from app.database import ENGINE, current_engine
from app.demo.guard import check_database
from app.demo.making import prepare
from app.demo.people import SIGN_INS
from app.settings import Settings, SettingsError, current_settings, variable
from app.watch.commands import embedded

THREADS = 8
LOCAL = ("127.0.0.1", "::1", "localhost")


@click.command("demo")
@click.option("--only-make", is_flag=True, help="Make the demonstration, print its sign-ins and leave.")
def demo_command(only_make: bool) -> None:
    """Make the demonstration if it is not there yet, and serve it."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    site = demonstration_site()
    settings: Settings = site.config["SETTINGS"]
    # The port is taken first: whoever has to wait for the data need not wait to hear that it is in use.
    server = None if only_make else listening(site, settings)
    try:
        password = prepare(site.extensions[ENGINE], settings, clock.now(), tell)
    except SettingsError as error:
        leave(str(error))
    click.echo(sign_ins(address(settings), password))
    if server is not None:
        serve(server, site)


@click.command("serve")
def serve_command() -> None:
    """Serve the site; needs a secret, and a database made by init."""
    settings = current_settings()
    try:
        settings.check_ready_to_serve()
        check_database(current_engine(), settings.demo)
    except SettingsError as error:
        leave(str(error))
    require_contract()
    site: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    server = listening(site, settings)
    click.echo(f"已启动：{address(settings)}")
    serve(server, site)


def demonstration_site() -> Flask:
    """Return the site at work if it is a demonstration, else one made anew that is."""
    if current_settings().demo:
        site: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        return site
    from app import create_app  # this module is imported while that one is

    try:
        return create_app(Settings.load({**os.environ, variable("demo"): "1"}))
    except SettingsError as error:
        leave(str(error))


def listening(site: Flask, settings: Settings) -> Any:
    """Return a server that holds its port and does not answer yet; a port in use is told plainly."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        held = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        leave(
            f"无法在 {settings.host} 的 {settings.port} 端口启动：{error}。"
            f"端口可能已被占用，请关掉占用它的程序，或换一个：{variable('port')}={other(settings.port)}"
        )
    # Waitress would otherwise take a gigabyte in before the site could say no.
    most = 2 * settings.max_upload_mb * 1024 * 1024
    return create_server(site, sockets=[held], threads=THREADS, ident=None, max_request_body_size=most)


def other(port: int) -> int:
    return port + 1 if port < 65535 else port - 1


def serve(server: Any, site: Flask) -> None:
    """Answer until interrupted, with the jobs in the background unless they are off."""
    settings: Settings = site.config["SETTINGS"]
    if settings.demo and settings.host not in LOCAL:
        tell("注意：演示站点对网络上的其他人可见，请只在可信的网络里这样用。")
    tell("按 Ctrl+C 停止。")
    # Asked to end by a service manager, it ends as by Ctrl+C: what is going on is finished first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt), embedded(site):
        server.run()
    server.close()
    tell("已停止。")


def address(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def sign_ins(where: str, password: str) -> str:
    """Return the table of the eight sign-ins for the terminal."""
    rows = [("用户名", "角色", "能做什么"), *((one.username, one.role.label, one.what) for one in SIGN_INS)]
    widths = [max(_width(row[column]) for row in rows) + 2 for column in range(2)]
    lines = ["  " + "".join(_padded(row[n], widths[n]) for n in range(2)) + row[2] for row in rows]
    return "\n".join(["", f"演示站点：{where}", f"口令（八个账号相同）：{password}", "", *lines, ""])


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def tell(line: str) -> None:
    click.echo(line, err=True)


def leave(message: str) -> NoReturn:
    """Say why it cannot go on, and leave with 2 (bad use)."""
    click.echo(message, err=True)
    sys.exit(2)
