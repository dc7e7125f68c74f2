"""Findings on people: who is meant, who can be told, and whom nobody may chase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from engine.check.finding import error, few, note, warning
from engine.errors import Problem
from engine.model import Ladder, Relation, Rung, Task, Unit, Workflow
from engine.units import levels_with_contact, members, resolve

NUDGE = "office_nudge"


@dataclass(frozen=True, slots=True)
class Duty:
    """A task with the units that it falls to in its phase, and the first day it can."""

    task: Task
    units: tuple[Unit, ...]
    first_day: date


def findings(workflow: Workflow) -> Iterator[Problem]:
    """Yield what is to be said of units, groups and contacts (SEMANTICS L1, L3, L7)."""
    duties = [_duty(task, workflow) for task in workflow.tasks]
    yield from _empty_groups(workflow)
    for duty in duties:
        yield from _of_duty(duty, workflow)
    yield from _without_liaison(duties, workflow)
    for ladder in workflow.ladders.values():
        yield from _without_level(ladder, duties, workflow)
        yield from _beyond_relation(ladder, duties, workflow)


def is_above(unit: Unit, workflow: Workflow) -> bool:
    """Tell whether `unit` stands above the office and is never chased."""
    return unit.relation == "superior" or unit.name == workflow.leading_group


def cap(unit: Unit, workflow: Workflow) -> int:
    """Return the highest level at which `unit` is told anything; our own office may be told all."""
    return 4 if unit.name == workflow.office else workflow.caps[unit.relation]


def _duty(task: Task, workflow: Workflow) -> Duty:
    window = workflow.phase(task.phase).window
    first = max(window.first_day, workflow.document.issued_on or date.min)
    days = (first, max(first, window.last_day))
    names = dict.fromkeys(name for day in days for name, _ in members(task, workflow.directory, day))
    return Duty(task, tuple(workflow.directory.units[name] for name in names), first)


def _empty_groups(workflow: Workflow) -> Iterator[Problem]:
    resolved = resolve(workflow.directory)
    for group in workflow.directory.groups.values():
        if not resolved[group.name]:
            cure = "take less out of it, or put units in"
            yield error("PW505", group.place, "the group matches no unit", group.name, cure)


def _of_duty(duty: Duty, workflow: Workflow) -> Iterator[Problem]:
    task = duty.task
    if not duty.units:
        cure = "check the days on which its units exist"
        yield error("PW505", task.place, "the task falls to no unit in its phase", task.id, cure)
    above = [unit.name for unit in duty.units if is_above(unit, workflow)]
    if above and any(rung.notice != NUDGE for rung in _rungs(task, workflow)):
        cure = f"name a ladder whose notices are all {NUDGE}, or `ladder: none` (L7)"
        yield error("PW506", task.place, f"{task.title} would chase a superior", few(above), cure)


def _rungs(task: Task, workflow: Workflow) -> tuple[Rung, ...]:
    ladder = workflow.ladders.get(task.ladder)
    return ladder.rungs if ladder else ()


def _without_liaison(duties: list[Duty], workflow: Workflow) -> Iterator[Problem]:
    for unit, day in _first_days(duties).items():
        if not is_above(unit, workflow) and 0 not in levels_with_contact(workflow, unit.name, day):
            cure = "add `contacts: {liaison: …}`, or `code:` for the pattern of addresses"
            what = "the unit owes a task and has no liaison contact"
            yield warning("PW504", unit.place, what, unit.name, cure)


def _first_days(duties: list[Duty]) -> Mapping[Unit, date]:
    days: dict[str, date] = {}
    units = {unit.name: unit for duty in duties for unit in duty.units}
    for duty in duties:
        for unit in duty.units:
            days[unit.name] = min(days.get(unit.name, date.max), duty.first_day)
    return {units[name]: max(day, units[name].valid_from) for name, day in days.items()}


def _on_ladder(ladder: Ladder, duties: list[Duty], workflow: Workflow) -> Mapping[Unit, date]:
    days = _first_days([duty for duty in duties if duty.task.ladder == ladder.id])
    return {unit: day for unit, day in days.items() if not is_above(unit, workflow)}


def _without_level(ladder: Ladder, duties: list[Duty], workflow: Workflow) -> Iterator[Problem]:
    levels = sorted({rung.level for rung in ladder.rungs} - {0})
    days = _on_ladder(ladder, duties, workflow)
    reached = {unit.name: levels_with_contact(workflow, unit.name, day) for unit, day in days.items()}
    for level in levels:
        silent = [unit.name for unit in days if level <= cap(unit, workflow) and level not in reached[unit.name]]
        if silent:
            what = f"level {level} of {ladder.id} has no contact"
            yield warning("PW513", ladder.place, what, few(silent), "add the contact, the level is passed over (L3)")


def _beyond_relation(ladder: Ladder, duties: list[Duty], workflow: Workflow) -> Iterator[Problem]:
    by_relation: dict[Relation, list[Unit]] = {}
    for unit in _on_ladder(ladder, duties, workflow):
        by_relation.setdefault(unit.relation, []).append(unit)
    for relation, units in by_relation.items():
        over = [rung.id for rung in ladder.rungs if rung.level > cap(units[0], workflow)]
        if over:
            what = f"{relation} units are never told {few(over)} of {ladder.id}"
            names = few(unit.name for unit in units)
            yield note("PW516", ladder.place, what, names, "they are asked, not ordered (L7)")
