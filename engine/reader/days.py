"""Days without a year take it from their phase; what was read into them is said."""

from __future__ import annotations

from datetime import date

from engine.model import Phase, Window
from engine.reader.problems import Problems
from engine.reader.shape import Leaf
from engine.reader.words import MonthDay


def settle(leaf: Leaf, phase: Phase | None, problems: Problems) -> tuple[date | None, str]:
    """Return the date that `leaf` means in `phase`, and how it was read if it had no year."""
    if isinstance(leaf.value, date):
        return leaf.value, ""
    if not isinstance(leaf.value, MonthDay) or phase is None:
        return None, ""
    days = _within(leaf.value, phase.window)
    if len(days) == 1:
        return days[0], f"{leaf.text}未写年份,取所在阶段“{phase.title}”的年份,即{days[0]}"
    span = f"{phase.window.first_day}..{phase.window.last_day}"
    if days:
        cure = f"write the year, one of {', '.join(map(str, days))}"
        problems.add("PW402", leaf.place, f"in {span} the day lies twice", leaf.text, cure)
    else:
        cure = "write the year if this is meant"
        problems.add("PW401", leaf.place, f"the day does not lie in {span}", leaf.text, cure)
    return None, ""


def derived(phase: Phase) -> str:
    """Return how a task without a date of its own is read (SEMANTICS D4)."""
    return f"未单列时限,以所在阶段“{phase.title}”末日{phase.window.last_day}为限"


def _within(day: MonthDay, window: Window) -> list[date]:
    years = range(window.first_day.year, window.last_day.year + 1)
    days = [found for year in years if (found := _in_year(day, year))]
    return [found for found in days if window.first_day <= found <= window.last_day]


def _in_year(day: MonthDay, year: int) -> date | None:
    try:
        return date(year, day.month, day.day)
    except ValueError:
        return None
