"""Which duty of which unit an act is about, on which day it happened, and for whom it is recorded (D8, G10)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from engine.errors import BadInput, NotAllowed
from engine.model import Assignment, Task
from engine.records import field, record
from engine.service.kernel.action import Answer, refuse
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.params import ABOUT, Day, Given, Is, Period, Unit, Voucher
from engine.service.kernel.params import Task as TaskNamed

BOTH = frozenset({"office", "unit", "leader"})


# --- what they are given ---


@record
class OfOne:
    """What is done to one unit's part in a task; the `period` of a counted one is named by who knows it."""

    task: Annotated[TaskNamed, ABOUT]
    unit: Unit = ""
    period: Annotated[str, Is(kind="period", inner=True)] = ""


@record
class OfPeriod(OfOne):
    """What is done to one unit's part in a task or, of a counted duty, in one of its periods."""

    period: Period = ""


@record
class Happens(OfOne):
    """What happened on a day, with the voucher of what is recorded for somebody else (SEMANTICS D8)."""

    on: Day | None = None
    voucher: Voucher = field(default_factory=dict)


# --- what is meant ---


def target(case: CampaignSession, actor: Actor, asked: OfOne) -> tuple[Task, Assignment]:
    """Return the task and assignment that a command names; a unit acts on its own only (G10)."""
    task = case.task(asked.task)
    unit = unit_of(actor, asked.unit)
    period = period_named(case, task, unit, asked.period)
    if not unit:
        found = case.work.find(Assignment, campaign=case.id, task=task.id, period=period)
        if len(found) != 1:
            raise BadInput("many_assignments", task=task.id, number=len(found), found="")
        return task, found[0]
    return task, case.assignment(task, unit, period)


def unit_of(actor: Actor, unit: str) -> str:
    """Return the unit that a command is about, empty where it says none; a unit acts on its own only (G10)."""
    if actor.role == "unit":
        if unit and unit != actor.name:
            raise NotAllowed("act_for", unit=unit, actor=actor.name, roles=["office"])
        return actor.name
    return unit


def period_named(case: CampaignSession, task: Task, unit: str, period: str) -> str:
    """Return the period of a counted duty that a command names, the latest issued by default; else nothing."""
    if task.counted is None or period:
        return period
    which = {"campaign": case.id, "task": task.id} | ({"unit": unit} if unit else {})
    found = case.work.find(Assignment, order="id", **which)
    return found[-1].period if found else ""


def subject_of(assignment: Assignment) -> str:
    """Return how records name an assignment."""
    return "/".join(filter(None, (assignment.task, assignment.unit, assignment.period)))


def answer_of(assignment: Assignment) -> Answer:
    """Return what an act on a unit's part answers: how that stands now."""
    return {"task": assignment.task, "unit": assignment.unit, "state": assignment.state}


# --- when it happened, and for whom ---


def happened(
    case: CampaignSession, actor: Actor, happened_on: date | None, voucher: Given, assignment: Assignment
) -> tuple[date, str]:
    """Return the day an act happened and for whom it was recorded (SEMANTICS D8).

    Recording for somebody else, or for another day than today, needs a voucher.
    """
    on = happened_on or case.today
    on_behalf = "" if actor.name == assignment.unit else assignment.unit
    if on > case.today:
        raise refuse("day_not_come", on=on)
    if on < assignment.issued_on:
        raise refuse("before_issued", on=on, issued_on=assignment.issued_on)
    require_voucher(case, voucher, on, on_behalf)
    return on, on_behalf


def require_voucher(case: CampaignSession, voucher: Given, on: date, on_behalf: str) -> None:
    """Refuse what is recorded for somebody else, or for another day than today, without a voucher (SEMANTICS D8)."""
    if voucher:
        return
    if on_behalf:
        raise refuse("voucher_for_unit", unit=on_behalf)
    if on != case.today:
        raise refuse("voucher_for_day", on=on)


def refuse_counted(task: Task) -> None:
    """Refuse to receive or hand in a counted duty: what happened is counted."""
    if task.counted is not None:
        raise refuse("is_counted", task=task.id, title=task.title)
