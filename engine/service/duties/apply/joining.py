"""Tasks that join a running campaign, issued as a record says."""

from __future__ import annotations

from collections.abc import Iterable

from engine.service.duties.apply import phases
from engine.service.kernel.case import CampaignSession


def join(case: CampaignSession, extra: str, tasks: Iterable[str]) -> None:
    """Lay the amendments kept under a hash over the workflow, and issue the tasks that they brought."""
    case.use_extra(extra)
    for name in tasks:
        phases.issue(case, case.plan.tasks[name])
