"""One thing that somebody does in the demonstration, and the hours at which such things are done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from engine.model import Offset
from engine.records import field, record
from engine.service.kernel.plan import Plan

HOURS = (time(10, 20), time(11, 10), time(14, 30), time(15, 20), time(16, 10))
"""The hours at which people act, one of them on any day: after the notices of the morning have gone."""
BEFORE_CLOSING = time(16, 40)


@record
class Act:
    """What is to be done at an instant: an action of the service, by whom, with what.

    `refusable` where a refusal is part of the story.
    """

    at: datetime
    action: str
    actor: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    refusable: bool = False


def at(plan: Plan, on: date, hour: time | None = None) -> datetime:
    """Return the instant of a local day, at the hour on which people act that day or at another."""
    return datetime.combine(on, hour or HOURS[on.toordinal() * 7 % len(HOURS)], plan.zone)


def working_day(plan: Plan, on: date, count: int) -> date:
    """Return the day `count` working days after `on`; 0 is `on` itself or the next working day."""
    return plan.calendar.add(on, Offset(count=count)) if count else plan.calendar.next_working_day(on)


def minutes(body: str, on: date) -> str:
    """Return how a decision of a body is cited: the minutes of a day."""
    return f"{body}{on.year}年{on.month}月{on.day}日会议纪要"
