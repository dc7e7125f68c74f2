"""The grid of a ladder: every point of every rung and its instant (SEMANTICS D4, D5, L5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import count, takewhile

from engine.calendar import Calendar
from engine.deadlines.instants import instant
from engine.deadlines.records import Point, Standing, Times
from engine.model import Offset, Rung


def points(standing: Standing, times: Times) -> tuple[Point, ...]:
    """Return the whole grid of the present epoch, by instant, then level, then place in the ladder."""
    due_on = standing.deadline.due_on
    grid = [point for rung in standing.ladder.rungs for point in _points_of(rung, due_on, times)]
    grid.sort(key=_order)
    return tuple(grid)


def _order(point: Point) -> tuple[datetime, int]:
    return point.scheduled_at, point.level


def _points_of(rung: Rung, due_on: date, times: Times) -> Iterator[Point]:
    reminds = rung.at.count <= 0
    for n, day in enumerate(_days(rung, due_on, times.calendar), start=1):
        at = _scheduled(day, reminds, times)
        yield Point(rung=rung.id, n=n, level=rung.level, scheduled_at=at, reminds=reminds)


def _scheduled(day: date, reminds: bool, times: Times) -> datetime:
    """Return when a point that falls on `day` is scheduled: reminders roll back, escalations on (D4)."""
    if reminds:
        return instant(times.calendar.previous_working_day(day), times.hours.remind, times.zone)
    return instant(times.calendar.next_working_day(day), times.hours.overdue, times.zone)


def _days(rung: Rung, due_on: date, calendar: Calendar) -> Iterator[date]:
    first = calendar.add(due_on, rung.at)
    if rung.every is None or rung.every.count <= 0 or (rung.count is None and rung.until is None):
        return iter((first,))
    last = _last_day(rung, due_on, calendar)
    numbers = count() if rung.count is None else range(rung.count)
    return takewhile(
        lambda day: day <= last,
        (calendar.add(first, _times(rung.every, number)) for number in numbers),
    )


def _last_day(rung: Rung, due_on: date, calendar: Calendar) -> date:
    """Return the day after which a repeating rung has no point; a reminder's is the due day at the latest."""
    end = date.max if rung.until is None else calendar.add(due_on, rung.until)
    return min(end, due_on) if rung.at.count <= 0 else end


def _times(span: Offset, number: int) -> Offset:
    return Offset(count=span.count * number, unit=span.unit)
