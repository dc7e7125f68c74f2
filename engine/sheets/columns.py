"""The columns of the task breakdown table: what stands in each, and what editing it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from engine.records import record
from engine.sheets.cells import heading

Kind = Literal["fixed", "seen", "day", "text"]


@record(kw_only=False)
class SheetColumn:
    """A column: its heading, the field of a line, its width in characters, and what may be done with it.

    `fixed` never changes, `seen` changes by itself, `day` and `text` are written by the office.
    """

    name: str
    field: str
    width: float
    kind: Kind


ID = SheetColumn("编号", "id", 13, "fixed")
DUE = SheetColumn("时限", "due", 11.5, "day")
RECEIVED = SheetColumn("签收日期", "received", 11.5, "day")
SUBMITTED = SheetColumn("报送日期", "submitted", 11.5, "day")
NUMBERS = SheetColumn("报送数据", "numbers", 9, "text")
NOTE = SheetColumn("报送说明", "note", 13, "text")
SETTLED = SheetColumn("办结日期", "settled", 11.5, "day")
REASON = SheetColumn("延期理由", "reason", 9, "text")
DOCUMENT = SheetColumn("延期依据", "document", 9, "text")
COLUMNS = (
    ID,
    SheetColumn("阶段", "phase", 10, "fixed"),
    SheetColumn("任务", "task", 18, "fixed"),
    SheetColumn("要求", "demand", 18, "fixed"),
    SheetColumn("依据(条款)", "clause", 9, "fixed"),
    SheetColumn("角色", "role", 7, "fixed"),
    SheetColumn("单位", "unit", 11, "fixed"),
    DUE,
    SheetColumn("状态", "state", 7, "seen"),
    RECEIVED,
    SUBMITTED,
    NUMBERS,
    NOTE,
    SETTLED,
    REASON,
    DOCUMENT,
)
WRITTEN = tuple(column for column in COLUMNS if column.kind in ("day", "text"))
BY_HEADING: Mapping[str, SheetColumn] = {heading(column.name): column for column in COLUMNS}
