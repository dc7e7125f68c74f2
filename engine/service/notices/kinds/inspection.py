"""A unit will be looked at (受检通知), with all that the draw can be checked by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.model import Item
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.kind import NoticeKind


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    return {
        "scope": told["title"],
        "document": told["document"],
        "inspector": told["inspector"],
        "seed": told["seed"],
        "candidates": tuple(told["candidates"]),
        "last_day": date.fromisoformat(told["due"]) if told["due"] else None,
        "reply_by": None,
    }


KIND = NoticeKind(name="inspection", fields=_fields, bears={"drawn": facts.given("seed", "candidates")})
