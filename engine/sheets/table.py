"""Finding a table in a sheet: its heading row, its columns, and its rows with their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from engine.records import record
from engine.sheets.book import Book, Cell, Sheet
from engine.sheets.cells import day, heading, plain
from engine.sheets.problems import SheetProblems

DEEPEST = 30


@record
class SheetTable:
    """A sheet whose heading row was found; `columns` are numbers by looked-up heading."""

    sheet: Sheet
    top: int
    columns: Mapping[str, int]
    own: tuple[int, ...]

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows under the headings."""
        for number in range(self.top + 1, len(self.sheet.rows) + 1):
            yield TableRow(self, number)

    def has(self, *names: str) -> bool:
        """Tell whether the table has all these columns."""
        return all(heading(name) in self.columns for name in names)


@record(kw_only=False)
class TableRow:
    """One row of a table, read by heading."""

    table: SheetTable
    number: int

    def cell(self, name: str) -> Cell:
        """Return the cell under a heading; an empty one where the table has no such column."""
        column = self.table.columns.get(heading(name))
        return self.table.sheet.cell(self.number, column) if column else Cell()

    def text(self, name: str) -> str:
        """Return the text under a heading."""
        return self.cell(name).text

    def plain(self, name: str) -> str:
        """Return the text under a heading as it is compared."""
        return plain(self.text(name))

    def day(self, name: str, problems: SheetProblems) -> date | None:
        """Return the day under a heading; a problem where something else stands there."""
        cell = self.cell(name)
        try:
            return day(cell.value, self.table.sheet.epoch)
        except (ValueError, OverflowError):
            self.wrong(problems, "PS301", name, f"{name} is not a date", cell.text, "write it as 2022-11-30")
            return None

    def wrong(
        self, problems: SheetProblems, code: str, name: str, what: str, found: str = "", cure: str = ""
    ) -> None:
        """Note a mistake in this row under a heading."""
        column = self.table.columns.get(heading(name), 1)
        problems.add(code, what, found, cure, sheet=self.table.sheet.name, row=self.number, column=column)


def tables(book: Book, needed: Iterable[str], known: Iterable[str], problems: SheetProblems) -> list[SheetTable]:
    """Return the table of every sheet that has the needed headings; a heading of ours must not stand twice."""
    wanted, ours = {heading(name) for name in needed}, {heading(name) for name in known}
    return [found for sheet in book.sheets if (found := _table(sheet, wanted, ours, problems)) is not None]


def _table(sheet: Sheet, wanted: set[str], ours: set[str], problems: SheetProblems) -> SheetTable | None:
    for number, row in enumerate(sheet.rows[:DEEPEST], 1):
        names = [heading(cell.text) for cell in row]
        if wanted <= set(names):
            columns: dict[str, int] = {}
            for place, name in enumerate(names, 1):
                if name in columns and name in ours:
                    what, cure = f"the heading {name} stands twice", "rename or delete one of them"
                    problems.add("PS106", what, name, cure, sheet=sheet.name, row=number, column=place)
                columns.setdefault(name, place)
            widest = max((len(each) for each in sheet.rows[number - 1 :]), default=0)
            own = tuple(n for n in range(1, widest + 1) if (names[n - 1] if n <= len(names) else "") not in ours)
            return SheetTable(sheet=sheet, top=number, columns=columns, own=own)
    return None


def only(found: list[SheetTable], needed: Iterable[str], problems: SheetProblems) -> None:
    """Note it where no sheet has the needed headings."""
    if not found and not problems.found:
        names = "、".join(needed)
        problems.add("PS105", "no sheet has the headings that are needed", "", f"one row must hold: {names}")
