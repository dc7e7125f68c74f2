"""What a kind of condition is, and what several kinds read alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.params import Param
from engine.model import Assignment, ConditionVerdict, VerdictPart, Workflow
from engine.records import record

Params = Mapping[str, object]


@record
class ConditionFinding:
    """What a condition found: whether it holds, what was counted and needed, all who are missing or met it."""

    holds: bool
    counted: str
    needed: str
    missing: tuple[VerdictPart, ...] = ()
    met: tuple[VerdictPart, ...] = ()


def by_name(missing: tuple[VerdictPart, ...], params: Params, workflow: Workflow) -> tuple[str, ...]:
    """Say who is missing: each unit once, in the order of the directory, and what falls to nobody by its title."""
    nobody = (title_of(part.task, workflow) for part in missing if not part.unit)
    return (*in_order((part.unit for part in missing if part.unit), workflow), *nobody)


def as_counted(found: ConditionVerdict) -> tuple[str, str]:
    """Say what was counted and what was needed as it stands in the verdict."""
    return found.counted, found.needed


ITEMS = "项"
"""What most conditions count."""


def items(params: Params) -> str:
    """Say that things are counted."""
    return ITEMS


def things(params: Params) -> str:
    """Say that things or campaigns are counted."""
    return "个"


@record
class ConditionKind:
    """A kind of condition: how it is written, what it reads, how it is judged and said in Chinese.

    `judge` finds codes, names and figures; `sentence` says what must hold, `figures` what was counted and needed,
    `measure` in what, `lacking` who is missing.
    """

    name: str
    params: tuple[Param, ...]
    reads: Callable[[Params], Reads]
    judge: Callable[[Params, Facts], ConditionFinding]
    sentence: Callable[[Params, Workflow], str]
    figures: Callable[[ConditionVerdict], tuple[str, str]] = as_counted
    lacking: Callable[[tuple[VerdictPart, ...], Params, Workflow], tuple[str, ...]] = by_name
    measure: Callable[[Params], str] = items


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


def parts_in_order(parts: Iterable[VerdictPart], workflow: Workflow) -> tuple[VerdictPart, ...]:
    """Return parts by unit in the order of the directory, those of unknown units and of none last."""
    place = {unit: n for n, unit in enumerate(workflow.directory.units)}
    return tuple(sorted(parts, key=lambda part: (not part.unit, place.get(part.unit, len(place)))))


def title_of(task: str, workflow: Workflow) -> str:
    """Return the title of a task; of one that the workflow does not have, its id."""
    return next((each.title for each in workflow.tasks if each.id == task), task)


def owed(asked: Iterable[str], params: Params, facts: Facts) -> Iterator[Assignment]:
    """Yield what is owed for the tasks asked, by the units that the condition names."""
    units = units_in(params)
    for task in asked:
        for assignment in facts.assignments.get(task, ()):
            if assignment.state != "cancelled" and (not units or assignment.unit in units):
                yield assignment


def to_be_asked(unopened: Iterable[str], params: Params, facts: Facts) -> Iterator[VerdictPart]:
    """Yield the units that tasks not opened yet will fall to, missing already; or that a task falls to nobody."""
    units = units_in(params)
    for task in unopened:
        named = facts.to_be_asked.get(task, ())
        if not named:
            yield VerdictPart(task=task, code="nobody")
        yield from (
            VerdictPart(unit=unit, task=task, code="not_opened") for unit in named if not units or unit in units
        )


def before_adoption(task: str, facts: Facts) -> bool:
    """Tell whether nobody was asked for `task` because the campaign was adopted later (G9)."""
    phase = facts.phases.get(facts.workflow.task(task).phase)
    return phase is not None and phase.state == "before_adoption"
