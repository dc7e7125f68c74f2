"""A unit says that a task is not its duty, and our own office is to decide (职责异议待裁定)."""

from __future__ import annotations

from engine.model.plain import coded
from engine.service.kernel.case import CampaignSession
from engine.service.notices.kind import NoticeKind
from engine.service.notices.standing import About, out_of_date


def _moot(case: CampaignSession, told: About) -> str:
    return out_of_date(case, told) or _decided(told)


def _decided(told: About) -> str:
    return coded("objection_decided") if told.deadline is not None and told.deadline.state == "met" else ""


KIND = NoticeKind(name="objection", moot=_moot)
