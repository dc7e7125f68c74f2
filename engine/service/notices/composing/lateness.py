"""What documents tell of a campaign as it stands: counted, and who is late with what (SEMANTICS L9, N5)."""

from __future__ import annotations

from collections.abc import Sequence

from engine import reckoning
from engine.reckoning import Owed
from engine.service.duties import reckoned
from engine.service.kernel import counting
from engine.service.kernel.case import CampaignSession
from engine.service.notices.composing.lines import title_of, units_first
from notifications.notice import Line

NOT_YET = "逾期尚未报送"
AGAIN = "已退回补正"
AGAIN_LATE = "已退回补正,补正逾期"
SHORT = "周期内次数不足"


def ours(case: CampaignSession, found: Sequence[Owed]) -> list[Owed]:
    """Return what is owed by those whom the office may call to account: subordinates, and not itself (L7)."""
    office = case.plan.workflow.office
    return [e for e in found if e.assignment.unit != office and case.relation(e.assignment.unit) == "subordinate"]


def named(case: CampaignSession, found: Sequence[Owed]) -> list[Owed]:
    """Return what a bulletin names, by the directory: what is late, and what was returned with its new day.

    What waits for a review is not among them, and nothing of peers, superiors, ourselves and units that have ended.
    """
    told = {e.assignment.id: e for e in ours(case, found) if _is_named(case, e)}
    return [told[each.id] for each in units_first(case, [e.assignment for e in told.values()])]


def _is_named(case: CampaignSession, each: Owed) -> bool:
    if case.has_ended(each.assignment.unit):
        return False
    return reckoning.is_late(each, case.today) or reckoning.standing(each, case.today) == "returned"


def named_of(case: CampaignSession, unit: str) -> list[Owed]:
    """Return what a bulletin would name now of a unit."""
    return named(case, reckoned.owed_in(case, unit=unit))


def is_named(case: CampaignSession, number: int) -> bool:
    """Tell whether a bulletin would name an assignment now."""
    return bool(named(case, reckoned.owed_in(case, id=number)))


def lines(case: CampaignSession, found: Sequence[Owed]) -> tuple[Line, ...]:
    """Return a line for each of what is named."""
    return tuple(_line(case, each) for each in found)


def late_lines(case: CampaignSession) -> tuple[Line, ...]:
    """Return a line for each thing that subordinate units are late with, in the order of the directory."""
    found = named(case, reckoned.owed_in(case))
    return lines(case, [each for each in found if reckoning.is_late(each, case.today)])


def _line(case: CampaignSession, each: Owed) -> Line:
    owed, due = each.assignment, each.due
    moved = owed.state == "returned" and due is not None and due.first_due_on != due.due_on
    return Line(
        title=title_of(case, owed),
        unit=owed.unit,
        ref=owed.id,
        state=_state(case, each),
        due_on=due.due_on if due else None,
        was_on=due.first_due_on if due and moved else None,
    )


def _state(case: CampaignSession, each: Owed) -> str:
    owed = each.assignment
    if owed.state == "short":
        pace, counted = counting.pace_of(case, owed), counting.counted_of(case.plan.tasks[owed.task])
        return f"{SHORT}(应完成{pace.least}{counted.measure},已报送{pace.done}{counted.measure})"
    if owed.state == "returned":
        return AGAIN_LATE if reckoning.is_late(each, case.today) else AGAIN
    return NOT_YET
