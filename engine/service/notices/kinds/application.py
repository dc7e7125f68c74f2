"""An application to a superior, for which the whole was done (请示)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.model import Assignment, Evidence, Item
from engine.service.kernel.case import CampaignSession
from engine.service.notices.composing.lines import addressee
from engine.service.notices.kind import NoticeKind


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    scores = [
        piece.text
        for piece in case.work.find(Evidence, campaign=case.id, kind="number", order="id")
        if _unit_of(case, piece) == case.plan.workflow.leading_group
    ]
    return {
        "unit": addressee(case, items[0]),
        "relation": "superior",
        "items": (),
        "award": case.plan.workflow.award,
        "score": scores[-1] if scores else "",
    }


def _unit_of(case: CampaignSession, piece: Evidence) -> str:
    assignment = case.work.get(Assignment, piece.assignment)
    return assignment.unit if assignment else ""


KIND = NoticeKind(name="application", fields=_fields, reaches_any=True)
