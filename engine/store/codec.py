"""Records to rows and back: which table keeps which record, and how each field is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache, partial
from operator import attrgetter, itemgetter
from typing import Any, Generic, TypeVar

from engine.records import from_values, record
from engine.records.written import compiled
from engine.store.schema import KEPT as KEPT
from engine.store.schema import OPERATIONS as OPERATIONS
from engine.store.schema import RECORD_OF, Table, TableColumn
from engine.store.schema import columns as columns_of

R = TypeVar("R")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


@lru_cache(maxsize=16384)
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
    decoders: tuple[tuple[int, Callable[[Any], Any]], ...]
    encoder_of: dict[str, Callable[[Any], Any] | None]
    values_of: Callable[[R], tuple[Any, ...]]
    made: Callable[[Iterable[Any]], R]
    key_of: Callable[[R], Any]
    key_in: Callable[[Sequence[Any]], Any]
    is_key_plain: bool
    encode: Callable[[R], tuple[Any, ...]]
    """Returns the row of a record, in the order of `columns`."""
    decode: Callable[[Sequence[Any]], R]
    """Returns the record of a row that is in the order of `columns`; Unreadable where it cannot be one."""

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
        decoders=tuple((i, decode) for i, c in enumerate(columns) if (decode := decoders[c])),
        encoder_of={c: _OUT.get(hints[c]) for c in columns},
        values_of=attrgetter(*columns),
        made=from_values(record),
        key_of=attrgetter(*key),
        key_in=_reader([columns.index(c) for c in key], [_IN.get(hints[c]) for c in key]),
        is_key_plain=not any(hints[c] in _OUT for c in key),
        encode=_writing(table, kept),
        decode=_reading(record, KEPT[record], kept),
    )


def _decoder(column: TableColumn) -> Callable[[Any], Any] | None:
    if column.choices:
        return {choice: choice for choice in column.choices}.__getitem__
    return _IN.get(column.kind)


# --- a row read: written for each kind, for rows are read by the ten thousand ---

_KEPT_AS: dict[str, type] = {"whole": int, "text": str, "bytes": bytes}


def _reading(record: type[R], table: Table, kept: Sequence[TableColumn]) -> Callable[[Sequence[Any]], R]:
    """Return what looks at each value of a row, decodes it, and makes a record of them all."""
    places = range(len(kept))
    looks = " and ".join(_look(f"v{i}", column) for i, column in zip(places, kept, strict=True))
    values = "".join(f"{_value(i, column)}, " for i, column in zip(places, kept, strict=True))
    source = (
        f"def decode(row):\n {''.join(f'v{i}, ' for i in places)} = row\n if {looks}:\n"
        f"  try:\n   return made(({values}))\n  except (ValueError, KeyError, OverflowError):\n   pass\n"
        f" raise unreadable(row)"
    )
    names: dict[str, Any] = {f"d{i}": _decoder(column) for i, column in zip(places, kept, strict=True)}
    names |= {"made": from_values(record), "unreadable": partial(_unreadable, table, kept)}
    decode: Callable[[Sequence[Any]], R] = compiled("decode", source, f"<rows of {table.table}>", names)
    return decode


def _look(value: str, column: TableColumn) -> str:
    look = f"type({value}) is {_KEPT_AS[column.stored].__name__}"
    return f"({value} is None or {look})" if column.may_be_empty else look


def _value(place: int, column: TableColumn) -> str:
    value = f"v{place}"
    if _decoder(column) is None:
        return value
    return f"None if {value} is None else d{place}({value})" if column.may_be_empty else f"d{place}({value})"


def _unreadable(table: Table, kept: Sequence[TableColumn], row: Sequence[Any]) -> Unreadable:
    """Return the error that names the first value of a row that cannot be what its column holds."""
    names = [column.name for column in kept]
    wrong = next(column for column, value in zip(kept, row, strict=True) if not _is_readable(column, value))
    key = ", ".join(str(row[names.index(name)]) for name in table.key)
    return Unreadable(f"{table.table}[{key}].{wrong.name} is {row[names.index(wrong.name)]!r}")


def _is_readable(column: TableColumn, value: Any) -> bool:
    if value is None:
        return column.may_be_empty
    decode = _decoder(column)
    try:
        return type(value) is _KEPT_AS[column.stored] and (decode is None or decode(value) is not None)
    except (ValueError, KeyError, OverflowError):
        return False


def mapping(record: type[R]) -> Mapping[R]:
    """Return how records of a class are kept; KeyError for a class that is not."""
    return by_table(KEPT[record].table)


@lru_cache(maxsize=512)
def encoder(table: str, columns: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what gives the values of several columns of a table's records as they are kept."""
    kept = {column.name: column for column in columns_of(RECORD_OF[table])}
    return _writing(table, [kept[name] for name in columns])


def _writing(table: str, kept: Sequence[TableColumn]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what writes columns of a record, written out for them as reading is."""
    values = "".join(f"{_cell(i, column)}, " for i, column in enumerate(kept))
    names: dict[str, Any] = {f"e{i}": _OUT.get(column.kind) for i, column in enumerate(kept)}
    source = f"def encode(record):\n return ({values})"
    encode: Callable[[Any], tuple[Any, ...]] = compiled("encode", source, f"<rows of {table}>", names)
    return encode


def _cell(place: int, column: TableColumn) -> str:
    value = f"record.{column.name}"
    if column.kind not in _OUT:
        return value
    return f"None if (v := {value}) is None else e{place}(v)" if column.may_be_empty else f"e{place}({value})"
