"""A campaign was brought back to an earlier phase (恢复为该阶段): told to those who had heard of the move (G11)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.model import Item
from engine.model.plain import coded
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import About


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = json.loads(items[0].facts)
    state = case.phase_state(told["to"])
    return {
        "phase": case.plan.phases[told["from"]].title,
        "next_phase": case.plan.phases[told["to"]].title,
        "first_day": state.first_day,
        "last_day": state.last_day,
        "from_on": case.today,
        "reason": told["reason"],
        "decision": told["document"],
        "reply_by": None,
    }


def _moot(case: CampaignSession, told: About) -> str:
    """It is true as long as the campaign stands in that phase."""
    phase = json.loads(told.item.facts)["to"]
    return "" if case.head.phase == phase else coded("moved_on", phase=case.head.phase)


def _stands_there(said: Said) -> bool:
    """Tell whether the campaign stands in the phase to which it was brought back: that moves nothing else."""
    return all(said.case.head.phase == told["to"] for told in said.told)


KIND = NoticeKind(
    name="restored",
    fields=_fields,
    moot=_moot,
    bears={"decided": facts.given("decision"), "stands_there": _stands_there},
)
