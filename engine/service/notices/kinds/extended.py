"""A unit got more time (延期、补批): a reply, true whatever comes after."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.model import Item
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import off_its_day


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    change = "adjusted" if "late" not in told else "late_grant" if told["late"] else "extension"
    return {"change": change, "reason": told["reason"], "document": told["document"]}


def _granted(said: Said) -> bool:
    """Tell whether each was granted by a document."""
    return all("late" in told and told["document"] for told in said.told)


KIND = NoticeKind(
    name="extended",
    moot=off_its_day,
    fields=_fields,
    bears={"granted": _granted, "moved": facts.moved},
)
