"""Finding a table in a sheet: its heading row or rows, its columns, and its rows with their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from openpyxl.utils import get_column_letter

from engine.records import record
from engine.sheets.book import Book, Sheet
from engine.sheets.cells import Cell, day, heading, plain
from engine.sheets.headings import KNOWN, columns_of
from engine.sheets.problems import SheetProblems
from engine.texts import odd

DEEPEST = 30
_SAID = {"truth": "TRUE or FALSE"}
_ASIDE = re.compile(
    r"[合总小共]计:?.{0,12}|(备|附)?注\d{0,2}(\(.{1,6}\))?([:.、].*)?"
    r"|(说明|填表说明|(审核|制表|填报|填表)(人|单位|部门|日期|时间)?|联系(人|电话)|单位负责人)(\(.{1,6}\))?:.*"
)


@record
class SheetTable:
    """A sheet whose headings were found; `columns` are numbers by looked-up heading, `top` is their last row.

    `names` are the headings as printed, `heads` as they are looked up.
    """

    sheet: Sheet
    first: int
    top: int
    names: tuple[str, ...]
    heads: frozenset[str]
    columns: Mapping[str, int]
    own: tuple[int, ...]

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows under the headings; a sum (合计) and a remark (注:) are none."""
        return (row for row in self.below() if not row.is_aside)

    def below(self) -> Iterator[TableRow]:
        """Yield every row under the headings."""
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

    @property
    def first(self) -> str:
        """The first text of the row, whatever its column."""
        return next((cell.text for cell in self.table.sheet.rows[self.number - 1] if cell.text), "")

    @property
    def is_aside(self) -> bool:
        """Whether it is no row of the table: a sum, a remark, the headings once more."""
        first = heading(self.first)
        return _ASIDE.fullmatch(first) is not None or (first in self.table.heads and self._is_heading())

    def _is_heading(self) -> bool:
        said = [heading(cell.text) for cell in self.table.sheet.rows[self.number - 1] if cell.text]
        return len(said) > 1 and self.table.heads.issuperset(said)

    @property
    def is_outside(self) -> bool:
        """Whether nothing stands in it under a heading of ours."""
        return not any(self.table.sheet.cell(self.number, column).text for column in self.table.columns.values())

    def cell(self, name: str) -> Cell:
        """Return the cell under a heading; an empty one where the table has no such column."""
        column = self.table.columns.get(heading(name))
        return self.table.sheet.cell(self.number, column) if column else Cell()

    def text(self, name: str) -> str:
        """Return the text under a heading as it stands there, whatever its kind."""
        return self.cell(name).text

    def plain(self, name: str) -> str:
        """Return the text under a heading as it is compared."""
        return plain(self.text(name))

    def words(self, name: str, problems: SheetProblems, *, naming: bool = False) -> str:
        """Return what a cell says in words; a problem where an error, a formula, a day or a fraction stands.

        `naming` takes no number either.
        """
        cell = self.cell(name)
        if cell.kind == "blank" or (cell.is_whole and not naming):
            return cell.text
        if cell.kind != "text":
            self.wrong(problems, "PS310", name, *_no_words(cell))
            return ""
        if seen := odd(cell.text.replace("\r", "\n"), lines=True):
            self.wrong(problems, "PS311", name, "a character that cannot be seen stands here", seen, "type it again")
        return cell.text

    def day(self, name: str, problems: SheetProblems) -> date | None:
        """Return the day under a heading; a problem where something else stands there."""
        cell = self.cell(name)
        try:
            return day(cell, self.table.sheet.epoch)
        except (ValueError, OverflowError) as error:
            found = str(error) if cell.kind == "day" else cell.text
            what = (
                f"{name} is shown with an hour, or without its year or day"
                if cell.kind == "day"
                else f"{name} is not a date"
            )
            self.wrong(problems, "PS301", name, what, found, "write it as 2022-11-30")
            return None

    def wrong(
        self, problems: SheetProblems, code: str, name: str, what: str, found: str = "", cure: str = ""
    ) -> None:
        """Note a mistake in this row under a heading."""
        column = self.table.columns.get(heading(name), 1)
        problems.add(code, what, found, cure, sheet=self.table.sheet.name, row=self.number, column=column)


def _no_words(cell: Cell) -> tuple[str, str, str]:
    """Return what is wrong with a cell that says nothing in words, what was found, and what to do."""
    if cell.kind == "error":
        return "an error stands here, and no text", cell.text, "write the text itself"
    if cell.kind == "formula":
        cure = "copy the cells and paste them as values (选择性粘贴→数值)"
        return "a formula stands here, and nothing is computed", cell.text, cure
    cure = "set the format of the cell to text (文本) and type it again"
    return f"{_SAID.get(cell.kind, f'a {cell.kind}')} stands here, and no text", cell.text, cure


