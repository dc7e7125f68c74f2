"""What joined or changed in a running campaign without a new version of its workflow.

It is kept under one hash with the campaign (`Campaign.extra`) and laid over the workflow when the
plan is built, so that what reads the plan need not know of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from engine.history import canonical
from engine.model import Due, Source, Task, Workflow


@dataclass(frozen=True, kw_only=True, slots=True)
class Amendments:
    """Tasks that joined, what became of units, and days given to tasks (by id, as ISO dates), oldest first."""

    tasks: tuple[Mapping[str, Any], ...] = ()
    units: tuple[Mapping[str, Any], ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)

    def plus(
        self,
        *,
        tasks: Iterable[Mapping[str, Any]] = (),
        units: Iterable[Mapping[str, Any]] = (),
        dates: Mapping[str, str] | None = None,
    ) -> Amendments:
        """Return these and what comes to them; a later day replaces an earlier one."""
        return Amendments(
            tasks=(*self.tasks, *tasks), units=(*self.units, *units), dates={**self.dates, **(dates or {})}
        )

    def to_bytes(self) -> bytes:
        """Return the canonical bytes under whose hash they are kept."""
        return canonical({"tasks": list(self.tasks), "units": list(self.units), "dates": dict(self.dates)})


NONE = Amendments()
AT_ONCE: Mapping[str, Any] = {"receipt": None, "review": None, "receipt_ladder": "", "review_ladder": ""}
"""Terms of what is settled by being answered: nobody signs for it or reviews it."""


def amendments_from(data: bytes) -> Amendments:
    """Return the amendments that canonical bytes hold."""
    told = json.loads(data)
    return Amendments(tasks=tuple(told["tasks"]), units=tuple(told["units"]), dates=told["dates"])


def amended(workflow: Workflow, amendments: Amendments) -> Workflow:
    """Return a workflow with what joined and changed laid over it."""
    joined = (_joined(workflow, told) for told in amendments.tasks)
    tasks = tuple(_dated(task, amendments.dates) for task in (*workflow.tasks, *joined))
    return replace(workflow, tasks=tasks)


def _dated(task: Task, dates: Mapping[str, str]) -> Task:
    on = dates.get(task.id)
    return replace(task, due=Due(kind="date", on=date.fromisoformat(on))) if on else task


def _joined(workflow: Workflow, told: Mapping[str, Any]) -> Task:
    """Return a task that joined; its terms and ladders are those most tasks of the workflow have."""
    due = Due(kind="date", on=date.fromisoformat(told["due"])) if told["due"] else Due(kind="none")
    return Task(
        id=told["id"],
        title=told["title"],
        phase=told["phase"],
        due=due,
        responsible=tuple(told["units"]),
        demand=told["demand"],
        kind=told["kind"],
        source=Source(document=told["document"], clause=told["document"]),
        numbers=told.get("numbers", {}),
        needs=tuple(told.get("needs", ())),
        **(_usual_terms(workflow) | (dict(AT_ONCE) if told.get("at_once") else {})),
    )


def _usual_terms(workflow: Workflow) -> dict[str, Any]:
    names = ("receipt", "review", "rework", "objection", "ladder", "receipt_ladder", "review_ladder")
    others = [task for task in workflow.clauses if task.responsible != (workflow.office,)] or list(workflow.clauses)
    usual = Counter(tuple(getattr(task, name) for name in names) for task in others).most_common(1)
    return dict(zip(names, usual[0][0], strict=True)) if usual else {}
