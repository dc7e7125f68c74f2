"""A correction as it would read now: nothing is recorded or sent (SEMANTICS N8)."""

from __future__ import annotations

import json

from engine.model import Item
from engine.names import apart
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.plain import Row
from engine.service.kernel.sight import addresses, of_notice, require
from engine.service.notices import composing as compose
from engine.service.notices.commands.paper import notice_of
from engine.service.notices.kinds.correction import KIND, told_of


def shown(case: CampaignSession, word: str, wrong: str, right: str) -> Row:
    """Return the text of a correction, and to whom it would go."""
    from notifications.render import render

    notice = notice_of(case, word)
    units = apart(notice.unit)
    require(case, of_notice(notice), *units)
    item = Item(
        id=0,
        campaign=case.id,
        kind=KIND.name,
        unit=units[0],
        level=notice.level,
        channel="",
        delivery="send",
        ready_at=case.at,
        state="waiting",
        facts=json.dumps(told_of(notice, wrong, right), ensure_ascii=False),
    )
    content = render(compose.request(case, KIND.name, units[0], notice.level, [item]), case.plan.workflow.templates)
    return {"title": content.subject, "text": content.body, "to": addresses(case, compose.had_it(case, notice))}
