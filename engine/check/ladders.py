"""Findings on ladders as they are written: rungs that meet, levels out of order, notices that do not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise, product
from typing import NamedTuple

from engine.check.finding import error, few, warning
from engine.check.sight import GateSight
from engine.errors import Problem
from engine.model import Ladder, Rung, Workflow
from notifications.kinds import kind_of


class Misfit(NamedTuple):
    """Notices that say something false on the ladders of a place: which ladders, what is wrong, what to write.

    `made_for` are the ladders that the notices are made for.
    """

    ladders: Callable[[Workflow], set[str]]
    made_for: tuple[str, ...]
    what: str
    cure: str


MISFITS = (
    Misfit(
        lambda workflow: {phase.ladder for phase in workflow.phases},
        ("due", "receipt"),
        "a gate's ladder tells of tasks",
        "write gate_late, or take another ladder for the gate",
    ),
    Misfit(
        lambda workflow: {name for t in workflow.clauses for name in (t.ladder, t.receipt_ladder, t.review_ladder)},
        ("gate",),
        "a task's ladder tells of gates",
        "write overdue, or take another ladder for the tasks",
    ),
    Misfit(
        lambda workflow: {task.ladder for task in workflow.clauses},
        ("receipt",),
        "a task's ladder asks for its receipt",
        "write reminder or overdue, or name it under `receipt_ladder:`",
    ),
    Misfit(
        lambda workflow: {task.receipt_ladder for task in workflow.clauses},
        ("due",),
        "a receipt's ladder tells of the due day",
        "write receipt_reminder (L4)",
    ),
    Misfit(
        lambda workflow: {task.review_ladder for task in workflow.clauses},
        ("due", "receipt"),
        "a review's ladder tells of the unit's task",
        "write office_nudge: the review is ours",
    ),
)


def findings(sight: GateSight) -> Iterator[Problem]:
    """Yield what is to be said of the ladders without looking at days (SEMANTICS L1, L2, L4, C1)."""
    for ladder in sight.workflow.ladders.values():
        yield from _meeting(ladder)
        yield from _out_of_order(ladder)
        yield from _too_close(ladder)
        yield from _untrue(ladder)
        yield from _misplaced(ladder, sight.workflow)


def _meeting(ladder: Ladder) -> Iterator[Problem]:
    for one, other in combinations(ladder.rungs, 2):
        if one.at == other.at:
            found = f"{one.id} and {other.id} at {one.at}"
            cure = "give them different days; only one of a level is sent, a higher one waits"
            yield warning("PW509", ladder.place, f"two rungs of {ladder.id} meet", found, cure)


def _out_of_order(ladder: Ladder) -> Iterator[Problem]:
    firsts = [_first_of(ladder, level) for level in sorted({rung.level for rung in ladder.rungs})]
    for low, high in product(firsts, ladder.rungs):
        if high.level > low.level and low.at.unit == high.at.unit and _is_later(low, high):
            found = f"{high.id} (level {high.level}, {high.at}) before {low.id} (level {low.level}, {low.at})"
            what = f"{ladder.id} tells a higher level first"
            yield warning("PW510", ladder.place, what, found, "move it behind; it waits for the lower one (L2)")


def _too_close(ladder: Ladder) -> Iterator[Problem]:
    """Yield levels that the least gap pushes behind the day on which they are written."""
    late = [rung for rung in ladder.rungs if rung.at.count > 0]
    firsts = [min((r for r in late if r.level == n), key=_sort_key) for n in sorted({r.level for r in late})]
    for low, high in pairwise(firsts):
        apart = high.at.count - low.at.count
        if low.at.unit == high.at.unit == ladder.min_gap.unit and 0 < apart < ladder.min_gap.count:
            found = f"{low.id} at {low.at}, {high.id} at {high.at}, min_gap {ladder.min_gap}"
            what = f"levels of {ladder.id} are closer than its least gap"
            yield warning("PW534", ladder.place, what, found, "move the higher one, or lower the gap (L2)")


def _untrue(ladder: Ladder) -> Iterator[Problem]:
    early = [rung.id for rung in ladder.rungs if _is_told(rung, "after") and rung.at.count <= 0]
    if early:
        what = f"{ladder.id} would say that a day is over before it is"
        cure = "write a day after it (`at: 1wd`), or the notice reminder (D5)"
        yield error("PW542", ladder.place, what, few(early), cure)
    late = [rung.id for rung in ladder.rungs if _is_told(rung, "before") and rung.at.count > 0]
    if late:
        what = f"{ladder.id} would remind of a day that is over"
        yield error("PW542", ladder.place, what, few(late), "write the notice overdue, or a day before (C1)")


def _misplaced(ladder: Ladder, workflow: Workflow) -> Iterator[Problem]:
    for misfit in MISFITS:
        rungs = [rung.id for made_for in misfit.made_for for rung in ladder.rungs if _is_made_for(rung, made_for)]
        if rungs and ladder.id in misfit.ladders(workflow):
            yield error("PW523", ladder.place, misfit.what, few(rungs), misfit.cure)


def _is_told(rung: Rung, when: str) -> bool:
    """Tell whether what a rung sends is true before, or after, the day only."""
    return kind_of(rung.notice).when == when


def _is_made_for(rung: Rung, ladder: str) -> bool:
    return ladder in kind_of(rung.notice).ladders


def _first_of(ladder: Ladder, level: int) -> Rung:
    return min((rung for rung in ladder.rungs if rung.level == level), key=_sort_key)


def _is_later(one: Rung, other: Rung) -> bool:
    return one.at.count > other.at.count


def _sort_key(rung: Rung) -> tuple[str, int]:
    return rung.at.unit, rung.at.count
