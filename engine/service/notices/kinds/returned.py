"""What a unit handed in was returned (退回补充): a reply, true whatever comes after."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.model import Item
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import off_its_day


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    return {"reply_by": date.fromisoformat(told["due_on"]), "reason": told["reason"]}


KIND = NoticeKind(
    name="returned",
    moot=off_its_day,
    fields=_fields,
    bears={"returned": facts.each(lambda case, owed: owed.submissions > 0)},
)
