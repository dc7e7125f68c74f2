"""What a timeline shows: each phase with its tasks, their days and how the units stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from engine import reckoning
from engine.model import Assignment, Deadline, Phase, PhaseState, Task, Workflow
from engine.pictures import words
from engine.records import record

WORST_FIRST = ("overdue", "due", "left", "submitted", "above", "paused", "met")
"""How a unit may stand toward a due date, what needs an eye first."""
STATUSES: Mapping[str, str] = {
    "done": "met",
    "waived": "met",
    "handed_in": "submitted",
    "paused": "paused",
    "left": "left",
    "above": "above",
}
"""What is drawn of each standing; of any other that its day lies ahead."""


@record
class TimelineMark:
    """One day on which so many units owe a task, and how each (unit, status) stands."""

    on: date
    printed: bool
    provisional: bool
    statuses: tuple[tuple[str, str], ...]

    @property
    def worst(self) -> str:
        """Return the status that needs an eye first."""
        return min((status for _, status in self.statuses), key=WORST_FIRST.index)


@record
class TimelineRow:
    """One task of the timeline; a note stands where it has no day."""

    task: Task
    first: date
    last: date
    marks: tuple[TimelineMark, ...]
    note: str
    done: str


@record
class Band:
    """One phase of the timeline with the tasks shown under it."""

    phase: Phase
    state: str
    first: date
    last: date
    rows: tuple[TimelineRow, ...]


@record
class TimelineSheet:
    """What is drawn: a workflow on a day and, where it runs, the rows of its campaign."""

    workflow: Workflow
    today: date
    phases: Mapping[str, PhaseState]
    owed: Mapping[int, Assignment]
    dues: tuple[Deadline, ...]


def sheet(
    workflow: Workflow,
    today: date,
    phases: Iterable[PhaseState],
    assignments: Iterable[Assignment],
    deadlines: Iterable[Deadline],
) -> TimelineSheet:
    """Return what a timeline is drawn from; what was cancelled is left out."""
    found = list(assignments)
    short = {a.id for a in found if a.state == "short"}
    return TimelineSheet(
        workflow=workflow,
        today=today,
        phases={state.phase: state for state in phases},
        owed={a.id: a for a in found if a.state != "cancelled"},
        dues=tuple(d for d in deadlines if d.kind == "due" and (d.state != "cancelled" or d.assignment in short)),
    )


def bands(sheet: TimelineSheet) -> list[Band]:
    """Return every phase, in the order of the plan, with its tasks."""
    return [_band(sheet, phase) for phase in sheet.workflow.phases]


def _band(sheet: TimelineSheet, phase: Phase) -> Band:
    state = sheet.phases.get(phase.id)
    band = Band(
        phase=phase,
        state=state.state if state else "planned",
        first=state.first_day if state else phase.window.first_day,
        last=state.last_day if state else phase.window.last_day,
        rows=(),
    )
    tasks = (task for task in sheet.workflow.tasks if task.phase == phase.id)
    rows = tuple(_row(sheet, band, task) for task in tasks)
    return Band(phase=phase, state=band.state, first=band.first, last=band.last, rows=rows)


def _row(sheet: TimelineSheet, band: Band, task: Task) -> TimelineRow:
    owed = {number: a for number, a in sheet.owed.items() if a.task == task.id}
    marks = _marks(sheet, owed) or _planned(band, task)
    return TimelineRow(
        task=task,
        first=min((a.issued_on for a in owed.values()), default=task.opens.on or band.first),
        last=max((mark.on for mark in marks), default=band.last),
        marks=marks,
        note="" if marks else _note(sheet, band, task),
        done=_done(owed.values()),
    )


def _done(owed: Iterable[Assignment]) -> str:
    """Return how many are done of how many that were not waived; empty where there is none."""
    asked = [each for each in owed if each.state != "waived"]
    return f"{sum(each.state == 'accepted' for each in asked)}/{len(asked)}" if asked else ""


def _marks(sheet: TimelineSheet, owed: Mapping[int, Assignment]) -> tuple[TimelineMark, ...]:
    mine = [due for due in sheet.dues if due.assignment in owed]
    days = sorted({due.due_on for due in mine})
    return tuple(_mark([due for due in mine if due.due_on == on], owed, sheet) for on in days)


def _mark(dues: list[Deadline], owed: Mapping[int, Assignment], sheet: TimelineSheet) -> TimelineMark:
    return TimelineMark(
        on=dues[0].due_on,
        printed=any(due.basis == "printed" for due in dues),
        provisional=any(due.provisional for due in dues),
        statuses=tuple((due.unit, _status(due, owed[due.assignment], sheet)) for due in dues),
    )


def _status(due: Deadline, owed: Assignment, sheet: TimelineSheet) -> str:
    """Return how something stands (SEMANTICS L9): what waits for a review is not overdue, nor what nobody owes."""
    each = reckoning.owed(sheet.workflow, owed, due, sheet.today)
    if reckoning.is_late(each, sheet.today):
        return "overdue"
    if each.above and owed.state in ("accepted", "waived"):
        return "met"
    return STATUSES.get(reckoning.standing(each, sheet.today), "due")


def _planned(band: Band, task: Task) -> tuple[TimelineMark, ...]:
    """Return the due mark of a task nobody was given yet, where the plan alone tells its day."""
    on = {"date": task.due.on, "phase_end": band.last}.get(task.due.kind)
    if on is None or band.state == "before_adoption":
        return ()
    printed = task.due.kind == "date"
    return (TimelineMark(on=on, printed=printed, provisional=False, statuses=(("", "due"),)),)


def _note(sheet: TimelineSheet, band: Band, task: Task) -> str:
    if band.state == "before_adoption":
        return "启动前,不下达"
    return words.undated(task, sheet.workflow)
