"""Findings on roles: leads that gather what others hand in, and the time to object (docs/semantics.md R1, R2)."""

from __future__ import annotations

from collections.abc import Iterator

from engine import deadlines
from engine.check.finding import few, warning
from engine.check.sight import GateSight, SeenDuty, is_above
from engine.errors import Problem
from engine.model import Offset, Task, Workflow


def findings(sight: GateSight) -> Iterator[Problem]:
    """Yield what is to be said of the leads of tasks and of objections to them."""
    for duty in sight.duties.values():
        yield from _gathering(duty.task, sight.workflow)
        yield from _objection(duty, sight)


def _gathering(task: Task, workflow: Workflow) -> Iterator[Problem]:
    if not task.consolidate:
        return
    if not task.lead:
        cure = "name a `lead:`, or leave `consolidate:` out"
        yield warning("PW580", task.place, "nobody leads the task that a lead is to consolidate", task.id, cure)
    elif not (task.responsible or task.supporting):
        cure = "name `responsible:` or `supporting:` units, or leave `consolidate:` out"
        yield warning("PW583", task.place, "nobody hands in to the lead", task.id, cure)
    units = workflow.directory.units
    above = [name for name in task.lead if name in units and is_above(units[name], workflow)]
    if above:
        cure = "name another lead, or write `consolidate: false`"
        what = f"the lead of {task.title} stands above us and is not asked to gather"
        yield warning("PW584", task.place, what, few(above), cure)


def _objection(duty: SeenDuty, sight: GateSight) -> Iterator[Problem]:
    task = duty.task
    if task.objection is None or not duty.asked:
        return
    if task.issue == "letters" and task.receipt is not None and _longer(task.objection, task.receipt):
        what = f"units may object to {task.title} after they were to confirm it"
        cure = "write `objection:` no longer than `receipt:`"
        yield warning("PW581", task.place, what, f"objection {task.objection}, receipt {task.receipt}", cure)
    if task.objection != task.receipt:
        yield from _objection_until_due(duty, task.objection, sight)


def _objection_until_due(duty: SeenDuty, objection: Offset, sight: GateSight) -> Iterator[Problem]:
    if sight.calendar is None or duty.due_on is None or not duty.is_fixed or duty.due_on < duty.first_day:
        return
    until = deadlines.after(duty.first_day, objection, sight.calendar).on
    if until >= duty.due_on:
        what = f"units may object to {duty.task.title} until it is due"
        cure = "write a shorter `objection:`, or `objection: none`"
        yield warning("PW582", duty.task.place, what, f"objection until {until}, due {duty.due_on}", cure)


def _longer(span: Offset, other: Offset) -> bool:
    return span.unit == other.unit and span.count > other.count
