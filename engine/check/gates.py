"""Findings on gates and moves: phases out of reach, no way to the end, conditions that cannot hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from engine.check.finding import error, few, warning
from engine.errors import Problem
from engine.gates import reads
from engine.model import Condition, Phase, Workflow
from engine.units import members

Edges = Mapping[str, Iterable[str]]


def findings(workflow: Workflow) -> Iterator[Problem]:
    """Yield what is to be said of the phases' order and their gates (SEMANTICS G1, G7)."""
    forward = {phase.id: phase.next for phase in workflow.phases}
    yield from _unreachable(workflow, forward)
    yield from _endless(workflow, forward)
    yield from _decided_twice(workflow)
    for phase in workflow.phases:
        if not phase.gate.children and phase.gate.kind == "all":
            cure = "add `gate:`, or it may be left at any time"
            yield warning("PW518", phase.place, "the phase has no gate", phase.title, cure)
        yield from _waiting_for_later(phase, workflow, forward)
        for leaf in leaves(phase.gate):
            yield from _impossible(leaf, workflow)


def _decided_twice(workflow: Workflow) -> Iterator[Problem]:
    seen: dict[str, Phase] = {}
    for phase in workflow.phases:
        for name in sorted(reads(phase.gate).approvals):
            if name in seen:
                what = f"one decision opens the gates of {seen[name].title} and {phase.title}"
                yield warning("PW524", phase.place, what, name, "give each gate a decision of its own")
            seen.setdefault(name, phase)


def leaves(condition: Condition) -> Iterator[Condition]:
    """Yield the leaves of a gate."""
    if condition.kind not in ("all", "any"):
        yield condition
    for child in condition.children:
        yield from leaves(child)


def _reach(start: Iterable[str], edges: Edges) -> set[str]:
    seen: set[str] = set()
    ahead = list(start)
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            ahead.extend(edges.get(here, ()))
    return seen


def _unreachable(workflow: Workflow, forward: Edges) -> Iterator[Problem]:
    reached = _reach([workflow.phases[0].id], forward)
    for phase in workflow.phases:
        if phase.id not in reached:
            cure = "name it under `next:` of a phase before it"
            yield error("PW507", phase.place, "the phase cannot be reached", phase.id, cure)


def _endless(workflow: Workflow, forward: Edges) -> Iterator[Problem]:
    backward: dict[str, list[str]] = {}
    for name, following in forward.items():
        for other in following:
            backward.setdefault(other, []).append(name)
    ends = [name for name, following in forward.items() if not following]
    reached = _reach(ends, backward)
    for phase in workflow.phases:
        if phase.id not in reached:
            cure = "let some phase after it have no `next:`"
            yield error("PW508", phase.place, "the phase has no way to the end", phase.id, cure)


def _waiting_for_later(phase: Phase, workflow: Workflow, forward: Edges) -> Iterator[Problem]:
    later = _reach(phase.next, forward) - {phase.id}
    phases = {each.id: each for each in workflow.phases}
    before = {name for name in later if phase.id in _reach(phases[name].next, forward)}
    for name in sorted(reads(phase.gate).tasks):
        task = workflow.task(name)
        if task.phase not in later - before:
            continue
        tell = error if phases[task.phase].opens == "entry" else warning
        what = f"the gate of {phase.title} waits for a task of a later phase"
        yield tell("PW512", phase.place, what, f"{task.id} in {task.phase}", "move the task or the condition")


def _impossible(leaf: Condition, workflow: Workflow) -> Iterator[Problem]:
    if leaf.kind == "quota":
        return
    tasks = cast(tuple[str, ...], leaf.params.get("tasks", ()))
    owing = {name: _owing(name, workflow) for name in tasks}
    total = sum(len(units) for units in owing.values())
    count = cast(int, leaf.params.get("count", 0))
    if count > total:
        what = "the condition asks for more than there will be"
        yield error("PW522", leaf.place, what, f"{count} of {total}", f"write at most {total}")
    named = cast(tuple[str, ...], leaf.params.get("units", ()))
    for name, units in owing.items():
        if foreign := [unit for unit in named if unit not in units]:
            what = f"the condition asks units that do not owe {name}"
            yield error("PW522", leaf.place, what, few(foreign), "leave them out, or give them the task")


def _owing(name: str, workflow: Workflow) -> set[str]:
    task = workflow.task(name)
    window = workflow.phase(task.phase).window
    days = (window.first_day, window.last_day)
    return {unit for day in days for unit, _ in members(task, workflow.directory, day)}
