"""Tables and JSON."""

from __future__ import annotations

import io
import json
import logging
import re
from datetime import UTC, date, datetime
from unicodedata import east_asian_width

import pytest

from engine.cli.shell.context import Context
from engine.cli.shell.log import Text
from engine.cli.shell.output import Table, emit, emit_lines, progress
from engine.model import Offset


def context(*, as_json: bool = False) -> Context:
    ctx = Context()
    ctx.json = as_json
    return ctx


def width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def test_columns_stand_under_each_other_whatever_the_width_of_the_characters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [["中益乡", "已报送", 3], ["a", "issued", 12], ["县委党校(县行政学校)", "", 100]]
    emit(context(), rows, Table(("unit", "state", "days"), rows, right=frozenset({"days"})))
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "unit                  state   days",
        "中益乡                已报送     3",
        "a                     issued    12",
        "县委党校(县行政学校)  -        100",
    ]
    assert {width(line) for line in lines} == {34}


def test_long_cells_are_neither_cut_nor_wrapped_beside_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    emit(context(), [], Table(("units",), [["中益乡、" * 500]]))
    assert capsys.readouterr().out.splitlines()[1] == "中益乡、" * 500


def test_a_cell_of_several_lines_is_one_line_for_no_text_begins_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["甲\n乙乙", "x", "1\n22"], ["丙", "y\tz", "3"]]
    emit(context(), [], Table(("unit", "note", "n"), rows, right=frozenset({"n"})))
    assert capsys.readouterr().out.splitlines() == [
        "unit       note            n",
        "甲 ⏎ 乙乙  x          1 ⏎ 22",
        "丙         y       z       3",
    ]


def test_what_takes_no_column_is_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    emit(context(), [], Table(("a", "b"), [["e\u0301\u200b", "|"], ["ee", "|"], ["😀", "|"]]))
    assert capsys.readouterr().out.splitlines() == ["a   b", "e\u0301\u200b   |", "ee  |", "😀  |"]


def test_a_row_that_has_more_or_fewer_cells_than_heads_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        emit(context(), [], Table(("a", "b"), [["1"]]))


class Terminal(io.StringIO):
    """What a person looks at: 40 columns wide."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_is_given_pages_that_are_folded_to_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout", seen := Terminal())
    rows = [(f"单位{n}", "县委党校、县行政学校、县委宣传部、县委统战部" if n == 0 else n) for n in range(450)]
    emit(context(), [], Table(("unit", "note"), rows, title="units"))
    assert "\x1b[1munit" in seen.getvalue()
    title, *lines = re.sub(r"\x1b\[[0-9;]*m", "", seen.getvalue()).splitlines()
    assert title == "units" and [line.split() for line in lines].count(["unit", "note"]) == 3
    assert max(map(width, lines)) <= 40 and "".join(lines).count("单位") == 450
    assert "县委统战部" in "".join(line[7:].strip() for line in lines)


def test_an_empty_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    emit(context(), [], Table(("unit",), [], title="late", empty="nobody is late"))
    assert capsys.readouterr().out == "late\nnobody is late\n"


def test_what_a_terminal_would_obey_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    emit(context(), [], ["a\x1b[2Jb", Table(("note",), [["[bold]x[/bold]\x1b]0;t\x07"]])])
    assert capsys.readouterr().out == "a�[2Jb\nnote\n[bold]x[/bold]�]0;t�\n"


def test_json_is_one_document_with_dates_as_iso_text(capsys: pytest.CaptureFixture[str]) -> None:
    data = {
        "on": date(2022, 10, 9),
        "at": datetime(2022, 10, 9, 1, tzinfo=UTC),
        "gap": Offset(count=3),
        "who": {"甲"},
    }
    emit(context(as_json=True), data, "never shown")
    assert json.loads(capsys.readouterr().out) == {
        "on": "2022-10-09",
        "at": "2022-10-09T01:00:00+00:00",
        "gap": {"count": 3, "unit": "wd"},
        "who": ["甲"],
    }


def test_records_go_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    emit_lines(context(as_json=True), [{"seq": 1}, {"seq": 2}], str)
    assert capsys.readouterr().out == '{"seq": 1}\n{"seq": 2}\n'
    emit_lines(context(), [{"seq": 1}], lambda record: f"#{record['seq']}")
    assert capsys.readouterr().out == "#1\n"


def test_progress_is_silent_beside_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("demo", 3) as step:
        step(3)
    assert capsys.readouterr() == ("", "")


def test_a_line_of_the_log_is_one_line_whatever_somebody_typed_into_it() -> None:
    told = logging.LogRecord("phasegate", logging.INFO, "", 0, "refused %s", ("甲\n2022 乙\u202e",), None)
    assert Text().format(told) == "refused 甲 ⏎ 2022 乙�"
