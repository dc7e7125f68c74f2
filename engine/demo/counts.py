"""What becomes of one period of a counted duty: most keep pace, some are warned, none falls short."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine import periods
from engine.clock import seeded
from engine.demo.act import Act, at, working_day
from engine.demo.cast import Cast, is_ordinary
from engine.demo.duties import PlayedDuty
from engine.model.plain import short
from engine.service.kernel.counting import counted_of

WARNED = 0.08
"""The share of periods in which a unit does little until it is told that it falls behind."""
BY_OFFICE = 0.05
"""The share that a unit reports by telephone or on paper, and the office records a working day later."""
LAST_MINUTE = (2, 6)
AHEAD = (0, 12)


def next_count(cast: Cast, owed: PlayedDuty) -> Act | None:
    """Return what a unit counts next in a period, or None once nothing is left that it could still do."""
    plan, period, assignment = cast.plan, owed.period, owed.assignment
    if period is None or assignment.state != "issued":
        return None
    number = _portion(owed.done, counted_of(plan.tasks[assignment.task]).least)
    on = _day(cast, owed, period)
    if number == 0 or on > period.last_day:
        return None
    given = {
        "task": assignment.task,
        "unit": assignment.unit,
        "period": assignment.period,
        "number": number,
        "note": f"{plan.tasks[assignment.task].title}活动记录",
    }
    return _act(cast, owed, period, on, given)


def _act(cast: Cast, owed: PlayedDuty, period: periods.Period, on: date, given: dict[str, Any]) -> Act:
    plan, unit = cast.plan, owed.assignment.unit
    if unit == plan.workflow.office:
        return Act(at=at(plan, on), action="count", given=given)
    later = working_day(plan, on, 1)
    luck = seeded(f"{cast.seed}/{short(owed.assignment.id)}/{owed.done}/paper")
    if not is_ordinary(plan.workflow, unit) or (luck.random() < BY_OFFICE and later <= period.last_day):
        text = f"{unit}书面材料,{plan.workflow.office}收文登记"
        paper = {"on": on, "voucher": {"name": "收文登记", "text": text}}
        recorded = max(on, min(later, plan.calendar.previous_working_day(period.last_day)))
        return Act(at=at(plan, recorded), action="count", given=given | paper)
    return Act(at=at(plan, on), action="count", actor=unit, given=given)


def _day(cast: Cast, owed: PlayedDuty, period: periods.Period) -> date:
    """Return the working day on which a unit counts next: ahead of the pace, or at the last minute."""
    plan, calendar = cast.plan, cast.plan.calendar
    luck = seeded(f"{cast.seed}/{owed.assignment.task}/{owed.assignment.unit}/{period.id}")
    least = counted_of(plan.tasks[owed.assignment.task]).least
    end = calendar.previous_working_day(period.last_day)
    if luck.random() < WARNED:
        wished = working_day(plan, end, -luck.randint(*LAST_MINUTE))
    else:
        keeps = calendar.previous_working_day(periods.keeps_pace_until(owed.done, least, period, calendar))
        wished = working_day(plan, keeps, -luck.randint(*AHEAD))
    told = working_day(plan, owed.assignment.issued_on, 1)
    return min(max(told, wished), max(end, owed.assignment.issued_on))


def _portion(done: int, least: int) -> int:
    reached = 0
    for portion in periods.portions(least):
        reached += portion
        if reached > done:
            return reached - done
    return 0
