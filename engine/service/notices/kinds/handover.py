"""Another person answers for a unit (联络员变更): what is open, for who takes over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.model import Assignment, Item, UnitContact
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.notices import facts
from engine.service.notices.composing.lines import owed_line
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    owed = case.work.find(Assignment, campaign=case.id, unit=items[0].unit)
    return {
        "from_on": date.fromisoformat(told["from"]),
        "address": told["address"],
        "items": tuple(owed_line(case, each) for each in owed if each.state not in SETTLED),
    }


def _changed(said: Said) -> bool:
    """Tell whether the unit is reached at the address told from that day on."""
    held = said.case.work.find(UnitContact, campaign=said.case.id, unit=said.items[0].unit)
    told = said.values["address"], said.values["from_on"]
    return not told[0] or told in [(each.address, each.valid_from) for each in held]


KIND = NoticeKind(
    name="handover",
    fields=_fields,
    bears={"changed": _changed, "still_owed": facts.still_owed, "nothing_owed": facts.nothing_owed},
)
