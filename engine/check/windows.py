"""Findings on dates: holes and overlaps of windows, dates outside them, derived and missing dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from engine.calendar import Calendar
from engine.check.finding import error, note, warning
from engine.errors import Problem
from engine.model import Phase, Task, Workflow


def findings(workflow: Workflow) -> Iterator[Problem]:
    """Yield what is to be said of the dates of `workflow` (SEMANTICS D2, D4, G9)."""
    yield from _between_phases(workflow)
    yield from _before_issue(workflow)
    phases = {phase.id: phase for phase in workflow.phases}
    for task in workflow.tasks:
        yield from _of_task(task, phases[task.phase])


def provisional(workflow: Workflow, calendar: Calendar) -> Iterator[Problem]:
    """Yield the years that the workflow touches and whose official notice is not loaded (D6)."""
    first = min(workflow.phases, key=lambda phase: phase.window.first_day)
    years = {year for phase in workflow.phases for year in _years(phase)}
    for year in sorted(years):
        if calendar.is_provisional(date(year, 7, 1)):
            what = "dates of this year are provisional, its official notice is not loaded"
            yield note("PW521", first.place, what, str(year), "`phasegate calendar apply FILE`")


def _years(phase: Phase) -> range:
    return range(phase.window.first_day.year, phase.window.last_day.year + 1)


def _between_phases(workflow: Workflow) -> Iterator[Problem]:
    ordered = sorted(workflow.phases, key=lambda phase: phase.window.first_day)
    reached = ordered[0].window.last_day
    for phase in ordered[1:]:
        first = phase.window.first_day
        if first > reached + timedelta(days=1):
            found = f"{reached + timedelta(days=1)}..{first - timedelta(days=1)}"
            what = f"no phase covers the days before {phase.title}"
            yield warning("PW501", phase.place, what, found, "close the hole, or leave it if it is meant")
        elif first <= reached:
            found = f"{first}..{min(reached, phase.window.last_day)}"
            what = f"{phase.title} shares days with an earlier phase"
            yield note("PW502", phase.place, what, found, "legal; one phase is current")
        reached = max(reached, phase.window.last_day)


def _before_issue(workflow: Workflow) -> Iterator[Problem]:
    issued = workflow.document.issued_on
    for phase in workflow.phases:
        if issued and phase.window.last_day < issued:
            what = f"{phase.title} had ended when the plan was issued; nothing is sent for it"
            yield note("PW520", phase.place, what, f"{phase.window.last_day} before {issued}")


def _of_task(task: Task, phase: Phase) -> Iterator[Problem]:
    if task.due.kind == "none":
        cure = "it is listed without a date until it is dated"
        yield note("PW514", task.place, f"{task.title} has no date", task.id, cure)
    if task.due.kind in ("phase_end", "offset"):
        cure = "write `due:` if the plan prints a date"
        yield note("PW515", task.place, f"the date of {task.title} is derived", _derivation(task, phase), cure)
    for name, day in (("due", task.due.on), ("opens", task.opens.on)):
        if day and not phase.window.first_day <= day <= phase.window.last_day:
            found = f"{day}, the phase is {phase.window.first_day}..{phase.window.last_day}"
            cure = "move the date, the window, or the task to another phase"
            yield warning("PW503", task.place, f"{task.title} {name} outside its phase", found, cure)
    yield from _opens_too_late(task, phase)


def _opens_too_late(task: Task, phase: Phase) -> Iterator[Problem]:
    due = phase.window.last_day if task.due.kind == "phase_end" else task.due.on
    if due and task.opens.on and task.opens.on > due:
        found = f"opens {task.opens.on}, due {due}"
        yield error("PW517", task.place, f"{task.title} opens after it is due", found, "swap the two days")


def _derivation(task: Task, phase: Phase) -> str:
    if task.due.kind == "phase_end":
        return f"{phase.window.last_day}, the last day of {phase.title}"
    return f"{task.due.offset} after {task.due.anchor}"
