"""Opening the database and running transactions on it."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from engine.clock import sleep, stopwatch
from engine.errors import DatabaseDamaged, DatabaseMissing, DatabaseProblem
from engine.records import record
from engine.store import sqlite
from engine.store.files import foreign_beside, unfinished_beside
from engine.store.pool import Backend, Lent, Pool
from engine.store.problems import translated
from engine.store.revisions import require_known, require_newest, revision_of
from engine.store.shape import Fetch
from engine.store.work import Asked, Known, Question, UnitOfWork, Watch, asking, unwatched

BUSY_SECONDS = 5.0
FROZEN_SECONDS = 300.0
"""PostgreSQL: a process that stands still for so long in the middle of a transaction loses it, and its locks."""
LOOK_AGAIN_SECONDS = 0.01
"""A third of what a sweep leaves the database free for between two batches (SEMANTICS F3)."""


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

    `vouch` is asked before anything is kept: where it raises, nothing is.
    `pause` and `stopwatch` are how it waits for open readers before a commit, and for how long.
    """

    pool: Pool
    url: str
    begin: Begin
    watch: Watch = unwatched
    vouch: Callable[[UnitOfWork], object] | None = None
    pause: Callable[[float], None] = sleep
    stopwatch: Callable[[], float] = stopwatch

    @contextmanager
    def write(self, first: Asked | None = None) -> Iterator[UnitOfWork]:
        """Run one transaction that writes: all of it is kept, or nothing.

        What is asked for `first`, PostgreSQL answers in the round trip in which the transaction begins.
        """
        known: Known = {}
        asked = asking(*first) if first and self.is_postgres else None
        with self.translated():
            self.watch("BEGIN")
            with self._begun(partial(self._begin_writing, known, asked)) as connection:
                work = UnitOfWork(connection, is_postgres=self.is_postgres, watch=self.watch, known=known)
                yield work
                if self.vouch is not None:
                    self.vouch(work)
                work.commit(partial(self._commit, connection))
                self.watch("COMMITTED")

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Run one transaction that only reads."""
        with self.translated(), self._begun(partial(_begin, self.begin.reading, {}, None)) as connection:
            yield UnitOfWork(connection, is_postgres=self.is_postgres, watch=self.watch)
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
        lent = self._lent(begin)
        try:
            yield lent.driver_connection
        except self.pool.error as error:
            # One that is gone cannot be rolled back; the pool would tell of that with a traceback.
            if self.pool.was_lost(lent, error):
                lent.invalidate()
            raise
        finally:
            lent.close()

    def _lent(self, begin: Callable[[Any], None], *, again: bool = True) -> Lent:
        """Return a connection on which a transaction has begun; one that was lost unused is replaced once."""
        lent = self.pool.lend()
        try:
            begin(lent.driver_connection)
            return lent
        except BaseException as error:
            # Whatever ends the waiting, an interrupt too: the connection does not stay out.
            is_lost = isinstance(error, self.pool.error) and self.pool.was_lost(lent, error)
            (lent.invalidate if is_lost else lent.close)()
            if not (is_lost and again):
                raise
        # Nothing was done on it yet; whatever took it has taken the others of the pool, too.
        self.pool.close()
        return self._lent(begin, again=False)

    @contextmanager
    def lent(self) -> Iterator[Any]:
        """Lend the driver's own connection, on which each statement is a transaction of its own."""
        with self.translated():
            lent = self.pool.lend()
            try:
                yield lent.driver_connection
            finally:
                lent.close()

    def translated(self) -> AbstractContextManager[None]:
        """Say what the driver raises as one of our own errors."""
        return translated(self.url, self.pool.error)

    @contextmanager
    def snapshot(self) -> Iterator[UnitOfWork]:
        """Read as of one instant without keeping a writer waiting: where reading would, it is a copy beside it."""
        if not self._reading_blocks:
            with self.read() as work:
                yield work
            return
        with TemporaryDirectory(prefix="phasegate-") as folder:
            copy = connect(f"sqlite:///{folder}/copy.db", create=True)
            copy.pool.on_connect.append(sqlite.wait_for_no_disk)
            try:
                with self.read() as work, copy.lent() as other:
                    work.copy_to(other)
                with copy.read() as work:
                    yield work
            finally:
                copy.close()

    @property
    def _reading_blocks(self) -> bool:
        """Tell whether nothing is committed while somebody reads: in a file of SQLite that is not in WAL mode."""
        return self.file is not None and self.journal_mode != "wal"

    @property
    def journal_mode(self) -> str:
        """How SQLite keeps what a transaction has not finished; empty for PostgreSQL."""
        if self.is_postgres:
            return ""
        with self.read() as work:
            return str(work.rows("PRAGMA journal_mode")[0][0])

    @property
    def has_one_writer(self) -> bool:
        """Tell whether all others wait for whoever writes."""
        return not self.is_postgres

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
        return self.pool.file

    @property
    def backend(self) -> Backend:
        """The kind of database: sqlite or postgresql."""
        return self.pool.backend

    @property
    def is_postgres(self) -> bool:
        """Tell whether this is PostgreSQL."""
        return self.pool.backend == "postgresql"

    def close(self) -> None:
        """Give all connections back."""
        self.pool.close()


