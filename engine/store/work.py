"""A unit of work: the records touched in one transaction, read once and written set-wise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import AbstractContextManager, closing, nullcontext
from itertools import count
from operator import attrgetter
from typing import Any, TypeVar

from engine.store.codec import Mapping, RowMissing, mapping
from engine.store.drawer import IdentityMap, IdentityMaps, Write
from engine.store.statements import equal, statements
from engine.store.together import One, nothing_missing, run_together, together, union

R = TypeVar("R")
CHUNK = 500
INSTALLATION, NUMBERS, WORKERS = 1, 2, 3
"""What a transaction may have for itself: the journal of the installation, document numbers, the roll of workers."""
Asked = tuple[type, str, Sequence[Any]]
"""A kind of record, a condition written with `?` for each value, and the values."""
Question = tuple[str, tuple[Any, ...]]
"""A statement as the driver is given it, and its values."""
Known = dict[Question, Sequence[Any]]
"""What was answered already: the rows of a question."""
Watch = Callable[[str], None]
"""Is told each statement before it runs; what it raises ends the transaction."""


def unwatched(statement: str) -> None:
    """Watch nothing."""


class UnitOfWork:
    """Reads records through an identity map and writes what changed when it is flushed.

    A record that was read or put is answered from memory, so a reader inside the transaction
    sees what was put before it was written.
    """

    def __init__(
        self, connection: Any, *, is_postgres: bool = False, watch: Watch = unwatched, known: Known | None = None
    ) -> None:
        # The driver's own connection: SQLAlchemy's cost more than the statements.
        self._connection = connection
        self._cursor = connection.cursor()
        self.is_postgres = is_postgres
        self._mark = "%s" if is_postgres else "?"
        self._watch = watch
        self._known = known or {}
        self._drawers = IdentityMaps(self._mark)
        self._streams = count()

    # --- reading ---

    def get(self, kind: type[R], *key: Any) -> R | None:
        """Return the record of a key, or None."""
        one = key if len(key) > 1 else key[0]
        drawer: IdentityMap[R] = self._drawers[kind]
        found = drawer.known.get(one)
        if found is not None:
            return found
        if drawer.rows:
            self.flush()
        if drawer.is_dropped(one):
            return None
        rows = self._fetched(drawer.texts.get, drawer.how.encode_key(one))
        return drawer.remember(rows)[0] if rows else None

    def must(self, kind: type[R], *key: Any) -> R:
        """Return the record with a primary key; RowMissing where there is none."""
        found = self.get(kind, *key)
        if found is None:
            raise RowMissing(f"{mapping(kind).table}[{', '.join(map(str, key))}] is not there")
        return found

    def campaign_of(self, uid: str) -> int:
        """Return the number that a campaign has in this database; KeyError for none."""
        for row in self.rows('SELECT id FROM "campaign" WHERE uid = ?', (uid,)):
            return int(row[0])
        raise KeyError(uid)

    def find(self, kind: type[R], /, *, order: str = "", **equals: Any) -> list[R]:
        """Return the records whose columns equal the given values."""
        encode = mapping(kind).encode_value
        values = [encode(column, value) for column, value in equals.items()]
        return self.select(kind, equal(tuple(equals), self._mark), values, order=order)

    def among(self, kind: type[R], column: str, values: Iterable[Any], *, order: str = "", **equals: Any) -> list[R]:
        """Return the records whose `column` has one of `values`, and others the given values."""
        found: list[R] = []
        wanted = list(dict.fromkeys(values))
        encode = mapping(kind).encode_value
        if (column,) == mapping(kind).key and not equals:
            known = self._drawers[kind].known
            found = [known[value] for value in wanted if value in known]
            wanted = [value for value in wanted if value not in known]
        for i in range(0, len(wanted), CHUNK):
            part = wanted[i : i + CHUNK]
            marks = ", ".join([self._mark] * len(part))
            where = " AND ".join([f'"{column}" IN ({marks})', *(f'"{other}" = {self._mark}' for other in equals)])
            coded = [encode(column, value) for value in part] + [encode(c, v) for c, v in equals.items()]
            found += self.select(kind, where, coded, order=order)
        return sorted(found, key=attrgetter(order)) if order.isidentifier() else found

    def distinct(self, kind: type, column: str, **equals: Any) -> set[Any]:
        """Return the different values that a column of text or whole numbers has where others equal the given."""
        how: Mapping[Any] = mapping(kind)
        values = [how.encode_value(c, v) for c, v in equals.items()]
        sql = f'SELECT DISTINCT "{column}" FROM "{how.table}" WHERE {equal(tuple(equals), self._mark)}'
        return {row[0] for row in self.rows(sql, values)}

    def select(
        self, kind: type[R], where: str, values: Sequence[Any] = (), *, order: str = "", limit: int = 0
    ) -> list[R]:
        """Return the records that satisfy a condition written with `?` for each value."""
        drawer: IdentityMap[R] = self._drawers[kind]
        if drawer.is_pending:
            self.flush()
        sql = drawer.texts.select
        sql += f" WHERE {where}" if where else ""
        sql += f" ORDER BY {order}" if order else ""
        sql += f" LIMIT {limit}" if limit else ""
        return drawer.remember(self._fetched(sql, values))

    def gather(self, *asked: Asked) -> Iterator[list[Any]]:
        """Yield for each question its records by their keys; on PostgreSQL all are answered in one round trip."""
        drawers: list[IdentityMap[Any]] = [self._drawers[kind] for kind, _, _ in asked]
        if any(drawer.is_pending for drawer in drawers):
            self.flush()
        for drawer, rows in zip(drawers, self._answers(drawers, asked), strict=True):
            yield sorted(drawer.remember(rows), key=drawer.how.key_of)

    def _answers(self, drawers: list[IdentityMap[Any]], asked: Sequence[Asked]) -> Iterable[Sequence[Any]]:
        texts = [f"{d.texts.select} WHERE {where}" for d, (_, where, _) in zip(drawers, asked, strict=True)]
        if not self.is_postgres:
            return [self._fetched(sql, values) for sql, (_, _, values) in zip(texts, asked, strict=True)]
        for text in texts:
            self._watch(text)
        found: list[list[Any]] = [[] for _ in asked]
        self._cursor.execute(union(tuple(texts)), [value for *_, values in asked for value in values])
        for place, row in self._cursor.fetchall():
            found[place].append(row)
        return found

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Sequence[Any]:
        """Return the rows of a statement; `?` stands for each value."""
        self.flush()
        return self._fetched(sql, values)

    def _fetched(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        text = sql.replace("?", self._mark)
        self._watch(text)
        if self._known and (known := self._known.pop((text, tuple(values)), None)) is not None:
            return known
        self._cursor.execute(text, tuple(values))
        found: Sequence[Any] = self._cursor.fetchall()
        return found

    def stream(self, kind: type[R], where: str = "", values: Sequence[Any] = (), order: str = "") -> Iterator[R]:
        """Yield records in order without keeping them."""
        return map(mapping(kind).decode, self.each(kind, where, values, order))

    def each(self, kind: type, where: str = "", values: Sequence[Any] = (), order: str = "") -> Iterator[Any]:
        """Yield the rows of records as they are kept, in the order of their columns."""
        self.flush()
        sql = self._drawers[kind].texts.select + (f" WHERE {where}" if where else "")
        sql += f" ORDER BY {order}" if order else ""
        with self._streaming_cursor() as cursor:
            cursor.execute(sql.replace("?", self._mark), tuple(values))
            while rows := cursor.fetchmany(2000):
                yield from rows

    def copy_to(self, other: Any) -> None:
        """Copy this whole SQLite database into another one, given by the driver's connection to it."""
        self._connection.backup(other)

    # --- writing ---

    def add(self, record: object) -> None:
        """Keep a record that is not in the database yet."""
        self._drawers[type(record)].add(record)

    def add_rows(self, kind: type, rows: Sequence[Sequence[Any]]) -> None:
        """Keep records that are not in the database yet, given as the rows that they will have there."""
        self._drawers[kind].add_rows(rows)

    def add_if_absent(self, record: object) -> None:
        """Keep a record unless there is one of its key, which then says the same."""
        self._drawers[type(record)].add_if_absent(record)

    def put(self, record: object) -> None:
        """Keep the changed form of a record that is in the database."""
        drawer = self._drawers[type(record)]
        if drawer.rows:
            self.flush()
        drawer.put(record)

    def drop(self, kind: type, *key: Any) -> None:
        """Remove the record of a key."""
        drawer: IdentityMap[Any] = self._drawers[kind]
        if drawer.rows:
            self.flush()
        drawer.drop(key if len(key) > 1 else key[0])

    def mend(self, kind: type, gone: Sequence[Sequence[Any]], rows: Sequence[Sequence[Any]]) -> None:
        """Put rows in the place of others, given by the keys that those have; what is known of them is dropped."""
        self.flush()
        texts = self._drawers[kind].texts
        writes = [(texts.delete, gone), (texts.insert, rows)]
        self._write([Write(sql, values) for sql, values in writes if values])
        self._drawers.pop(kind, None)

    def forget(self, kind: type) -> None:
        """Drop what is remembered of a kind, once it has been written."""
        self.flush()
        self._drawers.pop(kind, None)

    def alone(self, with_what: int = INSTALLATION) -> None:
        """Wait until no other transaction is past this point; on SQLite only one writes at any time."""
        if self.is_postgres:
            self.rows("SELECT pg_advisory_xact_lock(?)", (with_what,))

    def hold(self, table: str, where: str, values: Sequence[Any]) -> None:
        """Lock rows in the order of their ids until this ends; on SQLite only one writes at any time."""
        if self.is_postgres:
            self.rows(f'SELECT 1 FROM "{table}" WHERE {where} ORDER BY id FOR UPDATE', values)

    def flush(self) -> None:
        """Write everything put, added and dropped: of each kind what goes, what comes, what changed."""
        self._write(self._taken())

    def commit(self, commit: Callable[[], None]) -> None:
        """Write what is left and end with `commit`; on PostgreSQL in one round trip where it is not much."""
        writes = self._taken()
        one = self._as_one(writes)
        if one is None:
            self._write(writes)
        self._watch("COMMIT")
        if one is None:
            commit()
        else:
            # Nothing is committed where the statement before it fails; the driver's own commit waits twice.
            with nothing_missing(one), self._connection.pipeline():
                run_together(self._connection, one)
                self._cursor.execute("COMMIT", prepare=False)

    def _taken(self) -> list[Write]:
        return [w for drawer in self._drawers.values() if drawer.is_pending for w in drawer.taken()]

    def _write(self, writes: list[Write]) -> None:
        if one := self._as_one(writes):
            with nothing_missing(one):
                run_together(self._connection, one)
        elif self.is_postgres and writes:
            with self._connection.pipeline():
                run = [self._run(write, self._connection.cursor()) for write in writes]
            # After a pipeline PostgreSQL does not count for how long a transaction is idle; after this it does.
            self._cursor.execute("SELECT 1")
            require_changed(writes, [cursor.rowcount for cursor in run])
        else:
            require_changed(writes, [self._run(write, self._cursor).rowcount for write in writes])

    def _as_one(self, writes: list[Write]) -> One | None:
        """Return what writes everything as one statement, on PostgreSQL and where it is not too much."""
        one = together(writes) if self.is_postgres and writes else None
        for write in writes if one else ():
            self._watch(write.sql)
        return one

    def _run(self, write: Write, cursor: Any) -> Any:
        self._watch(write.sql)
        if len(write.rows) == 1:
            cursor.execute(write.sql, write.rows[0])
        else:
            cursor.executemany(write.sql, write.rows)
        return cursor

    def _streaming_cursor(self) -> AbstractContextManager[Any]:
        """Lend a cursor that does not read everything at once; PostgreSQL wants it named for that, and closed."""
        if not self.is_postgres:
            # It ends with whoever reads, who may have left off long after the connection was closed.
            return nullcontext(self._connection.cursor())
        return closing(self._connection.cursor(name=f"phasegate_{next(self._streams)}"))


def asking(kind: type, where: str, values: Sequence[Any]) -> Question:
    """Return the statement by which PostgreSQL is asked for records, and its values."""
    text = f"{statements(mapping(kind).table, '%s').select} WHERE {where}"
    return text.replace("?", "%s"), tuple(values)


def having(kind: type, **equals: Any) -> Asked:
    """Ask for the records whose columns equal the given values."""
    encode = mapping(kind).encode_value
    return kind, equal(tuple(equals), "?"), [encode(column, value) for column, value in equals.items()]


def marks(values: Sized) -> str:
    """Return a `?` for each value, as `IN (…)` wants them."""
    return ", ".join("?" * len(values))


def require_changed(writes: Iterable[Write], written: Iterable[int]) -> None:
    """Raise RowMissing where a row that was to be changed was not there; `written` says how many each wrote."""
    for write, number in zip(writes, written, strict=True):
        if write.changes and number != len(write.rows):
            raise RowMissing(f"{number} of {len(write.rows)} were there to change: {write.sql}")
