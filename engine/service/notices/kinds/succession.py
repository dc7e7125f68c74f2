"""A unit goes on with what another owed (更名、合并后继续承办)."""

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
    owed = [a for number in told["tasks"] if (a := case.work.get(Assignment, number)) and a.state not in SETTLED]
    return {
        "from_on": date.fromisoformat(told["from"]),
        "predecessors": tuple(told["old"]),
        "document": told["document"],
        "items": tuple(owed_line(case, each) for each in owed),
    }


KIND = NoticeKind(name="succession", fields=_fields)
