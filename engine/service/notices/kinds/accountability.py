"""A proposal to the leading group: what its subordinates still owe; never more than a proposal (提请问责, L1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.model import Assignment, Item
from engine.records import replace
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts, steps
from engine.service.notices.composing.lateness import late_lines
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from notifications.notice import Line


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    told = (replace(line, steps=_steps(case, line), overdue=_overdue(case, line)) for line in late_lines(case))
    return {"unit": case.plan.workflow.leading_group, "units": (), "items": tuple(told)}


def _steps(case: CampaignSession, line: Line) -> str:
    return steps.in_words(steps.taken(case, case.work.must(Assignment, line.ref)))


def _overdue(case: CampaignSession, line: Line) -> int:
    return max(0, case.plan.calendar.working_days_between(line.due_on, case.today)) if line.due_on else 0


def _sent(said: Said) -> bool:
    """Tell whether the steps that a line names went out, all of them and no others."""
    return all(line.steps == _steps(said.case, line) for line in said.lines if line.steps)


def _none_sent(said: Said) -> bool:
    """Tell whether nothing went out about the lines that say so."""
    return not any(_steps(said.case, line) for line in said.lines if not line.steps)


KIND = NoticeKind(
    name="accountability",
    gathers="document",
    fields=_fields,
    bears={"late": facts.late_or_short, "sent": _sent, "none_sent": _none_sent, "signed": facts.signed},
)
