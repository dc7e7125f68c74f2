"""One byte flipped anywhere is seen by `doctor` or `db check`, and told as damage by whatever else meets it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from machine_clock import main_at
from small_county import SCRIPT, desk_at, local

from engine.bootstrap import newcomer, settings_from, wire
from engine.cli.main import main
from engine.clock import SteppedClock
from engine.errors import PhasegateError
from engine.service.audit.soundness import parts
from engine.serving import Beat, Rhythm, ServingEvent, Stop
from engine.store.database import open_database
from engine.store.migrations import upgrade

LIVED = 69
KEY = "small"
Place = Callable[["File"], int]
"""Finds the byte that is flipped."""


@dataclass
class File:
    """A database file as its bytes, and as its rows."""

    path: Path

    def one(self, sql: str) -> tuple[Any, ...]:
        connection = sqlite3.connect(self.path)
        found: tuple[Any, ...] = connection.execute(sql).fetchone()
        connection.close()
        return found

    def at(self, pattern: bytes, start: int = 0, end: int | None = None) -> int:
        """Return where a pattern stands, which is there once."""
        data = self.path.read_bytes()
        assert data.count(pattern, start, end) == 1, (data.count(pattern, start, end), pattern)
        return data.index(pattern, start, end)

    def page(self, name: str) -> int:
        """Return where the root page of a table or index begins."""
        number: int = self.one(f"SELECT rootpage FROM sqlite_master WHERE name = '{name}'")[0]
        return (number - 1) * 4096


def offset(number: int) -> Place:
    return lambda file: number


def page(name: str) -> Place:
    return lambda file: file.page(name)


def cell(column: int, select: str, within: int = 1) -> Place:
    """Return a byte of one of several neighbouring cells, whose bytes stand side by side in the file, and only once."""

    def place(file: File) -> int:
        cells = [kept(value) for value in file.one(select)]
        return file.at(b"".join(cells)) + sum(map(len, cells[:column])) + within

    return place


def beginning(select: str, within: int) -> Place:
    """Return a byte near the beginning of a text that is longer than a page, which stands after its hash."""

    def place(file: File) -> int:
        sha, data = file.one(select)
        return file.at(sha.encode() + data[: within + 20]) + len(sha) + within

    return place


def kept(value: Any) -> bytes:
    """Return how SQLite keeps a text, bytes, or a number: the large numbers here take six bytes, 0 and 1 none."""
    if isinstance(value, int):
        return value.to_bytes(1 if value < 128 else 6, "big") if value > 1 else b""
    return value if isinstance(value, bytes) else str(value).encode()


def armed(file: File) -> int:
    """Return a byte of a moment, which stands in an index as well."""
    cells = file.one("SELECT at, kind, ref, campaign FROM armed WHERE kind = 1")
    start = file.page("armed")
    return file.at(b"".join(map(kept, cells)), start, start + 4096) + 5


RECORD = "FROM journal WHERE journal = 1 AND seq = 12"
DUTY = (
    "SELECT task, unit, period, role, phase, state, issued_on FROM assignment WHERE state = 'issued' ORDER BY id DESC"
)
RUNNING = "SELECT due_on, first_due_on, basis, anchor_on, offset FROM deadline WHERE state = 'armed' ORDER BY id DESC"
MESSAGE = "SELECT notice, recipient, channel, state FROM outbox ORDER BY id DESC"
TEXT = "SELECT sha, data FROM blob JOIN {} = sha ORDER BY length(data)"
PLACES: dict[str, Place] = {
    "the magic of the file": offset(3),
    "the size of a page": offset(16),
    "the format of the schema": offset(47),
    "the name of a trigger": lambda file: file.at(b"CREATE TRIGGER journal_DELETE") + 20,
    "the name of a column": lambda file: file.at(b"first_submitted_on TEXT") + 2,
    "the revision": lambda file: file.page("alembic_version") + 4095,
    "the bytes of a record": cell(0, f"SELECT data, hash {RECORD}", 150),
    "the hash of a record": cell(1, f"SELECT data, hash {RECORD}", 7),
    "the head of a campaign": cell(3, "SELECT adopted_on, trial, seq, head FROM campaign", 9),
    "a page of assignments": page("assignment"),
    "a page of deadlines": page("deadline"),
    "a page of an index": page("assignment_unit"),
    "the unit of an assignment": cell(1, DUTY),
    "the state of an assignment": cell(5, DUTY),
    "the day of a deadline": cell(0, RUNNING, 9),
    "an armed moment": armed,
    "who a message goes to": cell(1, MESSAGE),
    "the state of a message": cell(3, MESSAGE),
    "the text of a workflow": beginning(TEXT.format("campaign ON workflow"), 40),
    "the text of a notice": cell(1, TEXT.format("notice ON content"), 60),
    "the digest of a notice": cell(2, 'SELECT "to", created_at, digest FROM notice ORDER BY id DESC'),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a campaign that runs."""
    path = tmp_path_factory.mktemp("whole") / "phasegate.db"
    database = upgrade(f"sqlite:///{path}")
    desk = desk_at(database)
    for step in SCRIPT[:LIVED]:
        step(desk)
    database.close()
    # What was written over is gone, so that each text stands where it is read from.
    with sqlite3.connect(path) as connection:
        connection.execute("VACUUM")
    connection.close()
    return path


