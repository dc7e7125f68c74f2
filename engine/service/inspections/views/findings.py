"""The register of findings (整改台账) as plain values, as CSV and as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.pictures.tables import csv_bytes
from engine.service.inspections.register import RegisterEntry, register
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row, day
from engine.service.kernel.sight import require, sees
from engine.sheets import Page, pages_as_workbook

COLUMNS: Mapping[str, float] = {
    "序号": 6,
    "来源": 22,
    "单位": 18,
    "问题": 40,
    "发现单位": 16,
    "发现日期": 12,
    "整改时限": 12,
    "状态": 10,
    "销号日期": 12,
    "任务": 9,
    "依据": 22,
    "说明": 22,
}
LIST: Final = Listing(
    name="findings",
    key=("source", "unit", "number", "task"),
    columns=(
        Column(key="number", head="no", kind="number", width=8),
        Column(key="source", width=22),
        Column(key="unit", kind="reference", width=18, leads="unit"),
        Column(key="finding", width=40),
        Column(key="due_on", head="due", kind="day"),
        Column(key="state", width=10),
        Column(key="closed_on", head="closed", kind="day"),
        Column(key="task", kind="reference", width=9, leads="task"),
        Column(key="report", width=22),
    ),
)
CELLS = (
    "number", "source", "unit", "finding", "reported_by", "found_on",
    "due_on", "state", "closed_on", "task", "document", "reason",
)  # fmt: skip
"""What stands under each heading, by its name in a row."""


def listed(case: CampaignSession, *, unit: str = "", round: str = "", state: str = "") -> list[Row]:
    """Return the findings asked for, in the order in which they came; to a unit those at it and those it told of."""
    found = [entry for entry in register(case) if sees(case, "finding", entry.unit, entry.teller)]
    wanted = [entry for entry in found if unit in ("", entry.unit) and round in ("", entry.round)]
    if unit and not wanted:
        require(case, "finding", unit)
    return [_row(entry) for entry in wanted if state in ("", entry.state)]


def _row(entry: RegisterEntry) -> Row:
    return {
        "number": entry.number,
        "source": entry.source,
        "round": entry.round,
        "unit": entry.unit,
        "finding": entry.finding,
        "reported_by": entry.teller,
        "found_on": day(entry.found_on),
        "due_on": day(entry.due_on),
        "state": entry.state,
        "closed_on": day(entry.closed_on),
        "task": entry.task,
        "document": entry.document,
        "reason": entry.reason,
        "report": entry.remark,
    }


def as_csv(rows: Sequence[Row]) -> bytes:
    """Return the register for a spreadsheet."""
    return csv_bytes([tuple(COLUMNS), *map(_cells, rows)])


def as_workbook(case: CampaignSession, rows: Sequence[Row]) -> bytes:
    """Return the register as a printable workbook."""
    page = Page(
        name="整改台账",
        title=f"{case.plan.workflow.title} 整改台账",
        columns=tuple(COLUMNS.items()),
        rows=[_cells(row) for row in rows],
        centred=frozenset({"序号", "发现日期", "整改时限", "状态", "销号日期", "任务"}),
    )
    return pages_as_workbook([page], at=case.at.astimezone(case.plan.zone))


def _cells(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name] or "") for name in CELLS)
