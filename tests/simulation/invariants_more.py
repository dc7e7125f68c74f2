"""What must hold besides, found missing by planted bugs that no other invariant saw (tests/simulation/mutants.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.errors import DatabaseBusy
from tests.simulation.days import counted
from tests.simulation.ladders import marks
from tests.simulation.oracle import Seen, instant
from tests.simulation.workflows import CAPS, GROUP, OFFICE, ZONE

AT_THE_LOCK = ("BEGIN", "COMMIT", "PAUSE", "FAULT")
"""Where somebody may find the database busy: taking the lock, or waiting at the commit for those who read."""
OVER = ("COMMITTED", "asks", "is told", "is gone")
"""After what nobody has a transaction any more."""
KEPT_AS = {"submit": "submitted_on", "accept": "settled_on"}
"""In which column the day of an act is kept."""
DAYS = 3
"""How many working days a raised rung waits at the most until a notice tells of it."""


def relations_cap_levels(seen: Seen) -> Iterator[str]:
    """Nobody is chased at a level above the highest that its relation to the office allows."""
    for mark in marks(seen):
        unit = seen.deadlines[mark.deadline]["unit"]
        cap = 4 if unit in (OFFICE, GROUP) else CAPS[seen.made.units[unit]]
        if mark.outcome == "raised" and mark.level > cap:
            yield f"record {mark.told.seq} raises level {mark.level} for {unit}, a {seen.made.units[unit]}: up to {cap}"


def who_holds_the_lock_is_not_told_busy(seen: Seen) -> Iterator[str]:
    """Whoever has begun to write holds the lock until the commit: nobody takes it away in the midst."""
    writes: dict[str, bool] = {}
    place: dict[str, str] = {}
    for _, _, who, what in seen.world.notes:
        if what == f"is told: {DatabaseBusy.code}" and writes.get(who) and not place[who].startswith(AT_THE_LOCK):
            yield f"{who} had begun and found the database busy at {place[who]}"
        writes[who] = (writes.get(who, False) or what == "BEGIN") and not what.startswith(OVER)
        place[who] = what


def nothing_waits_for_good(seen: Seen) -> Iterator[str]:
    """At rest no rung was raised some working days ago of which still no notice tells; by a clock that was right."""
    if seen.world.faults.moved_at is not None:
        return
    raised = {row["id"]: instant(row["recorded_at"]) for row in seen.occurrences}
    for item in seen.items:
        since = raised.get(item["occurrence"])
        if item["state"] == "waiting" and since and counted(since.astimezone(ZONE).date(), DAYS) < seen.today:
            yield f"item {item['id']} to {item['unit']} waits since {since}, now for {instant(item['ready_at'])}"


def days_are_those_of_the_county(seen: Seen) -> Iterator[str]:
    """The day on which something was handed in or accepted is that of the county at the instant of its record."""
    days: dict[tuple[tuple[str, str], str], date] = {}
    for told in seen.history:
        if told.done and told.action in KEPT_AS:
            days[told.about, KEPT_AS[told.action]] = told.day
    for row in seen.assignments.values():
        for column in KEPT_AS.values():
            day = days.get(((row["task"], row["unit"]), column))
            if day and not row["period"] and row["state"] == "accepted" and row[column] != day.isoformat():
                yield f"{row['task']}/{row['unit']}: {column} is {row[column]}, its record is of {day}"


INVARIANTS = (
    relations_cap_levels,
    who_holds_the_lock_is_not_told_busy,
    nothing_waits_for_good,
    days_are_those_of_the_county,
)
