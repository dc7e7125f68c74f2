"""`doctor` tries to write: a file that can be read without trouble need not be writable."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from clerk import Clerk

from engine.errors import DatabaseProblem
from engine.store import trying
from engine.store.database import open_database
from engine.store.trying import try_to_write

NOBODY = 65534


@pytest.fixture
def home(sqlite_template: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder with a database, both of somebody who is not the administrator, and which he can reach."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(sqlite_template, home / "p.db")
    reach = [tmp_path, *tmp_path.parents][:-2]
    modes = {folder: folder.stat().st_mode for folder in reach}
    if os.geteuid() == 0:
        for folder in reach:
            folder.chmod(0o755)
        for each in (home, home / "p.db"):
            os.chown(each, NOBODY, -1)
    yield home
    home.chmod(0o755)
    for folder, mode in modes.items():
        folder.chmod(mode)


@contextmanager
def no_administrator() -> Iterator[None]:
    """Act as somebody for whom rights hold."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


def writing(clerk: Clerk, code: int = 1) -> dict[str, Any]:
    found = clerk.json("doctor", code=code)
    return next(one for one in found["checks"] if one["what"] == "writing")


def test_a_sound_database_can_be_written_to_and_is_left_as_it_is(clerk: Clerk) -> None:
    clerk.begin()
    before = dump(clerk.folder)
    found = writing(clerk, code=0)
    assert (found["mark"], found["said"]) == ("ok", "what is recorded is kept")
    assert dump(clerk.folder) == before
    assert not [*clerk.folder.glob(".phasegate.db.*")]


def dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "phasegate.db")) as connection:
        return [*connection.iterdump()]


@pytest.mark.parametrize(("name", "mode"), [("p.db", 0o444), (".", 0o555)], ids=["file", "folder"])
def test_a_file_or_folder_without_the_right_is_an_error(home: Path, name: str, mode: int) -> None:
    (home / name).chmod(mode)
    url = f"sqlite:///{home}/p.db"
    with no_administrator(), closing(open_database(url)) as database, pytest.raises(DatabaseProblem) as told:
        try_to_write(database)
    assert "make the file and its folder writable" in told.value.line()


def test_a_disk_without_room_is_an_error(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> None:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    clerk.begin()
    monkeypatch.setattr(trying, "_written", full)
    found = writing(clerk)
    assert found["mark"] == "error" and "make room on its disk" in found["said"]
    assert not [*clerk.folder.glob(".phasegate.db.*")]


def test_a_database_that_somebody_writes_to_is_no_error(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk.begin()
    with closing(sqlite3.connect(clerk.folder / "phasegate.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = writing(clerk, code=0)
    assert found["mark"] == "warning" and found["said"].startswith("PG304  ")


def test_a_server_that_only_reads_is_an_error(postgres: Any, postgres_template: str) -> None:
    url = postgres.new(postgres_template)
    with closing(open_database(url)) as database:
        try_to_write(database)
    postgres.do(f'ALTER DATABASE "{postgres.databases[-1]}" SET default_transaction_read_only = on')
    with closing(open_database(url)) as database, pytest.raises(DatabaseProblem):
        try_to_write(database)
