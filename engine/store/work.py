"""A unit of work: the records touched in one transaction, read once and written set-wise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy.engine import Connection, Engine

from engine.store.codec import BY_TABLE, Mapping, mapping

R = TypeVar("R")
CHUNK = 500
INSTALLATION, NUMBERS, WORKERS = 1, 2, 3
"""What a transaction may have for itself: the journal of the installation, document numbers, the roll of workers."""
Watch = Callable[[str], None]
"""Is told each statement before it runs; what it raises ends the transaction."""


def unwatched(statement: str) -> None:
    """Watch nothing."""


class Work:
    """Reads records through an identity map and writes what changed when it is flushed.

    A record that was read or put is answered from memory, so a reader inside the transaction
    sees what was put before it was written.
    """

    def __init__(self, connection: Connection, watch: Watch = unwatched) -> None:
        # The driver's own cursor: SQLAlchemy's result objects cost more than the statements.
        self._cursor = connection.connection.cursor()
        self._connection = connection
        self._watch = watch
        self._mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        self._known: dict[type, dict[tuple[Any, ...], Any]] = {}
        self._new: dict[type, dict[tuple[Any, ...], Any]] = {}
        self._changed: dict[type, dict[tuple[Any, ...], Any]] = {}
        self._dropped: dict[type, dict[tuple[Any, ...], None]] = {}

    # --- reading ---

    def get(self, kind: type[R], *key: Any) -> R | None:
        """Return the record of a key, or None."""
        known = self._known.setdefault(kind, {})
        if key in known:
            return known[key]  # type: ignore[no-any-return]
        if key in self._dropped.get(kind, {}):
            return None
        how = mapping(kind)
        rows = self._fetched(_statements(mapping(kind).table, self._mark).get, _encoded(how, how.key, key))
        found = how.decode(rows[0]) if rows else None
        if found is not None:
            known[key] = found
        return found

    def must(self, kind: type[R], *key: Any) -> R:
        """Return the record with a primary key; KeyError where there is none."""
        found = self.get(kind, *key)
        if found is None:
            raise KeyError(*key)
        return found

    def find(self, kind: type[R], /, *, order: str = "", **equals: Any) -> list[R]:
        """Return the records whose columns equal the given values."""
        where = self._where(tuple(equals))
        values = _encoded(mapping(kind), tuple(equals), tuple(equals.values()))
        return self.select(kind, where, values, order=order)

    def among(self, kind: type[R], column: str, values: Iterable[Any], *, order: str = "") -> list[R]:
        """Return the records whose `column` has one of `values`."""
        found: list[R] = []
        wanted = list(dict.fromkeys(values))
        if (column,) == mapping(kind).key:
            known = self._known.get(kind, {})
            found = [known[(value,)] for value in wanted if (value,) in known]
            wanted = [value for value in wanted if (value,) not in known]
        for i in range(0, len(wanted), CHUNK):
            part = wanted[i : i + CHUNK]
            marks = ", ".join([self._mark] * len(part))
            coded = tuple(mapping(kind).encode_value(column, value) for value in part)
            found += self.select(kind, f'"{column}" IN ({marks})', coded, order=order)
        return sorted(found, key=attrgetter(order)) if order.isidentifier() else found

    def select(
        self, kind: type[R], where: str, values: Sequence[Any] = (), *, order: str = "", limit: int = 0
    ) -> list[R]:
        """Return the records that satisfy a condition written with `?` for each value."""
        if self._pending(kind):
            self.flush()
        how = mapping(kind)
        sql = _statements(mapping(kind).table, self._mark).select
        sql += f" WHERE {where}" if where else ""
        sql += f" ORDER BY {order}" if order else ""
        sql += f" LIMIT {limit}" if limit else ""
        known = self._known.setdefault(kind, {})
        return [self._remember(how, known, row) for row in self._fetched(sql, values)]

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Sequence[Any]:
        """Return the rows of a statement; `?` stands for each value."""
        self.flush()
        return self._fetched(sql, values)

    def _fetched(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        text = sql.replace("?", self._mark)
        self._watch(text)
        self._cursor.execute(text, tuple(values))
        return self._cursor.fetchall()

    def _pending(self, kind: type) -> bool:
        return bool(self._new.get(kind) or self._changed.get(kind) or self._dropped.get(kind))

    def stream(self, kind: type[R], where: str = "", values: Sequence[Any] = (), order: str = "") -> Iterator[R]:
        """Yield records in order without keeping them."""
        self.flush()
        how = mapping(kind)
        sql = _statements(mapping(kind).table, self._mark).select + (f" WHERE {where}" if where else "")
        sql += f" ORDER BY {order}" if order else ""
        cursor = self._streaming_cursor()
        cursor.execute(sql.replace("?", self._mark), tuple(values))
        while rows := cursor.fetchmany(2000):
            yield from map(how.decode, rows)
        cursor.close()

    def copy_to(self, engine: Engine) -> None:
        """Copy this whole SQLite database into another one."""
        with engine.connect() as other:
            source: Any = self._connection.connection.driver_connection
            target: Any = other.connection.driver_connection
            source.backup(target)

    # --- writing ---

    def add(self, record: object) -> None:
        """Keep a record that is not in the database yet."""
        kind = type(record)
        key = mapping(kind).key_of(record)
        if self._dropped.get(kind, {}).pop(key, 0) is None:
            self._changed.setdefault(kind, {})[key] = record
        else:
            self._new.setdefault(kind, {})[key] = record
        self._known.setdefault(kind, {})[key] = record

    def put(self, record: object) -> None:
        """Keep the changed form of a record that is in the database."""
        kind = type(record)
        key = mapping(kind).key_of(record)
        new = self._new.get(kind)
        if new is not None and key in new:
            new[key] = record
        else:
            self._changed.setdefault(kind, {})[key] = record
        self._known.setdefault(kind, {})[key] = record

    def drop(self, kind: type, *key: Any) -> None:
        """Remove the record of a key."""
        self._known.get(kind, {}).pop(key, None)
        if self._new.get(kind, {}).pop(key, None) is None:
            self._changed.get(kind, {}).pop(key, None)
            self._dropped.setdefault(kind, {})[key] = None

    def forget(self, kind: type) -> None:
        """Drop what is remembered of a kind, once it has been written."""
        self.flush()
        self._known.pop(kind, None)

    def alone(self, with_what: int = INSTALLATION) -> None:
        """Wait until no other transaction is past this point; on SQLite only one writes at any time."""
        if self._connection.dialect.name == "postgresql":
            self.rows("SELECT pg_advisory_xact_lock(?)", (with_what,))

    def hold(self, table: str, where: str, values: Sequence[Any]) -> None:
        """Lock rows in the order of their ids until this ends; on SQLite only one writes at any time."""
        if self._connection.dialect.name == "postgresql":
            self.rows(f'SELECT 1 FROM "{table}" WHERE {where} ORDER BY id FOR UPDATE', values)

    def flush(self) -> None:
        """Write everything put, added and dropped, one statement per kind."""
        how: Mapping[Any]
        if not (self._dropped or self._new or self._changed):
            return
        for kind, keys in self._taken(self._dropped):
            how = mapping(kind)
            self._run(_statements(mapping(kind).table, self._mark).delete, [_encoded(how, how.key, k) for k in keys])
        for kind, records in self._taken(self._new):
            how = mapping(kind)
            self._run(_statements(mapping(kind).table, self._mark).insert, [how.encode(r) for r in records.values()])
        for kind, records in self._taken(self._changed):
            self._update(kind, list(records.values()))

    def _update(self, kind: type, records: list[Any]) -> None:
        how: Mapping[Any] = mapping(kind)
        rows = [how.encode(r) + _encoded(how, how.key, how.key_of(r)) for r in records]
        self._run(_statements(mapping(kind).table, self._mark).update, rows)
        if self._cursor.rowcount != len(records):
            raise LookupError(
                f"{len(records)} changed of {how.table}, the database has {self._cursor.rowcount} of them"
            )

    def _run(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        self._watch(sql)
        if len(rows) == 1:
            self._cursor.execute(sql, rows[0])
        else:
            self._cursor.executemany(sql, rows)

    def _streaming_cursor(self) -> Any:
        """A cursor that does not read everything at once; PostgreSQL wants it named for that."""
        raw: Any = self._connection.connection.driver_connection
        return raw.cursor() if self._connection.dialect.name == "sqlite" else raw.cursor(name="phasegate_stream")

    @staticmethod
    def _taken(pending: dict[type, dict[tuple[Any, ...], Any]]) -> list[tuple[type, Any]]:
        taken = [(kind, records) for kind, records in pending.items() if records]
        pending.clear()
        return taken

    def _where(self, columns: tuple[str, ...]) -> str:
        return " AND ".join(f'"{c}" = {self._mark}' for c in columns)

    @staticmethod
    def _remember(how: Mapping[Any], known: dict[tuple[Any, ...], Any], row: Any) -> Any:
        """Return the record already known for a row's key, else the row's own, decoded only then."""
        key = how.key_in(row)
        record = known.get(key)
        if record is None:
            record = known[key] = how.decode(row)
        return record


@dataclass(frozen=True, slots=True)
class _Statements:
    """The texts of the statements for one kind of record."""

    select: str
    get: str
    insert: str
    update: str
    delete: str


@lru_cache(maxsize=64)
def _statements(table: str, mark: str) -> _Statements:
    how = BY_TABLE[table]
    columns = ", ".join(f'"{c}"' for c in how.columns)
    marks = ", ".join([mark] * len(how.columns))
    key = " AND ".join(f'"{c}" = {mark}' for c in how.key)
    sets = ", ".join(f'"{c}" = {mark}' for c in how.columns)
    select = f'SELECT {columns} FROM "{how.table}"'
    return _Statements(
        select=select,
        get=f"{select} WHERE {key}",
        insert=f'INSERT INTO "{how.table}" ({columns}) VALUES ({marks})',
        update=f'UPDATE "{how.table}" SET {sets} WHERE {key}',
        delete=f'DELETE FROM "{how.table}" WHERE {key}',
    )


def _encoded(how: Mapping[Any], columns: tuple[str, ...], values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(how.encode_value(c, v) for c, v in zip(columns, values, strict=True))
