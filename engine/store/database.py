"""Opening the database and running transactions on it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import PoolProxiedConnection, StaticPool

from engine.clock import sleep, stopwatch
from engine.errors import DatabaseBusy, DatabaseDamaged, DatabaseMissing, DatabaseProblem, RowRefused
from engine.records import record
from engine.store import shape
from engine.store.codec import RowMissing, Unreadable
from engine.store.revisions import require_newest, revision_of
from engine.store.shape import Fetch
from engine.store.work import Asked, Known, Question, Watch, Work, asking, unwatched

BUSY_SECONDS = 5.0
FROZEN_SECONDS = 300.0
"""PostgreSQL: a process that stands still for so long in the middle of a transaction loses it, and its locks."""
BUSY_STATES = {"55P03", "40P01", "40001"}
"""PostgreSQL: a lock not granted in time, a deadlock, a conflict of transactions."""
ROOM = "make room on its disk and do it again: nothing of it was kept"
SERVER = "see that its server runs and can be reached, then do it again"
REFUSALS = {"IntegrityError", "DataError"}
"""What drivers raise for a row that breaks a constraint, or does not fit its column."""
CURES = {
    "is full": ROOM,
    "No space left on device": ROOM,
    "disk I/O error": "make room on its disk, or have it looked at; nothing of it was kept",
    "authentication failed": "check the user and the password of the URL",
    "does not exist": "check the URL",
    "starting up": "wait until its server is up",
    "not yet accepting": "wait until its server is up",
    "connection": SERVER,
    "readonly": "make the file and its folder writable",
    "read-only": "make the file and its folder writable",
    "unable to open": "make the file and its folder writable",
    "not a database": "name a database file; if it was one, restore it from a backup",
}
NO_TEXT = "Could not decode to UTF-8"
"""SQLite: what the driver says of a text whose bytes are none."""
CHECK = "see what of it is whole with `phasegate db check`, and restore it from a backup"
ROLLBACK_JOURNAL = ("journal_mode=PERSIST", "journal_size_limit=4194304")
"""Each commit overwrites and syncs its header; a deleted journal a loss of power may bring back (decisions, 29)."""
LOOK_AGAIN_SECONDS = 0.01
"""A third of what a sweep leaves the database free for between two batches (SEMANTICS F3)."""
WAL_FIXED = {(3, 44): 6, (3, 50): 7, (3, 51): 3}


Vet = Callable[[Fetch, str, str], object]
"""Looks at a database, given what fetches rows, its kind and its URL; what it raises leaves it as it is."""


@record(kw_only=False)
class Begin:
    """How a transaction begins, in one round trip."""

    writing: str = "BEGIN IMMEDIATE"
    reading: str = "BEGIN"
    patience: float = 0.0
    """For how many seconds whoever wants to write looks again and again, where the server does not wait for it."""


@record(kw_only=False)
class Database:
    """A database that transactions can be run on; `watch` is told each statement before it runs.

    `pause` and `stopwatch` are how it waits for open readers before a commit, and for how long.
    """

    engine: Engine
    url: str
    begin: Begin
    watch: Watch = unwatched
    pause: Callable[[float], None] = sleep
    stopwatch: Callable[[], float] = stopwatch

    @contextmanager
    def write(self, first: Asked | None = None) -> Iterator[Work]:
        """Run one transaction that writes: all of it is kept, or nothing.

        What is asked for `first`, PostgreSQL answers in the round trip in which the transaction begins.
        """
        known: Known = {}
        asked = asking(*first) if first and self.is_postgres else None
        with translated(self):
            self.watch("BEGIN")
            with self._begun(partial(self._begin_writing, known, asked)) as connection:
                work = Work(connection, is_postgres=self.is_postgres, watch=self.watch, known=known)
                yield work
                work.commit(partial(self._commit, connection))
                self.watch("COMMITTED")

    @contextmanager
    def read(self) -> Iterator[Work]:
        """Run one transaction that only reads."""
        with translated(self), self._begun(partial(_begin, self.begin.reading, {}, None)) as connection:
            yield Work(connection, is_postgres=self.is_postgres, watch=self.watch)
            # Where it is rolled back, psycopg has the server forget every prepared statement.
            connection.commit()

    def _begin_writing(self, known: Known, asked: Question | None, connection: Any) -> None:
        """Begin; on SQLite by looking often whether others are done: its own wait sleeps through their breaths."""
        if not self.begin.patience:
            return _begin(self.begin.writing, known, asked, connection)
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            self._when_free(partial(_begin, self.begin.writing, known, asked, connection))
        finally:
            connection.execute(f"PRAGMA busy_timeout = {int(self.begin.patience * 1000)}")

    def _when_free(self, begin: Callable[[], None]) -> None:
        until = self.stopwatch() + self.begin.patience
        while True:
            try:
                return begin()
            except sqlite3.OperationalError as error:
                is_busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or self.stopwatch() > until:
                    raise
                self.pause(LOOK_AGAIN_SECONDS)

    @contextmanager
    def _begun(self, begin: Callable[[Any], None]) -> Iterator[Any]:
        """Lend the driver's own connection; what was not committed is rolled back when the pool has it again."""
        pooled = self._lent(begin)
        try:
            yield pooled.driver_connection
        except self.engine.dialect.loaded_dbapi.Error as error:
            # One that is gone cannot be rolled back; the pool would tell of that with a traceback.
            if self._was_lost(pooled, error):
                pooled.invalidate()
            raise
        finally:
            pooled.close()

    def _lent(self, begin: Callable[[Any], None]) -> PoolProxiedConnection:
        """Return a connection on which a transaction has begun; one that was lost unused is replaced once."""
        pooled = self.engine.raw_connection()
        try:
            begin(pooled.driver_connection)
            return pooled
        except self.engine.dialect.loaded_dbapi.Error as error:
            if not self._was_lost(pooled, error):
                pooled.close()
                raise
            pooled.invalidate()
        # Nothing was done on it yet; whatever took it has taken the others of the pool, too.
        self.engine.dispose()
        pooled = self.engine.raw_connection()
        begin(pooled.driver_connection)
        return pooled

    def _was_lost(self, pooled: PoolProxiedConnection, error: Any) -> bool:
        return self.engine.dialect.is_disconnect(error, pooled, None)

    @contextmanager
    def snapshot(self) -> Iterator[Work]:
        """Read as of one instant without keeping a writer waiting: where reading would, it is a copy beside it."""
        if not self._reading_blocks:
            with self.read() as work:
                yield work
            return
        with TemporaryDirectory(prefix="phasegate-") as folder:
            copy = connect(f"sqlite:///{folder}/copy.db", create=True)
            event.listen(copy.engine, "connect", _wait_for_no_disk)
            try:
                with self.read() as work:
                    work.copy_to(copy.engine)
                with copy.read() as work:
                    yield work
            finally:
                copy.close()

    @property
    def _reading_blocks(self) -> bool:
        """Tell whether nothing is committed while somebody reads: in a file of SQLite that is not in WAL mode."""
        if self.file is None:
            return False
        with self.read() as work:
            return bool(work.rows("PRAGMA journal_mode")[0][0] != "wal")

    def _commit(self, connection: Any) -> None:
        """Commit; on SQLite again while an open reader stands in the way."""
        until = self.stopwatch() + BUSY_SECONDS
        while True:
            try:
                connection.commit()
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or self.stopwatch() > until:
                    raise
                self.pause(0.02)

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; None for one in memory, and for PostgreSQL."""
        name = self.engine.url.database
        return None if self.is_postgres or name in (None, "", ":memory:") else Path(str(name))

    @property
    def backend(self) -> str:
        """The kind of database: sqlite or postgresql."""
        return self.engine.dialect.name

    @property
    def is_postgres(self) -> bool:
        """Tell whether this is PostgreSQL."""
        return self.engine.dialect.name == "postgresql"

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def open_database(url: str, *, busy_seconds: float = BUSY_SECONDS, durable: bool = True) -> Database:
    """Open an existing database of this version; DatabaseProblem says why it cannot be used.

    Of one that is not `durable` (SQLite only) a commit waits for no disk: it outlives the process, not the power.
    """
    database = connect(url, busy_seconds=busy_seconds, vet=require_newest)
    if not durable and not database.is_postgres:
        event.listen(database.engine, "connect", _wait_for_no_disk)
    try:
        vetted(database, require_newest)
    except BaseException:
        database.close()
        raise
    return database


def vetted(database: Database, vet: Vet) -> Any:
    """Return what is said of a database before anything is done with it."""
    with database.read() as work:
        return vet(work.rows, database.backend, database.url)


def is_empty(url: str) -> bool:
    """Tell whether there is nothing at a URL yet: no file, or a database without tables of ours."""
    target = _parsed(url)
    if target.get_backend_name() == "sqlite" and not Path(str(target.database)).exists():
        return True
    database = connect(url)
    try:
        with database.read() as work:
            return not shape.found(work.rows, target.get_backend_name())
    finally:
        database.close()


def connect(
    url: str, *, busy_seconds: float = BUSY_SECONDS, create: bool = False, vet: Vet | None = None
) -> Database:
    """Return a database for a URL without looking at its version.

    A file of SQLite is looked at by `vet` at each connection, before its kind of journal is chosen: that may write.
    """
    target = _parsed(url)
    shown = target.render_as_string(hide_password=True)
    if target.get_backend_name() == "sqlite":
        _require_file(target, shown, create)
    begin = _begin_of(target, busy_seconds)
    return Database(engine=_engine(target, shown, busy_seconds, begin, vet), url=shown, begin=begin)


def file_of(url: str) -> Path | None:
    """Return the file that a URL names, without opening it; None where it names none."""
    target = _parsed(url)
    is_file = target.get_backend_name() == "sqlite" and target.database not in (None, "", ":memory:")
    return Path(str(target.database)) if is_file else None


def revision(database: Database) -> str | None:
    """Return the revision of the schema, or None where there is none."""
    with database.read() as work:
        return revision_of(work.rows, database.backend)


def _parsed(url: str) -> URL:
    try:
        target = make_url(url)
        if target.get_backend_name() == "postgresql" and "+" not in target.drivername:
            target = target.set(drivername="postgresql+psycopg")
        if target.get_backend_name() not in ("sqlite", "postgresql"):
            raise ArgumentError(target.drivername)
        target.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise DatabaseProblem(
            url=url.split("@")[-1],
            why="no such kind of URL",
            cure="write sqlite:///FILE or postgresql://…",
        ) from error
    return target


def _require_file(target: URL, shown: str, create: bool) -> None:
    if target.database in (None, "", ":memory:"):
        return
    path = Path(str(target.database))
    if not path.exists() and not create:
        raise DatabaseMissing(url=shown, why="the file does not exist", cure="run `phasegate db upgrade`")
    if path.exists() and not path.is_file():
        raise DatabaseProblem(url=shown, why="it is not a file", cure="name a file")
    if create and not path.parent.is_dir():
        raise DatabaseProblem(url=shown, why="its folder does not exist", cure="make the folder first")
    if create and not path.exists() and not os.access(path.parent, os.W_OK):
        raise DatabaseProblem(url=shown, why="its folder cannot be written", cure="choose another folder")


def _begin(text: str, known: Known, asked: Question | None, connection: Any) -> None:
    """Begin a transaction and, in the same round trip, learn what PostgreSQL answers to a first question."""
    if asked is None:
        connection.cursor().execute(text)
        return
    from psycopg import ClientCursor

    cursor = ClientCursor(connection)
    cursor.execute(f"{text}; {asked[0]}", asked[1])
    while cursor.nextset():
        pass
    known[asked] = cursor.fetchall()


def _begin_of(target: URL, busy_seconds: float) -> Begin:
    if target.get_backend_name() == "sqlite":
        return Begin(patience=busy_seconds)
    return Begin(
        writing=(
            f"BEGIN; SET LOCAL lock_timeout = '{int(busy_seconds * 1000)}'; "
            f"SET LOCAL idle_in_transaction_session_timeout = '{int(FROZEN_SECONDS * 1000)}'"
        ),
        reading="BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    )


def _engine(target: URL, shown: str, busy_seconds: float, begin: Begin, vet: Vet | None) -> Engine:
    try:
        engine = create_engine(target, **_options(target, busy_seconds))
    except ModuleNotFoundError as error:
        raise DatabaseProblem(
            url=shown,
            why=f"the driver {error.name} is not installed",
            cure="pip install 'phasegate[postgres]'",
        ) from error
    if target.get_backend_name() == "sqlite":
        event.listen(engine, "connect", lambda connection, _: _prepare_sqlite(connection, vet, shown))
    else:
        event.listen(engine, "connect", _prepare_postgres)
    event.listen(engine, "begin", lambda connection: _begun(connection, begin))
    return engine


def _options(target: URL, busy_seconds: float) -> dict[str, Any]:
    if target.get_backend_name() != "sqlite":
        # Each transaction is begun by a statement of ours: psycopg would send one more round trip for it.
        return {"isolation_level": "AUTOCOMMIT"}
    arguments: dict[str, Any] = {"timeout": busy_seconds, "isolation_level": None}
    if target.database not in (None, "", ":memory:"):
        return {"connect_args": arguments}
    return {"connect_args": arguments | {"check_same_thread": False}, "poolclass": StaticPool}


def _prepare_sqlite(connection: sqlite3.Connection, vet: Vet | None, shown: str) -> None:
    for pragma in ("foreign_keys=ON", "recursive_triggers=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")
    if vet is not None:
        # In one transaction, so that an upgrade beside it is seen whole or not at all.
        connection.execute("BEGIN")
        try:
            vet(lambda sql: connection.execute(sql).fetchall(), "sqlite", shown)
        finally:
            connection.execute("ROLLBACK")
    for pragma in durable_pragmas():
        connection.execute(f"PRAGMA {pragma}")


def durable_pragmas() -> tuple[str, ...]:
    """Return what has SQLite bring each commit to the disk, by the journal that is safe in its version."""
    wal = wal_is_safe(sqlite3.sqlite_version_info)
    return ("synchronous=FULL", *(("journal_mode=WAL",) if wal else ROLLBACK_JOURNAL))


def _prepare_postgres(connection: Any, _: object) -> None:
    """Have whole numbers sent as one type: a statement is prepared for each combination of types."""
    from psycopg.types.numeric import Int8BinaryDumper

    connection.adapters.register_dumper(int, Int8BinaryDumper)


def _wait_for_no_disk(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether a SQLite has the fix of the WAL-reset bug."""
    line, patch = version[:2], version[2]
    return line > (3, 51) or (line in WAL_FIXED and patch >= WAL_FIXED[line])


