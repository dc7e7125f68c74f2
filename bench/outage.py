"""Ninety days off: 100,000 deadlines that passed meanwhile are caught up, while people go on working.

Run: python -m bench.outage

It is caught up as `phasegate serve` does it, with its pauses for others. Meanwhile a second process hands in what
units of another campaign owe, one command after the other; the longest of them is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from threading import Event

from bench import crowd
from bench.harness import Absolute, Bound, run
from engine.clock import SteppedClock, sleep, stopwatch
from engine.service.clock.sweep import sweep
from engine.service.delivery.standing import standing
from engine.service.kernel.desk import Command, perform
from engine.service.kernel.registry import new_desk
from engine.serving import Stop
from engine.store.database import Database, open_database
from engine.store.migrations import upgrade

CAMPAIGNS, UNITS, TASKS = 100, 100, 10
FIRST_DUE, LATER = date(2022, 9, 21), date(2023, 6, 30)
BACK = datetime(2022, 12, 1, 10, 30, tzinfo=crowd.HERE)
"""The last sweep was in the first days of September: the first reminder lies on 6 September."""
PEOPLE = "people"
THINKS = 0.05
"""How long a person takes from an answer to the next command, in seconds."""
LADDER = """{id: 提前十日, at: -10wd, level: 0, notice: reminder},
      {id: 提前三日, at: -3wd, level: 0, notice: reminder},
      {id: 催办, at: 1wd, level: 0, notice: overdue, every: 5wd, count: 3},
      {id: 催分管, at: 3wd, level: 1, notice: overdue}, {id: 催主要, at: 6wd, level: 2, notice: overdue}"""


def measure(*, small: bool = False) -> Iterator[Absolute]:
    """Yield the one row; RuntimeError where not everything was caught up, or more was told than may be."""
    campaigns = CAMPAIGNS // 10 if small else CAMPAIGNS
    path = crowd.kept(f"outage-{campaigns}", __file__, partial(_build, campaigns=campaigns))
    with crowd.another_process() as elsewhere, get_context("spawn").Manager() as shared:
        ready, over = shared.Event(), shared.Event()
        person = elsewhere.submit(works, path, ready, over)
        ready.wait()
        seconds = caught_up(path, campaigns)
        over.set()
        waits = person.result()
    overdue = campaigns * UNITS * TASKS
    yield Absolute(
        name=f"90 days off, {overdue:,} overdue, caught up; a command of a second process meanwhile",
        bounds=(Bound(value=seconds, unit="s", limit=60), Bound(value=max(waits), unit="s for a command", limit=0.3)),
        mode=f"{crowd.mode(path)}; {len(waits)} commands, the longest is told",
    )


def caught_up(path: Path, campaigns: int) -> float:
    """Catch up as a server does and return for how many seconds."""
    with closing(open_database(f"sqlite:///{path}")) as database:
        desk = new_desk(database, SteppedClock(BACK))
        start = stopwatch()
        while standing(desk).oldest_due is not None:
            sweep(desk, Stop().breathe)
        seconds = stopwatch() - start
        _require_all(database, campaigns)
    return seconds


def works(path: Path, ready: Event, over: Event) -> list[float]:
    """Hand in one thing after the other until it is over; return how long each command took."""
    owed = product(range(TASKS), range(1, UNITS + 1))
    waits: list[float] = []
    with closing(open_database(f"sqlite:///{path}")) as database:
        desk = new_desk(database, SteppedClock(BACK))
        ready.set()
        while not over.is_set() or not waits:
            task, unit = next(owed)
            given = {"task": f"t{task}", "unit": f"第{unit}单位", "note": "已落实"}
            start = stopwatch()
            perform(desk, Command("submit", PEOPLE, given, actor=given["unit"]))
            waits.append(stopwatch() - start)
            sleep(THINKS)
    return waits


def _require_all(database: Database, campaigns: int) -> None:
    with database.read() as work:
        people = work.rows('SELECT id FROM "campaign" WHERE "key" = ?', (PEOPLE,))[0][0]
        told = [
            work.rows(sql, (people, value))[0][0]
            for sql, value in (
                ('SELECT COUNT(*) FROM "journal" WHERE journal <> ? AND action = ?', "occur"),
                ('SELECT COUNT(*) FROM "notice" WHERE campaign <> ? AND "day" = ?', BACK.date().isoformat()),
            )
        ]
    if told != [campaigns * UNITS * TASKS, campaigns * UNITS]:
        raise RuntimeError(f"a record for each deadline and a notice for each unit: {told}")


def _build(path: Path, campaigns: int) -> None:
    database = upgrade(f"sqlite:///{path}")
    overdue = {f"t{n}": FIRST_DUE + timedelta(weeks=n) for n in range(TASKS)}
    county = crowd.found(database, "county", crowd.plan(UNITS, overdue, LADDER))
    crowd.found(database, PEOPLE, crowd.plan(UNITS, dict.fromkeys(overdue, LATER), LADDER))
    crowd.copy(database, county, campaigns - 1)
    database.close()


if __name__ == "__main__":
    run(measure)
