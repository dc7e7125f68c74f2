"""What is counted: the periods of a duty in a campaign, and how far each unit has come (docs/semantics.md, K)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from engine import deadlines as rules
from engine import periods
from engine.calendar import DAY
from engine.deadlines.instants import instant
from engine.model import Assignment, Counted, Deadline, Event, Task
from engine.periods import Pace, Period
from engine.service.kernel.case import CampaignSession


def counted_of(task: Task) -> Counted:
    """Return what a duty counts; ValueError for a task that counts nothing."""
    if task.counted is None:
        raise ValueError(f"{task.id} is no counted duty")
    return task.counted


def of_data(case: CampaignSession, task: Task) -> tuple[Period, ...]:
    """Return the terms, or the phases as they stand; of phases those that are ours."""
    per = counted_of(task).per
    if per == "term":
        return periods.terms(case.plan.workflow.terms)
    if per != "phase":
        return ()
    ours = [state for state in case.phase_states() if case.plan.phases[state.phase].owner == "office"]
    return tuple(
        Period(id=s.phase, title=case.plan.phases[s.phase].title, first_day=s.first_day, last_day=s.last_day)
        for s in ours
    )


def span(case: CampaignSession, task: Task) -> tuple[date, date]:
    """Return from which day to which a duty is owed: from its phase, but not before adoption (K1).

    A phase that was entered before its window begins asks for nothing of the days between.
    """
    state = case.phase_state(task.phase)
    by_entry = state.opened_at if case.plan.phases[task.phase].opens == "entry" else None
    opened = case.plan.day(by_entry) if by_entry else state.first_day
    first = max(opened, case.head.adopted_on)
    if counted_of(task).until == "phase":
        return first, state.last_day
    return first, max(each.last_day for each in case.phase_states())


def owed(case: CampaignSession, task: Task) -> tuple[Period, ...]:
    """Return the periods that a duty is owed in: those whose last day lies within its span (K1).

    A duty that names nobody is gone with an earlier version, and owed no more (P4).
    """
    if not (task.lead or task.responsible or task.supporting or task.inherited):
        return ()
    return periods.owed(counted_of(task).per, *span(case, task), of_data(case, task))


def not_demanded(case: CampaignSession, task: Task) -> tuple[Period, ...]:
    """Return the periods that begin within the span of a duty and that it does not see to their end (K1)."""
    first, last = span(case, task)
    shared = periods.begun(counted_of(task).per, first, last, of_data(case, task))
    return tuple(each for each in shared if each.last_day > last)


def period_of(case: CampaignSession, assignment: Assignment) -> Period:
    """Return the period of what a unit owes; KeyError where its term or phase is gone."""
    task = case.plan.tasks[assignment.task]
    data = of_data(case, task)
    if data:
        return next(each for each in data if each.id == assignment.period)
    found = periods.around(counted_of(task).per, assignment.issued_on)
    if found is None or found.id != assignment.period:
        raise KeyError(assignment.period)
    return found


def events(case: CampaignSession, assignment: Assignment) -> list[Event]:
    """Return what happened, oldest record first; what was taken back is left out."""
    found = case.work.find(Event, assignment=assignment.id, order="id")
    return [event for event in found if event.taken_back_on is None]


def done(case: CampaignSession, assignment: Assignment) -> int:
    """Return how many are counted so far."""
    return sum(event.number for event in events(case, assignment))


def done_by(case: CampaignSession, assignments: Iterable[Assignment]) -> Mapping[int, int]:
    """Return how many are counted so far by assignment, read set-wise."""
    found = {a.id: 0 for a in assignments if a.period}
    for event in case.work.among(Event, "assignment", found, order="id"):
        if event.taken_back_on is None:
            found[event.assignment] += event.number
    return found


def pace_of(case: CampaignSession, assignment: Assignment, counted: int | None = None) -> Pace:
    """Return the pace of what a unit owes, today."""
    target = counted_of(case.plan.tasks[assignment.task])
    so_far = done(case, assignment) if counted is None else counted
    return periods.pace(so_far, target, period_of(case, assignment), case.today, case.plan.calendar)


def closing_at(case: CampaignSession, due: Deadline) -> datetime:
    """Return when a period is closed: when the office has counted what came in on its last day (D5, K3)."""
    plan = case.plan
    day = plan.calendar.next_working_day(due.due_on + DAY)
    return instant(day, plan.workflow.hours.overdue, plan.zone)


def beginning_at(case: CampaignSession, period: Period) -> datetime:
    """Return the first instant of a period."""
    return rules.start_of(period.first_day, case.plan.zone)
