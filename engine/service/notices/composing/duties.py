"""What is said of single duties: issued, reminded, returned, moved, paused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.model import Assignment, Deadline, Item, Offset
from engine.service.kernel.case import SETTLED, Case
from engine.service.notices.composing.kinds import Kinds
from engine.service.notices.composing.lines import dates, title_of
from notifications.notice import Line


def _for_task_issued(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    found = [deadline_of(case, item, "receipt") for item in items]
    days = [deadline.due_on for deadline in found if deadline is not None]
    return ({"reply_by": max(days)} if days else {}) | {"object_by": _object_by(case, items)}


def _object_by(case: Case, items: Sequence[Item]) -> date | None:
    """Return the first day on which the time to object to one of these tasks is over, if it has any."""
    owed = [case.work.get(Assignment, item.assignment) for item in items]
    spans = [(a.issued_on, case.plan.tasks[a.task].objection) for a in owed if a is not None]
    return min((case.plan.calendar.add(on, span) for on, span in spans if span is not None), default=None)


def _for_receipt_reminder(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    days = [d.due_on for d in (case.work.get(Deadline, i.deadline) for i in items) if d is not None]
    ahead = [day for day in days if day >= case.today]
    return {"reply_by": min(ahead)} if ahead else {"reply_by": case.plan.calendar.add(case.today, Offset(count=1))}


def deadline_of(case: Case, item: Item, kind: str) -> Deadline | None:
    """Return the deadline of a kind that the assignment of an item has, or None."""
    assignment = case.work.get(Assignment, item.assignment)
    return None if assignment is None else case.deadline(assignment, kind)


def _for_extended(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    change = "adjusted" if "late" not in told else "late_grant" if told["late"] else "extension"
    return {"change": change, "reason": told["reason"], "document": told["document"]}


def _for_adjusted(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = [json.loads(item.facts) for item in items]
    only_dated = all(each["to"] and not each["from"] for each in told)
    words = {name: dict.fromkeys(each[name] for each in told if each[name]) for name in ("reason", "document")}
    joined = {name: "、".join(found) for name, found in words.items()}
    return {"change": "dated" if only_dated else "adjusted", **joined}


def _for_returned(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    return {"reply_by": date.fromisoformat(told["due_on"]), "reason": told["reason"]}


def _for_pause(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    lines = (paused_line(case, number, was_on) for number, was_on in told["tasks"])
    words = {name: told[name] for name in ("scope", "reason", "document", "shift")}
    return words | {"from_on": date.fromisoformat(told["from"]), "items": tuple(filter(None, lines))}


def _for_ended(case: Case, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    return {"from_on": case.today, "reason": told["reason"], "document": told["document"], "items": ()}


def paused_line(case: Case, number: int, was_on: str) -> Line | None:
    """Return a line of one assignment and the day it had before; None where nothing is owed any more."""
    assignment = case.work.get(Assignment, number)
    if assignment is None or assignment.state in SETTLED:
        return None
    return Line(
        title=title_of(case, assignment),
        was_on=date.fromisoformat(was_on) if was_on else None,
        **dates(case, case.deadline(assignment, "due")),
    )


KINDS: Kinds = {
    "task_issued": _for_task_issued,
    "receipt_reminder": _for_receipt_reminder,
    "adjusted": _for_adjusted,
    "extended": _for_extended,
    "returned": _for_returned,
    "paused": _for_pause,
    "resumed": _for_pause,
    "ended": _for_ended,
}
