"""The task breakdown table (任务分解表) and the ledger (台账) as rows, and rows as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from engine import reckoning
from engine.model import Assignment, Deadline, Task, Workflow
from engine.pictures import words
from engine.reckoning import Owed

Row = tuple[str, ...]

BREAKDOWN_HEADINGS: Row = (
    "编号", "阶段", "任务", "工作要求", "单位", "角色", "期次", "完成时限", "时限依据", "报送材料",
    "方案条款", "原文",
)  # fmt: skip
LEDGER_HEADINGS: Row = (
    "编号", "阶段", "任务", "单位", "角色", "期次", "状态", "下达日期", "签收日期", "首次报送", "最近报送",
    "报送次数", "办结日期", "原定时限", "现行时限", "延期次数", "逾期天数",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def breakdown(
    workflow: Workflow, assignments: Iterable[Assignment] = (), deadlines: Iterable[Deadline] = ()
) -> list[Row]:
    """Return the breakdown table, headings first: a row per assignment, or per unit printed if none."""
    dues = _dues(deadlines)
    owed = list(assignments)
    rows = [BREAKDOWN_HEADINGS]
    for task in workflow.tasks:
        mine = _in_order((a for a in owed if a.task == task.id), workflow)
        rows += [_assigned(workflow, task, a, dues.get(a.id)) for a in mine] or _unassigned(workflow, task)
    return rows


def ledger(
    workflow: Workflow,
    assignments: Iterable[Assignment],
    deadlines: Iterable[Deadline],
    today: date,
    stopped: Mapping[int, date] = MappingProxyType({}),
) -> list[Row]:
    """Return the ledger, headings first: every assignment with its state and its days.

    `stopped` tells by assignment since when its clock has been stopped (P1).
    """
    dues = _dues(deadlines)
    owed = [reckoning.owed(workflow, a, dues.get(a.id), today, stopped_on=stopped.get(a.id)) for a in assignments]
    known = {each.assignment.id: each for each in owed}
    mine = [(task, [a for a in (each.assignment for each in owed) if a.task == task.id]) for task in workflow.tasks]
    rows = ((task, a) for task, found in mine for a in _in_order(found, workflow))
    return [LEDGER_HEADINGS, *(_entry(workflow, task, known[a.id], today) for task, a in rows)]


def csv_bytes(rows: Iterable[Row]) -> bytes:
    """Return `rows` as CSV that a spreadsheet opens: UTF-8 with BOM, no cell taken for a formula."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """Return `cell` so that no spreadsheet computes it: an apostrophe before = + - @."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _dues(deadlines: Iterable[Deadline]) -> Mapping[int, Deadline]:
    return {d.assignment: d for d in deadlines if d.kind == "due"}


def _in_order(assignments: Iterable[Assignment], workflow: Workflow) -> list[Assignment]:
    place = {unit: n for n, unit in enumerate(workflow.directory.units)}
    return sorted(assignments, key=lambda a: (place.get(a.unit, len(place)), a.unit, a.period, a.id))


def _assigned(workflow: Workflow, task: Task, owed: Assignment, due: Deadline | None) -> Row:
    on = words.day(due.due_on) if due else words.undated(task, workflow)
    basis = words.BASES[due.basis] if due else ""
    return _breakdown_row(workflow, task, str(owed.id), owed.unit, owed.role, owed.period, on, basis)


def _unassigned(workflow: Workflow, task: Task) -> list[Row]:
    on, basis = _printed_due(workflow, task)
    return [
        _breakdown_row(workflow, task, "", unit, role, "", on, basis)
        for role, units in _roles(task)
        for unit in units
    ] or [_breakdown_row(workflow, task, "", "", "", "", on, basis)]


def _roles(task: Task) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "lead", task.lead
    yield "responsible", task.responsible
    yield "supporting", task.supporting
    yield "inherited", task.inherited


def _printed_due(workflow: Workflow, task: Task) -> tuple[str, str]:
    if task.due.kind == "date":
        return words.day(task.due.on), words.BASES["printed"]
    if task.due.kind == "phase_end":
        return words.day(workflow.phase(task.phase).window.last_day), words.BASES["derived"]
    return words.undated(task, workflow), ""


def _breakdown_row(
    workflow: Workflow, task: Task, number: str, unit: str, role: str, period: str, on: str, basis: str
) -> Row:
    return (
        number,
        workflow.phase(task.phase).title,
        task.title,
        task.demand,
        unit,
        words.ROLES.get(role, ""),
        period,
        on,
        basis,
        "、".join((*(words.EVIDENCE.get(kind, kind) for kind in task.needs), *task.numbers.values())),
        task.source.clause,
        task.source.words,
    )


def _entry(workflow: Workflow, task: Task, each: Owed, today: date) -> Row:
    owed, due = each.assignment, each.due
    return (
        str(owed.id),
        workflow.phase(owed.phase).title,
        task.title,
        owed.unit,
        words.ROLES[owed.role],
        owed.period,
        words.STATES[owed.state],
        words.day(owed.issued_on),
        words.day(owed.received_on),
        words.day(owed.first_submitted_on),
        words.day(owed.submitted_on),
        str(owed.submissions),
        words.day(owed.settled_on),
        words.day(due.first_due_on) if due else "",
        words.day(due.due_on) if due else words.undated(task, workflow),
        str(owed.extensions),
        str(reckoning.days_late(each, today)),
    )
