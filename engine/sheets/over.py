"""What would be lost if the table were written over a former file: decided by its parts, sheets, rows and columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.sheets.book import Book
from engine.sheets.breakdown import BASE, BreakdownLine, kept
from engine.sheets.cells import plain
from engine.sheets.columns import ID
from engine.sheets.headings import OURS
from engine.sheets.package import foreign_parts
from engine.sheets.problems import SheetProblems
from engine.sheets.table import SheetTable, tables


def lost(book: Book, lines: Sequence[BreakdownLine]) -> list[str]:
    """Return what stands in a file and could not be written again beside these rows."""
    found = tables(book, [ID.name], OURS, SheetProblems(book.file))
    if not found:
        return []
    names = {found[0].sheet.name, BASE}
    others = [sheet.name for sheet in (*book.sheets, *book.hidden) if sheet.name not in names and sheet.rows]
    return [*others, *foreign_parts(book.parts), *_rows(found[0]), *_own(book, lines)]


def _rows(table: SheetTable) -> Iterator[str]:
    """Yield the rows that are not ours: between the title and the headings, and those below without a 编号."""
    yield from (cell.text for row in table.sheet.rows[1 : table.first - 1] for cell in row if cell.text)
    for row in table.below():
        if row.first and (row.is_aside or row.is_outside):
            yield f"row {row.number} {row.first}"


def _own(book: Book, lines: Sequence[BreakdownLine]) -> Iterator[str]:
    """Yield the rows whose own columns hold something, and that are not written now."""
    now = {plain(line.id) for line in lines}
    for name, cells in (kept(book).cells or {}).items():
        if name not in now and any(cell.text for cell in cells):
            yield name
