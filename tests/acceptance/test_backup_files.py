"""The file of a database is the one that was opened, and no journal of another one lies beside it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.store import sqlite as databases
from engine.store.database import open_database
from engine.store.files import MAGIC, foreign_beside, seen

PATIENCE_IN_SECONDS = 60.0


@pytest.fixture
def path(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "phasegate.db"
    shutil.copy(sqlite_template, path)
    monkeypatch.setenv("PHASEGATE_DB", f"sqlite:///{path}")
    return path


def moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def exchanged(path: Path) -> None:
    copy = path.with_name("restored.db")
    shutil.copy(path, copy)
    copy.replace(path)


HARMS = pytest.mark.parametrize("harm", [moved, exchanged, Path.unlink], ids=lambda harm: harm.__name__)


@HARMS
def test_serve_ends_with_2_when_its_file_is_not_there_any_more_and_writes_nothing_in_its_place(
    harm: Callable[[Path], object], path: Path
) -> None:
    run = "from engine.cli.main import run; run()"
    start = [sys.executable, "-c", run, "serve", "--every", "0.2", "--poll", "0.1"]
    with subprocess.Popen(start, env={**os.environ}, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline().startswith("serving ")
            assert process.stderr.readline().startswith("entered the roll as ")
            harm(path)
            before = {each.name: each.read_bytes() for each in path.parent.iterdir() if each.name == path.name}
            _, err = process.communicate(timeout=PATIENCE_IN_SECONDS)
        finally:
            process.kill()
    assert process.returncode == 2, err
    assert err.splitlines()[-1].startswith("PG312  the database sqlite:////"), err
    assert "Traceback" not in err
    after = {each.name: each.read_bytes() for each in path.parent.iterdir() if each.name == path.name}
    assert after == before


@HARMS
def test_a_file_is_known_by_what_it_is_and_not_by_its_name(harm: Callable[[Path], object], path: Path) -> None:
    file = seen(path)
    assert file is not None and file.is_there()
    harm(path)
    assert not file.is_there()


def told_by_doctor(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["doctor", "--json"]) == 1
    checks = json.loads(capsys.readouterr().out)["checks"]
    return next(one["said"] for one in checks if one["what"] == "database")


def test_a_log_beside_a_file_that_keeps_none_is_told_before_the_file_is_opened(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.with_name("phasegate.db-wal").write_bytes(b"x" * 5000)
    before = path.read_bytes()
    assert "phasegate.db-wal: a write-ahead log beside a database that keeps none" in told_by_doctor(capsys)
    assert main(["db", "check"]) == 2
    assert capsys.readouterr().err.startswith("PG311  ")
    assert path.read_bytes() == before and path.with_name("phasegate.db-wal").exists()


def test_a_journal_of_a_database_with_other_pages_is_told(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = MAGIC + bytes(12) + 2 * (512).to_bytes(4, "big") + bytes(500)
    path.with_name("phasegate.db-journal").write_bytes(header)
    assert "what it would roll back is of another database" in told_by_doctor(capsys)


@pytest.mark.parametrize("wal", [False, True])
def test_what_a_database_in_use_keeps_beside_it_is_its_own(
    path: Path, wal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "wal_is_safe", lambda version: wal)
    database = open_database(f"sqlite:///{path}")
    with database.write() as work:
        work.rows("INSERT INTO blob VALUES ('a', x'00')")
        assert [*foreign_beside(path)] == []
    beside = {each.name for each in path.parent.iterdir()} - {path.name}
    assert beside and [*foreign_beside(path)] == []
    database.close()


def test_a_damaged_database_gives_no_backup(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    connection = sqlite3.connect(path)
    root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'assignment_unit'").fetchone()[0]
    connection.close()
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096] ^= 1
    path.write_bytes(data)
    assert main(["db", "backup", str(path.with_name("copy.db"))]) == 2
    assert capsys.readouterr().err.startswith("PG3")
    assert not path.with_name("copy.db").exists() and not path.with_name("copy.db.part").exists()
