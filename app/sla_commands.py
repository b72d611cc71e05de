"""``sla explain`` (section 5): one line of facts in, its clocks out; a bad line does not stop the rest."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import click

from app.contract.commands import loaded_contract, put
from app.contract.queries import project_rules, rule_book
from sla.errors import Invalid
from sla.explain import explain

LONGEST_LINE = 1_000_000  # bytes
BOM = b"\xef\xbb\xbf"


@click.group("sla")
def sla_group() -> None:
    """计时规则。"""


@sla_group.command("explain")
@click.option("--input", "source", required=True, help="每行一个 JSON 对象的文件；- 为标准输入。")
def explain_command(source: str) -> None:
    """逐行算出计时和算式；错误的行单独报告，其余照算。"""
    bad = False
    with opened(source) as file, loaded_contract() as session:
        projects, rules = project_rules(session), rule_book(session)
        for number, line in numbered(file):
            try:
                put(explain(parsed(line), projects, rules))
            except Invalid as error:
                bad = True
                put({"line": number, "error": error.message})
    sys.exit(1 if bad else 0)


def opened(source: str) -> BinaryIO:
    """Open the input; one that cannot be read is bad use (exit 2)."""
    if source == "-":
        return sys.stdin.buffer
    try:
        return open(source, "rb")
    except OSError:
        raise click.UsageError(f"--input：文件「{source}」不存在或无法读取") from None


def numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank with its number, at most ``LONGEST_LINE`` + 1 bytes of it."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)
        if number == 1:
            line = line.removeprefix(BOM)
        if line.strip():
            yield number, line


def parsed(line: bytes) -> Any:
    """Read one line as JSON, strictly: UTF-8, no key twice, no NaN; otherwise ``Invalid``."""
    if len(line) > LONGEST_LINE:
        raise Invalid(f"这一行超过 {LONGEST_LINE} 字节，请拆开")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("不是 UTF-8 编码的文字") from None
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, RecursionError):
        raise Invalid("不是一行完整的 JSON") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for place, (name, _) in enumerate(pairs) if name in dict(pairs[:place]))
        raise Invalid(f"字段 {twice[:40]} 出现了两次，请只留一个", twice[:40])
    return found


def _constant(name: str) -> None:
    raise Invalid(f"不能用 {name}，请写成普通数值")
