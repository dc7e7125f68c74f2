"""A bulletin of what was due by now, in the order of the directory, naming no person (通报, N5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine import units
from engine.model import Assignment, Item
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts
from engine.service.notices.composing.lateness import ByNow, chased, due_by_now, is_late
from engine.service.notices.composing.lines import in_order
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from notifications.notice import Figures


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    found = due_by_now(case)
    on_time = {a.id for a in found.due if _is_on_time(a, found)}
    return {
        "unit": "",
        "units": in_order(case, _told_of(case, found)),
        "commended": _commended(case, found, on_time),
        "figures": _figures(case, found, len(on_time)),
        "items": chased(case, found),
    }


def _figures(case: CampaignSession, found: ByNow, on_time: int) -> Figures:
    done = [a for a in found.due if a.state == "accepted"]
    late = [a for a in found.due if is_late(case, a, found.dues[a.id])]
    return Figures(due=len(found.due), done=len(done), on_time=on_time, overdue=len(late))


def _is_on_time(owed: Assignment, found: ByNow) -> bool:
    first = owed.first_submitted_on
    return owed.state == "accepted" and first is not None and first <= found.dues[owed.id].first_due_on


def _told_of(case: CampaignSession, found: ByNow) -> set[str]:
    """Return the units that a bulletin goes to, as they are called today: no superior, not ourselves."""
    below = {a.unit for a in found.owed if case.relation(a.unit) != "superior"} - _ourselves(case)
    now = units.current(case.plan.workflow.directory, below, case.today)
    return {unit for unit in now if not case.has_ended(unit)}


def _commended(case: CampaignSession, found: ByNow, on_time: set[int]) -> tuple[str, ...]:
    """Return the subordinate units that did in time all that was due; whoever signs may strike them."""
    ours = {a.unit for a in found.due if case.relation(a.unit) == "subordinate" and not case.has_ended(a.unit)}
    ours -= _ourselves(case)
    return in_order(case, ours - {a.unit for a in found.due if a.id not in on_time})


def _ourselves(case: CampaignSession) -> set[str]:
    return {case.plan.workflow.office}


def _all_on_time(said: Said) -> bool:
    """Tell whether of each unit that is commended all that was due was accepted, and handed in in time."""
    found = due_by_now(said.case)
    ours = [a for a in found.due if a.unit in said.values["commended"]]
    return bool(ours) and all(_is_on_time(a, found) for a in ours)


KIND = NoticeKind(
    name="bulletin",
    gathers="document",
    fields=_fields,
    shows_facts=True,
    bears={
        "counted": facts.given("figures"),
        "all_on_time": _all_on_time,
        "late": facts.not_done,
        "none_late": lambda said: not said.lines,
        "annexed": facts.given("attachments"),
    },
)
