"""Findings on ladders: rungs that meet, levels out of order, ladders and groups nobody uses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.check.finding import error, few, note, warning
from engine.errors import Problem
from engine.model import Ladder, Place, Rung, Workflow


def findings(workflow: Workflow) -> Iterator[Problem]:
    """Yield what is to be said of the ladders of `workflow` (SEMANTICS L1, L2)."""
    used = _used(workflow)
    for ladder in workflow.ladders.values():
        place = ladder.place
        yield from _meeting(ladder, place)
        yield from _out_of_order(ladder, place)
        yield from _misplaced(ladder, workflow)
        if ladder.id not in used:
            yield note("PW519", place, "nothing uses the ladder", ladder.id, "leave it out")
    named = _named(workflow)
    for group in workflow.directory.groups.values():
        if group.name not in named:
            yield note("PW519", group.place, "nothing uses the group", group.name, "leave it out")


def _meeting(ladder: Ladder, place: Place) -> Iterator[Problem]:
    for one, other in combinations(ladder.rungs, 2):
        if _sort_key(one) == _sort_key(other):
            found = f"{one.id} and {other.id} at {one.at}"
            cure = "give them different days; only one of a level is sent, a higher one waits"
            yield warning("PW509", place, f"two rungs of {ladder.id} meet", found, cure)


def _out_of_order(ladder: Ladder, place: Place) -> Iterator[Problem]:
    for one, other in combinations(ladder.rungs, 2):
        low, high = sorted((one, other), key=lambda rung: rung.level)
        late = _first_of(ladder, low.level)
        if high.level > low.level and low is late and low.at.unit == high.at.unit and _is_later(low, high):
            found = f"{high.id} (level {high.level}, {high.at}) before {low.id} (level {low.level}, {low.at})"
            what = f"{ladder.id} tells a higher level first"
            yield warning("PW510", place, what, found, "move it behind; it waits for the lower one (L2)")


def _misplaced(ladder: Ladder, workflow: Workflow) -> Iterator[Problem]:
    gates = {phase.ladder for phase in workflow.phases}
    about_tasks = [rung.id for rung in ladder.rungs if rung.notice in ("reminder", "receipt_reminder", "overdue")]
    about_gates = [rung.id for rung in ladder.rungs if rung.notice == "gate_late"]
    if ladder.id in gates and about_tasks:
        cure = "write gate_late, or take another ladder for the gate"
        yield error("PW523", ladder.place, "a gate's ladder tells of tasks", few(about_tasks), cure)
    if ladder.id in _of_tasks(workflow) and about_gates:
        cure = "write overdue, or take another ladder for the tasks"
        yield error("PW523", ladder.place, "a task's ladder tells of gates", few(about_gates), cure)


def _first_of(ladder: Ladder, level: int) -> Rung:
    return min((rung for rung in ladder.rungs if rung.level == level), key=_sort_key)


def _is_later(one: Rung, other: Rung) -> bool:
    return one.at.count > other.at.count


def _sort_key(rung: Rung) -> tuple[str, int]:
    return rung.at.unit, rung.at.count


def _used(workflow: Workflow) -> set[str]:
    return _of_tasks(workflow) | {phase.ladder for phase in workflow.phases}


def _of_tasks(workflow: Workflow) -> set[str]:
    return {name for t in workflow.tasks for name in (t.ladder, t.receipt_ladder, t.review_ladder)}


def _named(workflow: Workflow) -> set[str]:
    tasks = {n for t in workflow.tasks for n in (*t.lead, *t.responsible, *t.supporting, *t.inherited)}
    groups = {n for group in workflow.directory.groups.values() for n in (*group.include, *group.exclude)}
    return tasks | groups
