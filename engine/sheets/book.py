"""A spreadsheet file as sheets of cells: XLSX and CSV, whatever program wrote it; nothing is computed."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import PurePath

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as XlCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from engine.errors import PhasegateError
from engine.records import record
from engine.sheets.cells import EPOCH_1900, EPOCH_1904, text_of, unguarded
from engine.sheets.problems import refused

LARGEST = 16 << 20
LARGEST_UNPACKED = 48 << 20
MOST_PARTS = 2000
MOST_ROWS = 20_000
MOST_COLUMNS = 256
MOST_MERGED = 200_000
_OLE = b"\xd0\xcf\x11\xe0"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}(?::[A-Z]{1,3}[0-9]{1,7})?)"')
_SAVE_ANEW = "save it as an Excel workbook (.xlsx) or as CSV"


@record(kw_only=False)
class Cell:
    """A cell: its text, the value and format behind it, and what a program last computed for a formula."""

    text: str = ""
    value: object = None
    format: str = "General"
    computed: object = None


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
    """The sheets of a file, and those that it hides."""

    file: str
    sheets: tuple[Sheet, ...]
    hidden: tuple[Sheet, ...] = ()


def opened(data: bytes, file: str) -> Book:
    """Return what stands in a file; BadSheet in one line where nothing can be read."""
    name = PurePath(file).name
    if len(data) > LARGEST:
        raise refused(
            file, "PS103", "the file is too large", f"{len(data) >> 20} MiB", f"at most {LARGEST >> 20} MiB"
        )
    if data.startswith(_OLE):
        what = "the file is protected by a password, or an old .xls"
        raise refused(file, "PS102", what, name, f"take the password off and {_SAVE_ANEW}")
    if data.startswith(b"PK"):
        return _workbook(data, file)
    return Book(file=file, sheets=(_csv(data, file),))


# --- XLSX ---


def _workbook(data: bytes, file: str) -> Book:
    try:
        _require_harmless(data, file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), keep_links=False)
            computed = load_workbook(io.BytesIO(data), keep_links=False, data_only=True)
    except PhasegateError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do
        what, why = "the file is no workbook, or is broken", type(error).__name__
        raise refused(file, "PS101", what, why, _SAVE_ANEW) from None
    epoch = EPOCH_1904 if book.epoch.year == 1904 else EPOCH_1900
    shown: list[Sheet] = []
    hidden: list[Sheet] = []
    for sheet in book.worksheets:
        (shown if sheet.sheet_state == "visible" else hidden).append(
            _sheet(sheet, computed[sheet.title], epoch, file)
        )
    return Book(file=file, sheets=tuple(shown), hidden=tuple(hidden))


def _require_harmless(data: bytes, file: str) -> None:
    """Look at the parts before they are parsed: how many, how large, what they merge, no entities."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        found = parts.infolist()
        if any(part.flag_bits & 1 for part in found):
            what = "the file is protected by a password"
            raise refused(file, "PS102", what, PurePath(file).name, f"take it off and {_SAVE_ANEW}")
        unpacked = sum(part.file_size for part in found)
        if unpacked > LARGEST_UNPACKED or len(found) > MOST_PARTS:
            size = f"{unpacked >> 20} MiB in {len(found)} parts"
            raise refused(
                file, "PS103", "the file is too large when unpacked", size, "take out what is not the table"
            )
        for part in found:
            if part.filename.endswith((".xml", ".rels")):
                _require_plain(parts.read(part), file)


def _require_plain(text: bytes, file: str) -> None:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or text.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused(file, "PS101", "the file is no workbook of an office program", "a DOCTYPE", _SAVE_ANEW)
    merged = sum(_area(ref.decode()) for ref in _MERGED.findall(text))
    if merged > MOST_MERGED:
        raise refused(file, "PS103", "too many cells are merged", f"{merged} cells", "take the merging off")


def _area(ref: str) -> int:
    left, top, right, bottom = (int(edge or 1) for edge in range_boundaries(ref))
    return (right - left + 1) * (bottom - top + 1)


def _sheet(sheet: Worksheet, computed: Worksheet, epoch: date, file: str) -> Sheet:
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
        size = f"{sheet.max_row} rows, {sheet.max_column} columns in {sheet.title}"
        raise refused(file, "PS103", "the sheet is too large", size, "delete the empty rows and columns at its end")
    rows = [[_cell(cell, computed) for cell in row] for row in sheet.iter_rows()]
    for merged in sheet.merged_cells.ranges:
        for row in range(merged.min_row + 1, merged.max_row + 1):
            rows[row - 1][merged.min_col - 1] = rows[merged.min_row - 1][merged.min_col - 1]
    return Sheet(name=sheet.title, rows=tuple(map(tuple, rows)), epoch=epoch)


def _cell(cell: XlCell | MergedCell, computed: Worksheet) -> Cell:
    """Return a cell; a formula is its text, whatever it computes to."""
    value = cell.value
    if value is None:
        return Cell()
    text = text_of(value)
    if cell.data_type == "f":
        return Cell(text, text, cell.number_format, computed[cell.coordinate].value)
    return Cell(text, value, cell.number_format)


# --- CSV ---


def _csv(data: bytes, file: str) -> Sheet:
    text = _decoded(data, file)
    if "\0" in text:
        raise refused(file, "PS101", "the file is no spreadsheet", PurePath(file).name, _SAVE_ANEW)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        rows = tuple(tuple(_said(word) for word in line[:MOST_COLUMNS]) for line in _bounded(lines, file))
    except csv.Error as error:
        raise refused(file, "PS101", "the file is no CSV", str(error), _SAVE_ANEW) from None
    return Sheet(name="", rows=rows)


def _bounded(lines: Iterator[list[str]], file: str) -> Iterator[list[str]]:
    for number, line in enumerate(lines):
        if number >= MOST_ROWS:
            raise refused(file, "PS103", "the sheet is too large", f"over {MOST_ROWS} rows", "split it")
        yield line


def _said(word: str) -> Cell:
    text = unguarded(word).strip()
    return Cell(text, text or None)


def _decoded(data: bytes, file: str) -> str:
    """Return the text of a CSV: UTF-8 with or without its mark, UTF-16 with it, else GBK (GB18030)."""
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = next((name for mark, name in marks.items() if data.startswith(mark)), "")
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refused(file, "PS104", "the text is neither UTF-8 nor GBK", PurePath(file).name, _SAVE_ANEW)


def _delimiter(text: str) -> str:
    head = text[:4000]
    return max((",", "\t", ";"), key=head.count)
