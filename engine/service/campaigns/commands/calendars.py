"""A working calendar with one more official year, pinned in a campaign (SEMANTICS D6)."""

from __future__ import annotations

from datetime import date

from engine.model import Assignment, Deadline
from engine.model.plain import Ref
from engine.records import record, replace
from engine.service.duties.apply import deadlines
from engine.service.kernel.action import Action, Answer, as_given
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Found


@record
class Redated:
    """A deadline whose day a calendar moved, and whether its unit had been told the earlier one."""

    deadline: Ref
    unit: str
    before: date
    to: date
    provisional: bool
    notified: bool


@record
class CalendarPinned:
    """A campaign goes by a calendar with one more official year; `settled` deadlines are provisional no longer."""

    calendar: str
    notice: str
    moved: tuple[Redated, ...] = ()
    settled: tuple[Ref, ...] = ()


def _apply_calendar(case: CampaignSession, entry: Entry) -> Answer:
    """Pin a newly loaded calendar and move what moves, never before a date already notified."""
    facts: CalendarPinned = entry.facts
    case.use_calendar(facts.calendar)
    for moved in facts.moved:
        deadline = case.work.must(Deadline, moved.deadline)
        later = moved.to
        kept = {"due_on": later, "first_due_on": deadline.first_due_on + (later - deadline.due_on)}
        deadlines.change(
            case,
            deadline,
            **kept,
            epoch=deadline.epoch + 1,
            began_at=case.at,
            provisional=moved.provisional,
        )
        assignment = case.work.get(Assignment, deadline.assignment) if deadline.assignment else None
        if assignment is not None and moved.notified:
            days = {"from": moved.before.isoformat(), "to": later.isoformat()}
            told = {**days, "reason": "", "document": facts.notice}
            enqueue(case, "extended", deadline.unit, assignment=assignment, deadline=deadline, facts=told)
    for found in facts.settled:
        certain = case.work.get(Deadline, found)
        if certain is not None:
            case.work.put(replace(certain, provisional=False))
    return {"moved": len(facts.moved)}


ACTIONS = (Action("calendar", frozenset({"office", "system"}), as_given, _apply_calendar, CalendarPinned, Found),)
