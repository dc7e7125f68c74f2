"""A proposal to the leading group: what its subordinates still owe; never more than a proposal (提请问责, L1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.model import Item
from engine.service.kernel.case import CampaignSession
from engine.service.notices.composing.lateness import late_lines
from engine.service.notices.kind import NoticeKind


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    return {"unit": case.plan.workflow.leading_group, "units": (), "items": late_lines(case)}


KIND = NoticeKind(name="accountability", gathers="document", fields=_fields)
