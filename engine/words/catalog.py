"""A gettext catalog (`.mo`), in which a text is looked up where it stands.

A command says a few of a thousand texts. The standard library's reader decodes them all first, which takes longer
than a page of help may.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Final

MAGIC: Final = 0x950412DE


class Catalog(Mapping[str, str]):
    """The texts of a catalog by their codes, in whose order they stand in it; ValueError for what is no catalog."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        if self._number(0) != MAGIC:
            raise ValueError("this is no gettext catalog")
        self._count, self._codes, self._texts = map(self._number, (8, 12, 16))
        self._found: dict[str, str | None] = {}

    def __getitem__(self, key: str) -> str:
        """Return the text of a code; KeyError where there is none."""
        if key not in self._found:
            self._found[key] = self._look_for(key.encode())
        found = self._found[key]
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        """Yield all codes."""
        return (code for i in range(self._count) if (code := self._cut(self._codes, i).decode()))

    def __len__(self) -> int:
        """Return how many texts there are; the head is none."""
        return sum(1 for _ in self)

    def _look_for(self, code: bytes) -> str | None:
        place = bisect_left(range(self._count), code, key=lambda i: self._cut(self._codes, i))
        is_there = code and place < self._count and self._cut(self._codes, place) == code
        return self._cut(self._texts, place).decode() if is_there else None

    def _cut(self, table: int, place: int) -> bytes:
        length, start = self._number(table + 8 * place), self._number(table + 8 * place + 4)
        return self._data[start : start + length]

    def _number(self, place: int) -> int:
        return int.from_bytes(self._data[place : place + 4], "little")
