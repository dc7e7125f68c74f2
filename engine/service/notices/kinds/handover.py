"""Another person answers for a unit (联络员变更): what is open, for who takes over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.model import Assignment, Item
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.notices.composing.lines import owed_line
from engine.service.notices.kind import NoticeKind


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    owed = case.work.find(Assignment, campaign=case.id, unit=items[0].unit)
    return {
        "from_on": date.fromisoformat(told["from"]),
        "address": told["address"],
        "items": tuple(owed_line(case, each) for each in owed if each.state not in SETTLED),
    }


KIND = NoticeKind(name="handover", fields=_fields)
