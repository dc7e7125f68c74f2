"""Dates given and moved for everybody: a dateless task gets its day (SEMANTICS P2, P3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.model import Assignment, Task
from engine.service.actions.action import Action, Answer, Decision, Given, day_given, refuse, text_given
from engine.service.actions.dates import beyond
from engine.service.actor import Actor
from engine.service.case import SETTLED, Case
from engine.service.effects import adjusting, phases
from engine.service.journal import Entry

OFFICE = frozenset({"office"})


# --- a task without a date gets one ---


def _decide_date(case: Case, actor: Actor, given: Given) -> Decision:
    task = case.task(str(given.get("task") or ""))
    document = text_given(given, "document", "a date rests on a document")
    to = day_given(given, "to")
    if task.due.kind != "none":
        raise refuse(f"{task.id} has a date or a rule for it", "move it with `task reschedule`")
    _require_owed(case, task)
    _require_ahead(case, to)
    facts = _dated(case, task, to) | {"document": document, "beyond": beyond(case, given, task.phase, to)}
    return Decision(subject=task.id, facts=facts, reason=str(given.get("reason") or ""))


def _require_ahead(case: Case, to: date) -> None:
    if to < case.today:
        raise refuse(f"{to} has passed", "give today or a later day")


def _require_owed(case: Case, task: Task) -> None:
    """A task that everybody has settled, or that lay before adoption, needs no date."""
    if case.phase_state(task.phase).state == "before_adoption":
        raise refuse(f"the phase of {task.id} ended before adoption", "nobody is asked for it")
    found = case.work.find(Assignment, campaign=case.id, task=task.id)
    if found and all(each.state in SETTLED for each in found):
        raise refuse(f"nobody owes {task.id} any more", "see `task show`")


def _dated(case: Case, task: Task, to: date) -> dict[str, Any]:
    """Return the facts of a task's day: it stands in the amendments for what is not issued yet."""
    amended = case.amendments.plus(dates={task.id: to.isoformat()})
    return {"task": task.id, "to": to.isoformat(), "extra": case.pinned(amended)}


def _apply_date(case: Case, entry: Entry) -> Answer:
    case.use_extra(entry.facts["extra"])
    task = case.plan.tasks[entry.facts["task"]]
    why = {"reason": entry.reason, "document": entry.facts["document"]}
    dated = phases.date_task(case, task)
    for assignment in dated:
        adjusting.tell(case, assignment, case.deadline(assignment, "due"), None, why)
    return {"task": task.id, "due_on": entry.facts["to"], "units": [each.unit for each in dated]}


ACTIONS = (Action("date", OFFICE, _decide_date, _apply_date),)
