"""SIGTERM ends a command as Ctrl-C does: what it has half done is cleared away, and no copy of the database stays."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

RUN = "from engine.cli.main import run; run()"
MEGABYTES = 80
PATIENCE_IN_SECONDS = 60.0
INTERRUPTED = 130
SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


@pytest.fixture(scope="module")
def large(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that is not copied in an instant."""
    path = tmp_path_factory.mktemp("large") / "phasegate.db"
    shutil.copy(sqlite_template, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        for number in range(MEGABYTES):
            connection.execute("INSERT INTO blob VALUES (?, ?)", (f"{number}", os.urandom(1 << 20)))
    return path


def ended(large: Path, folder: Path, words: tuple[str, ...], number: int, is_copying: Callable[[], bool]) -> int:
    """Run a command, send it a signal once it copies, and return its exit code; it prints no traceback."""
    environ = {**os.environ, "PHASEGATE_DB": f"sqlite:///{large}", "TMPDIR": str(folder)}
    start = [sys.executable, "-c", RUN, *words]
    with subprocess.Popen(start, env=environ, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + PATIENCE_IN_SECONDS
        while not is_copying() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE_IN_SECONDS)
    assert "Traceback" not in err
    return process.returncode


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_backup_that_is_ended_leaves_nothing(large: Path, tmp_path: Path, number: int) -> None:
    part = tmp_path / "copy.db.part"
    code = ended(large, tmp_path, ("db", "backup", "copy.db"), number, part.exists)
    assert code == INTERRUPTED and [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_proof_that_is_ended_leaves_no_copy(large: Path, tmp_path: Path, number: int) -> None:
    code = ended(large, tmp_path, ("audit", "verify"), number, lambda: bool([*tmp_path.glob("phasegate-*/copy.db")]))
    assert code == INTERRUPTED and [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_restore_that_is_ended_leaves_nothing(large: Path, tmp_path: Path, number: int) -> None:
    new = tmp_path / "new" / "p.db"
    new.parent.mkdir()
    words = ("db", "restore", str(large), "--db", f"sqlite:///{new}")
    code = ended(large, tmp_path, words, number, new.with_name("p.db.part").exists)
    assert code == INTERRUPTED and [*new.parent.iterdir()] == []


def test_told_twice_it_still_clears_away(large: Path, tmp_path: Path) -> None:
    part = tmp_path / "copy.db.part"
    environ = {**os.environ, "PHASEGATE_DB": f"sqlite:///{large}"}
    start = [sys.executable, "-c", RUN, "db", "backup", str(tmp_path / "copy.db")]
    with subprocess.Popen(start, env=environ) as process:
        while not part.exists() and process.poll() is None:
            time.sleep(0.001)
        for _ in range(20):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.002)
        assert process.wait(PATIENCE_IN_SECONDS) == INTERRUPTED
    assert [*tmp_path.iterdir()] == []


def test_what_is_told_to_ignore_a_hang_up_does(sqlite_template: Path, tmp_path: Path) -> None:
    """So it is with nohup: what whoever started it has it ignore stays ignored."""
    code = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); from engine.cli import main; main._end_in_order();"
    code += "assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=PATIENCE_IN_SECONDS)


def test_a_backup_is_not_laid_beside_the_journal_of_another(sqlite_template: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db-wal").write_bytes(b"x")
    environ = {**os.environ, "PHASEGATE_DB": f"sqlite:///{sqlite_template}"}
    start = [sys.executable, "-c", RUN, "db", "backup", str(tmp_path / "copy.db")]
    found = subprocess.run(start, env=environ, capture_output=True, text=True, check=False)
    assert found.returncode == 2 and found.stderr.startswith("PG202  a backup is never written over a file")
    assert [each.name for each in tmp_path.iterdir()] == ["copy.db-wal"]
