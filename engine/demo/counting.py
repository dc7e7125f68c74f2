"""What happens toward a counted duty: so many occasions, spread over what is left of its period."""

from __future__ import annotations

from engine.clock import seeded
from engine.demo.act import Act, at, working_day
from engine.demo.cast import Cast, is_ordinary
from engine.model import Assignment, Counted, Deadline

OCCASIONS = 4
"""The most occasions on which a duty is met; twelve lessons are given three at a time."""
SPREAD = 8
"""Working days by which an occasion may come earlier than its even share of the period."""


def next_occasion(cast: Cast, owed: Assignment, counted: Counted, due: Deadline) -> Act:
    """Return the next occasion toward a period; the last comes before the period ends."""
    occasions = min(counted.least, OCCASIONS) or 1
    each = -(-counted.least // occasions) or 1
    plan, number = cast.plan, owed.submissions
    first = plan.calendar.next_working_day(owed.issued_on)
    last = plan.calendar.previous_working_day(due.due_on)
    room = plan.calendar.working_days_between(first, last)
    luck = seeded(f"{cast.seed}/{owed.task}/{owed.unit}/{owed.period}/{number}").randint(0, SPREAD)
    share = max(0, room * (number + 1) // (occasions + 1) - min(luck, room // (occasions + 1)))
    on = min(working_day(plan, first, share), last)
    task = plan.tasks[owed.task]
    given = {
        "task": owed.task,
        "unit": owed.unit,
        "number": min(each, counted.least - each * number) if counted.least > each * number else 1,
        "note": f"{task.title},第{number + 1}次",
    }
    if is_ordinary(plan.workflow, owed.unit):
        return Act(at=at(plan, on), action="count", actor=owed.unit, given=given)
    voucher = {"voucher": {"name": "收文登记", "text": f"{owed.unit}书面材料"}}
    return Act(at=at(plan, on), action="count", given=given | voucher)
