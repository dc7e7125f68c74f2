"""The records of one kind in a transaction: what is known of them, and what is to be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Generic, NamedTuple, TypeVar

from engine.store.codec import Mapping, Unreadable, encoder, mapping
from engine.store.statements import statements, update

R = TypeVar("R")


class Write(NamedTuple):
    """A statement, the values of each of its rows, and whether each must be there already."""

    sql: str
    rows: Sequence[Sequence[Any]]
    changes: bool = False


class IdentityMap(Generic[R]):
    """Answers from memory what was read or put, and gathers what is to be written.

    A record's key is bare where it is one field. `_changed` holds what the database has of a changed
    record, or None where that is not known. Of `rows` nothing is known until they are written.
    """

    __slots__ = ("_changed", "_dropped", "_mark", "_new", "_perhaps", "how", "known", "rows", "texts")

    def __init__(self, how: Mapping[R], mark: str) -> None:
        self.how = how
        self.texts = statements(how.table, mark)
        self._mark = mark
        self.known: dict[Any, R] = {}
        self._new: dict[Any, R] = {}
        self.rows: list[Sequence[Any]] = []
        self._perhaps: dict[Any, R] = {}
        self._changed: dict[Any, R | None] = {}
        self._dropped: dict[Any, None] = {}

    @property
    def is_pending(self) -> bool:
        """Tell whether something is to be written."""
        return bool(self._new or self.rows or self._changed or self._dropped or self._perhaps)

    def is_dropped(self, key: Any) -> bool:
        """Tell whether the record of a key is to be removed."""
        return key in self._dropped

    def remember(self, rows: Iterable[Sequence[Any]]) -> list[R]:
        """Return for each row the record already known for its key, else its own, decoded only then."""
        known, key_in, decode = self.known, self.how.key_in, self.how.decode
        found: list[R] = []
        for row in rows:
            try:
                key = key_in(row)
            except (TypeError, ValueError, OverflowError) as error:
                raise Unreadable(f"{self.how.table}{[*row]} has no key") from error
            record = known.get(key)
            if record is None:
                record = known[key] = decode(row)
            found.append(record)
        return found

    def add(self, record: R) -> None:
        """Keep a record that is not in the database yet."""
        key = self.how.key_of(record)
        self.known[key] = record
        if self._dropped and key in self._dropped:
            del self._dropped[key]
            self._changed[key] = None
        else:
            self._new[key] = record

    def add_rows(self, rows: Sequence[Sequence[Any]]) -> None:
        """Keep records that are not in the database yet, given as their rows."""
        self.rows += rows

    def add_if_absent(self, record: R) -> None:
        """Keep a record unless there is one of its key."""
        key = self.how.key_of(record)
        if key in self._dropped:
            self.add(record)
        elif key not in self.known:
            self._perhaps[key] = self.known[key] = record

    def put(self, record: R) -> None:
        """Keep the changed form of a record that is in the database."""
        key = self.how.key_of(record)
        if key in self._new:
            self._new[key] = record
        elif key not in self._changed:
            self._changed[key] = self.known.get(key)
        self.known[key] = record

    def drop(self, key: Any) -> None:
        """Remove the record of a key."""
        self.known.pop(key, None)
        if self._new.pop(key, None) is None:
            self._perhaps.pop(key, None)
            self._changed.pop(key, None)
            self._dropped[key] = None

    def taken(self) -> list[Write]:
        """Return what is to be written, and take it as written."""
        how, texts, writes = self.how, self.texts, list[Write]()
        if self._dropped:
            writes.append(Write(texts.delete, [how.encode_key(key) for key in self._dropped]))
            self._dropped.clear()
        if self._new or self.rows:
            writes.append(Write(texts.insert, [*map(how.encode, self._new.values()), *self.rows]))
            self._new.clear()
            self.rows.clear()
        if self._perhaps:
            writes.append(Write(texts.insert_if_absent, [*map(how.encode, self._perhaps.values())]))
            self._perhaps.clear()
        if self._changed:
            writes += self._changes()
            self._changed.clear()
        return writes

    def _changes(self) -> Iterator[Write]:
        how = self.how
        for columns, keys in groupby(self._changed, self._columns_changed):
            if columns:
                encode = encoder(how.table, (*columns, *how.key))
                rows = [encode(self.known[key]) for key in keys]
                yield Write(update(how.table, columns, self._mark), rows, changes=True)

    def _columns_changed(self, key: Any) -> tuple[str, ...]:
        before, after = self._changed[key], self.known[key]
        if before is None:
            return tuple(column for column in self.how.columns if column not in self.how.key)
        return self.how.differing(before, after)


class IdentityMaps(dict[type, IdentityMap[Any]]):
    """A drawer for each kind of record, made when it is first asked for."""

    __slots__ = ("_mark",)

    def __init__(self, mark: str) -> None:
        super().__init__()
        self._mark = mark

    def __missing__(self, kind: type) -> IdentityMap[Any]:
        """Return the new drawer of a kind."""
        found = self[kind] = IdentityMap(mapping(kind), self._mark)
        return found
