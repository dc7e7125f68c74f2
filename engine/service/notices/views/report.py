"""A report upward as it would read now: nothing is recorded, numbered or sent (SEMANTICS Q2)."""

from __future__ import annotations

import json
from typing import Any

from engine.model import Item
from engine.records import asdict
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.plain import Row
from engine.service.kernel.sight import require
from engine.service.notices import composing as compose
from engine.service.notices import reporting
from engine.service.notices.kinds.report import KIND

SAID = ("year", "figures", "tallies", "done", "missing", "ahead", "head")


def shown(case: CampaignSession, *, year: str = "", to: str = "") -> Row:
    """Return the text of a report, and the counts and clauses that it is made of."""
    from notifications.render import render

    require(case, "progress")
    asked = compose.request(case, KIND.name, case.plan.workflow.office, 4, [_item(case, year, to)])
    content = render(asked, case.plan.workflow.templates)
    made: dict[str, Any] = asdict(asked)
    return {
        "campaign": case.head.key,
        "to": asked.unit,
        "title": content.subject,
        "text": content.body,
        **{name: made[name] for name in SAID},
    }


def _item(case: CampaignSession, year: str, to: str) -> Item:
    """Return an item that nobody keeps; what is drafted carries the same facts."""
    told = {
        "to": case.unit(to).name if to else reporting.superior(case),
        "year": reporting.year_given(case, year),
    }
    return Item(
        id=0,
        campaign=case.id,
        kind=KIND.name,
        unit=case.plan.workflow.office,
        level=4,
        channel="",
        delivery="draft",
        ready_at=case.at,
        state="waiting",
        facts=json.dumps(told, ensure_ascii=False),
    )