def tables(
    book: Book, needed: Iterable[str], known: Mapping[str, Sequence[str]], problems: SheetProblems
) -> list[SheetTable]:
    """Return the table of every sheet that has the needed headings; a heading of ours must not stand twice."""
    wanted = {heading(name) for name in needed}
    ours = {name: tuple(others) for name, others in known.items()}
    return [found for sheet in book.sheets if (found := _table(sheet, wanted, ours, problems)) is not None]


def _table(
    sheet: Sheet, wanted: set[str], known: Mapping[str, tuple[str, ...]], problems: SheetProblems
) -> SheetTable | None:
    for first in range(1, min(DEEPEST, len(sheet.rows)) + 1):
        names, top = _headings(sheet, first)
        columns = columns_of([heading(name) for name in names], known)
        if wanted <= set(columns):
            _require_once(sheet, top, names, columns, problems)
            widest = max((len(each) for each in sheet.rows[top - 1 :]), default=0)
            own = tuple(n for n in range(1, widest + 1) if n not in columns.values())
            heads = frozenset(map(heading, names))
            return SheetTable(sheet=sheet, first=first, top=top, names=names, heads=heads, columns=columns, own=own)
    return None


def _headings(sheet: Sheet, first: int) -> tuple[tuple[str, ...], int]:
    """Return the headings that begin in a row, and the last row of them: a second line is finer than the first."""
    names, top = tuple(cell.text for cell in sheet.rows[first - 1]), first
    while top < len(sheet.rows) and _goes_on(names, sheet.rows[top]):
        below = tuple(cell.text for cell in sheet.rows[top])
        wide = max(len(names), len(below))
        upper, lower = ((*each, *[""] * (wide - len(each))) for each in (names, below))
        names, top = tuple(low or up for up, low in zip(upper, lower, strict=True)), top + 1
    return names, top


def _goes_on(names: tuple[str, ...], row: tuple[Cell, ...]) -> bool:
    """Tell whether a row is a further line of headings: known ones in both lines, and no value under one."""
    wide = (*names, *[""] * max(0, len(row) - len(names)))
    pairs = [(heading(up), heading(cell.text)) for up, cell in zip(wide, row, strict=False) if cell.text]
    if KNOWN.isdisjoint(map(heading, names)) or KNOWN.isdisjoint(low for _, low in pairs):
        return False
    return all(low in KNOWN or low == up for up, low in pairs if up in KNOWN)


def _require_once(
    sheet: Sheet, top: int, names: tuple[str, ...], columns: Mapping[str, int], problems: SheetProblems
) -> None:
    """Note a heading that is read and stands twice."""
    read = {heading(names[place - 1]): place for place in columns.values()}
    for place, name in enumerate(map(heading, names), 1):
        if read.get(name, place) != place:
            what, cure = f"the heading {name} stands twice", "rename or delete one of them"
            problems.add("PS106", what, name, cure, sheet=sheet.name, row=top, column=place)


def only(found: list[SheetTable], needed: Iterable[str], problems: SheetProblems, book: Book) -> None:
    """Note it where no sheet has the needed headings, with those that there are."""
    if not found and not problems.found:
        names = "、".join(needed)
        what, cure = "no sheet has the headings that are needed", f"one row must hold: {names}"
        problems.add("PS105", what, "、".join(_likeliest(book)), cure)


def _likeliest(book: Book) -> list[str]:
    """Return the words of the row that looks most like headings."""
    rows = [[cell.text for cell in row if cell.text] for sheet in book.sheets for row in sheet.rows[:DEEPEST]]
    return max(rows, key=lambda row: (sum(heading(word) in KNOWN for word in row), len(row)), default=[])


def left_out(book: Book, found: Sequence[SheetTable]) -> list[str]:
    """Return what stands in a file and was not read: sheets, columns, sums and remarks, rows without our columns."""
    read = [table.sheet for table in found]
    told = [f"sheet {sheet.name}" for sheet in book.sheets if sheet not in read and _is_filled(sheet)]
    told += [f"hidden sheet {sheet.name}" for sheet in book.hidden if _is_filled(sheet)]
    places = [f"{table.sheet.name} " if len(read) > 1 else "" for table in found]
    return told + [place + line for place, table in zip(places, found, strict=True) for line in _left_in(table)]


def _is_filled(sheet: Sheet) -> bool:
    return any(cell.text for row in sheet.rows for cell in row)


def _left_in(table: SheetTable) -> Iterator[str]:
    rows = list(table.rows())
    for column in table.own:
        name = table.names[column - 1] if column <= len(table.names) else ""
        if name or any(table.sheet.cell(row.number, column).text for row in rows):
            yield f"column {get_column_letter(column)} {' '.join(name.split())}".rstrip()
    for row in table.below():
        if row.first and (row.is_aside or row.is_outside):
            yield f"row {row.number} {' '.join(row.first.split())}"
