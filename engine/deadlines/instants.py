"""Local days and hours as instants, and the instants at which something may go out (SEMANTICS D1, D5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.calendar import DAY, Calendar
from engine.deadlines.records import Times
from engine.model import Hours, Offset

TICK = timedelta(milliseconds=1)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """Return the day on which `at` falls in `zone`."""
    return at.astimezone(zone).date()


@lru_cache(maxsize=65536)
def instant(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """Return the instant of `hour` on `day` in `zone`, in UTC."""
    return datetime.combine(day, hour, zone).astimezone(UTC)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of `day` in `zone`."""
    return instant(day, time.min, zone)


def last_moment_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the last instant of `day` in `zone`, to the millisecond: due today is not overdue (D5)."""
    return start_of(day + DAY, zone) - TICK


def opening(hours: Hours) -> time:
    """Return the hour from which something may go out."""
    return min(hours.remind, hours.overdue)


def closing(hours: Hours) -> time:
    """Return the last hour at which something may go out."""
    return max(hours.last, hours.remind, hours.overdue)


def sending_time(at: datetime, times: Times, *, opens: time | None = None) -> datetime:
    """Return the first instant from `at` on at which something may go out (D5).

    `opens` is the hour before which it may not; by default the first hour of any notice.
    """
    local = at.astimezone(times.zone)
    day, hour = local.date(), local.time()
    opens = opening(times.hours) if opens is None else opens
    if not times.calendar.is_working_day(day) or hour > closing(times.hours):
        return instant(times.calendar.next_working_day(day + DAY), opens, times.zone)
    return at if hour >= opens else instant(day, opens, times.zone)


def sending_end(at: datetime, times: Times) -> datetime:
    """Return the last instant of the day of `at` at which something may go out (D5)."""
    return instant(local_day(at, times.zone), closing(times.hours), times.zone)


def gap_end(at: datetime, gap: Offset, times: Times) -> datetime:
    """Return the instant from which `gap` after `at` has passed: an overdue hour, or `at` for none."""
    if gap.count <= 0:
        return at
    return _gap_end(local_day(at, times.zone), gap.count, gap.unit, times.calendar, times.hours.overdue, times.zone)


@lru_cache(maxsize=16384)
def _gap_end(day: date, count: int, unit: str, calendar: Calendar, hour: time, zone: ZoneInfo) -> datetime:
    end = calendar.add(day, Offset(count=count, unit="wd" if unit == "wd" else "d"))
    return instant(calendar.next_working_day(end), hour, zone)
