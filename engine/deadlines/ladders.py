"""The grid of a ladder: every point of every rung and its instant (SEMANTICS D4, D5, L5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import count, takewhile
from typing import Final

from engine.calendar import Calendar
from engine.deadlines.instants import instant
from engine.deadlines.records import LadderStanding, Point, Times
from engine.model import Ladder, Offset, Rung
from engine.records import record

WEEK: Final = timedelta(days=7)


@record(kw_only=False)
class Grid:
    """The points of an epoch by instant, and for each the points of lower levels that come before it.

    `below` lists them level by level, the highest first: of each level those of the point's kind that are
    scheduled earlier or, where none is, the first ones (L2).
    """

    points: tuple[Point, ...]
    below: Mapping[Point, tuple[tuple[Point, ...], ...]]


def points(standing: LadderStanding, times: Times) -> tuple[Point, ...]:
    """Return the whole grid of the present epoch, by instant, then level, then place in the ladder."""
    return grid_of(standing.ladder, standing.deadline.due_on, times).points


@lru_cache(maxsize=1024)
def grid_of(ladder: Ladder, due_on: date, times: Times) -> Grid:
    """Return the grid of a ladder on a due day."""
    found = laid_out(ladder, due_on, times)
    return Grid(tuple(found), {point: _below(point, found) for point in found})


def laid_out(ladder: Ladder, due_on: date, times: Times) -> list[Point]:
    """Return the points of a ladder on a due day by instant, without what they wait for."""
    return sorted((point for rung in ladder.rungs for point in _points_of(rung, ladder, due_on, times)), key=_order)


def _order(point: Point) -> tuple[datetime, int]:
    return point.scheduled_at, point.level


def _below(point: Point, grid: list[Point]) -> tuple[tuple[Point, ...], ...]:
    numbers = sorted({each.level for each in grid if each.level < point.level}, reverse=True)
    lower = [[each for each in grid if each.level == number] for number in numbers]
    kin = [_kin(point, level) for level in lower]
    return tuple(_before(point, level) for level in (kin if any(kin) else lower[:1]) if level)


def _kin(point: Point, level: list[Point]) -> list[Point]:
    """Return the points of a lower level for which `point` waits: those of its kind.

    A reminder waits for a level that has none until that is told at all; an escalation need not, for
    every reminder is recorded by then.
    """
    like = [each for each in level if each.reminds == point.reminds]
    return level if point.reminds and not like else like


def _before(point: Point, level: list[Point]) -> tuple[Point, ...]:
    earlier = [each for each in level if each.scheduled_at < point.scheduled_at]
    return tuple(earlier or [each for each in level if each.scheduled_at == level[0].scheduled_at])


def _points_of(rung: Rung, ladder: Ladder, due_on: date, times: Times) -> Iterator[Point]:
    reminds = rung.at.count <= 0
    for n, day in enumerate(_days(rung, due_on, times.calendar), start=1):
        at = _scheduled(digest_day(ladder, day, due_on, times.calendar) if reminds else day, reminds, times)
        yield Point(rung=rung.id, n=n, level=rung.level, scheduled_at=at, reminds=reminds)


LAST_DAYS: Final = Offset(count=-3)
"""Within so many working days before a day reminders go daily, whatever else is said (N1)."""


def digest_day(ladder: Ladder, day: date, due_on: date, calendar: Calendar) -> date:
    """Return the day on which a reminder for `day` goes: that of the week's digest, or of the last days (N1)."""
    day = calendar.previous_working_day(day)
    if ladder.reminders == "daily":
        return day
    last_days_from = calendar.previous_working_day(calendar.add(due_on, LAST_DAYS))
    return day if day >= last_days_from else min(_week_begins(day, calendar), last_days_from)


def _week_begins(day: date, calendar: Calendar) -> date:
    """Return the first working day of a week that is not before `day`; weeks begin on Monday."""
    monday = day - timedelta(days=day.weekday())
    first = calendar.next_working_day(monday)
    return first if first >= day else calendar.next_working_day(monday + WEEK)


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
