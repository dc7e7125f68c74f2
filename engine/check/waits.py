"""Findings on tasks that wait: for each other, for a later phase, for a date that cannot come."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from engine.check.course import Course
from engine.check.finding import error, few, warning
from engine.check.sight import GateSight
from engine.errors import Problem
from engine.model import Task


def findings(sight: GateSight, course: Course) -> Iterator[Problem]:
    """Yield what is to be said of what tasks open after and are counted from (SEMANTICS G7, D4)."""
    yield from _round(sight)
    for task in sight.workflow.clauses:
        yield from _opening(task, sight, course)
        yield from _anchor(task, sight, course)


def _round(sight: GateSight) -> Iterator[Problem]:
    """Yield a ring of tasks of which some open after, or are dated by, each other."""
    waits = {task.id: [*task.opens.after, *_dated_by(task)] for task in sight.workflow.clauses}
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as ring:
        names = [*reversed(ring.args[1])]
        place = next(task.place for task in sight.workflow.clauses if task.id in names)
        cure = "let one of them have a date of its own"
        yield error("PW527", place, "tasks get their dates from each other", " → ".join(names), cure)


def _dated_by(task: Task) -> list[str]:
    kind, _, name = task.due.anchor.partition(":")
    return [name] if kind == "task" else []


def _opening(task: Task, sight: GateSight, course: Course) -> Iterator[Problem]:
    never = [name for name in task.opens.after if name not in course.settled]
    own = sight.duties[task.id]
    if never and own.asked:
        what = f"{task.title} waits for a task that is never settled"
        yield error("PW526", task.place, what, few(never), "let it open after another, or by itself")
        return
    later = [name for name in task.opens.after if _is_later(name, task, sight)]
    if later and own.asked:
        what = f"{task.title} waits for a task of a later phase"
        yield warning("PW526", task.place, what, few(later), "move one of the two to another phase")


def _is_later(name: str, task: Task, sight: GateSight) -> bool:
    other = sight.duties[name].phase
    return other.id != task.phase and other.window.first_day > sight.phases[task.phase].window.last_day


def _anchor(task: Task, sight: GateSight, course: Course) -> Iterator[Problem]:
    kind, _, name = task.due.anchor.partition(":")
    what = f"the date of {task.title} is counted from something that never happens"
    if not sight.duties[task.id].asked or kind not in ("task", "phase"):
        return
    anchor = sight.duties[name].phase if kind == "task" else sight.phases[name]
    before = anchor.window.last_day < sight.adopted
    happens = before or name in (course.settled if kind == "task" else course.entered)
    if not happens:
        yield error("PW527", task.place, what, task.due.anchor, "count it from another event, or print the date")
    elif anchor.window.first_day > sight.phases[task.phase].window.last_day:
        what = f"the date of {task.title} is counted from a later phase"
        cure = "count it from an event of its own phase"
        yield warning("PW527", task.place, what, f"{task.due.anchor} in {anchor.title}", cure)
