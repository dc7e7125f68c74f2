"""Tasks or findings from a sheet, a row for each: what one document issues (SEMANTICS L4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.names import parted
from engine.sheets.book import Book
from engine.sheets.headings import PLAN
from engine.sheets.problems import SheetProblems
from engine.sheets.table import TableRow, only, tables

TITLE, UNITS, DUE, DEMAND = "任务", "责任单位", "时限", "要求"
NEEDED = (TITLE, UNITS)
HEADINGS: Mapping[str, Sequence[str]] = {
    TITLE: (*PLAN[TITLE], "问题", "存在问题", "反馈问题", "整改事项", "议定事项"),
    UNITS: (*PLAN[UNITS], "整改单位", "整改责任单位"),
    DUE: (*PLAN[DUE], "整改时限", "整改期限"),
    DEMAND: (*PLAN[DEMAND], "整改要求", "整改措施"),
}


def tasks_in(book: Book) -> list[dict[str, Any]]:
    """Return title, units, day and demand of each row; BadSheet tells all that is wrong at once."""
    problems = SheetProblems(book.file)
    found = tables(book, NEEDED, HEADINGS, problems)
    only(found, NEEDED, problems, book)
    rows = [_told(row, problems) for table in found for row in table.rows() if not row.is_outside]
    problems.settle()
    return rows


def _told(row: TableRow, problems: SheetProblems) -> dict[str, Any]:
    said: dict[str, Any] = {"title": row.words(TITLE, problems), "units": parted(row.words(UNITS, problems))}
    on, demand = row.day(DUE, problems), row.words(DEMAND, problems)
    return said | ({"due": on.isoformat()} if on else {}) | ({"demand": demand} if demand else {})
