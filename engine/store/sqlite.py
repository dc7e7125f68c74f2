"""Connections to a SQLite file: opened by the driver itself, kept in a short list while nobody needs them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final
from weakref import finalize

from engine.store.pool import Backend, Hook, Lent

KINDS: Final = ("sqlite", "sqlite+pysqlite")
"""How a URL of SQLite may begin."""
IN_MEMORY: Final = ("", "/", "/:memory:")
"""What stands behind `sqlite://` for a database in memory."""
SPARE: Final = 5
"""How many connections are kept while nobody needs them."""
PRAGMAS: Final = ("foreign_keys=ON", "recursive_triggers=ON", "mmap_size=0")
ROLLBACK_JOURNAL: Final = ("journal_mode=PERSIST", "journal_size_limit=4194304")
"""Each commit overwrites and syncs its header; a deleted journal a loss of power may bring back (decisions, 29)."""
WAL_FIXED: Final = {(3, 44): 6, (3, 50): 7, (3, 51): 3}


class SqlitePool:
    """Lends connections to one file, as many as are wanted at once."""

    backend: Backend = "sqlite"
    error: type[Exception] = sqlite3.Error

    def __init__(self, file: Path | None, busy_seconds: float, prepare: Hook) -> None:
        self.file = file
        self.on_connect: list[Hook] = [prepare]
        self.on_lend: list[Hook] = []
        self._connect = partial(
            sqlite3.connect,
            self.address,
            timeout=busy_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        self._free: list[sqlite3.Connection] = []
        self._closings = 0

    @property
    def address(self) -> str:
        """The file as the programs of SQLite take it."""
        return str(self.file or ":memory:")

    def lend(self) -> Lent:
        """Lend a connection on which nothing has begun; who was there last knows most statements."""
        lent = _Lent(self, self._taken() or self.opened(), self._closings)
        try:
            _tell(self.on_lend, lent.driver_connection)
        except BaseException:
            lent.close()
            raise
        return lent

    def _taken(self) -> sqlite3.Connection | None:
        # One operation: two threads never take the same.
        try:
            return self._free.pop()
        except IndexError:
            return None

    def opened(self) -> sqlite3.Connection:
        """Return a new connection, which is nobody's but the caller's."""
        connection = self._connect()
        try:
            _tell(self.on_connect, connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def take_back(self, connection: sqlite3.Connection, closings: int) -> None:
        """Keep a connection for the next, unless there are enough or all were closed since it was lent."""
        if closings == self._closings and len(self._free) < SPARE:
            self._free.append(connection)
        else:
            connection.close()

    def was_lost(self, lent: Lent, error: Exception) -> bool:
        """Tell whether an error says that the connection was closed: a file is not lost like a server."""
        return isinstance(error, sqlite3.ProgrammingError) and "closed database" in str(error)

    def close(self) -> None:
        """Close those that are not lent, and the others when they come back; a later asker is given a new one."""
        self._closings += 1
        while connection := self._taken():
            connection.close()


class MemoryPool(SqlitePool):
    """Lends the one connection to a database in memory, which lives as long as that."""

    def lend(self) -> Lent:
        """Lend the connection, whoever else has it."""
        if not self._free:
            connection = self.opened()
            # Who drops a database in memory without closing it has nothing left of it: its connection goes along.
            finalize(self, connection.close)
            self._free.append(connection)
        return _Lent(self, self._free[0], self._closings)

    def take_back(self, connection: sqlite3.Connection, closings: int) -> None:
        """Do nothing: it is kept anyhow."""


class _Lent:
    """A connection while it is lent."""

    __slots__ = ("_closings", "_is_lent", "_pool", "driver_connection")

    def __init__(self, pool: SqlitePool, connection: sqlite3.Connection, closings: int) -> None:
        self.driver_connection = connection
        self._pool, self._closings, self._is_lent = pool, closings, True

    def invalidate(self) -> None:
        """Throw it away."""
        self._is_lent = False
        self.driver_connection.close()

    def close(self) -> None:
        """Give it back; what was not committed on it is rolled back."""
        if not self._is_lent:
            return
        try:
            self.driver_connection.rollback()
        except sqlite3.Error:
            self.invalidate()
        else:
            self._is_lent = False
            self._pool.take_back(self.driver_connection, self._closings)


def _tell(hooks: Iterable[Hook], connection: sqlite3.Connection) -> None:
    for hook in hooks:
        hook(connection)


# --- what a URL names ---


def file_in(url: str) -> Path | None:
    """Return the file that a URL of SQLite names, None for one in memory; ValueError where it names neither."""
    kind, _, rest = url.partition("://")
    if kind not in KINDS or "?" in rest or not (rest == "" or rest.startswith("/")):
        raise ValueError(f"{url!r} names no file of SQLite")
    return None if rest in IN_MEMORY else Path(rest[1:])


# --- how a connection is made ready ---


def prepared(connection: sqlite3.Connection, look: Hook | None) -> None:
    """Make a connection ready; the database is looked at before its kind of journal is chosen, which may write."""
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    if look is not None:
        # In one transaction, so that an upgrade beside it is seen whole or not at all.
        connection.execute("BEGIN")
        try:
            look(connection)
        finally:
            connection.execute("ROLLBACK")
    for pragma in durable_pragmas():
        connection.execute(f"PRAGMA {pragma}")


def durable_pragmas() -> tuple[str, ...]:
    """Return what has SQLite bring each commit to the disk, by the journal that is safe in its version."""
    wal = wal_is_safe(sqlite3.sqlite_version_info)
    return ("synchronous=FULL", *(("journal_mode=WAL",) if wal else ROLLBACK_JOURNAL))


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether a SQLite has the fix of the WAL-reset bug."""
    line, patch = version[:2], version[2]
    return line > (3, 51) or (line in WAL_FIXED and patch >= WAL_FIXED[line])


def wait_for_no_disk(connection: sqlite3.Connection) -> None:
    """Have commits outlive the process, not a loss of power."""
    connection.execute("PRAGMA synchronous=OFF")
