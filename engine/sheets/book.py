"""A spreadsheet file as sheets of cells: XLSX and CSV, whatever program wrote it; nothing is computed."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import PurePath

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as XlCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet.worksheet import Worksheet

from engine.errors import PhasegateError
from engine.records import record
from engine.sheets.cells import EPOCH_1900, EPOCH_1904, Cell, cell_of, formula, unescaped
from engine.sheets.delimited import MOST_COLUMNS, MOST_ROWS, csv_rows
from engine.sheets.package import SAVE_ANEW, parts_of
from engine.sheets.problems import refused

LARGEST = 16 << 20
_OLE = b"\xd0\xcf\x11\xe0"
_MONTH_DAY, _YEAR_MONTH = 'm"月"d"日"', 'yyyy"年"m"月"'
CHINESE = dict.fromkeys((28, 29, 51, 53, 54, 58), _MONTH_DAY) | dict.fromkeys((27, 36, 50, 52, 57), _YEAR_MONTH)
CHINESE |= {30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"'}
"""Number formats of days that a Chinese office program names by number only."""


@record
class Sheet:
    """The cells of a sheet from its first row on; what is merged downward stands in each row."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    epoch: date = EPOCH_1900

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell by its numbers, counted from 1; an empty one where there is none."""
        cells = self.rows[row - 1] if row <= len(self.rows) else ()
        return cells[column - 1] if column <= len(cells) else Cell()


@record
class Book:
    """The sheets of a file, those that it hides, and the names of its parts where it is a workbook."""

    file: str
    sheets: tuple[Sheet, ...]
    hidden: tuple[Sheet, ...] = ()
    parts: tuple[str, ...] = ()


def opened(data: bytes, file: str) -> Book:
    """Return what stands in a file; BadSheet in one line where nothing can be read."""
    name = PurePath(file).name
    if len(data) > LARGEST:
        size = f"{len(data) >> 20} MiB"
        raise refused(file, "PS103", "the file is too large", size, f"at most {LARGEST >> 20} MiB")
    if data.startswith(_OLE):
        what = "the file is protected by a password, or an old .xls"
        raise refused(file, "PS102", what, name, f"take the password off and {SAVE_ANEW}")
    if data.startswith(b"PK"):
        return _workbook(data, file)
    return Book(file=file, sheets=(Sheet(name="", rows=csv_rows(data, file)),))


def _workbook(data: bytes, file: str) -> Book:
    try:
        parts = parts_of(data, file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(data, file, parts)
    except PhasegateError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do
        what, why = "the file is no workbook, or is broken", type(error).__name__
        raise refused(file, "PS101", what, why, SAVE_ANEW) from None


def _read(data: bytes, file: str, parts: tuple[str, ...]) -> Book:
    book = load_workbook(io.BytesIO(data), keep_links=False)
    last = {sheet.title: _last(sheet, file) for sheet in book.worksheets}
    computed = load_workbook(io.BytesIO(data), keep_links=False, data_only=True) if _computes(book) else book
    epoch = EPOCH_1904 if book.epoch.year == 1904 else EPOCH_1900
    shown: list[Sheet] = []
    hidden: list[Sheet] = []
    for sheet in book.worksheets:
        place = shown if sheet.sheet_state == "visible" else hidden
        place.append(_sheet(sheet, computed[sheet.title], epoch, last[sheet.title]))
    return Book(file=file, sheets=tuple(shown), hidden=tuple(hidden), parts=parts)


def _filled(sheet: Worksheet) -> Iterable[XlCell | MergedCell]:
    """Return the cells of a sheet that hold something; walking its rows would make the others."""
    return (cell for cell in sheet._cells.values() if cell.value is not None)


def _computes(book: Workbook) -> bool:
    return any(cell.data_type == "f" for sheet in book.worksheets for cell in _filled(sheet))


def _last(sheet: Worksheet, file: str) -> tuple[int, int]:
    """Return the last row and column in which something stands; the empty ones after them are not looked at."""
    row, column = 0, 0
    for cell in _filled(sheet):
        if not (cell.row and cell.column):
            raise ValueError(cell.coordinate)
        row, column = max(row, cell.row), max(column, cell.column)
    if row > MOST_ROWS or column > MOST_COLUMNS:
        size = f"{row} rows, {column} columns in {sheet.title}"
        cure = f"at most {MOST_ROWS} rows and {MOST_COLUMNS} columns: split it"
        raise refused(file, "PS103", "the sheet is too large", size, cure)
    return row, column


def _sheet(sheet: Worksheet, computed: Worksheet, epoch: date, last: tuple[int, int]) -> Sheet:
    height, width = last
    found = sheet.iter_rows(max_row=height, max_col=width) if height else ()
    rows = [[_cell(cell, computed, epoch) for cell in row] for row in found]
    for merged in sheet.merged_cells.ranges:
        for row in range(merged.min_row + 1, min(merged.max_row, height) + 1):
            if merged.min_col <= width:
                rows[row - 1][merged.min_col - 1] = rows[merged.min_row - 1][merged.min_col - 1]
    return Sheet(name=sheet.title, rows=tuple(map(tuple, rows)), epoch=epoch)


def _cell(cell: XlCell | MergedCell, computed: Worksheet, epoch: date) -> Cell:
    """Return a cell; a formula is its text, whatever it computes to."""
    value, form = cell.value, cell.number_format or "General"
    if value is None:
        return Cell()
    if cell.data_type == "f":
        text = str(getattr(value, "text", value) or "=")
        return formula(text, form, computed[cell.coordinate].value)
    number = cell._style.numFmtId  # type: ignore[union-attr]
    if number in CHINESE and isinstance(value, int | float) and not isinstance(value, bool):
        base = datetime.combine(epoch, time())
        return cell_of(from_excel(value, base), CHINESE[number])
    return cell_of(unescaped(value) if isinstance(value, str) else value, form)
