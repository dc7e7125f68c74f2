"""A unit says that a task is not its duty, and our own office is to decide (职责异议待裁定)."""

from __future__ import annotations

from engine.model import Assignment
from engine.model.plain import coded
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import About, out_of_date


def _moot(case: CampaignSession, told: About) -> str:
    return out_of_date(case, told) or _decided(told)


def _decided(told: About) -> str:
    return coded("objection_decided") if told.deadline is not None and told.deadline.state == "met" else ""


def _is_open(case: CampaignSession, owed: Assignment) -> bool:
    return any(each.state == "open" for each in case.objections(owed))


def _is_stopped(case: CampaignSession, owed: Assignment) -> bool:
    due = case.deadline(owed, "due")
    return due is None or due.state == "paused"


KIND = NoticeKind(
    name="objection", moot=_moot, bears={"objected": facts.each(_is_open), "clock_stopped": facts.each(_is_stopped)}
)
