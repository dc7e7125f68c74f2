"""A campaign was ended before its time (终止)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.model import Item
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.kind import NoticeKind


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    return {"from_on": case.today, "reason": told["reason"], "document": told["document"], "items": ()}


KIND = NoticeKind(
    name="ended",
    gathers="all",
    fields=_fields,
    bears={
        "decided": facts.given("document"),
        "ended": lambda said: said.case.head.state == "aborted",
    },
)
