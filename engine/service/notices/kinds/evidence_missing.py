"""What a unit has not given toward the indicators, as it stands when it is written (测评指标补报, M2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.model import Item
from engine.model.plain import coded
from engine.service.indicators.views import indicators
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.composing.lines import ANSWER_IN
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import About, out_of_date
from notifications.notice import Line


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = max(date.fromisoformat(json.loads(item.facts)["by"]) for item in items)
    by = told if told > case.today else case.plan.calendar.add(case.today, ANSWER_IN)
    return {"items": tuple(_line(row) for row in indicators.missing(case, items[0].unit)), "reply_by": by}


def _line(row: dict[str, Any]) -> Line:
    """Return a line of a self-score or a slot of evidence that a unit has not given."""
    when = f"({row['period']})" if row["period"] else ""
    title = f"指标{row['indicator']} {row['title']}:{row['what']}{when}"
    return Line(title=title, done=row["have"], least=row["least"], measure="份" if row["of"] == "evidence" else "")


def _moot(case: CampaignSession, told: About) -> str:
    return out_of_date(case, told) or ("" if _lacks(case, told.item.unit) else coded("nothing_missing"))


def _lacks(case: CampaignSession, unit: str) -> bool:
    """Tell whether a unit has anything to give; nothing where a later version has no indicators any more (P4)."""
    return case.plan.workflow.indicators is not None and bool(indicators.missing(case, unit))


KIND = NoticeKind(
    name="evidence_missing",
    moot=_moot,
    fields=_fields,
    bears={"lacking": facts.every(lambda line: not line.measure or line.done < line.least)},
)
