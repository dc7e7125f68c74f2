"""A copy of a SQLite database made while it is in use, a few pages at a time (SEMANTICS F3)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from engine.clock import sleep, stopwatch
from engine.errors import DatabaseProblem, PhasegateError
from engine.records import field, record
from engine.store.database import Database
from engine.store.schema import KEPT

PAGES: Final = 500
HOLD_IN_SECONDS: Final = 0.05
REST_IN_SECONDS: Final = 0.03
PATIENCE_IN_SECONDS: Final = 600.0


class CopiedElsewhere(PhasegateError):
    """A database is backed up by tools of its own."""

    code = "PG306"


class NeverQuiet(PhasegateError):
    """A database was written to so often while it was copied that no backup was made."""

    code = "PG307"


@record
class Copied:
    """How a copy went: its size, how often it began anew, and for how long at most it held the database at once."""

    size: int
    seconds: float
    restarts: int
    longest_hold: float


@record(frozen=False, kw_only=False)
class CopyPace:
    """Told after every few pages: rests so that others get their turn, and gives up in the end."""

    url: str
    forward: Callable[[int, int], None]
    rest: Callable[[float], None] = sleep
    steady: Callable[[], float] = stopwatch
    patience: float = PATIENCE_IN_SECONDS
    restarts: int = 0
    longest: float = 0.0
    _held: float = 0.0
    _left: int | None = None
    _began: float = field(init=False)
    _last: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self._last = self.steady()

    def __call__(self, status: int, left: int, pages: int) -> None:
        """Take note of one step; what is left grows again where somebody wrote meanwhile and all begins anew."""
        now = self.steady()
        self.longest = max(self.longest, now - self._last)
        self._held += now - self._last
        self.restarts += self._left is not None and left > self._left
        self._left = left
        self.forward(pages - left, pages)
        if now - self._began > self.patience:
            raise NeverQuiet(url=self.url, times=self.restarts)
        if self._held >= HOLD_IN_SECONDS:
            self.rest(REST_IN_SECONDS)
            self._held = 0.0
        self._last = self.steady()

    def seconds(self) -> float:
        """Return how long it has taken so far."""
        return self.steady() - self._began


def require_sqlite(database: Database, target: Path) -> None:
    """Refuse a database that is copied by tools of its own, and say by which command."""
    if database.is_postgres:
        raise CopiedElsewhere(url=database.url, command=pg_dump(database, target))


def pg_dump(database: Database, target: Path) -> str:
    """Return the command that backs a PostgreSQL database up; the password is not in it."""
    return f"pg_dump --format=custom --file={_quoted(str(target))} {_quoted(database.pool.address)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def copy_to(
    database: Database, target: Path, forward: Callable[[int, int], None], *, pages: int = PAGES, **paced: Any
) -> Copied:
    """Copy a database that others go on writing to into a new file, whole as of one instant.

    With a rollback journal whoever writes makes the copy begin anew, and nobody waits for it longer than a step;
    with a write-ahead log it reads one instant throughout, and nobody waits.
    """
    pace = CopyPace(url=database.url, forward=forward, **paced)
    with _reading(database) as source, _writing(target) as copy:
        source.backup(copy, pages=pages, progress=pace, sleep=REST_IN_SECONDS)
        seconds = pace.seconds()
    return Copied(size=target.stat().st_size, seconds=seconds, restarts=pace.restarts, longest_hold=pace.longest)


@contextmanager
def _reading(database: Database) -> Iterator[sqlite3.Connection]:
    with database.lent() as source:
        if source.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            source.execute("BEGIN")
            source.execute("SELECT 1 FROM sqlite_master").fetchone()
        yield source
        if source.in_transaction:
            source.execute("ROLLBACK")


@contextmanager
def _writing(target: Path) -> Iterator[sqlite3.Connection]:
    """Open the copy; what goes wrong with it is told of it and not of the database."""
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        # It is brought to the disk once, when it is whole.
        copy.execute("PRAGMA synchronous=OFF")
        yield copy
        copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise DatabaseProblem("copy_failed", url=str(target), said=str(error)) from error
    finally:
        copy.close()


def integrity(database: Database) -> list[str]:
    """Return what SQLite finds wrong with the pages and indexes of a file; nothing of a PostgreSQL database.

    Table by table, for whoever writes may have to wait while one is looked through; where all are whole, the rest.
    """
    if database.is_postgres:
        return []
    tables = (f'"{table.table}"' for table in KEPT.values())
    found = [line for table in tables for line in _integrity(database, f"integrity_check({table})")]
    return found or _integrity(database, "quick_check")


def _integrity(database: Database, pragma: str) -> list[str]:
    with database.read() as work:
        return [str(row[0]) for row in work.rows(f"PRAGMA {pragma}") if row[0] != "ok"]


def settle(part: Path, target: Path) -> None:
    """Bring a copy that was found good to the disk, and give it its name there."""
    _synced(part)
    part.rename(target)
    _synced(target.parent)


def _synced(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
