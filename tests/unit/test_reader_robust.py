from __future__ import annotations

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import reader
from engine.calendar import load
from engine.check import check
from engine.errors import BadWorkflow
from engine.reader.nodes import Keys, Node, Rows, Word, parse
from engine.reader.problems import Problems

SHIZHU = reader.shipped_bundle("shizhu")
LINES = SHIZHU["workflow.yaml"].splitlines()
SCRAPS = st.sampled_from(
    [
        "",
        "- ",
        "{",
        "}",
        "[",
        ": ",
        "&a ",
        "*a ",
        "!!python/name:os.system ",
        "<<: ",
        "none",
        "2022-13",
        "0wd",
        "\t",
        "\x00",
        "\ufeff",
        "---",
        "'",
        '"',
        "#",
        "-1",
        "9:30",
        "|",
        "�",
        "99999999999",
        "各乡镇(街道)",
    ]
)
FOR_THE_REST, PER_LETTER = 100_000, 50
"""Calls that a reading may take; the shipped text takes five a letter. A clock would count the machine's business."""


class Counted:
    """Counts the calls within a block, and ends it with an error after too many."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.calls = 0

    def __enter__(self) -> None:
        sys.setprofile(self._seen)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _seen(self, frame: object, event: str, arg: object) -> None:
        self.calls += event == "call"
        if self.calls > self.most:
            raise AssertionError(f"more than {self.most} calls")


def attempt(text: str) -> None:
    with Counted(FOR_THE_REST + PER_LETTER * len(text)):
        found = told(text)
    assert all("\n" not in line for line in found)


def run_away() -> None:
    while True:
        told("")


def test_a_reader_that_runs_away_is_stopped() -> None:
    with Counted(10_000), pytest.raises(AssertionError, match="more than 10000 calls"):
        run_away()


def told(text: str) -> list[str]:
    try:
        workflow = reader.read({**SHIZHU, "workflow.yaml": text}, "shizhu")
    except BadWorkflow as error:
        return [str(problem) for problem in error.problems] or ["\n"]
    return [str(problem) for problem in check(workflow, calendar=load("CN"))]


@settings(max_examples=18, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(at=st.integers(0, len(LINES) - 1), column=st.integers(0, 60), scrap=SCRAPS)
def test_a_scrap_put_anywhere_is_read_or_told(at: int, column: int, scrap: str) -> None:
    line = LINES[at]
    attempt("\n".join([*LINES[:at], line[:column] + scrap + line[column:], *LINES[at + 1 :]]))


@settings(max_examples=18, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=st.integers(0, len(LINES) - 1), count=st.integers(1, 12), to=st.integers(0, len(LINES) - 1))
def test_lines_cut_out_or_moved_are_read_or_told(first: int, count: int, to: int) -> None:
    cut, rest = LINES[first : first + count], LINES[:first] + LINES[first + count :]
    attempt("\n".join(rest))
    attempt("\n".join([*rest[:to], *cut, *rest[to:]]))


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_is_read_or_told(text: str) -> None:
    attempt(text)


WORDS = sorted(
    {word for line in LINES for word in line.replace("[", " ").replace("]", " ").replace(",", " ").split()}
)


@settings(max_examples=18, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(places=st.lists(st.integers(0, len(LINES) - 1), min_size=1, max_size=6), word=st.sampled_from(WORDS))
def test_words_put_in_the_place_of_others_are_read_or_told(places: list[int], word: str) -> None:
    lines = list(LINES)
    for at in places:
        start, _, last = lines[at].rpartition(" ")
        lines[at] = f"{start} {word}" if last else lines[at]
    attempt("\n".join(lines))


def test_a_large_workflow_is_checked_without_a_hang() -> None:
    repeats = "      - {id: 再三, at: 1d, level: 0, notice: overdue, every: 1d, count: 1000}\n"
    text = SHIZHU["workflow.yaml"].replace("      - {id: 提前十日", f"{repeats}      - {{id: 提前十日", 1)
    task = "  - {{id: x{0}, title: 事项{0}, phase: sprint, responsible: [县级部门], opens: {{after: [x{1}]}}, due: 12-{2:02}}}\n"
    chain = "".join(task.format(n, n + 1, 1 + n % 31) for n in range(600))
    end = "  - {id: x600, title: 末项, phase: sprint, responsible: [县级部门]}\n"
    attempt(f"{text}{chain}{end}")


def test_the_largest_files_do_not_hang() -> None:
    for text in ("[" * 1_000_000, "a: " * 300_000, "- x\n" * 250_000, "{a: " * 200_000, "? " * 500_000):
        attempt(text)
    many = "".join(f"  - {{id: t{n}, title: x, phase: sprnt, responsible: [县财证局]}}\n" for n in range(9000))
    attempt(f"{SHIZHU['workflow.yaml']}{many}")


def plain(node: Node) -> object:
    match node:
        case Word():
            return node.text
        case Rows():
            return [plain(item) for item in node.items]
        case Keys():
            return {key.text: plain(value) for key, value in node.pairs}


def test_the_tree_keeps_every_word_as_it_was_written() -> None:
    text = "a: 9:30\nb: [yes, off, ~, 0o17, 1e3, 2022-11-30]\nc: |\n  two\n  lines\n"
    node = parse(text, "x", Problems())
    assert node is not None
    assert plain(node) == {
        "a": "9:30",
        "b": ["yes", "off", "~", "0o17", "1e3", "2022-11-30"],
        "c": "two\nlines\n",
    }
