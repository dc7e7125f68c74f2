"""When what waits to be told is not true any more: the rules that kinds of notice share (SEMANTICS F5)."""

from __future__ import annotations

from engine.model import Assignment, Deadline, Item, Occurrence
from engine.model.plain import coded
from engine.records import record
from engine.service.duties.commands.firing import rung_of
from engine.service.kernel.case import SETTLED, CampaignSession


@record
class About:
    """An item that waits to be told, with what it speaks of."""

    item: Item
    assignment: Assignment | None
    deadline: Deadline | None


def about(case: CampaignSession, item: Item) -> About:
    """Return an item with what it speaks of."""
    return About(
        item=item,
        assignment=case.work.get(Assignment, item.assignment) if item.assignment else None,
        deadline=case.work.get(Deadline, item.deadline) if item.deadline else None,
    )


def out_of_date(case: CampaignSession, told: About) -> str:
    """Return why what is said of an open task is no longer true, or an empty text; most kinds know no other rule."""
    return settled(told) or off_its_day(case, told)


def settled(told: About) -> str:
    """Return that nothing is owed any more, or an empty text."""
    owed = told.assignment
    return coded("assignment_is", state=owed.state) if owed is not None and owed.state in SETTLED else ""


def off_its_day(case: CampaignSession, told: About) -> str:
    """Return why a rung of a deadline says nothing true today, or an empty text."""
    occurrence = case.work.get(Occurrence, told.item.occurrence) if told.item.occurrence else None
    if occurrence is None or told.deadline is None:
        return ""
    if told.deadline.state != "armed":
        return coded("deadline_is", state=told.deadline.state)
    return _untimely(case, occurrence, told.deadline)


def _untimely(case: CampaignSession, occurrence: Occurrence, deadline: Deadline) -> str:
    """Return why a rung's text, which speaks of a day ahead or of one that is over, is false; else nothing."""
    if occurrence.rung.startswith("manual-"):
        return ""
    looks_ahead = _looks_ahead(case, deadline, occurrence)
    if looks_ahead and case.today > deadline.due_on:
        return coded("day_passed")
    return "" if looks_ahead or case.today > deadline.due_on else coded("date_moved")


def _looks_ahead(case: CampaignSession, deadline: Deadline, occurrence: Occurrence) -> bool:
    """Tell whether a rung reminds; one that the ladder has no longer (P4) did where it lay before the day's end."""
    try:
        return rung_of(case, deadline, occurrence.rung).at.count <= 0
    except KeyError:
        return case.plan.day(occurrence.scheduled_at) <= deadline.due_on
