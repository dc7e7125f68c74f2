"""What a notice says of one item: its task, its state in words, its dates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from engine.model import Assignment, Deadline, Evidence, Item, Offset, Task
from engine.service.duties.apply.gathering import PARTS, gathering
from engine.service.kernel import counting
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.notices import reporting
from notifications.notice import Line

ANSWER_IN = Offset(count=3)
"""How many working days a notice gives for an answer where nothing else is said."""

STATES = {
    "issued": "待签收",
    "received": "办理中",
    "submitted": "已报送待审核",
    "returned": "已退回待完善",
    "accepted": "已办结",
    "waived": "经批准免报",
    "cancelled": "已撤销",
    "short": "周期内未达标",
}

ROLES = {"lead": "牵头单位", "responsible": "责任单位", "supporting": "配合单位", "inherited": "责任单位"}
"""What a unit is in a task, as each line of a notice says it."""


def relation(case: CampaignSession, unit: str) -> Literal["subordinate", "peer", "vertical", "superior", "own"]:
    """Return the relation a notice is worded for; our own office and the group above it are our own."""
    workflow = case.plan.workflow
    if unit in ("", workflow.office):
        return "own"
    if unit == workflow.leading_group:
        return "subordinate"
    return workflow.directory.units[unit].relation


def line(case: CampaignSession, item: Item) -> Line:
    """Return one item as the unit sees it."""
    assignment = case.work.must(Assignment, item.assignment)
    task = case.plan.tasks[assignment.task]
    deadline = case.work.get(Deadline, item.deadline) if item.deadline else None
    told = json.loads(item.facts)
    return Line(
        title=title_of(case, assignment),
        unit=assignment.unit,
        ref=assignment.id,
        demand=_demand(case, task),
        clause=task.source.clause,
        state=OBJECTED if deadline and deadline.kind == "objection" else state_text(case, assignment),
        awaiting=_awaiting(case, assignment),
        again=assignment.state == "returned",
        **_part_to(item.unit, part(case, assignment)),
        **dates(case, deadline),
        **_told(case, assignment, told),
        **_pace(case, assignment, task),
    )


def _part_to(unit: str, told: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a part; a lead is not told that the part goes to itself."""
    return told | {"lead": ""} if told["lead"] == unit else told


def part(case: CampaignSession, assignment: Assignment) -> dict[str, Any]:
    """Return what a line says of a unit's part: its role, the lead it hands in to (R2), the period of a duty.

    What falls to our own office, or is handed in to it, needs no such word.
    """
    ours = assignment.unit == case.plan.workflow.office
    lead = "" if ours or assignment.role not in PARTS else gathering(case, [assignment.task]).reviewer(assignment.id)
    return {
        "role": "" if ours else ROLES[assignment.role],
        "lead": "" if lead == case.plan.workflow.office else lead,
        "period": counting.period_of(case, assignment).title if assignment.period else "",
    }


def deadline_of(case: CampaignSession, item: Item, kind: str) -> Deadline | None:
    """Return the deadline of a kind that the assignment of an item has, or None."""
    assignment = case.work.get(Assignment, item.assignment)
    return None if assignment is None else case.deadline(assignment, kind)


def owed_line(case: CampaignSession, assignment: Assignment) -> Line:
    """Return a line of what a unit owes: its state and its due day."""
    due = case.deadline(assignment, "due")
    told = part(case, assignment) | dates(case, due)
    return Line(title=title_of(case, assignment), ref=assignment.id, state=STATES[assignment.state], **told)


def dated_line(case: CampaignSession, number: int, was_on: str = "") -> Line | None:
    """Return a line of one assignment and the day it had before; None where nothing is owed any more."""
    assignment = case.work.get(Assignment, number)
    if assignment is None or assignment.state in SETTLED:
        return None
    return Line(
        title=title_of(case, assignment),
        ref=assignment.id,
        demand=_demand(case, case.plan.tasks[assignment.task]),
        was_on=date.fromisoformat(was_on) if was_on else None,
        **part(case, assignment),
        **dates(case, case.deadline(assignment, "due")),
    )


def accepted_line(case: CampaignSession, item: Item) -> Line:
    """Return a line of what was accepted; `unit` names whose it was where it is another's: a part that one leads."""
    assignment = case.work.must(Assignment, item.assignment)
    return Line(title=title_of(case, assignment), unit="" if assignment.unit == item.unit else assignment.unit)


