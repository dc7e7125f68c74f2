"""Tables written out as pages of a workbook that is read and printed, not read in again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from engine.records import record
from engine.sheets.dress import BOX, FONT, LINE_HEIGHT, READ, dress, lines_of, put

HIGHEST = 400.0


@record
class Page:
    """One sheet of a workbook: its heading line, its columns with widths in characters, its rows.

    A cell that is a number stands as a number; `centred` names the columns whose text is centred, `days` numbers
    those that hold days.
    """

    name: str
    title: str
    columns: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[str | float]]
    centred: frozenset[str] = frozenset()
    days: frozenset[int] = frozenset()


def pages_as_workbook(pages: Iterable[Page], *, at: datetime) -> bytes:
    """Return pages as a workbook, each printed on A4 landscape with its headings on every sheet of paper."""
    book = Workbook()
    book.properties.created = at.replace(tzinfo=None)
    book.properties.creator = "Phasegate"
    book.remove(book.worksheets[0])
    for page in pages:
        _page(book.create_sheet(page.name), page, at)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _page(sheet: Worksheet, page: Page, at: datetime) -> None:
    put(sheet.cell(1, 1), page.title)
    sheet.cell(1, 1).font = Font(name=FONT, bold=True, size=16)
    sheet.row_dimensions[1].height = 26
    for number, (name, width) in enumerate(page.columns, 1):
        cell = sheet.cell(2, number)
        put(cell, name)
        cell.font, cell.border, cell.fill = Font(name=FONT, bold=True, size=11), BOX, READ
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(number)].width = width
    for number, row in enumerate(page.rows, 3):
        _row(sheet, number, row, page)
    _paper(sheet, page, at)


def _row(sheet: Worksheet, number: int, row: Sequence[str | float], page: Page) -> None:
    for place, (value, (name, _)) in enumerate(zip(row, page.columns, strict=True), 1):
        cell = sheet.cell(number, place)
        if isinstance(value, str):
            put(cell, value, is_day=place - 1 in page.days)
        else:
            cell.value = value
        dress(cell, centred=name in page.centred or not isinstance(value, str))
    height = LINE_HEIGHT * max(lines_of(str(v), w) for v, (_, w) in zip(row, page.columns, strict=True)) + 5
    sheet.row_dimensions[number].height = min(HIGHEST, height)


def _paper(sheet: Worksheet, page: Page, at: datetime) -> None:
    last = f"{get_column_letter(len(page.columns))}{2 + max(1, len(page.rows))}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.print_title_rows, sheet.print_area = "1:2", f"A1:{last}"
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(text=f"截至 {at.date().isoformat()}"),
        center=_HeaderFooterPart(text="第 &P 页 共 &N 页"),
    )
    sheet.freeze_panes = "B3"
    sheet.auto_filter.ref = f"A2:{last}"
