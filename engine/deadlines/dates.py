"""Which day a thing is due, and the way to that day (SEMANTICS D3, D4, D7, P1)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

from engine.calendar import Calendar, Step, parse_offset
from engine.deadlines.records import Dated
from engine.model import Deadline, Due, Offset


def date_of(
    due: Due, *, phase_first: date, phase_last: date, anchor_on: date | None, calendar: Calendar
) -> Dated | None:
    """Return the date that `due` comes to; None where it has none or its anchor has not happened.

    `anchor_on` is the day of the anchoring event; `phase.start` and `phase.end` need none.
    """
    if due.kind == "date" and due.on is not None:
        return printed(due.on)
    if due.kind == "phase_end":
        return phase_end(phase_last)
    if due.kind == "offset" and due.offset is not None:
        return _from_anchor(due, phase_first, phase_last, anchor_on, calendar)
    return None


def printed(on: date) -> Dated:
    """Return a printed date, which never rolls (D4)."""
    step = Step(day=on, kind="printed", reason="the document prints this day; it never rolls (D4)")
    return Dated(on=on, basis="printed", anchor_on=on, offset="", provisional=False, steps=(step,))


def phase_end(last_day: date) -> Dated:
    """Return the last day of a phase, which counts as printed and is shown as derived (D4)."""
    step = Step(day=last_day, kind="printed", reason="the last day of its phase; it never rolls (D4)")
    return Dated(on=last_day, basis="derived", anchor_on=last_day, offset="", provisional=False, steps=(step,))


@lru_cache(maxsize=4096)
def after(
    anchor_on: date,
    offset: Offset,
    calendar: Calendar,
    basis: Literal["derived", "duration"] = "duration",
) -> Dated:
    """Return the day `offset` after `anchor_on`; where that is off, the next working day (D3, D4)."""
    way = calendar.walk(anchor_on, offset)
    steps = (*way, *calendar.roll(calendar.add(anchor_on, offset)))
    return Dated(
        on=steps[-1].day,
        basis=basis,
        anchor_on=anchor_on,
        offset=str(offset),
        provisional=any(calendar.is_provisional(step.day) for step in _resting_on(offset, way, steps)),
        steps=steps,
    )


def remaining(deadline: Deadline, on: date, calendar: Calendar) -> int | None:
    """Return what is left of a duration after the day `on`, in its own unit; None for a dated one (P1).

    Negative where the deadline had passed.
    """
    if deadline.basis != "duration":
        return None
    if parse_offset(deadline.offset).unit == "wd":
        return calendar.working_days_between(on, deadline.due_on)
    return (deadline.due_on - on).days


def resumed_due(deadline: Deadline, *, paused_on: date, resumed_on: date, calendar: Calendar) -> Dated | None:
    """Return the new date of a duration that was paused; None where its date stands (P1).

    The date stands where it is printed or derived from the plan, or had passed before the pause.
    """
    left = remaining(deadline, paused_on, calendar) if deadline.remaining is None else deadline.remaining
    if deadline.basis != "duration" or left is None or deadline.due_on < paused_on:
        return None
    return after(resumed_on, Offset(count=left, unit=parse_offset(deadline.offset).unit), calendar)


def _from_anchor(due: Due, first: date, last: date, anchor_on: date | None, calendar: Calendar) -> Dated | None:
    assert due.offset is not None
    of_the_plan = {"phase.start": first, "phase.end": last}.get(due.anchor)
    if of_the_plan is not None:
        return after(of_the_plan, due.offset, calendar, "derived")
    return None if anchor_on is None else after(anchor_on, due.offset, calendar)


def _resting_on(offset: Offset, way: tuple[Step, ...], steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps whose being worked or not decides the date: calendar days count either way."""
    return steps if offset.unit == "wd" else (steps[-1], *steps[len(way) - 1 :])
