"""Records to rows and back: which table keeps which record, and how each field is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from typing import Any, Generic, TypeVar

from engine.records import from_values, record
from engine.store.schema import KEPT as KEPT
from engine.store.schema import OPERATIONS as OPERATIONS
from engine.store.schema import RECORD_OF, Column
from engine.store.schema import columns as columns_of

R = TypeVar("R")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def milliseconds(at: datetime) -> int:
    """Return `at` as milliseconds since 1970 in UTC; TypeError for a naive instant."""
    return (at - EPOCH) // MILLISECOND


@lru_cache(maxsize=65536)
def instant(value: int) -> datetime:
    """Return the aware instant of `value` milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=value)


@lru_cache(maxsize=16384)
def day(value: str) -> date:
    """Return the date that an ISO text names."""
    return date.fromisoformat(value)


@lru_cache(maxsize=16384)
def day_text(value: date) -> str:
    """Return the ISO text of a date."""
    return value.isoformat()


class Unreadable(ValueError):
    """A row that no program of ours wrote: it does not fit its table, or is not what its key names."""


class RowMissing(KeyError):
    """A row that others rest on is not there."""

    def __str__(self) -> str:
        return str(self.args[0])


_OUT: dict[type, Callable[[Any], Any]] = {datetime: milliseconds, date: day_text, bool: int}
_IN: dict[type, Callable[[Any], Any]] = {datetime: instant, date: day, bool: bool, bytes: bytes}


@record(kw_only=False)
class Mapping(Generic[R]):
    """How one kind of record is kept.

    `values_of` returns a record's fields in the order of `columns`, `made` a record of them; `key_of` its key, bare
    where it is one field.
    """

    record: type[R]
    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    encoders: tuple[tuple[int, Callable[[Any], Any]], ...]
    decoders: tuple[tuple[int, Callable[[Any], Any]], ...]
    encoder_of: dict[str, Callable[[Any], Any] | None]
    values_of: Callable[[R], tuple[Any, ...]]
    made: Callable[[Iterable[Any]], R]
    key_of: Callable[[R], Any]
    key_in: Callable[[Sequence[Any]], Any]
    is_key_plain: bool
    kept_as: tuple[frozenset[type], ...]
    """The types that each column's values may have."""
    usual: set[tuple[type, ...]]
    """The types of rows that were found right: looked up at once, for rows are read by the ten thousand."""

    def encode(self, record: R) -> list[Any]:
        """Return the row of `record`, in the order of `columns`."""
        return _encoded(self.values_of(record), self.encoders)

    def decode(self, row: Sequence[Any]) -> R:
        """Return the record of a row that is in the order of `columns`; Unreadable where it cannot be one."""
        types = tuple(map(type, row))
        if types not in self.usual:
            self._require_types(row, types)
        values = [*row]
        try:
            for i, decode in self.decoders:
                if values[i] is not None:
                    values[i] = decode(values[i])
        except (ValueError, KeyError, OverflowError) as error:
            raise Unreadable(f"{self._place(row)}.{self.columns[i]} is {values[i]!r}") from error
        return self.made(values)

    def _require_types(self, row: Sequence[Any], types: tuple[type, ...]) -> None:
        for column, value, found, kept_as in zip(self.columns, row, types, self.kept_as, strict=True):
            if found not in kept_as:
                raise Unreadable(f"{self._place(row)}.{column} is {value!r}")
        self.usual.add(types)

    def _place(self, row: Sequence[Any]) -> str:
        return f"{self.table}[{', '.join(str(row[self.columns.index(column)]) for column in self.key)}]"

    def reader(self, columns: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
        """Return what reads some columns from a row as its record has them; a single one bare."""
        places, decoders = [self.columns.index(c) for c in columns], dict(self.decoders)
        return _reader(places, [decoders.get(i) for i in places])

    def encode_value(self, column: str, value: Any) -> Any:
        """Return one value as its column keeps it."""
        encode = self.encoder_of[column]
        return value if encode is None or value is None else encode(value)

    def encode_key(self, key: Any) -> tuple[Any, ...]:
        """Return the values of a key as their columns keep them."""
        values: tuple[Any, ...] = key if len(self.key) > 1 else (key,)
        if self.is_key_plain:
            return values
        return tuple([self.encode_value(c, v) for c, v in zip(self.key, values, strict=True)])

    def differing(self, before: R, after: R) -> tuple[str, ...]:
        """Return the columns in which two records of one key differ."""
        pairs = zip(self.columns, self.values_of(before), self.values_of(after), strict=True)
        return tuple([column for column, one, other in pairs if one is not other and one != other])


def _encoded(values: Iterable[Any], encoders: Iterable[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    row = [*values]
    for i, encode in encoders:
        if row[i] is not None:
            row[i] = encode(row[i])
    return row


def _reader(places: list[int], decoders: list[Callable[[Any], Any] | None]) -> Callable[[Sequence[Any]], Any]:
    """Return what reads some columns from a row, without decoding the rest; a single one bare."""
    if not any(decoders):
        return itemgetter(*places)
    ways = tuple((i, decode or _as_it_is) for i, decode in zip(places, decoders, strict=True))
    if len(ways) == 1:
        return lambda row: _read(row, *ways[0])
    return lambda row: tuple([_read(row, i, decode) for i, decode in ways])


def _read(row: Sequence[Any], place: int, decode: Callable[[Any], Any]) -> Any:
    return None if row[place] is None else decode(row[place])


def _as_it_is(value: Any) -> Any:
    return value


@cache
def by_table(table: str) -> Mapping[Any]:
    """Return how the records of a table are kept, made when it is first asked for; KeyError for no table of ours."""
    record = RECORD_OF[table]
    kept = columns_of(record)
    hints = {column.name: column.kind for column in kept}
    columns = tuple(hints)
    decoders = {column.name: _decoder(column) for column in kept}
    key = KEPT[record].key
    return Mapping(
        record=record,
        table=table,
        columns=columns,
        key=key,
        encoders=tuple((i, _OUT[hints[c]]) for i, c in enumerate(columns) if hints[c] in _OUT),
        decoders=tuple((i, decode) for i, c in enumerate(columns) if (decode := decoders[c])),
        encoder_of={c: _OUT.get(hints[c]) for c in columns},
        values_of=attrgetter(*columns),
        made=from_values(record),
        key_of=attrgetter(*key),
        key_in=_reader([columns.index(c) for c in key], [_IN.get(hints[c]) for c in key]),
        is_key_plain=not any(hints[c] in _OUT for c in key),
        kept_as=tuple(map(_kept_as, kept)),
        usual=set(),
    )


def _decoder(column: Column) -> Callable[[Any], Any] | None:
    if column.choices:
        return {choice: choice for choice in column.choices}.__getitem__
    return _IN.get(column.kind)


def _kept_as(column: Column) -> frozenset[type]:
    plain: type = {"whole": int, "text": str, "bytes": bytes}[column.stored]
    return frozenset({plain, type(None)} if column.may_be_empty else {plain})


def mapping(record: type[R]) -> Mapping[R]:
    """Return how records of a class are kept; KeyError for a class that is not."""
    return by_table(KEPT[record].table)


@lru_cache(maxsize=512)
def encoder(table: str, columns: tuple[str, ...]) -> Callable[[Any], list[Any]]:
    """Return what gives the values of several columns of a table's records as they are kept."""
    values_of = attrgetter(*columns)
    encoder_of = by_table(table).encoder_of
    encoders = [(i, encode) for i, c in enumerate(columns) if (encode := encoder_of[c]) is not None]
    return lambda record: _encoded(values_of(record), encoders)
