"""``sla explain``: each line of facts gives its clocks; a bad one is told and the rest still runs."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.contract.queries import project_rules, rule_book
from app.sla_commands import LONGEST_LINE, parsed
from seeds.loader import load
from sla.errors import Invalid
from sla.explain import explain

GOOD = '{"project": 1, "kind": "incident", "reported_at": "2025-07-05T10:00:00+08:00"}'


@pytest.fixture
def explained(runner, loaded, tmp_path):
    """Give the exit code, the lines printed and the errors, for the bytes of a file."""

    def run(content: bytes) -> tuple[int, list[dict[str, Any]]]:
        path = tmp_path / "facts.jsonl"
        path.write_bytes(content)
        result = runner.invoke(args=["sla", "explain", "--input", str(path)])
        return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]

    return run


def due(line: dict[str, Any]) -> dict[str, str]:
    return {clock["kind"]: clock["due_at"] for clock in line["clocks"]}


def test_row_1_on_a_saturday_is_answered_in_half_an_hour_and_mended_in_six(explained):
    code, (line,) = explained(GOOD.encode())
    assert (code, set(line)) == (0, {"project", "clocks"})
    assert due(line) == {"response": "2025-07-05T10:30:00+08:00", "recovery": "2025-07-05T16:00:00+08:00"}
    assert {clock["verdict"] for clock in line["clocks"]} == {"running"}
    assert set(line["clocks"][0]) == {
        *("kind", "minutes", "window", "starts_at", "due_at", "verdict", "provisional", "because")
    }


def test_row_6_answers_in_thirty_minutes_on_that_saturday_and_at_once_on_monday(explained):
    saturday = GOOD.replace('"project": 1', '"project": 6')
    monday = saturday.replace("07-05", "07-07")
    _, lines = explained(f"{saturday}\n{monday}\n".encode())
    assert [due(line)["response"] for line in lines] == [
        "2025-07-05T10:30:00+08:00",
        "2025-07-07T10:05:00+08:00",
    ]


def test_row_5_mends_faults_of_level_1_and_a_lower_level_only_counts_once_confirmed(explained):
    fault = '{"project": 5, "kind": "incident", "reported_at": "2025-07-07T10:00:00+08:00", "fault_level": 2'
    _, (claimed, confirmed) = explained(f'{fault}}}\n{fault}, "confirmed": true}}'.encode())
    assert set(due(claimed)) == {"response", "recovery"}
    assert set(due(confirmed)) == {"response"}


def test_row_10_promises_nothing_and_has_no_clocks(explained):
    assert explained(GOOD.replace('"project": 1', '"project": 10').encode())[1] == [
        {"project": 10, "clocks": []}
    ]


def test_after_activation_a_row_outside_its_year_has_no_clocks(runner, explained):
    runner.invoke(args=["contract", "activate", "--effective", "2025-06-03"])
    row_45 = GOOD.replace('"project": 1', '"project": 45')
    _, lines = explained(f"{row_45}\n{row_45.replace('07-05', '07-27')}".encode())
    assert [len(line["clocks"]) for line in lines] == [0, 2]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "不是一行完整的 JSON"),
        (b"[" * 100_000, "不是一行完整的 JSON"),
        (b"1" * 5000, "不是一行完整的 JSON"),
        (b"null", "应是一个 JSON 对象"),
        (b"[]", "应是一个 JSON 对象"),
        (b"{} {}", "不是一行完整的 JSON"),
        (b'{"project": NaN}', "不能用 NaN"),
        (b'{"project": -Infinity}', "不能用 -Infinity"),
        (b'{"project": 1, "project": 2}', "字段 project 出现了两次"),
        (b"\xff\xfe\x00\x01", "不是 UTF-8"),
        (b"\x00\x00\x00", "不是一行完整的 JSON"),
        (b'{"project": 1.0}', "project 应是运维项目的序号"),
        (b'{"project": true}', "project 应是运维项目的序号"),
        (b'{"project": 46}', "project 应是运维项目的序号"),
        (b'{"project": 1, "kind": "incident"}', "reported_at"),
        (b'{"project": 1, "colour": "red"}', "不认识的字段：colour"),
        (b'{"\\ud800": 1}', "不认识的字段"),
        (GOOD.replace("+08:00", "").encode(), "缺少时区"),
        (GOOD.replace("2025", "2101").encode(), "超出可处理的范围"),
        (GOOD.replace("incident", "x" * LONGEST_LINE).encode(), "超过 1000000 字节"),
    ],
    ids=range(20),
)
def test_a_bad_line_is_told_with_its_number_and_the_next_one_still_runs(explained, line, reason):
    code, lines = explained(GOOD.encode() + b"\n" + line + b"\n" + GOOD.encode() + b"\n")
    assert code == 1
    assert [one.get("line") for one in lines] == [None, 2, None]
    assert set(lines[1]) == {"line", "error"}
    assert reason in lines[1]["error"]


def test_a_line_of_many_megabytes_does_not_shift_the_numbers_of_the_others(explained):
    huge = b'"' + b"x" * (3 * LONGEST_LINE) + b'"\n'
    code, lines = explained(huge + GOOD.encode() + b"\n{\n")
    assert (code, [one.get("line") for one in lines]) == (1, [1, None, 3])


def test_a_pause_may_be_agreed_to_end_later_and_counts_as_it_is_given(explained):
    pause = '["2025-07-05T11:00:00+08:00", "2025-07-05T13:00:00+08:00"]'
    line = GOOD[:-1] + f', "pauses": [{pause}], "now": "2025-07-05T12:00:00+08:00"}}'
    code, (said,) = explained(line.encode())
    due = {clock["kind"]: clock["due_at"] for clock in said["clocks"]}
    assert (code, due["recovery"]) == (0, "2025-07-05T18:00:00+08:00")


@pytest.mark.parametrize("content", [b"", b"\n \n\t\n"])
def test_a_file_without_lines_gives_none(explained, content):
    assert explained(content) == (0, [])


def test_blank_lines_count_and_a_byte_order_mark_and_windows_line_ends_do_no_harm(explained):
    code, lines = explained(b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n\r\n{\r\n")
    assert (code, [one.get("line") for one in lines]) == (1, [None, 3])


def test_the_facts_may_come_from_standard_input(runner, loaded):
    result = runner.invoke(args=["sla", "explain", "--input", "-"], input=GOOD)
    assert (result.exit_code, json.loads(result.stdout)["project"]) == (0, 1)


@pytest.mark.parametrize("name", ["no-such-file.jsonl", "/"])
def test_an_input_that_cannot_be_read_is_bad_use(runner, loaded, name):
    result = runner.invoke(args=["sla", "explain", "--input", name])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "不存在或无法读取" in result.stderr


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
INSTANTS = st.datetimes().map(lambda at: at.isoformat()[:19] + "+08:00")
LINES = st.fixed_dictionaries(
    {
        "project": st.integers(0, 46),
        "kind": st.sampled_from(["incident", "security", "change", "request", "x"]),
        "reported_at": INSTANTS,
    },
    optional={
        **dict.fromkeys(("severity", "complexity", "fault_level", "paralysis", "confirmed"), ANYTHING),
        "now": INSTANTS,
        "onsite_requested_at": INSTANTS,
        "remote_failed": st.booleans(),
        "pauses": st.lists(st.tuples(INSTANTS, INSTANTS).map(list)) | ANYTHING,
        "stops": st.dictionaries(st.sampled_from(["response", "recovery", "onsite"]), INSTANTS) | ANYTHING,
    },
)


def test_whatever_a_line_holds_it_gives_clocks_or_a_message(database, session):
    load(session)
    projects, rules = project_rules(session), rule_book(session)

    @settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
    @given(LINES | ANYTHING)
    def check(line: Any) -> None:
        with suppress(Invalid):
            explain(parsed(json.dumps(line).encode()), projects, rules)

    check()
