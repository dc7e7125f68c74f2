"""A unit is behind what it is to do in a period (进度提示)."""

from __future__ import annotations

from engine.model.plain import coded
from engine.service.kernel import counting
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import About, off_its_day, settled


def _moot(case: CampaignSession, told: About) -> str:
    return settled(told) or _on_pace(case, told) or off_its_day(case, told)


def _on_pace(case: CampaignSession, told: About) -> str:
    behind = told.assignment is None or counting.pace_of(case, told.assignment).state == "behind"
    return "" if behind else coded("on_pace")


KIND = NoticeKind(
    name="pace",
    gathers="day",
    moot=_moot,
    bears={"behind": facts.each(lambda case, owed: counting.pace_of(case, owed).state == "behind")},
)
