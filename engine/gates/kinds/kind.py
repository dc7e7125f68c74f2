"""What a kind of condition is, and what several kinds read alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.params import Param
from engine.model import Assignment, Workflow
from engine.records import record

Params = Mapping[str, object]


@record
class Finding:
    """What a condition found: whether it holds, what was counted, what was needed, who is missing."""

    holds: bool
    counted: str
    needed: str
    missing: tuple[str, ...] = ()


@record
class Kind:
    """A kind of condition: how it is written, what it reads, how it is judged and said in Chinese."""

    name: str
    params: tuple[Param, ...]
    reads: Callable[[Params], Reads]
    judge: Callable[[Params, Facts], Finding]
    sentence: Callable[[Params, Workflow], str]


def tasks_in(params: Params) -> tuple[str, ...]:
    """Return the ids of the tasks that a condition names."""
    return cast(tuple[str, ...], params["tasks"])


def units_in(params: Params) -> tuple[str, ...]:
    """Return the units that a condition is limited to, groups expanded; none where it counts all."""
    return cast(tuple[str, ...], params.get("units", ()))


def in_order(units: Iterable[str], workflow: Workflow) -> tuple[str, ...]:
    """Return each of `units` once, in the order of the directory, unknown ones last by name."""
    wanted = set(units)
    known = [unit for unit in workflow.directory.units if unit in wanted]
    return (*known, *sorted(wanted.difference(known)))


def owed(asked: Iterable[str], params: Params, facts: Facts) -> Iterator[Assignment]:
    """Yield what is owed for the tasks asked, by the units that the condition names."""
    units = units_in(params)
    for task in asked:
        for assignment in facts.assignments.get(task, ()):
            if assignment.state != "cancelled" and (not units or assignment.unit in units):
                yield assignment


def to_be_asked(unopened: Iterable[str], params: Params, facts: Facts) -> Iterator[str]:
    """Yield the units that tasks not opened yet will fall to: they are missing already."""
    units = units_in(params)
    for task in unopened:
        yield from (unit for unit in facts.to_be_asked.get(task, ()) if not units or unit in units)


def before_adoption(task: str, facts: Facts) -> bool:
    """Tell whether nobody was asked for `task` because the campaign was adopted later (G9)."""
    phase = facts.phases.get(facts.workflow.task(task).phase)
    return phase is not None and phase.state == "before_adoption"
