"""`--now` writes in a rehearsal only, the clock's work is the operator's, and the first command makes the file (I3)."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from clerk import KEY, Clerk
from machine_clock import standing_at

from engine.cli.main import main
from engine.cli.shell.context import instant_from
from engine.clock import SystemClock

JULY = "2022-07-05T08:30"
AFTER = "2022-07-06T10:00"
WRITING = (
    ("sweep",),
    ("sweep", "--no-deliver"),
    ("campaign", "create", "another", "--workflow", "plan"),
    ("campaign", "pause", KEY, "--document", "会议纪要", "--reason", "停工"),
    ("task", "receive", KEY, "report", "--as", "东镇"),
    ("task", "receive", KEY, "report", "--as", "auditor"),
    ("clock", "accept", "--reason", "校准"),
    ("units", "contact", KEY, "东镇", "--address", "new@example.org"),
)
READING = (
    ("status",),
    ("task", "list", KEY),
    ("campaign", "show", KEY),
    ("doctor",),
    ("task", "receive", KEY, "report", "--as", "东镇", "--dry-run"),
)


def rows(clerk: Clerk) -> list[str]:
    connection = sqlite3.connect(clerk.folder / "phasegate.db")
    try:
        return [*connection.iterdump()]
    finally:
        connection.close()


def log(clerk: Clerk) -> list[dict[str, Any]]:
    return [json.loads(line) for line in clerk.lines("audit", "log", "--json")]


def typed(clerk: Clerk, *words: str) -> tuple[int, str]:
    code = main([*words])
    return code, clerk.capsys.readouterr().err


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
def test_an_instant_of_ones_own_is_written_in_a_rehearsal_only(clerk: Clerk, words: tuple[str, ...]) -> None:
    clerk.begin()
    before = rows(clerk)
    code, err = typed(clerk, *words, "--now", AFTER)
    assert code == 2 and err.startswith(
        "PG108  the clock of the database sqlite:///phasegate.db is that of the machine"
    )
    assert "`phasegate db restore BACKUP --rehearsal`" in err
    assert rows(clerk) == before
    assert not (clerk.folder / "eml").exists()


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_to_look_by_an_instant_of_ones_own_is_free(clerk: Clerk, words: tuple[str, ...]) -> None:
    clerk.begin()
    before = rows(clerk)
    code, err = typed(clerk, *words, "--now", AFTER)
    assert code == 0 and "PG" not in err
    assert rows(clerk) == before


@pytest.mark.parametrize("words", [words for words in WRITING if "auditor" not in words], ids=" ".join)
def test_in_a_rehearsal_it_is_written(clerk: Clerk, words: tuple[str, ...]) -> None:
    (clerk.folder / "phasegate.db").unlink()
    clerk.told("db", "create", "--rehearsal")
    clerk.begin()
    before = rows(clerk)
    assert typed(clerk, *words, "--now", AFTER)[0] == 0
    assert rows(clerk) != before


@pytest.mark.parametrize("words", [("db", "create"), WRITING[2], ("sweep",), ("clock", "accept", "--reason", "校准")])
def test_no_real_database_begins_at_an_instant_of_ones_own(clerk: Clerk, words: tuple[str, ...]) -> None:
    clerk.write_plan()
    (clerk.folder / "phasegate.db").unlink()
    code, err = typed(clerk, *words, "--now", AFTER)
    assert code == 2 and err.startswith("PG108  ")
    assert not (clerk.folder / "phasegate.db").exists()


def test_a_restored_database_takes_an_instant_of_ones_own_as_a_rehearsal_only(clerk: Clerk) -> None:
    clerk.begin().told("db", "backup", "copy.db")
    (clerk.folder / "phasegate.db").unlink()
    code, err = typed(clerk, "db", "restore", "copy.db", "--now", AFTER)
    assert code == 2 and err.startswith("PG108  ") and not (clerk.folder / "phasegate.db").exists()
    assert typed(clerk, "db", "restore", "copy.db", "--rehearsal", "--now", AFTER)[0] == 0
    assert typed(clerk, "sweep", "--now", AFTER)[0] == 0


@pytest.mark.parametrize("who", ["东镇", "auditor", "leader"])
@pytest.mark.parametrize("command", ["sweep", "serve"])
def test_nobody_but_the_operator_has_the_clock_work(clerk: Clerk, command: str, who: str) -> None:
    clerk.begin()
    assert clerk.refused(command, "--as", who).startswith("PG101  ")
    records = log(clerk)
    assert [records[-1][name] for name in ("action", "actor", "outcome")] == [command, who, "refused"]


# --- the first command that writes ---

FIRST = (
    ("campaign", "create", KEY, "--workflow", "plan"),
    ("sweep",),
    ("clock", "accept", "--reason", "校准"),
)


@pytest.mark.parametrize("words", FIRST, ids=" ".join)
@pytest.mark.parametrize(("rehearsal", "said"), [("", "a new database"), ("1", "a new database, a rehearsal")])
def test_the_first_command_that_writes_makes_the_file_and_says_so(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], rehearsal: str, said: str
) -> None:
    clerk.write_plan()
    (clerk.folder / "phasegate.db").unlink()
    monkeypatch.setenv("PHASEGATE_REHEARSAL", rehearsal)
    _, err = clerk.run(*words)
    assert err == f"sqlite:///phasegate.db was not there and is made: {said}\n"
    assert log(clerk)[0]["action"] == "install"
    assert clerk.run("sweep")[1] == ""


def test_a_file_of_no_bytes_is_as_good_as_none(clerk: Clerk) -> None:
    (clerk.folder / "phasegate.db").write_bytes(b"")
    assert clerk.run("sweep")[1].endswith(" is made: a new database\n")


def test_a_clock_that_goes_on_while_a_database_is_founded_leaves_no_row_that_its_history_does_not_know(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clerk.folder / "phasegate.db").unlink()
    ticks = iter(range(1000))
    begun = instant_from(JULY)
    monkeypatch.setattr(SystemClock, "now", lambda clock: begun + timedelta(milliseconds=next(ticks)))
    assert main(["db", "create"]) == 0
    assert main(["db", "check"]) == 0
    clerk.capsys.readouterr()


def test_it_is_said_in_chinese_too(clerk: Clerk) -> None:
    (clerk.folder / "phasegate.db").unlink()
    assert clerk.run("sweep", "--lang", "zh")[1] == "sqlite:///phasegate.db 原不存在,已新建数据库\n"


def test_a_plan_that_is_not_sound_makes_no_file(clerk: Clerk) -> None:
    (clerk.folder / "phasegate.db").unlink()
    clerk.run("campaign", "create", KEY, "--workflow", "nowhere", code=2)
    assert not (clerk.folder / "phasegate.db").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("campaign", "create", "a b", "--workflow", "plan"),
        ("campaign", "create", KEY, "--workflow", "plan", "--adopted", "2022-13-01"),
        ("campaign", "create", KEY, "--workflow", "plan", "--parent", "above", "--unit", "东镇"),
        ("campaign", "create", KEY, "--workflow", "plan", "--as", "东镇"),
        ("clock", "accept", "--reason", " "),
        ("clock", "accept", "--reason", "校准", "--as", "auditor"),
        ("sweep", "--as", "leader"),
        ("serve", "--as", "auditor"),
        ("serve", "--metrics", "nonsense"),
    ],
    ids=" ".join,
)
def test_a_first_command_that_is_refused_leaves_no_file(clerk: Clerk, words: tuple[str, ...]) -> None:
    clerk.write_plan()
    (clerk.folder / "phasegate.db").unlink()
    code, err = typed(clerk, *words)
    assert code in (1, 2) and err.startswith("PG") and err.count("\n") == 1
    assert list(Path(clerk.folder).glob("phasegate.db*")) == []


@pytest.mark.parametrize("where", ["engine.bootstrap.establish", "engine.bootstrap.established"])
def test_whoever_dies_while_a_rehearsal_is_founded_leaves_one_or_nothing(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """What is half founded would be taken by the next command for a real database that nobody founded yet."""
    clerk.write_plan()
    (clerk.folder / "phasegate.db").unlink()

    def dies(*_: Any, **given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(where, dies)
        assert main(["db", "create", "--rehearsal"]) == 130
    left = clerk.folder / "phasegate.db"
    if where.endswith("ed"):
        assert not left.exists() or not left.stat().st_size
    else:
        assert typed(clerk, "sweep", "--now", AFTER)[0] == 0
        assert json.loads(clerk.run("db", "check", "--json")[0])["findings"] == []


def test_a_journal_that_was_left_is_not_worked_into_a_new_file(clerk: Clerk) -> None:
    (clerk.folder / "phasegate.db").unlink()
    left = clerk.folder / "phasegate.db-wal"
    left.write_bytes(b"x" * 100)
    with standing_at(JULY):
        code, err = typed(clerk, "sweep")
    assert code == 2 and err.startswith("PG301  ") and "phasegate.db-wal" in err
    assert [path.name for path in sorted(Path(clerk.folder).glob("phasegate.db*"))] == [left.name]


@pytest.mark.parametrize("found", ["nan", "inf", "-1", "0", "1e3", "1_0", "١", " 5", "0x10", "86401", ""])
@pytest.mark.parametrize("option", ["--poll", "--every"])
def test_a_span_is_digits_and_within_bounds(clerk: Clerk, option: str, found: str) -> None:
    assert clerk.refused("serve", f"{option}={found}", code=2).startswith("PG213  ")
