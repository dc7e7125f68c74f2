"""Findings on gates: conditions that can never hold, that always do, and whose day lies elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import cast

from engine.check import indicators, measuring
from engine.check.course import Course, counted, foreign, obstacle, quota_of, tasks_of
from engine.check.finding import error, few, note, warning
from engine.check.nested import asks_nobody
from engine.check.sight import GateSight, is_before, leaves, needed, reach
from engine.errors import Problem
from engine.gates import quotas, reads
from engine.model import Condition, Phase

Tell = Callable[..., Problem]


def findings(sight: GateSight, course: Course) -> Iterator[Problem]:
    """Yield what is to be said of the gates (SEMANTICS G1, G2, G7)."""
    yield from _decided_twice(sight)
    for phase in sight.workflow.phases:
        if not phase.gate.children and phase.gate.kind == "all":
            cure = "add `gate:`, or it may be left at any time"
            yield warning("PW518", phase.place, "the phase has no gate", phase.title, cure)
        found = [problem for leaf in leaves(phase.gate) for problem in _of_leaf(leaf, phase, sight, course)]
        later = list(_waiting_for_later(phase, sight, course))
        yield from (*found, *later)
        told = any(problem.severity == "error" for problem in (*found, *later))
        if phase.id in course.shut and not told:
            yield _stays_shut(phase, sight, course)
    yield from _unread(sight)


def _tell(phase: Phase, course: Course) -> Tell:
    """Return how an impossible condition is told: an error where the campaign cannot get past it."""
    return error if phase.id in course.shut else warning


def _decided_twice(sight: GateSight) -> Iterator[Problem]:
    seen: dict[str, Phase] = {}
    for phase in sight.workflow.phases:
        for name in sorted(reads(phase.gate).approvals):
            if name in seen:
                what = f"one decision opens the gates of {seen[name].title} and {phase.title}"
                yield warning("PW524", phase.place, what, name, "give each gate a decision of its own")
            seen.setdefault(name, phase)


def _waiting_for_later(phase: Phase, sight: GateSight, course: Course) -> Iterator[Problem]:
    edges = {each.id: each.next for each in sight.workflow.phases}
    later = {name for name in reach(phase.next, edges) if phase.id not in reach([name], edges)}
    for name in sorted(reads(phase.gate).tasks):
        task = sight.duties[name].task
        if task.phase in later:
            what = f"the gate of {phase.title} waits for a task of a later phase"
            cure = "move the task or the condition"
            yield _tell(phase, course)("PW512", phase.place, what, f"{task.id} in {task.phase}", cure)


def _stays_shut(phase: Phase, sight: GateSight, course: Course) -> Problem:
    settled = course.shut[phase.id]
    why = [found for leaf in leaves(phase.gate) if (found := obstacle(leaf, settled, sight))]
    what = f"the gate of {phase.title} can never open"
    cure = "see what its tasks wait for, or change the condition"
    return error("PW525", phase.place, what, "; ".join(why), cure)


def _of_leaf(leaf: Condition, phase: Phase, sight: GateSight, course: Course) -> Iterator[Problem]:
    if is_before(phase, sight.adopted):
        return
    match leaf.kind:
        case "quota":
            yield from _of_quota(leaf, sight)
        case "nested":
            yield from asks_nobody(leaf, _tell(phase, course), sight)
        case "date":
            yield from _of_date(leaf, phase, sight)
        case "tasks" | "score":
            yield from _of_tasks(leaf, phase, sight, course)
        case _ if leaf.kind in measuring.KINDS:
            yield from indicators.of_leaf(leaf, phase, sight, course)


def _of_tasks(leaf: Condition, phase: Phase, sight: GateSight, course: Course) -> Iterator[Problem]:
    asked = [name for name in tasks_of(leaf) if sight.duties[name].asked]
    if not asked:
        yield from _asks_nobody(leaf, phase, sight, course)
        return
    there = counted(leaf, asked, sight)
    count = cast(int, leaf.params.get("count", 0))
    if count > there:
        what = "the condition asks for more than there will be"
        yield _tell(phase, course)("PW522", leaf.place, what, f"{count} of {there}", f"write at most {there}")
    for name, units in foreign(leaf, asked, sight).items() if leaf.kind == "tasks" else ():
        what = f"the condition asks units that do not owe {name}"
        tell = _tell(phase, course)
        yield tell("PW522", leaf.place, what, few(units), "leave them out, or give them the task")
    if leaf.kind == "score":
        yield from _of_score(leaf, asked, phase, sight, course)


def _asks_nobody(leaf: Condition, phase: Phase, sight: GateSight, course: Course) -> Iterator[Problem]:
    """Yield a finding on a condition whose tasks had all ended before the plan was issued."""
    found = "、".join(tasks_of(leaf))
    cure = "ask for tasks of a phase that is still run"
    if obstacle(leaf, frozenset(), sight):
        what = "the condition asks for tasks of a phase that had ended"
        yield _tell(phase, course)("PW522", leaf.place, what, found, cure)
    else:
        what = "the condition always holds: its tasks belong to a phase that had ended"
        yield warning("PW529", leaf.place, what, found, cure)


def _of_score(leaf: Condition, asked: list[str], phase: Phase, sight: GateSight, course: Course) -> Iterator[Problem]:
    number = str(leaf.params["number"])
    everything = frozenset(sight.duties)
    if why := obstacle(leaf, everything, sight):
        cure = "ask for the number in their task, or name other tasks"
        what = f"the condition asks for {number} where nobody hands it in"
        yield _tell(phase, course)("PW522", leaf.place, what, why, cure)
    if not counted(leaf, asked, sight):
        what = "the condition always holds: none of its units owes the tasks"
        yield warning("PW529", leaf.place, what, number, "name units that owe them")
    if cast(float, leaf.params["least"]) <= 0 and leaf.params.get("over") == "sum":
        yield warning("PW529", leaf.place, "the condition always holds", f"{number} of at least 0", "write more")
    loose = [name for name in asked if number in sight.duties[name].task.numbers and not _demands(name, sight)]
    if loose:
        what = f"the gate reads {number}, and a task can be handed in without it"
        yield note("PW547", leaf.place, what, "、".join(loose), "add `needs: [number]` to the task")


def _demands(name: str, sight: GateSight) -> bool:
    return "number" in sight.duties[name].task.needs


def _of_date(leaf: Condition, phase: Phase, sight: GateSight) -> Iterator[Problem]:
    day = cast(date, leaf.params["on_or_after"])
    window, found = phase.window, f"{day}, the phase is {phase.window.first_day}..{phase.window.last_day}"
    if day > max(each.window.last_day for each in sight.workflow.phases):
        what = "the condition waits for a day after the whole campaign"
        yield warning("PW530", leaf.place, what, found, "name a day within the phase")
    elif day > window.last_day:
        what = "the condition waits for a day after its phase"
        yield note("PW530", leaf.place, what, found, "the gate is late until then")
    elif day <= window.first_day:
        yield warning("PW529", leaf.place, "the day has come before the phase begins", found, "leave it out")


def _of_quota(leaf: Condition, sight: GateSight) -> Iterator[Problem]:
    quota = quota_of(leaf, sight)
    if not quotas.needed(quota):
        cure = "give the quota a `total:`, a kind a least number, or a unit its share"
        yield warning("PW529", leaf.place, "the condition always holds: nothing is required", quota.id, cure)


def _unread(sight: GateSight) -> Iterator[Problem]:
    """Yield by phase the tasks that no gate waits for, itself or through another task."""
    read = {name for phase in sight.workflow.phases for name in reads(phase.gate).tasks}
    wanted = needed(read, sight.workflow)
    for phase in sight.workflow.phases:
        loose = [t for t in sight.workflow.clauses if t.phase == phase.id and t.id not in wanted]
        if loose:
            place = loose[0].place if len(loose) == 1 else phase.place
            some = "a task" if len(loose) == 1 else f"{len(loose)} tasks"
            what = f"no gate waits for {some} of {phase.title}"
            cure = "add a condition, unless the phase may end without"
            yield note("PW540", place, what, few(task.title for task in loose), cure)
