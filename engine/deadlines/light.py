"""The light of a deadline, derived when read and never stored."""

from __future__ import annotations

from datetime import date
from typing import Literal

from engine.calendar import Calendar

NEAR = 3

Light = Literal["green", "yellow", "red", "grey"]


def light(
    due_on: date | None,
    today: date,
    calendar: Calendar,
    *,
    owed: bool = True,
    paused: bool = False,
    superior: bool = False,
    reminded: bool = False,
) -> Light:
    """Return grey where paused or a superior's, green where settled or far, yellow when near, red when late.

    Near is within three working days, or a reminder has gone out. Due today is not overdue (D5).
    """
    if paused or superior:
        return "grey"
    if not owed or due_on is None:
        return "green"
    if today > due_on:
        return "red"
    near = reminded or calendar.working_days_between(today, due_on) <= NEAR
    return "yellow" if near else "green"
