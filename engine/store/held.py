"""A unit of work without a database: the records of one journal, held in memory while they are told again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, NoReturn, TypeVar, cast

from engine.model import Blob
from engine.store.codec import Mapping, mapping
from engine.store.queries import texts as stored
from engine.store.work import UnitOfWork

R = TypeVar("R")


class MemoryTable(Generic[R]):
    """All records of one kind, found by their key or by what some of their columns hold.

    What was given as rows stays so until it is asked for: most of it is only compared in the end.
    """

    __slots__ = ("_indexes", "_records", "_rows", "how")

    def __init__(self, how: Mapping[R]) -> None:
        self.how = how
        self._records: dict[Hashable, R] = {}
        self._rows: dict[Hashable, Sequence[Any]] = {}
        self._indexes: dict[tuple[str, ...], _Index[R]] = {}

    def get(self, key: Hashable) -> R | None:
        """Return the record of a key, or None."""
        found = self._records.get(key)
        if found is None and key in self._rows:
            found = self._records[key] = self.how.decode(self._rows.pop(key))
        return found

    def add(self, record: R) -> None:
        """Keep a new record; ValueError where its key is taken."""
        key = self.how.key_of(record)
        self._require_free(key)
        self._records[key] = record
        for index in self._indexes.values():
            index.enter(key, record)

    def add_rows(self, rows: Sequence[Sequence[Any]]) -> None:
        """Keep new records, given as rows; ValueError where a key is taken."""
        for row in rows:
            key = self.how.key_in(row)
            self._require_free(key)
            self._rows[key] = row
        for index in self._indexes.values():
            self._enter_rows(index, map(self.how.key_in, rows))

    def put(self, record: R) -> None:
        """Keep the changed form of a record; LookupError where there was none."""
        key = self.how.key_of(record)
        before = self.get(key)
        if before is None:
            raise LookupError(f"{self.how.table} {key} is not there to change")
        self._records[key] = record
        for index in self._indexes.values():
            index.move(key, before, record)

    def drop(self, key: Hashable) -> None:
        """Remove the record of a key, if there is one."""
        before = self.get(key)
        if before is not None:
            del self._records[key]
            for index in self._indexes.values():
                index.leave(key, before)

    def having(self, columns: tuple[str, ...], values: Hashable) -> list[R]:
        """Return the records whose columns hold these values; a single value is bare."""
        if not columns:
            return self._of([*self._records, *self._rows])
        index = self._indexes.get(columns)
        if index is None:
            index = self._indexes[columns] = _Index(columns, self.how)
            for key, record in self._records.items():
                index.enter(key, record)
            self._enter_rows(index, [*self._rows])
        return self._of([*index.keys.get(values, ())])

    def take(self, key: Hashable) -> tuple[Any, ...] | None:
        """Return the row of a record and let go of it; indexes are not kept."""
        row = self._rows.pop(key, None)
        if row is not None:
            return tuple(row)
        record = self._records.pop(key, None)
        return None if record is None else self.how.encode(record)

    def left(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of what was not taken."""
        yield from map(tuple, self._rows.values())
        yield from map(self.how.encode, self._records.values())

    def _of(self, keys: Iterable[Hashable]) -> list[R]:
        return [record for key in keys if (record := self.get(key)) is not None]

    def _require_free(self, key: Hashable) -> None:
        if key in self._records or key in self._rows:
            raise ValueError(f"{self.how.table} {key} is there already")

    def _enter_rows(self, index: _Index[R], keys: Iterable[Hashable]) -> None:
        for key in keys:
            index.enter_row(key, self._rows[key])


class _Index(Generic[R]):
    """The keys of records by what some of their columns hold."""

    __slots__ = ("keys", "values_in", "values_of")

    def __init__(self, columns: tuple[str, ...], how: Mapping[R]) -> None:
        self.values_of: Callable[[R], Hashable] = attrgetter(*columns)
        self.values_in: Callable[[Sequence[Any]], Hashable] = how.reader(columns)
        self.keys: dict[Hashable, dict[Hashable, None]] = {}

    def enter(self, key: Hashable, record: R) -> None:
        self.keys.setdefault(self.values_of(record), {})[key] = None

    def enter_row(self, key: Hashable, row: Sequence[Any]) -> None:
        self.keys.setdefault(self.values_in(row), {})[key] = None

    def leave(self, key: Hashable, record: R) -> None:
        del self.keys[self.values_of(record)][key]

    def move(self, key: Hashable, before: R, after: R) -> None:
        if self.values_of(before) != self.values_of(after):
            self.leave(key, before)
            self.enter(key, after)


class _Shelves(dict[type, MemoryTable[Any]]):
    """A shelf for each kind, put up when it is first asked for."""

    def __missing__(self, kind: type) -> MemoryTable[Any]:
        self[kind] = MemoryTable(mapping(kind))
        return self[kind]


