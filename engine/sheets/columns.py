"""The columns of the task breakdown table: what stands in each, and what editing it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from engine.records import record
from engine.sheets.cells import heading

Kind = Literal["fixed", "seen", "day", "text"]


@record(kw_only=False)
class Column:
    """A column: its heading, the field of a line, its width in characters, and what may be done with it.

    `fixed` never changes, `seen` changes by itself, `day` and `text` are written by the office.
    """

    name: str
    field: str
    width: float
    kind: Kind


ID = Column("编号", "id", 13, "fixed")
DUE = Column("时限", "due", 11.5, "day")
RECEIVED = Column("签收日期", "received", 11.5, "day")
SUBMITTED = Column("报送日期", "submitted", 11.5, "day")
NUMBERS = Column("报送数据", "numbers", 9, "text")
NOTE = Column("报送说明", "note", 13, "text")
SETTLED = Column("办结日期", "settled", 11.5, "day")
REASON = Column("延期理由", "reason", 9, "text")
DOCUMENT = Column("延期依据", "document", 9, "text")
COLUMNS = (
    ID,
    Column("阶段", "phase", 10, "fixed"),
    Column("任务", "task", 18, "fixed"),
    Column("要求", "demand", 18, "fixed"),
    Column("依据(条款)", "clause", 9, "fixed"),
    Column("角色", "role", 7, "fixed"),
    Column("单位", "unit", 11, "fixed"),
    DUE,
    Column("状态", "state", 7, "seen"),
    RECEIVED,
    SUBMITTED,
    NUMBERS,
    NOTE,
    SETTLED,
    REASON,
    DOCUMENT,
)
WRITTEN = tuple(column for column in COLUMNS if column.kind in ("day", "text"))
BY_HEADING: Mapping[str, Column] = {heading(column.name): column for column in COLUMNS}
