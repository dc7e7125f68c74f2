"""A receipt is asked for again (签收提醒)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.model import Deadline, Item, Offset
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.kind import NoticeKind
from engine.service.notices.kinds import task_issued


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    days = [d.due_on for d in (case.work.get(Deadline, i.deadline) for i in items) if d is not None]
    ahead = [day for day in days if day >= case.today]
    by = min(ahead) if ahead else case.plan.calendar.add(case.today, Offset(count=1))
    until = task_issued.object_by(case, items)
    return {"reply_by": by, "object_by": until if until is not None and until >= case.today else None}


KIND = NoticeKind(name="receipt_reminder", gathers="day", fields=_fields, bears={"issued": facts.issued})
