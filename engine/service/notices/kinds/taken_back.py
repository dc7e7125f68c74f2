"""An acceptance that was told, or a waiver, was taken back (撤销): the unit hears how its part stands (G11, N8)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.model import Item
from engine.reckoning import OWING
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.notices import facts
from engine.service.notices.kind import NoticeKind
from notifications.notice import Corrected


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    words = {"reason": told["reason"], "document": told["document"]}
    if "corrected" not in told:
        return words
    title, number, day = told["corrected"]
    return words | {"corrects": Corrected(title=title, on=date.fromisoformat(day), number=number, wrong="", right="")}


def _corrects(item: Item) -> int:
    notice: int = json.loads(item.facts).get("corrects", 0)
    return notice


KIND = NoticeKind(
    name="taken_back",
    fields=_fields,
    corrects=_corrects,
    bears={
        "withdrawn": facts.each(lambda case, owed: owed.state not in SETTLED),
        "reviewing": facts.some(lambda case, owed: owed.state == "submitted"),
        "still_owed": facts.some(lambda case, owed: owed.state in OWING),
    },
)
