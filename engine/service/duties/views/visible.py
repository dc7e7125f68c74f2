"""What of what units owe may be seen: by a unit its own, and the parts of the tasks that it leads (SEMANTICS I6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from engine.model import Assignment
from engine.service.duties.apply.gathering import gathering
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.sight import require, sees


def seen(case: CampaignSession, found: Sequence[Assignment]) -> list[Assignment]:
    """Return of assignments those that who reads may see."""
    if sees(case, "duty"):
        return list(found)
    leads = _leads(case, found)
    return [each for each in found if sees(case, "duty", each.unit, *leads.get(each.id, ()))]


def require_seen(case: CampaignSession, assignment: Assignment) -> None:
    """Refuse who reads what is not his to see."""
    if not seen(case, [assignment]):
        require(case, "duty", assignment.unit)


def _leads(case: CampaignSession, found: Iterable[Assignment]) -> Mapping[int, list[str]]:
    """Return of each part the units that lead its task."""
    leads: dict[int, list[str]] = defaultdict(list)
    for number, parts in gathering(case, (each.task for each in found)).parts.items():
        for part in parts:
            leads[part.id].append(case.work.must(Assignment, number).unit)
    return leads
