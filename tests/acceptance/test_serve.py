"""`phasegate serve` as a real process: it sweeps and delivers, and SIGTERM ends it in order."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from office import opened

from engine.clock import SystemClock
from engine.service.audit import verify_all
from engine.service.desk import Desk
from engine.service.sweep import oldest_due, sweep
from engine.store.database import open_database

PATIENCE_IN_SECONDS = 60.0
START = [sys.executable, "-c", "from engine.cli.main import run; run()"]


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    """A database with one campaign of 2022: messages are queued, and years of moments are due."""
    path = tmp_path / "phasegate.db"
    shutil.copy(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    office = opened(database=database).at("2022-07-06T10:00")
    sweep(office.desk)
    database.close()
    return f"sqlite:///{path}"


@pytest.fixture
def serving(url: str, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start(*args: str) -> subprocess.Popen[str]:
        env = {**os.environ, "PHASEGATE_EML_DIR": str(tmp_path / "outbox")}
        command = [*START, "serve", "--db", url, *args]
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()


def until(true: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + PATIENCE_IN_SECONDS
    while not true():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def letters(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "outbox").rglob("*.eml"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_sweeps_and_delivers_until_a_signal_ends_it_with_0(
    number: signal.Signals, url: str, serving: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = serving("--every", "0.2")
    until(lambda: len(letters(tmp_path)) > 0 and has_nothing_due(url), process)
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE_IN_SECONDS)
    assert (process.returncode, out) == (0, "")
    lines = err.splitlines()
    assert lines[0].startswith(f"serving {url} as ")
    assert lines[-1] == "stopped"
    assert "Traceback" not in err
    database = open_database(url)
    desk = Desk(database, SystemClock())
    assert verify_all(desk).findings == ()
    assert oldest_due(desk) is None
    database.close()


def test_a_busy_database_is_told_on_stderr_and_tried_again(
    url: str, serving: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    process = serving("--every", "0.2")
    assert process.stderr is not None
    lines = [process.stderr.readline(), process.stderr.readline()]
    assert lines[1].startswith(f"PG304  the database {url} is busy")
    other.execute("ROLLBACK")
    other.close()
    until(lambda: len(letters(tmp_path)) > 0, process)
    process.terminate()
    assert process.wait(PATIENCE_IN_SECONDS) == 0


def test_two_that_serve_the_same_database_send_nothing_twice(
    url: str, serving: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    both = [serving("--every", "0.1"), serving("--every", "0.1")]

    def quiet() -> bool:
        rows = rows_of(url, "SELECT count(*) FROM outbox WHERE state = 'queued'")
        return len(letters(tmp_path)) > 0 and rows == [(0,)]

    assert all(process.stderr.readline().startswith("serving ") for process in both if process.stderr)
    until(quiet, both[0])
    for process in both:
        process.terminate()
    assert [process.wait(PATIENCE_IN_SECONDS) for process in both] == [0, 0]
    sent = rows_of(url, "SELECT attempts FROM outbox WHERE state = 'sent'")
    assert {attempts for (attempts,) in sent} == {1}
    assert len(letters(tmp_path)) == len(sent)


def test_serve_runs_by_no_clock_but_the_machines(serving: Callable[..., subprocess.Popen[str]]) -> None:
    process = serving("--now", "2022-10-09")
    out, err = process.communicate(timeout=PATIENCE_IN_SECONDS)
    assert (process.returncode, out) == (2, "")
    assert err == "PG202  serve runs by the clock of the machine — found '--now' — leave --now out\n"


def has_nothing_due(url: str) -> bool:
    now = int(time.time() * 1000)
    return rows_of(url, f'SELECT count(*) FROM armed WHERE "at" <= {now}') == [(0,)]


def rows_of(url: str, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30) as connection:
        found = connection.execute(sql).fetchall()
    connection.close()
    return found
