"""What a bulletin will say of one unit is shown to it, for it to answer to (拟通报事项核对, N5)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.model import Item, Notice
from engine.model.plain import coded
from engine.service.kernel.case import NOON, CampaignSession
from engine.service.notices import facts
from engine.service.notices.composing.lateness import lines, named_of
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import About, out_of_date


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    by = date.fromisoformat(json.loads(items[0].facts)["by"])
    return {"items": lines(case, named_of(case, items[0].unit)), "reply_by": by, "close": NOON}


def _moot(case: CampaignSession, told: About) -> str:
    return out_of_date(case, told) or ("" if named_of(case, told.item.unit) else coded("nothing_overdue"))


def _drafted(said: Said) -> bool:
    """Tell whether the bulletin that is to say it waits to be signed."""
    bulletins = [said.case.work.get(Notice, told["bulletin"]) for told in said.told]
    return all(each is not None and each.state == "draft" for each in bulletins)


KIND = NoticeKind(name="facts_shown", moot=_moot, fields=_fields, bears={"late": facts.not_done, "drafted": _drafted})
