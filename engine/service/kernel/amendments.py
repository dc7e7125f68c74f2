"""What joined or changed in a running campaign without a new version of its workflow.

It is kept under one hash with the campaign (`Campaign.extra`) and laid over the workflow when the
plan is built, so that what reads the plan need not know of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from typing import Literal

from engine import units
from engine.history import canonical
from engine.model import Directory, Due, Opens, Role, Task, Workflow
from engine.model.plain import made, plain
from engine.records import field, record, replace
from engine.service.kernel.joining import NewTask, task_of
from engine.service.kernel.successions import Succession, with_units


@record
class Gone:
    """A task or a unit that the version of a hash had, and history still speaks of; a unit existed `until` a day."""

    kind: Literal["task", "unit"]
    id: str
    workflow: str
    until: date | None = None


@record
class Amendments:
    """Tasks that joined, what became of units, and days given to tasks (by id, as ISO dates), oldest first.

    `channels` says of a channel whether it was switched off here, or on again. `gone` is what an earlier version
    had, `cancelled` what was owed (by its number within the campaign) when a move to another version ended it (P4).
    """

    tasks: tuple[NewTask, ...] = ()
    units: tuple[Succession, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[Gone, ...] = ()
    cancelled: tuple[int, ...] = ()
    channels: Mapping[str, bool] = field(default_factory=dict)

    def plus(
        self,
        *,
        tasks: Iterable[NewTask] = (),
        units: Iterable[Succession] = (),
        dates: Mapping[str, str] | None = None,
    ) -> Amendments:
        """Return these and what comes to them; a later day replaces an earlier one."""
        return replace(
            self, tasks=(*self.tasks, *tasks), units=(*self.units, *units), dates={**self.dates, **(dates or {})}
        )

    def gone_of(self, kind: str) -> list[Gone]:
        """Return what is gone of a kind: `task` or `unit`."""
        return [each for each in self.gone if each.kind == kind]

    @property
    def versions(self) -> set[str]:
        """The versions of the workflow that these speak of, by their hashes."""
        return {each.workflow for each in self.gone} | {task.unmet.workflow for task in self.tasks if task.unmet}

    def to_bytes(self) -> bytes:
        """Return the canonical bytes under whose hash they are kept."""
        return canonical(plain(self))


NONE = Amendments()
ROLES: tuple[Role, ...] = ("lead", "responsible", "supporting", "inherited")


def amendments_from(data: bytes) -> Amendments:
    """Return the amendments that canonical bytes hold."""
    return made(Amendments, json.loads(data))


def amended(workflow: Workflow, amendments: Amendments, earlier: Mapping[str, Workflow]) -> Workflow:
    """Return a workflow with what joined and changed laid over it; `earlier` are versions by their hash."""
    joined = (task_of(workflow, told, earlier) for told in amendments.tasks)
    gone = (_gone(told, earlier) for told in amendments.gone_of("task"))
    tasks = tuple(_dated(task, amendments.dates) for task in (*workflow.tasks, *joined))
    directory = _with_gone(workflow.directory, amendments, earlier)
    changed = replace(workflow, tasks=(*tasks, *gone), directory=directory, channels_off=_off(workflow, amendments))
    return reduce(with_units, amendments.units, changed)


def _off(workflow: Workflow, amendments: Amendments) -> tuple[str, ...]:
    off = dict.fromkeys(workflow.channels_off, True) | dict(amendments.channels)
    return tuple(name for name, is_off in off.items() if is_off)


def _gone(told: Gone, earlier: Mapping[str, Workflow]) -> Task:
    """Return a task that is gone as history needs it: it waits for nothing and names its units one by one.

    What is counted names nobody: no period of it is issued any more.
    """
    version = earlier[told.workflow]
    task = version.task(told.id)
    named = [() if task.counted else units.expand(version.directory, units.printed(task, role)) for role in ROLES]
    due = task.due if task.due.kind in ("date", "phase_end", "period") else Due(kind="none")
    return replace(
        task,
        due=due,
        opens=Opens(),
        draft="",
        lead=named[0],
        responsible=named[1],
        supporting=named[2],
        inherited=named[3],
    )


def _with_gone(directory: Directory, amendments: Amendments, earlier: Mapping[str, Workflow]) -> Directory:
    """Return a directory with the units that are gone; they owe nothing any more."""
    found = dict(directory.units)
    for told in amendments.gone_of("unit"):
        unit = earlier[told.workflow].directory.units[told.id]
        found[unit.name] = replace(unit, valid_to=told.until or unit.valid_to)
    return replace(directory, units=found)


def _dated(task: Task, dates: Mapping[str, str]) -> Task:
    on = dates.get(task.id)
    return replace(task, due=Due(kind="date", on=date.fromisoformat(on))) if on else task