class MemoryUnitOfWork(UnitOfWork):
    """Holds all records of one campaign and nothing else; texts are read from a database by their hash.

    `shared` are the shelves of what belongs to no campaign. What asks with SQL has no answer here: what a
    record does asks by columns. `campaigns` are the numbers of all campaigns by their random names.
    """

    is_postgres = False

    def __init__(
        self,
        texts: UnitOfWork,
        campaign: int,
        shared: Iterable[MemoryTable[Any]] = (),
        campaigns: Table[str, int] | None = None,
    ) -> None:
        self.campaign = campaign
        self._texts = texts
        self._ahead: dict[str, Blob] = {}
        self._campaigns = {} if campaigns is None else campaigns
        self.shelves = _Shelves({shelf.how.record: shelf for shelf in shared})

    # --- reading ---

    def get(self, kind: type[R], *key: Any) -> R | None:
        """Return the record of a key, or None."""
        found: R | None = self.shelves[kind].get(key if len(key) > 1 else key[0])
        return self._text(kind, *key) if found is None and kind is Blob else found

    def read_texts(self, hashes: Iterable[str]) -> None:
        """Read texts that will be asked for by their hashes, instead of those that were read before."""
        self._ahead = {text.sha: text for text in stored.under(self._texts, [*dict.fromkeys(hashes)])}

    def _text(self, kind: type[R], sha: str) -> R | None:
        if sha in self._ahead:
            return cast(R, self._ahead[sha])
        rows = self._texts.rows('SELECT sha, data FROM "blob" WHERE sha = ?', (sha,))
        return mapping(kind).decode(rows[0]) if rows else None

    def campaign_of(self, uid: str) -> int:
        """Return the number of a campaign; KeyError for none."""
        return self._campaigns[uid]

    def find(self, kind: type[R], /, *, order: str = "", **equals: Any) -> list[R]:
        """Return the records whose columns equal the given values, in the order of their keys where none is asked."""
        if equals.pop("campaign", self.campaign) != self.campaign:
            return []
        shelf = self.shelves[kind]
        found = shelf.having(tuple(equals), _bare(tuple(equals.values())))
        found.sort(key=_by(order) if order else shelf.how.key_of)
        return found

    def among(self, kind: type[R], column: str, values: Iterable[Any], *, order: str = "", **equals: Any) -> list[R]:
        """Return the records whose `column` has one of `values`."""
        wanted, shelf = dict.fromkeys(values), self.shelves[kind]
        if (column,) == shelf.how.key and not equals:
            found = [record for value in wanted if (record := shelf.get(value)) is not None]
        else:
            found = [record for value in wanted for record in self.find(kind, **{column: value}, **equals)]
        return sorted(found, key=_by(order)) if order else found

    def distinct(self, kind: type, column: str, **equals: Any) -> set[Any]:
        """Return the different values that a column has where others equal the given values."""
        found: list[Any] = self.find(kind, **equals)
        return {getattr(record, column) for record in found}

    def select(
        self, kind: type[R], where: str, values: Sequence[Any] = (), *, order: str = "", limit: int = 0
    ) -> list[R]:
        """Refuse: there is no SQL here."""
        _refuse(where)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Sequence[Any]:
        """Refuse: there is no SQL here."""
        _refuse(sql)

    def each(self, kind: type, where: str = "", values: Sequence[Any] = (), order: str = "") -> Iterator[Any]:
        """Refuse: there is no SQL here."""
        _refuse(where)

    # --- writing ---

    def add(self, record: object) -> None:
        """Keep a new record; ValueError where its key is taken."""
        self.shelves[type(record)].add(record)

    def add_rows(self, kind: type, rows: Sequence[Sequence[Any]]) -> None:
        """Keep new records, given as the rows that they have; ValueError where a key is taken."""
        self.shelves[kind].add_rows(rows)

    def add_if_absent(self, record: object) -> None:
        """Keep a record unless there is one of its key."""
        shelf = self.shelves[type(record)]
        if shelf.get(shelf.how.key_of(record)) is None:
            shelf.add(record)

    def put(self, record: object) -> None:
        """Keep the changed form of a record; LookupError where there was none."""
        self.shelves[type(record)].put(record)

    def drop(self, kind: type, *key: Any) -> None:
        """Remove the record of a key."""
        self.shelves[kind].drop(_bare(key))

    def forget(self, kind: type) -> None:
        """Do nothing: there is nowhere else to read it from."""

    def alone(self, with_what: int = 0) -> None:
        """Do nothing: nobody else is here."""

    def hold(self, table: str, where: str, values: Sequence[Any]) -> None:
        """Do nothing: nobody else is here."""

    def flush(self) -> None:
        """Do nothing: there is nowhere to write to."""


def _bare(values: tuple[Any, ...]) -> Any:
    return values[0] if len(values) == 1 else values


@lru_cache(maxsize=64)
def _by(order: str) -> Callable[[Any], Any]:
    return attrgetter(*(column.strip().strip('"') for column in order.split(",")))


def _refuse(sql: str) -> NoReturn:
    raise NotImplementedError(f"what a record does asks by columns, not by SQL: {sql}")
