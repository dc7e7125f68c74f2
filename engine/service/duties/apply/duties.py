"""Counted duties: issuing a period, settling it once it is done, closing it when it is over (K1, K3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from engine import units
from engine.calendar import Step
from engine.deadlines import Dated
from engine.model import Assignment, Event, Task
from engine.periods import Period
from engine.records import replace
from engine.service.duties.apply import alike, deadlines
from engine.service.kernel import counting
from engine.service.kernel.case import SETTLED, CampaignSession, TimerKind
from engine.service.kernel.items import enqueue
from notifications.kinds import nudging_kind

SHORTFALL_LEVEL = 1
"""Who is told that a period ended short: the deputy head in charge, as far as the relation allows."""


def start(case: CampaignSession, task: Task) -> None:
    """Issue the periods of a duty that have begun, and have the next looked for on its first day."""
    for period in counting.owed(case, task):
        if period.first_day <= case.today <= period.last_day:
            issue(case, task, period)
    arm_next(case, task)


def arm_next(case: CampaignSession, task: Task) -> None:
    """Arm the first day of the next period that is owed."""
    ahead = [period for period in counting.owed(case, task) if period.first_day > case.today]
    for period in ahead:
        if period.first_day == min(each.first_day for each in ahead):
            _arm(case, task, counting.beginning_at(case, period))


def turning(case: CampaignSession, task: Task) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return what of a duty falls short now, by number, and the periods that begin."""
    running = case.head.state == "running"
    begun = [p.id for p in counting.owed(case, task) if p.first_day <= case.today <= p.last_day] if running else []
    issued = {a.period for a in case.work.find(Assignment, campaign=case.id, task=task.id)}
    short = tuple(a.id for a in _to_close(case, task)) if running else ()
    return short, tuple(name for name in begun if name not in issued)


def _to_close(case: CampaignSession, task: Task) -> Iterable[Assignment]:
    for assignment in case.work.find(Assignment, campaign=case.id, task=task.id, order="id"):
        due = case.deadline(assignment, "due") if assignment.state not in SETTLED else None
        if due is not None and due.state != "paused" and counting.closing_at(case, due) <= case.at:
            yield assignment


def issue(case: CampaignSession, task: Task, period: Period) -> None:
    """Issue a period: an assignment for each unit that owes the duty, and the moment of its closing."""
    if case.work.find(Assignment, campaign=case.id, task=task.id, period=period.id):
        return
    case.know_contacts()
    members = case.plan.members(task, case.today)
    alike.give(case, members, lambda unit, role: assign(case, task, period, unit, role))


def assign(case: CampaignSession, task: Task, period: Period, unit: str, role: Any) -> None:
    """Issue a period to one unit."""
    assignment = Assignment(
        id=case.next_id(),
        campaign=case.id,
        task=task.id,
        unit=unit,
        period=period.id,
        role=role,
        phase=task.phase,
        state="issued",
        issued_on=case.today,
    )
    case.work.add(assignment)
    take_up(case, task, assignment, period)


def take_up(case: CampaignSession, task: Task, assignment: Assignment, period: Period | None = None) -> None:
    """Start the clock of a unit's period, have its closing looked at, and tell the unit."""
    told = deadlines.owed_by(case, assignment)
    due = deadlines.start(
        case,
        "due",
        last_day(period or counting.period_of(case, assignment), case),
        ladder="" if case.relation(assignment.unit) == "superior" else task.ladder,
        unit=told,
        phase=task.phase,
        assignment=assignment.id,
    )
    _arm(case, task, counting.closing_at(case, due))
    if task.issue == "letters":
        kind = nudging_kind() if told == case.plan.workflow.office else "task_issued"
        enqueue(case, kind, told, assignment=assignment, deadline=due)


def last_day(period: Period, case: CampaignSession) -> Dated:
    """Return the last day of a period as a date: it counts as printed and never rolls (D4, K1)."""
    on = period.last_day
    step = Step(day=on, kind="printed", reason=f"the last day of {period.id}; it never rolls (D4)")
    provisional = case.plan.calendar.is_provisional(on)
    return Dated(on=on, basis="derived", anchor_on=on, offset="", provisional=provisional, steps=(step,))


