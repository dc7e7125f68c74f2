"""Tables in lines: columns stand under each other by the width of their characters, nothing is cut or folded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import zip_longest
from unicodedata import category, east_asian_width

GAP = "  "
WITHOUT_WIDTH = ("Mn", "Me", "Cf")


def lines(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[str]) -> Iterator[str]:
    """Yield the lines of a table; `right` names the columns that end, not begin, under each other."""
    columns = [(max(map(_widest, column)), head in right) for head, *column in _columns(heads, rows)]
    return (line for row in (heads, *rows) for line in _lines(row, columns))


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes; a Chinese character takes two."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Yield each column from its head down, the head twice: it names the column and is one of its cells."""
    return zip(heads, heads, *rows, strict=True)


@cache
def _width(char: str) -> int:
    if category(char) in WITHOUT_WIDTH:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def _widest(cell: str) -> int:
    return width(cell) if "\n" not in cell else max(map(width, cell.split("\n")))


def _lines(row: Sequence[str], columns: Sequence[tuple[int, bool]]) -> Iterator[str]:
    if not any("\n" in cell for cell in row):
        yield _line(row, columns)
        return
    for parts in zip_longest(*(cell.split("\n") for cell in row), fillvalue=""):
        yield _line(parts, columns)


def _line(cells: Sequence[str], columns: Sequence[tuple[int, bool]]) -> str:
    return GAP.join(_padded(cell, *column) for cell, column in zip(cells, columns, strict=True)).rstrip()


def _padded(cell: str, wide: int, is_right: bool) -> str:
    space = " " * (wide - width(cell))
    return space + cell if is_right else cell + space
