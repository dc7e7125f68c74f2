"""Kept rows beside those that replay gives, campaign by campaign, so that only what differs is remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from engine.model import Blob, DocumentNumber, Record, System
from engine.records import field, record
from engine.service.kernel.journal import SYSTEM_JOURNAL
from engine.store.codec import KEPT, OPERATIONS, Mapping, mapping
from engine.store.held import MemoryTable, MemoryUnitOfWork
from engine.store.queries import campaigns
from engine.store.work import UnitOfWork

LEASES = {"lease", "lease_until"}
NOT_STATE = {Record, Blob, *OPERATIONS}
Row = tuple[Any, ...]
Rows = dict[type, dict[Row, Row]]
OF_CAMPAIGNS: dict[type, Mapping[Any]] = {
    kind: mapping(kind) for kind in KEPT if kind not in {*NOT_STATE, System, DocumentNumber}
}


@record(frozen=False, kw_only=False)
class Cells:
    """Compares what a database keeps with what was told; `rows` counts what was kept."""

    work: UnitOfWork
    rows: int = 0
    _kept: Rows = field(default_factory=lambda: defaultdict(dict))
    _told: Rows = field(default_factory=lambda: defaultdict(dict))

    def compare(self, journal: int, held: MemoryUnitOfWork) -> None:
        """Compare every row that bears the number of a journal, and let go of what was held."""
        for how in OF_CAMPAIGNS.values() if journal else [mapping(System)]:
            rows = campaigns.rows_between(self.work, how.record, journal, journal + 1)
            self._beside(how, held.shelves[how.record], rows)

    def compare_numbers(self, numbers: MemoryTable[DocumentNumber]) -> None:
        """Compare the document numbers, which belong to no campaign."""
        self._beside(mapping(DocumentNumber), numbers, self.work.each(DocumentNumber))

    def look_for_strangers(self, journals: Iterable[int]) -> None:
        """Look for rows that bear the number of no journal."""
        for before, after in pairwise([None, *sorted({*journals} - {SYSTEM_JOURNAL}), None]):
            first = None if before is None else before + 1
            for how in OF_CAMPAIGNS.values() if first is None or first != after else ():
                self._beside(how, MemoryTable(how), campaigns.rows_between(self.work, how.record, first, after))
        self._beside(
            mapping(System), MemoryTable(mapping(System)), campaigns.rows_but(self.work, System, SYSTEM_JOURNAL)
        )

    def differences(self) -> Iterator[tuple[str, str]]:
        """Yield the place of every cell and every row that differs, and how."""
        for kind in KEPT:
            yield from _differences(mapping(kind), self._kept[kind], self._told[kind])

    def mending(self) -> Iterator[tuple[type, list[Row], list[Row]]]:
        """Yield for each kind the keys of rows that are to go, and the rows that are to stand there; leases stay."""
        for kind in KEPT:
            how: Mapping[Any] = mapping(kind)
            kept, told = self._kept[kind], self._told[kind]
            wrong = {key for key in kept if key not in told or any(_cells(how, key, kept[key], told[key]))}
            rows = [
                _with_leases(how, kept.get(key), row) for key, row in told.items() if key in wrong or key not in kept
            ]
            if wrong or rows:
                yield kind, [*wrong], rows

    def _beside(self, how: Mapping[Any], shelf: MemoryTable[Any], rows: Iterable[Any]) -> None:
        for row in rows:
            self.rows += 1
            again = shelf.take(_key(how, row))
            if again is None:
                self._kept[how.record][_place(how, row)] = row
            elif row != again:
                self._kept[how.record][_place(how, row)] = row
                self._told[how.record][_place(how, again)] = again
        for again in shelf.left():
            self._told[how.record][_place(how, again)] = again


def _with_leases(how: Mapping[Any], kept: Row | None, told: Row) -> Row:
    if kept is None:
        return told
    return tuple(is_ if name in LEASES else says for name, is_, says in zip(how.columns, kept, told, strict=True))


def _key(how: Mapping[Any], row: Row) -> Any:
    try:
        return how.key_in(row)
    except (TypeError, ValueError, OverflowError):
        return None


def _place(how: Mapping[Any], row: Row) -> Row:
    return tuple(row[how.columns.index(column)] for column in how.key)


def _differences(how: Mapping[Any], kept: dict[Row, Row], told: dict[Row, Row]) -> Iterator[tuple[str, str]]:
    for key, row in kept.items():
        if key not in told:
            yield _named(how, key), "the history knows no such row"
        elif row != told[key]:
            yield from _cells(how, key, row, told[key])
    for key in told:
        if key not in kept:
            yield _named(how, key), "the history has this row, the state has not"


def _cells(how: Mapping[Any], key: Row, row: Row, told: Row) -> Iterator[tuple[str, str]]:
    for column, is_, says in zip(how.columns, row, told, strict=True):
        if column not in LEASES and (is_ != says or type(is_) is not type(says)):
            yield f"{_named(how, key)}.{column}", f"it is {is_!r}, the history says {says!r}"


def _named(how: Mapping[Any], key: Row) -> str:
    return f"{how.table}[{', '.join(str(part) for part in key)}]"
