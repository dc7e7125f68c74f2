"""`phasegate serve` as real processes: they share the work, and SIGTERM ends each in order."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from friday import MORNING
from office import opened, plan

from engine.clock import SteppedClock, SystemClock
from engine.service.audit.audit import verify_all
from engine.service.campaigns.founding import create_campaign
from engine.service.clock.sweep import sweep
from engine.service.delivery.claiming import BATCH
from engine.service.delivery.standing import standing
from engine.service.kernel.registry import new_desk
from engine.store.codec import milliseconds
from engine.store.database import open_database

PATIENCE_IN_SECONDS = 60.0
START = [sys.executable, str(Path(__file__).with_name("friday.py"))]


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


Serving = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def serving(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Serving]:
    """Starts processes that serve `url`; whatever still runs at the end of a test is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*args: str, url: str = "", name: str = "") -> subprocess.Popen[str]:
        env = {**os.environ, "PHASEGATE_EML_DIR": str(tmp_path / "outbox"), "PHASEGATE_WORKER": name}
        command = [*START, "serve", "--db", url or request.getfixturevalue("url"), *args]
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


def test_serve_sweeps_and_delivers_until_a_signal_ends_it_with_0(url: str, serving: Serving, tmp_path: Path) -> None:
    process = serving("--every", "0.2")
    until(lambda: len(letters(tmp_path)) > 0 and has_nothing_due(url), process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_IN_SECONDS)
    assert (process.returncode, out) == (0, "")
    lines = err.splitlines()
    assert lines[0].startswith(f"serving {url} as ")
    assert lines[1].startswith("entered the roll as ")
    assert "stopping: the batch at hand is finished first" in lines
    assert lines[-1] == "stopped"
    assert "Traceback" not in err
    assert rows_of(url, "SELECT state FROM worker") == [("stopped",)]
    database = open_database(url)
    desk = new_desk(database, SteppedClock(MORNING))
    assert verify_all(desk).findings == ()
    assert standing(desk).oldest_due is None
    database.close()


def test_a_busy_database_is_told_on_stderr_and_tried_again(url: str, serving: Serving, tmp_path: Path) -> None:
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


def test_two_of_one_name_that_serve_the_same_database_send_nothing_twice(
    url: str, serving: Serving, tmp_path: Path
) -> None:
    both = [serving("--every", "0.1", "--log", "json", name="east") for _ in range(2)]

    def quiet() -> bool:
        rows = rows_of(url, "SELECT count(*) FROM outbox WHERE state = 'queued'")
        return len(letters(tmp_path)) > 0 and rows == [(0,)] and len(rows_of(url, "SELECT id FROM worker")) == 2

    until(quiet, both[0])
    for process in both:
        process.terminate()
    logs = [logged(process) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert {log[0]["event"] for log in logs} == {"serving"}
    assert {log[-1]["event"] for log in logs} == {"stopped"}
    assert {log[-1]["worker"] for log in logs} == {"east#1", "east#2"}
    sent = rows_of(url, "SELECT attempts FROM outbox WHERE state = 'sent'")
    assert {attempts for (attempts,) in sent} == {1}
    assert len(letters(tmp_path)) == len(sent)
    assert sum(line["sent"] for log in logs for line in log if line["event"] == "beat") == len(sent)


def logged(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """Wait for a process that was told to stop, and return what it logged as JSON."""
    out, err = process.communicate(timeout=PATIENCE_IN_SECONDS)
    assert out == ""
    return [json.loads(line) for line in err.splitlines()]


def test_the_work_of_a_worker_that_is_killed_is_done_by_those_who_live(
    postgres: Any, postgres_template: str, serving: Serving, tmp_path: Path
) -> None:
    """On PostgreSQL. What the dead had in hand stays leased until the lease runs out; nothing else waits for that."""
    url = postgres.new(postgres_template)
    office = opened(database=open_database(url))
    for number in range(BATCH // 2):
        create_campaign(office.desk, f"county-{number}", plan(), {})
    sweep(office.at("2022-07-06T10:00").desk)
    crew = [serving("--every", "0.2", url=url, name=name) for name in ("killed", "east", "west")]

    def count(sql: str) -> int:
        with office.desk.database.read() as work:
            return int(work.rows(f"SELECT COUNT(*) FROM {sql}")[0][0])

    until(lambda: count("worker WHERE name = 'killed'") == 1, crew[0])
    crew[0].kill()
    now = milliseconds(MORNING)
    until(lambda: count(f'armed WHERE "at" <= {now}') == 0, crew[1])
    until(lambda: count("outbox WHERE state = 'queued' AND substr(lease, 1, 6) <> 'killed'") == 0, crew[1])
    for process in crew[1:]:
        process.terminate()
    assert [process.wait(PATIENCE_IN_SECONDS) for process in crew] == [-signal.SIGKILL, 0, 0]
    assert count("outbox WHERE state = 'sent'") > 0
    assert count("worker WHERE state = 'stopped'") == 2
    assert verify_all(new_desk(office.desk.database, SystemClock())).findings == ()
    office.desk.database.close()


def test_serve_runs_by_no_clock_but_the_machines(serving: Serving) -> None:
    process = serving("--now", "2022-10-09")
    out, err = process.communicate(timeout=PATIENCE_IN_SECONDS)
    assert (process.returncode, out) == (2, "")
    assert err == "PG202  serve runs by the clock of the machine — found '--now' — leave --now out\n"


def has_nothing_due(url: str) -> bool:
    now = milliseconds(MORNING)
    return rows_of(url, f'SELECT count(*) FROM armed WHERE "at" <= {now}') == [(0,)]


def rows_of(url: str, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30) as connection:
        found = connection.execute(sql).fetchall()
    connection.close()
    return found
