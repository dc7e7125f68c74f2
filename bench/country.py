"""A country on one SQLite file: 2,844 counties with 540 open assignments each, one day's sweep.

Run: python -m bench.country

One per cent and a little more is due: six units of each county are reminded, each by a notice of its own. The sweep
runs in a process of its own as `phasegate serve` runs it, with its pauses for others, and its memory is told.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from bench import crowd
from bench.harness import Absolute, Bound, run
from engine.clock import SteppedClock, stopwatch
from engine.service.clock.sweep import Swept, sweep
from engine.service.kernel.registry import new_desk
from engine.serving import Stop
from engine.store.database import open_database
from engine.store.migrations import upgrade

COUNTIES, UNITS, TASKS, DUE = 2844, 60, 8, 6
SOON, LATER = date(2022, 11, 30), date(2023, 6, 30)
MORNING = datetime(2022, 11, 25, 9, 0, tzinfo=crowd.HERE)
LADDER = """{id: 提前三日, at: -3wd, level: 0, notice: reminder}, {id: 催办, at: 1wd, level: 0, notice: overdue},
      {id: 催分管, at: 3wd, level: 1, notice: overdue}"""


@dataclass(frozen=True, slots=True)
class Day:
    """What one day took: seconds, and the memory that the process had at most."""

    swept: Swept
    seconds: float
    gibibytes: float


def measure(*, small: bool = False) -> Iterator[Absolute]:
    """Yield the one row; RuntimeError where not everything was done."""
    counties = COUNTIES // 10 if small else COUNTIES
    path = crowd.kept(f"country-{counties}", __file__, partial(_build, counties=counties))
    with crowd.another_process() as elsewhere:
        day = elsewhere.submit(swept, path).result()
    due = counties * DUE
    if day.swept != Swept(campaigns=counties, moments=due, notices=due):
        raise RuntimeError(f"this was not the day: {day.swept}")
    open_ = counties * (UNITS * TASKS + UNITS)
    yield Absolute(
        name=f"a country: {counties:,} counties × 540 assignments = {open_:,} open, one day's sweep with {due:,} due",
        bounds=(Bound(value=day.seconds, unit="s", limit=60), Bound(value=day.gibibytes, unit="GiB", limit=1)),
        mode=crowd.mode(path),
    )


def swept(path: Path) -> Day:
    """Sweep the day as a server does."""
    desk = new_desk(open_database(f"sqlite:///{path}"), SteppedClock(MORNING))
    start = stopwatch()
    found = sweep(desk, Stop().breathe)
    seconds = stopwatch() - start
    desk.database.close()
    return Day(found, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)


def _build(path: Path, counties: int) -> None:
    database = upgrade(f"sqlite:///{path}")
    tasks = {"soon": SOON, "most": LATER} | {f"t{n}": LATER for n in range(TASKS)}
    county = crowd.found(database, "county", crowd.plan(UNITS, tasks, LADDER, {"soon": DUE, "most": UNITS - DUE}))
    crowd.copy(database, county, counties - 1)
    database.close()


if __name__ == "__main__":
    run(measure)
