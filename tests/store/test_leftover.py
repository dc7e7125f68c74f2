"""A journal beside a file is worked in where it is the file's own, and refused where it is another's; so is a base."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.errors import DatabaseDamaged, DatabaseForeign, DatabaseMissing, DatabaseProblem
from engine.store.database import connect, is_empty, open_database
from engine.store.files import foreign_beside
from engine.store.leftover import MAGIC
from engine.store.migrations import upgrade

SPILLS = ("PRAGMA journal_mode=PERSIST", "PRAGMA cache_size=5")
KEEP = "INSERT INTO blob VALUES (?, ?)"


@pytest.fixture
def path(sqlite_template: Path, tmp_path: Path) -> Path:
    found = tmp_path / "p.db"
    shutil.copy(sqlite_template, found)
    return found


def written(connection: sqlite3.Connection, name: str, rows: int) -> None:
    for row in range(rows):
        connection.execute(KEEP, (f"{name}{row}", os.urandom(3000)))


def committed(path: Path, name: str, rows: int = 3) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        written(connection, name, rows)


def crashed(path: Path, rows: int = 60, *, pragma: str = "PRAGMA synchronous=FULL", first: str = "") -> Path:
    """Return the file and its journal as a process leaves them that is killed in the middle of a transaction."""
    left = path.with_name("crashed.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in (*SPILLS, pragma, "BEGIN IMMEDIATE", first):
            connection.execute(statement)
        written(connection, "lost", rows)
        for end in ("", "-journal"):
            shutil.copy(f"{path}{end}", f"{left}{end}")
        connection.execute("ROLLBACK")
    journal = left.with_name("crashed.db-journal")
    assert journal.read_bytes().startswith(MAGIC)
    return left


def blobs(path: Path) -> set[str]:
    with closing(open_database(f"sqlite:///{path}")) as database, database.read() as work:
        return {row[0] for row in work.rows("SELECT sha FROM blob")}


@pytest.mark.parametrize("rows", [60, 400])
def test_what_a_killed_process_left_is_rolled_back_on_opening(path: Path, rows: int) -> None:
    committed(path, "kept")
    left = crashed(path, rows)
    assert foreign_beside(left) == []
    assert blobs(left) == {"kept0", "kept1", "kept2"}


def first_journal(tmp_path: Path) -> tuple[Path, Path]:
    """Return the file and its journal as they are left where the first transaction of all is killed."""
    path, left = tmp_path / "first.db", tmp_path / "killed.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in (*SPILLS, "PRAGMA synchronous=FULL", "BEGIN IMMEDIATE"):
            connection.execute(statement)
        connection.execute("CREATE TABLE blob (sha, data)")
        written(connection, "lost", 60)
        for end in ("", "-journal"):
            shutil.copy(f"{path}{end}", f"{left}{end}")
        connection.execute("ROLLBACK")
    assert left.with_name("killed.db-journal").read_bytes()[8:20].count(0) >= 8
    return left, left.with_name("killed.db-journal")


def test_whoever_is_killed_in_the_first_transaction_of_all_leaves_what_may_be_founded(tmp_path: Path) -> None:
    """Nothing was there before, so nothing is kept; the file may be whole but for its journal, or half written."""
    left, _ = first_journal(tmp_path)
    assert foreign_beside(left) == []
    upgrade(f"sqlite:///{left}").close()
    founded_then_killed = tmp_path / "whole.db"
    shutil.copy(left, founded_then_killed)
    _, journal = first_journal(tmp_path)
    shutil.copy(journal, f"{founded_then_killed}-journal")
    assert foreign_beside(founded_then_killed) == []
    upgrade(f"sqlite:///{founded_then_killed}").close()


def test_the_journal_of_a_founding_is_not_worked_into_a_backup_laid_in_its_place(path: Path, tmp_path: Path) -> None:
    """It would be cut to nothing, and a backup counts its changes from the beginning."""
    committed(path, "kept")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "backup.db"),))
    _, journal = first_journal(tmp_path)
    shutil.copy(journal, tmp_path / "backup.db-journal")
    with pytest.raises(DatabaseDamaged):
        open_database(f"sqlite:///{tmp_path / 'backup.db'}")
    (tmp_path / "backup.db-journal").unlink()
    assert blobs(tmp_path / "backup.db") == {"kept0", "kept1", "kept2"}


def test_the_journal_of_a_founding_is_not_worked_into_the_database_of_another_program(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE accounts (name)")
    _, journal = first_journal(tmp_path)
    shutil.copy(journal, f"{other}-journal")
    assert len(foreign_beside(other)) == 1


@pytest.mark.parametrize("pragma", ["PRAGMA synchronous=OFF", "PRAGMA synchronous=FULL"])
def test_what_an_earlier_transaction_left_behind_in_a_journal_is_not_read_as_this_ones(
    path: Path, pragma: str
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in (*SPILLS, pragma):
            connection.execute(statement)
        written(connection, "kept", 200)
        connection.execute("UPDATE blob SET data = zeroblob(3000)")
        written(connection, "last", 2)
    # A page is changed where it stands: the first one would be kept only on committing.
    left = crashed(path, 0, pragma=pragma, first="UPDATE blob SET data = randomblob(3000) WHERE sha > 'kept9'")
    assert foreign_beside(left) == []
    assert len(blobs(left)) == 202


@pytest.mark.parametrize("later", [3, 200], ids=["of as many pages", "longer since"])
def test_the_journal_of_a_later_day_is_not_worked_into_an_older_copy(path: Path, later: int) -> None:
    committed(path, "kept")
    backup = path.with_name("backup.db")
    shutil.copy(path, backup)
    committed(path, "since", later)
    left = crashed(path)
    shutil.copy(backup, left)
    before, journal = left.read_bytes(), left.with_name("crashed.db-journal")
    beside = journal.read_bytes()
    with pytest.raises(DatabaseDamaged, match="what it would roll back is of another database"):
        open_database(f"sqlite:///{left}")
    assert (left.read_bytes(), journal.read_bytes()) == (before, beside)


def test_a_log_of_another_database_is_left_where_it_is(path: Path) -> None:
    other = path.with_name("other.db")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (x)")
        connection.commit()
        log = other.with_name("other.db-wal").read_bytes()
    wal = path.with_name("p.db-wal")
    wal.write_bytes(log)
    before = path.read_bytes()
    for attempt in (open_database, upgrade, connect, is_empty):
        with pytest.raises(DatabaseDamaged, match="a write-ahead log beside a database that keeps none"):
            attempt(f"sqlite:///{path}")
    assert (path.read_bytes(), wal.read_bytes()) == (before, log)


def test_a_log_of_other_pages_is_not_worked_into_a_file_that_keeps_one(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    header = (0x377F0682).to_bytes(4, "big") + bytes(4) + (512).to_bytes(4, "big") + bytes(20)
    path.with_name("p.db-wal").write_bytes(header)
    with pytest.raises(DatabaseDamaged, match="a write-ahead log of another database"):
        open_database(f"sqlite:///{path}")


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_no_file_is_made_beside_what_another_had_not_finished(tmp_path: Path, end: str) -> None:
    left = tmp_path / f"new.db{end}"
    left.write_bytes(MAGIC + bytes(600))
    with pytest.raises(DatabaseProblem, match=f"new.db{end}"):
        upgrade(f"sqlite:///{tmp_path}/new.db")
    assert [*tmp_path.iterdir()] == [left]


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_a_pipe_under_the_name_of_a_journal_is_not_waited_for(path: Path, end: str) -> None:
    os.mkfifo(f"{path}{end}")
    assert foreign_beside(path) == []


def test_a_journal_that_is_finished_is_nobodys(path: Path) -> None:
    path.with_name("p.db-journal").write_bytes(bytes(5000))
    open_database(f"sqlite:///{path}").close()


# --- another program's database ---


@pytest.fixture
def foreign(empty_url: str, backend: str) -> Iterator[Callable[[str], Any]]:
    """Runs a statement at the empty database, as another program."""
    if backend == "sqlite":
        with closing(sqlite3.connect(empty_url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            yield connection.execute
        return
    import psycopg

    with psycopg.connect(empty_url, autocommit=True) as server:
        yield server.execute


LAID = {
    "a table": ("CREATE TABLE customer (id integer)",),
    "a view": ("CREATE VIEW of_the_day AS SELECT 1 AS one",),
    "its own Alembic": (
        "CREATE TABLE alembic_version (version_num text)",
        "INSERT INTO alembic_version VALUES ('3f2a')",
    ),
    "its own Alembic without a revision": ("CREATE TABLE alembic_version (version_num text)",),
}


@pytest.mark.parametrize("laid", LAID.values(), ids=LAID)
def test_nothing_is_laid_into_the_database_of_another_program(
    laid: tuple[str, ...], empty_url: str, foreign: Callable[[str], Any], backend: str
) -> None:
    for statement in laid:
        foreign(statement)
    before = tables(foreign, backend)
    for attempt in (upgrade, open_database, is_empty):
        with pytest.raises(DatabaseForeign, match=r"customer|of_the_day|alembic_version"):
            attempt(empty_url)
    assert tables(foreign, backend) == before


def tables(foreign: Callable[[str], Any], backend: str) -> list[str]:
    kept = "sqlite_master WHERE true" if backend == "sqlite" else "pg_class WHERE relkind IN ('r', 'v')"
    name = "name" if backend == "sqlite" else "relname"
    return [row[0] for row in foreign(f"SELECT {name} FROM {kept} ORDER BY 1").fetchall()]


def test_a_database_that_holds_nothing_may_be_founded(empty_url: str, foreign: Callable[[str], Any]) -> None:
    foreign("SELECT 1")
    with pytest.raises(DatabaseMissing):
        open_database(empty_url)
    upgrade(empty_url).close()
    open_database(empty_url).close()


def test_what_others_lay_beside_our_tables_is_theirs(database_url: str, backend: str) -> None:
    with closing(open_database(database_url)) as database, database.lent() as connection:
        connection.execute("CREATE VIEW lateness AS SELECT 1 AS one")
        connection.commit()
    open_database(database_url).close()
    upgrade(database_url).close()
