"""Work is put off (暂缓)."""

from __future__ import annotations

import json

from engine.model.plain import coded
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.composing.lines import of_a_pause
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import About, out_of_date


def _moot(case: CampaignSession, told: About) -> str:
    return out_of_date(case, told) or _is_over(case, json.loads(told.item.facts)["pause"])


def _is_over(case: CampaignSession, pause: int) -> str:
    over = any(each.id == pause and each.to_at is not None for each in case.pauses())
    return coded("pause_over") if over else ""


def _paused(said: Said) -> bool:
    return said.pause.to_at is None


KIND = NoticeKind(
    name="paused",
    moot=_moot,
    fields=of_a_pause,
    bears={
        "decided": facts.given("reason"),
        "paused": _paused,
        "shifted": lambda said: said.pause.shift,
        "unshifted": lambda said: not said.pause.shift,
    },
)