def open_database(url: str, *, busy_seconds: float = BUSY_SECONDS, durable: bool = True) -> Database:
    """Open an existing database of this version; DatabaseProblem says why it cannot be used.

    Of one that is not `durable` (SQLite only) a commit waits for no disk: it outlives the process, not the power.
    """
    database = connect(url, busy_seconds=busy_seconds, vet=require_newest)
    if not durable and not database.is_postgres:
        database.pool.on_connect.append(sqlite.wait_for_no_disk)
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


def is_missing(url: str) -> bool:
    """Tell, without opening it, whether a URL names a file that is not there, or in which nothing is yet."""
    file = file_of(url)
    return file is not None and (not file.exists() or (file.is_file() and not file.stat().st_size))


def is_empty(url: str) -> bool:
    """Tell whether there is nothing at a URL yet: no file, or a database without tables; not of another program's."""
    if _kind(url) == "sqlite" and not ((file := file_of(url)) and file.exists()):
        return True
    database = connect(url, vet=require_known)
    try:
        return vetted(database, require_known) is None
    finally:
        database.close()


def connect(
    url: str, *, busy_seconds: float = BUSY_SECONDS, create: bool = False, vet: Vet | None = None
) -> Database:
    """Return a database for a URL without looking at its version.

    A file of SQLite is looked at by `vet` at each connection, before its kind of journal is chosen: that may write.
    """
    if _kind(url) == "postgresql":
        return _on_postgres(url, busy_seconds)
    file = file_of(url)
    if file is not None:
        _require_file(file, url, create)
    kind = sqlite.MemoryPool if file is None else sqlite.SqlitePool
    pool = kind(file, busy_seconds, partial(sqlite.prepared, look=vet and partial(_vet_file, vet, url)))
    return Database(pool=pool, url=url, begin=Begin(patience=busy_seconds))


def _vet_file(vet: Vet, url: str, connection: sqlite3.Connection) -> None:
    vet(lambda sql: connection.execute(sql).fetchall(), "sqlite", url)


def _on_postgres(url: str, busy_seconds: float) -> Database:
    try:
        from engine.store.postgres import PostgresPool, Unescaped, parsed, shown

        target = parsed(url)
        return Database(pool=PostgresPool(target), url=shown(target), begin=_on_a_server(busy_seconds))
    except Unescaped:
        raise DatabaseProblem("unescaped", url=_shown(url)) from None
    except ValueError as error:
        raise _no_such_kind(url) from error
    except ModuleNotFoundError as error:
        raise DatabaseProblem("no_driver", url=_shown(url), driver=error.name) from error


def file_of(url: str) -> Path | None:
    """Return the file that a URL names, without opening it; None where it names none."""
    if _kind(url) == "postgresql":
        return None
    try:
        return sqlite.file_in(url)
    except ValueError as error:
        raise _no_such_kind(url) from error


def revision(database: Database) -> str | None:
    """Return the revision of the schema, or None where there is none."""
    with database.read() as work:
        return revision_of(work.rows, database.backend)


def _kind(url: str) -> Backend:
    """Return of which kind a URL is; DatabaseProblem for any other."""
    scheme, has_more, _ = url.partition("://")
    if has_more and scheme in sqlite.KINDS:
        return "sqlite"
    if has_more and scheme.partition("+")[0] == "postgresql":
        return "postgresql"
    raise _no_such_kind(url)


PLAIN: Final = re.compile(r"([a-z0-9+]{1,30}://)?[\w./-]*")
"""What holds no password; of any other URL that cannot be read nothing is shown but how it begins."""


def _no_such_kind(url: str) -> DatabaseProblem:
    return DatabaseProblem("no_kind", url=_shown(url))


def _shown(url: str) -> str:
    """Return what may be shown of a URL that cannot be read: nothing that might be a password."""
    if url.startswith("sqlite") or PLAIN.fullmatch(url):
        return url
    scheme = PLAIN.match(url)
    return f"{scheme[1] if scheme and scheme[1] else ''}***"


def _require_file(path: Path, shown: str, create: bool) -> None:
    if not path.exists() and not create:
        raise DatabaseMissing("no_file", url=shown)
    if path.exists() and not path.is_file():
        raise DatabaseProblem("not_a_file", url=shown)
    if path.exists() and (foreign := foreign_beside(path)):
        raise DatabaseDamaged("foreign_journal", url=shown, found=foreign)
    if not path.exists() and (left := [*map(str, unfinished_beside(path))]):
        raise DatabaseProblem("journal_left", url=shown, found=left)
    if create and not path.parent.is_dir():
        raise DatabaseProblem("no_such_folder", url=shown)
    if create and not path.exists() and not os.access(path.parent, os.W_OK):
        raise DatabaseProblem("folder_closed", url=shown)


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


def _on_a_server(busy_seconds: float) -> Begin:
    return Begin(
        writing=(
            f"BEGIN; SET LOCAL lock_timeout = '{int(busy_seconds * 1000)}'; "
            f"SET LOCAL idle_in_transaction_session_timeout = '{int(FROZEN_SECONDS * 1000)}'"
        ),
        reading="BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    )