def resettle(case: CampaignSession, assignment: Assignment) -> Assignment:
    """Settle what a unit owes by what is counted now: done, still open, or short (K2)."""
    reached = reached_on(case, assignment)
    if reached is not None:
        return _accept(case, assignment, reached)
    if assignment.state != "accepted":
        return assignment
    due = case.deadline(assignment, "due")
    opened = replace(
        assignment,
        unit=_owed_by_now(case, assignment),
        state="issued",
        submitted_on=None,
        first_submitted_on=None,
        settled_on=None,
    )
    case.work.put(opened)
    case.forget_units()
    if due is not None and counting.closing_at(case, due) <= case.at:
        return fall_short(case, opened)
    if due is not None:
        _reopen(case, due, deadlines.owed_by(case, opened))
    return opened


def owe_again(case: CampaignSession, assignment: Assignment) -> Assignment:
    """Have a unit owe a period from which it had been let off: it is done, still open, or short (K2, K3)."""
    reached, due = reached_on(case, assignment), case.deadline(assignment, "due")
    if reached is not None:
        return _accept(case, assignment, reached)
    if due is not None and counting.closing_at(case, due) <= case.at:
        return fall_short(case, assignment)
    if due is not None:
        _reopen(case, due, deadlines.owed_by(case, assignment))
        _arm(case, case.plan.tasks[assignment.task], counting.closing_at(case, due))
    return assignment


def _owed_by_now(case: CampaignSession, assignment: Assignment) -> str:
    """Return who owes what is opened again: the successor of a unit that is gone, if it does not owe it too (R3)."""
    unit = units.called(case.plan.workflow.directory, assignment.unit, case.today)
    taken = case.work.find(Assignment, campaign=case.id, task=assignment.task, unit=unit, period=assignment.period)
    return assignment.unit if taken else unit


def _reopen(case: CampaignSession, due: Any, unit: str) -> None:
    armed = deadlines.change(case, due, state="armed", unit=unit)
    if deadlines.covered(case, armed):
        deadlines.silence(case, armed)


def reached_on(case: CampaignSession, assignment: Assignment) -> date | None:
    """Return the day of the event with which the target was reached, or None."""
    least = counting.counted_of(case.plan.tasks[assignment.task]).least
    total = 0
    for event in sorted(counting.events(case, assignment), key=_by_day):
        total += event.number
        if total >= least:
            return event.happened_on
    return None


def _by_day(event: Event) -> tuple[date, int]:
    return event.happened_on, event.id


def _accept(case: CampaignSession, assignment: Assignment, on: date) -> Assignment:
    accepted = replace(assignment, state="accepted", submitted_on=on, first_submitted_on=on, settled_on=on)
    case.work.put(accepted)
    for deadline in case.deadlines(accepted):
        deadlines.end(case, deadline)
    return accepted


def fall_short(case: CampaignSession, assignment: Assignment) -> Assignment:
    """Close what was not reached: a breach that stays, told to the unit but to no superior (K3)."""
    short = replace(assignment, state="short", settled_on=case.today)
    case.work.put(short)
    for deadline in case.deadlines(short):
        deadlines.end(case, deadline, "cancelled")
    _tell_short(case, short)
    return short


def _tell_short(case: CampaignSession, assignment: Assignment) -> None:
    unit = assignment.unit
    if case.relation(unit) == "superior" or unit == case.plan.workflow.office:
        return
    level = min(SHORTFALL_LEVEL, deadlines.cap(case, unit))
    if level >= 0:
        due = case.deadline(assignment, "due")
        enqueue(case, "shortfall", unit, level=level, delivery="release", assignment=assignment, deadline=due)


def resumed(case: CampaignSession) -> None:
    """Take up after a pause: what has begun is issued, what ended is closed the working day after (K3)."""
    for task in case.plan.workflow.tasks:
        if task.counted is not None and case.phase_state(task.phase).state in ("open", "left"):
            start(case, task)
            for assignment in case.work.find(Assignment, campaign=case.id, task=task.id, order="id"):
                _arm_closing(case, task, assignment)


def _arm_closing(case: CampaignSession, task: Task, assignment: Assignment) -> None:
    due = case.deadline(assignment, "due")
    if assignment.state in SETTLED or due is None or due.state == "paused":
        return
    at = counting.closing_at(case, due)
    _arm(case, task, at if at > case.at else counting.closing_at(case, replace(due, due_on=case.today)))


def _arm(case: CampaignSession, task: Task, at: Any) -> None:
    case.arm(at, TimerKind.TASK, case.id << 32 | case.plan.workflow.tasks.index(case.plan.tasks[task.id]))