def of_a_pause(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    """Return what is said of a pause: what it stops, and the days of the tasks that it stopped or lets go on."""
    told = json.loads(items[0].facts)
    lines = (dated_line(case, number, was_on) for number, was_on in told["tasks"])
    words = {name: told[name] for name in ("scope", "reason", "document", "shift")}
    return words | {"from_on": date.fromisoformat(told["from"]), "items": tuple(filter(None, lines))}


def addressee(case: CampaignSession, item: Item) -> str:
    """Return the superior that the task of a draft names, or the first of the directory above the group."""
    assignment = case.work.get(Assignment, item.assignment) if item.assignment else None
    named = case.plan.tasks[assignment.task].addressee if assignment else ""
    return named or reporting.superior(case)


def title_of(case: CampaignSession, assignment: Assignment) -> str:
    """Return a task as a notice names it; of a counted duty with its period."""
    title = case.plan.tasks[assignment.task].title
    return f"{title}({counting.period_of(case, assignment).title})" if assignment.period else title


def _demand(case: CampaignSession, task: Task) -> str:
    """Return what is asked for; of a counted duty how many in the period."""
    if task.counted is None:
        return task.demand
    target = f"不少于{task.counted.least}{task.counted.measure}"
    return f"{target},{task.demand}" if task.demand else target


def _pace(case: CampaignSession, assignment: Assignment, task: Task) -> dict[str, Any]:
    if task.counted is None:
        return {}
    pace = counting.pace_of(case, assignment)
    return {"done": pace.done, "least": pace.least, "measure": task.counted.measure, "left": pace.left}


def _awaiting(case: CampaignSession, assignment: Assignment) -> tuple[str, ...]:
    """Return the units that a lead waits for (R2): none that has ended (L10), nor our own office (L7)."""
    if assignment.role != "lead" or not case.plan.tasks[assignment.task].consolidate:
        return ()
    awaited = gathering(case, [assignment.task]).awaited(assignment)
    office = case.plan.workflow.office
    return tuple(unit for unit in awaited if unit != office and not case.has_ended(unit))


def worst_first(lines: list[Line]) -> tuple[Line, ...]:
    """Return what has been due longest first, what has no date last (SEMANTICS N1)."""
    return tuple(sorted(lines, key=lambda each: each.due_on or date.max))


OBJECTED = "已提出异议,待裁定"
"""What is said of a task that its unit says is not its duty, while the office decides."""


def state_text(case: CampaignSession, assignment: Assignment) -> str:
    """Return an assignment's state in words; a superior's open step awaits the reply (L7)."""
    if assignment.state in ("issued", "received"):
        if case.relation(assignment.unit) == "superior":
            return "已报请,待复"
        if assignment.unit == case.plan.workflow.office:
            return "办理中"
    if assignment.state == "accepted" and case.plan.tasks[assignment.task].kind == "rectification":
        return "已销号"
    return STATES[assignment.state]


def dates(case: CampaignSession, deadline: Deadline | None) -> dict[str, Any]:
    """Return the days that a line tells of a deadline."""
    if deadline is None:
        return {}
    calendar = case.plan.calendar
    asked = calendar.previous_working_day(deadline.due_on)
    if deadline.first_due_on < deadline.due_on and asked <= deadline.first_due_on:
        asked = deadline.due_on  # A day that was moved is not taken back by the days off before it.
    late = calendar.working_days_between(deadline.due_on, case.today)
    return {
        "due_on": deadline.due_on,
        "asked_on": asked if asked >= case.today else deadline.due_on,
        "first_due_on": deadline.first_due_on,
        "overdue": max(0, late),
    }


def _told(case: CampaignSession, assignment: Assignment, told: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "reason" in told:
        values["reason"] = told["reason"]
    if told.get("from") and "to" in told:
        values["was_on"] = date.fromisoformat(told["from"])
    if "number" in told:
        on = datetime.combine(date.fromisoformat(told["on"]), case.at.astimezone(case.plan.zone).time())
        values |= {"number": told["number"], "files": told["pieces"], "at": on}
        values["on_behalf"] = by_office(case, assignment)
    return values


def by_office(case: CampaignSession, assignment: Assignment) -> bool:
    """Tell whether the last hand-in was recorded by us for its unit."""
    found = case.work.find(Evidence, assignment=assignment.id, submission=assignment.submissions)
    return any(piece.kind == "voucher" for piece in found)


def in_order(case: CampaignSession, units: set[str]) -> tuple[str, ...]:
    """Return units in the order of the directory."""
    return tuple(name for name in case.plan.workflow.directory.units if name in units)


def units_first(case: CampaignSession, found: list[Assignment]) -> list[Assignment]:
    """Return assignments by their units in the order of the directory (SEMANTICS N5)."""
    order = {name: i for i, name in enumerate(case.plan.workflow.directory.units)}
    return sorted(found, key=lambda a: (order[a.unit], a.id))
