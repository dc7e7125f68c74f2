"""Working days and hours, by the days off that `chinesecalendar` knows: nothing of the engine's own reckoning."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar

from tests.simulation.workflows import ZONE, Rung

DAY = timedelta(days=1)
OFFICIAL = range(2004, 2027)
OPENS, LATE, CLOSES = time(9), time(10), time(17)


@lru_cache(maxsize=65536)
def working(day: date) -> bool:
    """Tell whether a day is worked; of years without a notice only the weekends are known."""
    return chinese_calendar.is_workday(day) if day.year in OFFICIAL else day.weekday() < 5


def forward(day: date) -> date:
    """Return the day, or the next working day."""
    while not working(day):
        day += DAY
    return day


def back(day: date) -> date:
    """Return the day, or the working day before."""
    while not working(day):
        day -= DAY
    return day


@lru_cache(maxsize=65536)
def counted(day: date, number: int) -> date:
    """Return the day that lies so many working days off, the first not counted."""
    step = DAY if number > 0 else -DAY
    for _ in range(abs(number)):
        day += step
        while not working(day):
            day += step
    return day


def points(rungs: tuple[Rung, ...], due_on: date) -> dict[tuple[str, int], datetime]:
    """Return when each point of a ladder is scheduled for a due day."""
    found = {}
    for rung in rungs:
        first = counted(due_on, rung.at)
        for n in range(1, rung.count + 1):
            day = counted(first, rung.every * (n - 1))
            if rung.at <= 0 and rung.every and day > due_on:
                continue
            found[rung.id, n] = _at(rung, day)
    return found


def _at(rung: Rung, day: date) -> datetime:
    if rung.at <= 0:
        return datetime.combine(back(day), OPENS, ZONE)
    return datetime.combine(forward(day), LATE, ZONE)


def sendable(at: datetime) -> bool:
    """Tell whether something may go out at an instant."""
    local = at.astimezone(ZONE)
    return working(local.date()) and OPENS <= local.time() <= CLOSES