def _begun(connection: Connection, begin: Begin) -> None:
    """Begin what is done through SQLAlchemy: laying out the tables."""
    writes = connection.get_execution_options().get("phasegate_writes")
    connection.exec_driver_sql(begin.writing if writes else begin.reading)


@contextmanager
def translated(database: Database) -> Iterator[None]:
    """Say what the driver raised, wrapped by SQLAlchemy or not, as one of our own errors."""
    try:
        yield
    except DBAPIError as error:
        raise _problem(database.url, error.orig) from error
    except database.engine.dialect.loaded_dbapi.Error as error:
        raise _problem(database.url, error) from error
    except UnicodeDecodeError as error:
        # So Python says it where the words about a text that is none hold that text.
        raise DatabaseDamaged(url=database.url, why=f"a text is no UTF-8: {error}", cure=CHECK) from error
    except (Unreadable, RowMissing) as error:
        raise DatabaseDamaged(url=database.url, why=str(error), cure=CHECK) from error


def _problem(url: str, cause: BaseException | None) -> DatabaseProblem:
    why = next(iter(str(cause).strip().splitlines()), "no reason given")
    if _is_busy(cause):
        return DatabaseBusy(url=url, why=why, cure="try again in a moment")
    if any(kind.__name__ in REFUSALS for kind in type(cause).__mro__):
        return RowRefused(url=url, why=why, cure="look with `phasegate audit verify` for what stands in the way")
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT or NO_TEXT in why:
        return DatabaseDamaged(url=url, why=why, cure=CHECK)
    cures = (cure for words, cure in CURES.items() if words in why)
    return DatabaseProblem(url=url, why=why, cure=next(cures, "check the URL, the file and the disk"))


def _is_busy(cause: BaseException | None) -> bool:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or getattr(cause, "sqlstate", "") in BUSY_STATES
