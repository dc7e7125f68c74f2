"""The periods in which a duty is counted, and the pace at which it is kept (docs/semantics.md, K)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Literal

from engine.calendar import DAY, Calendar
from engine.model import Counted, Per, Term
from engine.records import record

_CHINESE = "一二三四"

State = Literal["done", "on_pace", "behind", "short"]


@record
class Period:
    """A span of days, both inclusive, in which a duty is counted."""

    id: str
    title: str
    first_day: date
    last_day: date

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in it."""
        return self.first_day <= day <= self.last_day


@record
class Pace:
    """How far a unit has come in a period: so many of so many, and the working days left, today included."""

    done: int
    least: int
    elapsed: int
    left: int
    state: State


def around(per: Per, day: date, of_data: Iterable[Period] = ()) -> Period | None:
    """Return the period that holds a day; `of_data` are the terms or phases, None where none of them does."""
    if per in ("term", "phase"):
        return next((period for period in of_data if period.holds(day)), None)
    return _CALENDAR[per](day)


def begun(per: Per, first: date, last: date, of_data: Iterable[Period] = ()) -> tuple[Period, ...]:
    """Return every period that shares days with first..last, in order of their last days."""
    if per in ("term", "phase"):
        shared = (each for each in of_data if each.first_day <= last and each.last_day >= first)
        return tuple(sorted(shared, key=lambda each: (each.last_day, each.first_day, each.id)))
    return tuple(_walk(_CALENDAR[per], first, last))


def owed(per: Per, first: date, last: date, of_data: Iterable[Period] = ()) -> tuple[Period, ...]:
    """Return the periods that are demanded of a span: those whose last day lies in it."""
    return tuple(each for each in begun(per, first, last, of_data) if first <= each.last_day <= last)


def terms(found: Iterable[Term]) -> tuple[Period, ...]:
    """Return school terms as periods."""
    return tuple(Period(id=t.id, title=t.title, first_day=t.first_day, last_day=t.last_day) for t in found)


def pace(done: int, counted: Counted, period: Period, today: date, calendar: Calendar) -> Pace:
    """Return the pace on a day: behind where less is done than the working days gone by would have it.

    What they would have is rounded to the nearest whole: one of one is asked for from the middle of the period.
    """
    total, elapsed = working_days(period, calendar), _elapsed(period, today, calendar)
    return Pace(
        done=done,
        least=counted.least,
        elapsed=elapsed,
        left=total - elapsed,
        state=_state(done, counted.least, elapsed, total, over=today > period.last_day),
    )


def working_days(period: Period, calendar: Calendar) -> int:
    """Return how many working days a period has."""
    return calendar.working_days_between(period.first_day - DAY, period.last_day)


def keeps_pace_until(done: int, least: int, period: Period, calendar: Calendar) -> date:
    """Return the last day on which who has done so much is not behind; the last day where all is done."""
    allowed = max(0, (working_days(period, calendar) * (2 * done + 1) - 1) // (2 * max(1, least)))
    day = period.first_day
    while day < period.last_day and _elapsed(period, day + DAY, calendar) <= allowed:
        day += DAY
    return day


def portions(least: int, most: int = 4) -> tuple[int, ...]:
    """Return `least` in at most so many even portions: how somebody who keeps pace would count."""
    parts = min(least, most)
    upto = [least * n // parts for n in range(parts + 1)]
    return tuple(high - low for low, high in pairwise(upto))


def _elapsed(period: Period, today: date, calendar: Calendar) -> int:
    """Return the working days of a period that lie before today."""
    yesterday = min(today - DAY, period.last_day)
    return max(0, calendar.working_days_between(period.first_day - DAY, yesterday))


def _state(done: int, least: int, elapsed: int, total: int, *, over: bool) -> State:
    if done >= least:
        return "done"
    if over:
        return "short"
    return "behind" if elapsed and total * (2 * done + 1) <= 2 * least * elapsed else "on_pace"


# --- periods of the calendar ---


def _walk(of_calendar: Callable[[date], Period], first: date, last: date) -> Iterator[Period]:
    period = of_calendar(first)
    while period.first_day <= last:
        yield period
        period = of_calendar(period.last_day + DAY)


def _months(year: int, first: int, count: int, name: str, title: str) -> Period:
    after = date(year + (first + count > 12), (first + count - 1) % 12 + 1, 1)
    return Period(id=name, title=title, first_day=date(year, first, 1), last_day=after - DAY)


def _year(day: date) -> Period:
    return _months(day.year, 1, 12, str(day.year), f"{day.year}年")


def _half(day: date) -> Period:
    n = (day.month - 1) // 6
    return _months(day.year, n * 6 + 1, 6, f"{day.year}H{n + 1}", f"{day.year}年{'上下'[n]}半年")


def _quarter(day: date) -> Period:
    n = (day.month - 1) // 3
    return _months(day.year, n * 3 + 1, 3, f"{day.year}Q{n + 1}", f"{day.year}年第{_CHINESE[n]}季度")


def _month(day: date) -> Period:
    return _months(day.year, day.month, 1, f"{day.year}-{day.month:02d}", f"{day.year}年{day.month}月")


def _week(day: date) -> Period:
    year, week, weekday = day.isocalendar()
    monday = day - DAY * (weekday - 1)
    return Period(id=f"{year}-W{week:02d}", title=f"{year}年第{week}周", first_day=monday, last_day=monday + DAY * 6)


_CALENDAR: Mapping[str, Callable[[date], Period]] = {
    "year": _year,
    "half": _half,
    "quarter": _quarter,
    "month": _month,
    "week": _week,
}
