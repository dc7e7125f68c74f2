"""How cells are written and dressed alike in every workbook of ours."""

from __future__ import annotations

from datetime import date
from math import ceil
from unicodedata import east_asian_width

from openpyxl.cell.cell import Cell as PlainCell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from engine.sheets.cells import FORMULA, escaped, printable

LONGEST = 32_000
FONT = "宋体"
LINE_HEIGHT = 15.0
_WIDE = frozenset("WFA")
_THIN = Side(style="thin", color="808080")
BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
READ = PatternFill("solid", fgColor="E7E6E6")
XlCell = PlainCell | MergedCell


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column; a Chinese character is two wide."""
    wide = (sum(1 + (east_asian_width(each) in _WIDE) for each in part) for part in text.split("\n"))
    return sum(max(1, ceil(each / (width - 1.5))) for each in wide)


def as_put(text: str) -> str:
    """Return a text as a cell of ours holds it: without what XML forbids, and no longer than a cell may be."""
    return printable(text)[:LONGEST]


def dress(cell: XlCell, *, centred: bool = False) -> None:
    """Give a cell its font, its frame and the place of its text."""
    cell.font, cell.border = Font(name=FONT, size=11), BOX
    cell.alignment = Alignment(horizontal="center" if centred else "left", vertical="center", wrap_text=True)


def put(cell: XlCell, text: str, *, is_day: bool = False) -> None:
    """Write a text as a text, whatever it begins with, and a day as a day."""
    if is_day:
        cell.number_format = "yyyy-mm-dd"
        try:
            cell.value = date.fromisoformat(text)
            return
        except ValueError:
            pass
    text = as_put(text)
    cell.value = escaped(text) or None
    if text:
        cell.data_type = "s"
    if text.lstrip(" ").startswith(tuple(FORMULA)):
        cell.quotePrefix = True
