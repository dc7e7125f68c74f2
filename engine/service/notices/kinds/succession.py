"""A unit goes on with what another owed (更名、合并后继续承办)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.model import Assignment, Item
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.notices import facts
from engine.service.notices.composing.lines import owed_line
from engine.service.notices.facts import Said
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


def _succeeded(said: Said) -> bool:
    """Tell whether the unit follows each of those that are named."""
    unit = said.case.plan.workflow.directory.units[said.items[0].unit]
    return {*said.values["predecessors"]} <= {*unit.succeeds}


KIND = NoticeKind(
    name="succession",
    fields=_fields,
    bears={"succeeded": _succeeded, "still_owed": facts.still_owed, "nothing_owed": lambda said: not said.lines},
)
