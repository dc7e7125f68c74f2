"""Findings on ladders: rungs that meet, levels out of order, ladders and groups nobody uses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.check.finding import note, warning
from engine.errors import Problem
from engine.model import Ladder, Place, Rung, Workflow


def findings(workflow: Workflow) -> Iterator[Problem]:
    """Yield what is to be said of the ladders of `workflow` (SEMANTICS L1, L2)."""
    used = _used(workflow)
    for ladder in workflow.ladders.values():
        place = ladder.place
        yield from _meeting(ladder, place)
        yield from _out_of_order(ladder, place)
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


def _first_of(ladder: Ladder, level: int) -> Rung:
    return min((rung for rung in ladder.rungs if rung.level == level), key=_sort_key)


def _is_later(one: Rung, other: Rung) -> bool:
    return one.at.count > other.at.count


def _sort_key(rung: Rung) -> tuple[str, int]:
    return rung.at.unit, rung.at.count


def _used(workflow: Workflow) -> set[str]:
    tasks = {name for t in workflow.tasks for name in (t.ladder, t.receipt_ladder, t.review_ladder)}
    return tasks | {phase.ladder for phase in workflow.phases}


def _named(workflow: Workflow) -> set[str]:
    tasks = {n for t in workflow.tasks for n in (*t.lead, *t.responsible, *t.supporting, *t.inherited)}
    groups = {n for group in workflow.directory.groups.values() for n in (*group.include, *group.exclude)}
    return tasks | groups
