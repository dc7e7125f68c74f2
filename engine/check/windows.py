"""Findings on dates: holes and overlaps of windows, dates outside them, derived and missing dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from engine.check.finding import error, few, note, warning
from engine.check.sight import GateSight, SeenDuty, is_before
from engine.errors import Problem
from engine.model import Phase, Place, Task


def findings(sight: GateSight) -> Iterator[Problem]:
    """Yield what is to be said of the dates of a workflow (SEMANTICS D2, D4, D6, G9)."""
    yield from _between_phases(sight)
    for phase in sight.workflow.phases:
        yield from _before_issue(phase, sight)
        yield from _derived(phase, sight)
    for duty in sight.duties.values():
        yield from _outside(duty)
        yield from _opens_too_late(duty, sight)
    yield from _provisional(sight)


def _between_phases(sight: GateSight) -> Iterator[Problem]:
    ordered = sorted(sight.workflow.phases, key=lambda phase: phase.window.first_day)
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


def _before_issue(phase: Phase, sight: GateSight) -> Iterator[Problem]:
    if is_before(phase, sight.adopted):
        what = f"{phase.title} had ended when the plan was issued; nothing is sent for it"
        yield note("PW520", phase.place, what, f"{phase.window.last_day} before {sight.adopted}")


def _derived(phase: Phase, sight: GateSight) -> Iterator[Problem]:
    """Yield in a line each the tasks of a phase without a date, at its end, and counted from something."""
    tasks = [task for task in sight.workflow.clauses if task.phase == phase.id]
    if none := [task for task in tasks if task.due.kind == "none"]:
        cure = "it is listed without a date until it is dated"
        yield note("PW514", _place(none, phase), f"{_of(none)} has no date", _names(none), cure)
    cure = "write `due:` if the plan prints a date"
    if ending := [task for task in tasks if task.due.kind == "phase_end"]:
        last = phase.window.last_day
        what = f"the date of {_of(ending)} is derived: {last}, the last day of {phase.title}"
        yield note("PW515", _place(ending, phase), what, _names(ending), cure)
    for task in tasks:
        if task.due.kind == "offset":
            found = f"{task.due.offset} after {task.due.anchor}"
            yield note("PW515", task.place, f"the date of {task.title} is derived", found, cure)


def _of(tasks: list[Task]) -> str:
    return tasks[0].title if len(tasks) == 1 else f"each of {len(tasks)} tasks"


def _names(tasks: list[Task]) -> str:
    return few(task.id for task in tasks)


def _place(tasks: list[Task], phase: Phase) -> Place:
    return tasks[0].place if len(tasks) == 1 else phase.place


def _outside(duty: SeenDuty) -> Iterator[Problem]:
    task, window = duty.task, duty.phase.window
    for name, day in (("due", duty.due_on), ("opens", task.opens.on)):
        if day and not window.first_day <= day <= window.last_day:
            found = f"{day}, the phase is {window.first_day}..{window.last_day}"
            cure = "move the date, the window, or the task to another phase"
            yield warning("PW503", task.place, f"{task.title} {name} outside its phase", found, cure)


def _opens_too_late(duty: SeenDuty, sight: GateSight) -> Iterator[Problem]:
    task, due = duty.task, duty.due_on
    begins = max(duty.phase.window.first_day, task.opens.on or date.min)
    if due is None or not duty.asked or due >= duty.first_day:
        return
    if due < begins:
        found = f"opens {begins}, due {due}"
        yield error("PW517", task.place, f"{task.title} opens after it is due", found, "swap the two days")
    else:
        what = f"{task.title} was due before the plan was issued; nobody is reminded of it"
        yield warning("PW517", task.place, what, f"due {due}, issued {sight.adopted}", "check the two days")


def _provisional(sight: GateSight) -> Iterator[Problem]:
    """Yield the years that the workflow touches and whose official notice is not loaded (D6)."""
    if sight.calendar is None:
        return
    phases = sight.workflow.phases
    first = min(phases, key=lambda phase: phase.window.first_day)
    touched = {year for p in phases for year in range(p.window.first_day.year, p.window.last_day.year + 1)}
    years = [year for year in sorted(touched) if sight.calendar.is_provisional(date(year, 7, 1))]
    if years:
        what = "dates of these years are provisional, their official notices are not loaded"
        yield note("PW521", first.place, what, few(map(str, years)), "`phasegate calendar apply FILE`")
