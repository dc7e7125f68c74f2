"""A period is over and a unit fell short (周期未达标)."""

from __future__ import annotations

from engine.model.plain import coded
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import About, out_of_date


def _moot(case: CampaignSession, told: About) -> str:
    """It speaks of what is settled: it is true as long as that is short."""
    if told.assignment is None:
        return out_of_date(case, told)
    return "" if told.assignment.state == "short" else coded("assignment_is", state=told.assignment.state)


KIND = NoticeKind(
    name="shortfall", gathers="day", moot=_moot, bears={"short": facts.each(lambda case, owed: owed.state == "short")}
)
