"""A task is issued (任务交办), with the day until which it may be objected to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.model import Assignment, Item
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.composing.lines import deadline_of
from engine.service.notices.kind import NoticeKind


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    found = [deadline_of(case, item, "receipt") for item in items]
    days = [deadline.due_on for deadline in found if deadline is not None]
    words = {"object_by": object_by(case, items), "document": _document(case, items)}
    return ({"reply_by": max(days)} if days else {}) | words


def _document(case: CampaignSession, items: Sequence[Item]) -> str:
    """Return the document that tasks rest on which are none of the plan's; nothing where any is the plan's."""
    owed = [case.work.get(Assignment, item.assignment) for item in items]
    named = {case.plan.tasks[a.task].source.document for a in owed if a is not None}
    other = named - {case.plan.workflow.document.title, ""}
    return other.pop() if len(named) == 1 and other else ""


def object_by(case: CampaignSession, items: Sequence[Item]) -> date | None:
    """Return the first day on which the time to object to one of these tasks is over, if it has any."""
    owed = [case.work.get(Assignment, item.assignment) for item in items]
    spans = [(a.issued_on, case.plan.tasks[a.task].objection) for a in owed if a is not None]
    return min((case.plan.calendar.add(on, span) for on, span in spans if span is not None), default=None)


KIND = NoticeKind(
    name="task_issued", gathers="day", fields=_fields, asks_receipt=True, bears={"issued": facts.issued}
)
