"""Words of a notice that was sent are put right (更正, N2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.model import Item, Notice
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.plan import blob
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from engine.service.notices.texts import content_from
from notifications.notice import Corrected


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    corrected = Corrected(
        title=told["title"],
        on=date.fromisoformat(told["day"]),
        number=told["number"],
        wrong=told["wrong"],
        right=told["right"],
    )
    several = len(told["units"]) > 1
    return {
        "corrects": corrected,
        "items": (),
        "unit": "" if several else told["units"][0],
        "units": tuple(told["units"]) if several else (),
    }


def _corrects(item: Item) -> int:
    notice: int = json.loads(item.facts)["notice"]
    return notice


def _stands(said: Said) -> bool:
    """Tell whether the wrong words stand in the notice that is corrected (N8)."""
    original = said.case.work.must(Notice, _corrects(said.items[0]))
    return said.values["corrects"].wrong in content_from(blob(said.case.work, original.content)).body


KIND = NoticeKind(name="correction", fields=_fields, corrects=_corrects, bears={"stands": _stands})
