"""What people are assumed to do of counted duties: so much at a time that they keep pace (docs/semantics.md, K)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from engine import periods
from engine.model import Assignment, Offset
from engine.service.kernel import counting
from engine.service.kernel.case import CampaignSession
from engine.store.queries import assignments

ONE = Offset(count=1)


def next_count(
    case: CampaignSession, owed: Assignment, done: int, early: Callable[[date], date]
) -> tuple[date, int] | None:
    """Return when a unit counts next, and how many: in time to keep pace, at the latest `early` before the end.

    None where nothing is left, or the period is over before the unit can know of it.
    """
    least, period = counting.counted_of(case.plan.tasks[owed.task]).least, counting.period_of(case, owed)
    calendar = case.plan.calendar
    if done >= least:
        return None
    keeps = calendar.previous_working_day(periods.keeps_pace_until(done, least, period, calendar))
    told = calendar.add(owed.issued_on, ONE)
    on = min(max(told, min(keeps, early(period.last_day))), calendar.previous_working_day(period.last_day))
    if calendar.next_working_day(max(on, case.today)) > period.last_day:
        return None
    return on, _next_portion(done, least)


def _next_portion(done: int, least: int) -> int:
    reached = 0
    for portion in periods.portions(least):
        reached += portion
        if reached > done:
            return reached - done
    return least - done


def open_counts(case: CampaignSession) -> Iterator[tuple[Assignment, int]]:
    """Yield what units still owe of counted duties, each with what is counted so far."""
    duties = [task.id for task in case.plan.workflow.tasks if task.counted is not None]
    if not duties:
        return
    found = assignments.issued_of(case.work, case.id, duties)
    done = counting.done_by(case, found)
    yield from ((each, done[each.id]) for each in found)
