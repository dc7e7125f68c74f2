"""The task breakdown table (任务分解表) written out: a printable workbook, or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from engine.records import record
from engine.sheets.book import Book
from engine.sheets.cells import Cell, guarded, heading, plain, printable
from engine.sheets.columns import COLUMNS, ID, WRITTEN, SheetColumn
from engine.sheets.dress import BOX, FONT, LINE_HEIGHT, READ, dress, lines_of, put
from engine.sheets.headings import OURS
from engine.sheets.problems import SheetProblems
from engine.sheets.table import tables

TITLE = "任务分解表"
BASE = "phasegate"
"""The hidden sheet that holds what was exported, so that an edit is told from what changed meanwhile."""

PRINTED_WIDTH = 109.0
"""How many characters of width fit across A4 landscape at full size."""
OWN_WIDTH = 14.0
_HEAD_ROW = 2
_WRITTEN = PatternFill("solid", fgColor="FFF2CC")


@record
class BreakdownLine:
    """A row of the table: what one unit owes for one task; days as ISO text, empty where there is none.

    `id` stays the same from before the task is issued to its end: task/unit, and /period if it recurs.
    """

    id: str
    task_id: str
    unit: str
    issued: bool
    phase: str
    task: str
    demand: str
    clause: str
    role: str
    due: str
    state: str
    received: str = ""
    submitted: str = ""
    numbers: str = ""
    note: str = ""
    settled: str = ""
    extensions: int = 0
    period: str = ""

    def text(self, column: SheetColumn) -> str:
        """Return what stands in a column; the reason of an extension is only ever read."""
        return str(getattr(self, column.field, ""))


@record(kw_only=False)
class Own:
    """The office's own columns of a file: headings with widths, and their cells by row id."""

    headings: tuple[str, ...] = ()
    cells: Mapping[str, tuple[Cell, ...]] | None = None

    def of(self, line: BreakdownLine) -> tuple[Cell, ...]:
        """Return the office's own cells of a row."""
        blank = (Cell(),) * len(self.headings)
        return (self.cells or {}).get(plain(line.id), blank)


def kept(book: Book) -> Own:
    """Return the columns of a file that are not ours, to be written again beside the same rows."""
    found = tables(book, [ID.name], OURS, SheetProblems(book.file))
    if not found:
        return Own()
    table = found[0]
    rows = {row.plain(ID.name): row.number for row in table.rows() if row.plain(ID.name)}
    sheet = table.sheet
    own = [n for n in table.own if any(sheet.cell(r, n).text for r in (table.top, *rows.values()))]
    cells = {name: tuple(sheet.cell(number, n) for n in own) for name, number in rows.items()}
    return Own(tuple(sheet.cell(table.top, n).text for n in own), cells)


def as_csv(lines: Sequence[BreakdownLine], own: Own | None = None) -> bytes:
    """Return the table as CSV: UTF-8 with BOM, no cell taken for a formula."""
    own = own or Own()
    out = io.StringIO(newline="")
    write = csv.writer(out)
    write.writerow([guarded(name) for name in (*(c.name for c in COLUMNS), *own.headings)])
    for line in lines:
        texts = [*(line.text(column) for column in COLUMNS), *(cell.text for cell in own.of(line))]
        write.writerow([guarded(printable(text)) for text in texts])
    return out.getvalue().encode("utf-8-sig")


def as_workbook(
    lines: Sequence[BreakdownLine], *, title: str, campaign: str, at: datetime, own: Own | None = None
) -> bytes:
    """Return the table as a workbook: every unit begins a page of A4 landscape, the headings on each."""
    own = own or Own()
    book = Workbook()
    book.properties.created = at.replace(tzinfo=None)
    book.properties.creator = "Phasegate"
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = TITLE
    book._named_styles["Normal"].font = Font(name=FONT, size=11)  # type: ignore[attr-defined]
    _head(sheet, title if title.endswith(TITLE) else f"{title} {TITLE}", own)
    for number, line in enumerate(lines, _HEAD_ROW + 1):
        _row(sheet, number, line, own)
    _pages(sheet, lines, own, at.date())
    _base(book.create_sheet(BASE), lines, campaign)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Worksheet, title: str, own: Own) -> None:
    put(sheet.cell(1, 1), title)
    sheet.cell(1, 1).font = Font(name=FONT, bold=True, size=16)
    sheet.row_dimensions[1].height = 26
    for number, name in enumerate((*(c.name for c in COLUMNS), *own.headings), 1):
        cell = sheet.cell(_HEAD_ROW, number)
        put(cell, name)
        cell.font, cell.border = Font(name=FONT, bold=True, size=11), BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        written = number > len(COLUMNS) or COLUMNS[number - 1] in WRITTEN
        cell.fill = _WRITTEN if written else READ
    sheet.row_dimensions[_HEAD_ROW].height = 32


