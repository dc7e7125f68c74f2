"""Two checkouts are asked in turns and compared; what a turn takes is written down here, nothing is measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench import turns
from bench.turns import Pair, main
from bench.workloads import WORK

NAME = next(iter(WORK))
SIDE = """#!/bin/sh
echo ready
for seconds in {seconds}; do read asked; echo {name} >> "{log}"; echo $seconds; done
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def sides(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two checkouts: one whose turns take 10 µs each, beside this one, whose take 20."""
    checkout(tmp_path / "this", log, "0.00002 0.00002 0.00002 0.00002")
    monkeypatch.setattr(turns, "HERE", tmp_path / "this" / "bench")
    return checkout(tmp_path / "other", log, "0.00001 0.00001 0.00001 0.00001")


def checkout(folder: Path, log: Path, seconds: str) -> Path:
    """Return a checkout whose interpreter answers each turn with a time that is written down."""
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(SIDE.format(seconds=seconds, name=folder.name, log=log))
    python.chmod(0o755)
    return folder


def told(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["turns", *map(str, words)])
    return main()


def test_whoever_was_second_is_first_the_next_time(
    sides: Path, log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told(monkeypatch, sides, NAME, "--turns", "4", "--processes", "1")
    assert log.read_text().split() == ["this", "other", "other", "this"] * 2
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_what_became_worse_is_said_ends_with_1_and_stands_in_the_file(
    sides: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(monkeypatch, sides, NAME, "--turns", "2", "--processes", "2", "--json", tmp_path / "found.json") == 1
    row = f"| {NAME} | 10 (10–10) | 20 (20–20) | 2.00× | **worse** |"
    assert capsys.readouterr().out.splitlines()[-1] == row
    (kept,) = json.loads((tmp_path / "found.json").read_text())
    assert (kept["name"], kept["ratio"], len(kept["this"])) == (NAME, pytest.approx(2), 4)
    assert kept["this"] == pytest.approx([20] * 4) and kept["other"] == pytest.approx([10] * 4)


def test_what_holds_ends_with_0(
    tmp_path: Path, sides: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(monkeypatch, tmp_path / "this", NAME, "--turns", "4", "--processes", "1") == 0
    assert "| 1.00× | holds |" in capsys.readouterr().out


@pytest.mark.parametrize(("this", "verdict"), [(104.9, "holds"), (105.1, "**worse**")])
def test_a_twentieth_more_of_the_medians_is_what_counts_as_worse(this: float, verdict: str) -> None:
    assert Pair("work", (100, 1, 100, 900, 100), (this, this, 1, 900, this)).told.endswith(f"| {verdict} |")


def test_a_side_that_ends_before_its_turns_are_over_is_named(
    tmp_path: Path, sides: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = turns._turn

    def late(side: turns.Asked) -> float:
        if "short" in str(side.args):
            side.wait()
        return ask(side)

    short = checkout(tmp_path / "short", tmp_path / "log", "")
    monkeypatch.setattr(turns, "_turn", late)
    with pytest.raises(RuntimeError, match=r"a side ended: .*short"):
        told(monkeypatch, short, NAME, "--turns", "4", "--processes", "1")


def test_work_that_there_is_not_is_refused_with_what_there_is(
    sides: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        told(monkeypatch, sides, "nothing")
    assert f"there is no nothing; there are {NAME}" in capsys.readouterr().err
