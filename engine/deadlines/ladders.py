"""The grid of a ladder: every point of every rung and its instant (SEMANTICS D4, D5, L5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import count, pairwise, takewhile

from engine.calendar import Calendar
from engine.deadlines.instants import instant
from engine.deadlines.records import Point, Standing, Times
from engine.model import Ladder, Offset, Rung


@dataclass(frozen=True, slots=True)
class Grid:
    """The points of an epoch by instant, and for each those of the level below that come before it.

    Escalations come after escalations, reminders after reminders, where the lower level has any of the
    kind; after those scheduled earlier or, where none is, after the first ones (L2).
    """

    points: tuple[Point, ...]
    below: Mapping[Point, tuple[Point, ...]]


def points(standing: Standing, times: Times) -> tuple[Point, ...]:
    """Return the whole grid of the present epoch, by instant, then level, then place in the ladder."""
    return grid_of(standing.ladder, standing.deadline.due_on, times).points


@lru_cache(maxsize=1024)
def grid_of(ladder: Ladder, due_on: date, times: Times) -> Grid:
    """Return the grid of a ladder on a due day."""
    found = sorted((point for rung in ladder.rungs for point in _points_of(rung, due_on, times)), key=_order)
    levels = sorted({point.level for point in found})
    lower = {high: [point for point in found if point.level == low] for low, high in pairwise(levels)}
    return Grid(tuple(found), {point: _before(point, lower.get(point.level, [])) for point in found})


def _order(point: Point) -> tuple[datetime, int]:
    return point.scheduled_at, point.level


def _before(point: Point, level: list[Point]) -> tuple[Point, ...]:
    like = [each for each in level if each.reminds == point.reminds] or level
    earlier = [each for each in like if each.scheduled_at < point.scheduled_at]
    return tuple(earlier or [each for each in like if each.scheduled_at == like[0].scheduled_at])


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