def _row(sheet: Worksheet, number: int, line: BreakdownLine, own: Own) -> None:
    for place, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(number, place)
        put(cell, line.text(column), is_day=column.kind == "day")
        dress(cell, centred=column.kind in ("day", "seen") or column.field in ("role", "clause"))
    sheet.row_dimensions[number].height = min(400.0, _height(line, own.of(line)))
    for place, kept_cell in enumerate(own.of(line), len(COLUMNS) + 1):
        cell = sheet.cell(number, place)
        value = kept_cell.value if kept_cell.computed is None else kept_cell.computed
        if isinstance(value, bool | int | float | date | time | timedelta):
            cell.value = value
            cell.number_format = kept_cell.format
        else:
            put(cell, value if isinstance(value, str) else kept_cell.text)
        dress(cell)


def _height(line: BreakdownLine, own: tuple[Cell, ...]) -> float:
    """Return the height of a row in points; not every program finds it by itself where text is wrapped."""
    texts = [(line.text(column), column.width) for column in COLUMNS] + [(cell.text, OWN_WIDTH) for cell in own]
    return LINE_HEIGHT * max(lines_of(text, width) for text, width in texts) + 5


def _pages(sheet: Worksheet, lines: Sequence[BreakdownLine], own: Own, on: date) -> None:
    widths = [*(column.width for column in COLUMNS), *(OWN_WIDTH for _ in own.headings)]
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    page = sheet.page_setup
    page.orientation, page.paperSize = "landscape", 9
    if len({line.unit for line in lines}) > 1:
        # A manual page break is ignored where a sheet is fitted to pages, so the size is given in percent.
        page.scale = max(30, min(100, int(100 * PRINTED_WIDTH / sum(widths))))
    else:
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.fitToWidth, page.fitToHeight = 1, 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.header = sheet.page_margins.footer = 0.25
    sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.6
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = f"1:{_HEAD_ROW}"
    sheet.print_area = f"A1:{get_column_letter(len(widths))}{_HEAD_ROW + max(1, len(lines))}"
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(text=f"截至 {on.isoformat()}"), center=_HeaderFooterPart(text="第 &P 页 共 &N 页")
    )
    sheet.freeze_panes = f"B{_HEAD_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{get_column_letter(len(widths))}{_HEAD_ROW + max(1, len(lines))}"
    for number, (above, below) in enumerate(pairwise(lines), _HEAD_ROW + 1):
        if above.unit != below.unit:
            sheet.row_breaks.append(Break(id=number))


def _base(sheet: Worksheet, lines: Iterable[BreakdownLine], campaign: str) -> None:
    sheet.sheet_state = "veryHidden"
    for number, name in enumerate((campaign, *(c.name for c in WRITTEN)), 1):
        put(sheet.cell(1, number), name)
    for row, line in enumerate(lines, 2):
        for number, text in enumerate((line.id, *(line.text(c) for c in WRITTEN)), 1):
            put(sheet.cell(row, number), text)


def based(book: Book) -> tuple[str, Mapping[str, Mapping[str, str]]]:
    """Return the campaign that a workbook was exported from, and what it then said, by row id and heading."""
    sheet = next((each for each in (*book.hidden, *book.sheets) if each.name == BASE), None)
    if sheet is None or not sheet.rows:
        return "", {}
    head, *rows = sheet.rows
    names = [heading(cell.text) for cell in head[1:]]
    said = ({name: sheet.cell(n, k).text for k, name in enumerate(names, 2)} for n in range(2, len(rows) + 2))
    return head[0].text, {plain(row[0].text): cells for row, cells in zip(rows, said, strict=True)}