@pytest.fixture
def fresh(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[File], None]], None]:
    """Puts a copy in the place that commands look at, and does something to it."""
    path = tmp_path / "phasegate.db"
    monkeypatch.setenv("PHASEGATE_DB", f"sqlite:///{path}")
    monkeypatch.setenv("PHASEGATE_EML_DIR", str(tmp_path / "outbox"))

    def put(harm: Callable[[File], None]) -> None:
        for old in tmp_path.glob("phasegate.db*"):
            old.unlink()
        shutil.copy(whole, path)
        harm(File(path))

    return put


def flipped(place: Place) -> Callable[[File], None]:
    def flip(file: File) -> None:
        data = bytearray(file.path.read_bytes())
        data[place(file)] ^= 1
        file.path.write_bytes(data)

    return flip


def changed(sql: str) -> Callable[[File], None]:
    def change(file: File) -> None:
        connection = sqlite3.connect(file.path)
        connection.execute(sql)
        connection.commit()
        connection.close()

    return change


HARMS = {name: flipped(place) for name, place in PLACES.items()} | {
    "all that was armed": changed("DELETE FROM armed"),
    "texts that are no bytes": changed("UPDATE blob SET data = CAST(data AS TEXT)"),
}
NOW = SCRIPT[LIVED].at.replace(" ", "T")
ORDINARY = (
    ("campaign", "list"),
    ("campaign", "show", KEY),
    ("task", "list", KEY),
    ("outbox", "list", KEY),
    ("audit", "log", KEY),
    ("audit", "verify"),
    ("status",),
    ("sweep",),
)


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_harm_is_seen_and_told_as_such(
    harm: Callable[[File], None], fresh: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    fresh(harm)
    sound = [main_at(NOW, "doctor") == 0, main(["db", "check"]) == 0]
    told = capsys.readouterr()
    assert not all(sound), told.out
    assert "PG999" not in told.out + told.err
    for command in ORDINARY:
        fresh(harm)
        code = main_at(NOW, *command)
        told = capsys.readouterr()
        assert "PG999" not in told.out + told.err and "Traceback" not in told.err, (command, told.err)
        assert max(map(len, told.err.splitlines()), default=0) < 1000, command
        assert "correct" not in told.err and not told.err.startswith("PW"), (command, told.err)
        assert code in (0, 1, 2)
    fresh(harm)
    assert not [line for line in beaten() if "PG999" in line]


def beaten() -> list[str]:
    """Serve for one beat, and return what was told of it."""
    try:
        wired = wire(settings_from(os.environ), SteppedClock(local(SCRIPT[LIVED].at)))
    except PhasegateError as error:
        return [error.line()]
    told: list[ServingEvent] = []
    worker = newcomer("one", 30)
    beat = Beat(
        wired=wired, worker=worker, stop=Stop(rest_in_seconds=0), pace=Rhythm(every=30, poll=1), say=told.append
    )
    beat()
    beat.sign_off()
    wired.close()
    return [each.line for each in told]


def test_a_whole_database_is_called_whole(fresh: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    fresh(lambda file: None)
    assert main(["db", "check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sound"] is True
    main_at(NOW, "doctor", "--json")
    marks = {one["what"]: one["mark"] for one in json.loads(capsys.readouterr().out)["checks"]}
    assert {marks[name] for name in ("pages", "tables", "texts", "moments", "history", "database")} == {"ok"}
    assert not [line for line in beaten() if "PG" in line]


def test_the_parts_of_a_postgresql_database_are_looked_at_too(postgres: Any, postgres_template: str) -> None:
    database = open_database(postgres.new(postgres_template))
    desk = desk_at(database)
    for step in SCRIPT[:LIVED]:
        step(desk)
    assert [part.findings for part in parts(desk, replays=True)] == [()] * 5
    with database.write() as work:
        work.rows('DELETE FROM "armed" WHERE kind = 1 RETURNING 1')
    with database.lent() as connection:
        connection.execute("DROP INDEX item_waiting")
    wrong = {part.name: part.findings for part in parts(desk, replays=False) if part.findings}
    assert wrong["tables"] == ("index item_waiting is missing",)
    assert len(wrong["moments"]) > 1 and all("its next moment is not armed" in each for each in wrong["moments"])
    assert {*wrong} == {"tables", "moments"}
    database.close()


def test_a_moment_that_no_deadline_waits_for_ends_the_sweep_of_its_campaign_and_is_told(
    fresh: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """It was due again and again, and the sweep never ended."""

    def astray(file: File) -> None:
        connection = sqlite3.connect(file.path)
        connection.execute("UPDATE armed SET at = at - 86400000 WHERE kind = 1")
        connection.commit()
        connection.close()

    fresh(astray)
    late = "2027-01-20T09:00"
    assert main_at(late, "sweep") == 2
    told = capsys.readouterr().err
    assert told.startswith("PG205  ") and "PG311" in told and "is not the next moment of its deadline" in told
