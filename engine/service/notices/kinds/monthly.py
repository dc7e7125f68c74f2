"""A month's report is asked for (月调度): of each of the unit's open tasks, as they stand when it is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.model import Assignment, Item
from engine.service.inspections import rounds
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.composing.lines import dated_line, deadline_of
from engine.service.notices.kind import NoticeKind


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    owed = deadline_of(case, items[0], "due")
    lines = (dated_line(case, a.id) for a in rounds.open_of(case, items[0].unit))
    assignment = case.work.get(Assignment, items[0].assignment)
    month = case.plan.tasks[assignment.task].title.removesuffix("工作调度") if assignment else ""
    return {
        "scope": month,
        "items": tuple(filter(None, lines)),
        "reply_by": case.plan.calendar.previous_working_day(owed.due_on) if owed else None,
    }


KIND = NoticeKind(name="monthly", fields=_fields, bears={"still_owed": facts.still_owed})
