"""Ninety days off, then everything that is overdue at once: `python -m tests.faults outage`."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, time
from math import ceil
from pathlib import Path
from random import Random
from statistics import quantiles
from time import monotonic, sleep

from engine.store.migrations import upgrade
from tests.faults import proof
from tests.faults.clocks import ToldClock
from tests.faults.county import ADOPTED, DAY, ZONE, County, due_days, next_working_day
from tests.faults.crew import Crew
from tests.faults.fires import audited, founded
from tests.faults.options import options_from
from tests.faults.proof import Eye, ms_of, stated
from tests.faults.server import running
from tests.faults.spawner import Place, Spawner
from tests.faults.told import Told

LOOK_IN_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a run is told: how many items are overdue, for how many units a county, by how many workers."""

    items: int = 2000
    units: int = 50
    tasks: int = 20
    workers: int = 1
    days: int = 90
    seed: int = 1
    minutes: float = 15.0
    pause: float = 0.05
    acts: int = 1000
    postgres: bool = False
    unaudited: bool = False


def run(options: Options, told: Told) -> list[str]:
    """Be off for so long on a database of its own, catch up, and return what is wrong."""
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="phasegate-outage-")))
        server = kept.enter_context(running(durable=True)) if options.postgres else None
        url = server.uri if server else f"sqlite:///{folder / 'phasegate.db'}"
        upgrade(url).close()
        return lived(options, url, folder, kept.enter_context(Spawner.opened()), told)


def lived(options: Options, url: str, folder: Path, spawner: Spawner, told: Told) -> list[str]:
    """Be off on a database without campaigns, catch up while a clerk works, and return what is wrong."""
    clock = ToldClock(folder / "clock")
    clock.move_to(ADOPTED.astimezone(UTC))
    county = County(units=options.units, tasks=options.tasks, due=due_days(1))
    number = ceil(options.items / (options.units * options.tasks))
    counties = {f"county-{n + 1}": county for n in range(number)}
    founded(url, counties, clock)
    back = next_working_day(county.due[0] + options.days * DAY)
    clock.move_to(datetime.combine(back, time(10, 5), ZONE).astimezone(UTC))
    told(f"{number * options.units * options.tasks} items are overdue since {options.days} days")
    given = {"PHASEGATE_EML_DIR": str(folder / "eml")}
    place = Place(url, clock.path, folder / "logs", 1.0, 0.1, given)
    crew = Crew(size=options.workers, place=place, random=Random(options.seed), spawner=spawner)
    owed = [(key, task, unit) for key in counties for task, unit, _ in county.owed()]
    eye = Eye(url)
    began = monotonic()
    crew.hire(
        {"seed": options.seed, "pause": options.pause, "owed": crew.random.sample(owed, min(options.acts, len(owed)))}
    )
    crew.fill()
    _until_quiet(eye, clock, told, began + 60 * options.minutes)
    took = monotonic() - began
    waits = sorted(note["seconds"] for note in crew.acts() if note["word"] == "done")
    told(
        f"caught up in {took:.1f} s, notices written and letters out; {len(waits)} commands meanwhile: {spread(waits)}"
    )
    crew.end_clerk()
    _until_quiet(eye, clock, told, monotonic() + 60)
    wrong = [*crew.dismiss(), *crew.complaints(), *stormed(eye), *proof.chains(eye), *proof.acts(eye, crew.acts())]
    wrong += [] if options.unaudited else audited(url, clock)
    eye.close()
    return wrong


def _until_quiet(eye: Eye, clock: ToldClock, told: Told, patience: float) -> None:
    now = ms_of(clock.now())
    due = f"(SELECT count(*) FROM armed WHERE at <= {now})"
    mails = f"(SELECT count(*) FROM outbox WHERE state = 'queued' AND next_at <= {now})"
    while left := eye.one(f"SELECT {due} + {mails}"):
        assert monotonic() < patience, f"{left} moments and messages still wait"
        told.now_and_then(lambda left=left: f"{left} moments and messages to go")  # type: ignore[misc]
        sleep(LOOK_IN_SECONDS)


def spread(waits: list[float]) -> str:
    """Return how long commands took: the middle, the slow ones and the slowest."""
    if len(waits) < 2:
        return f"{waits}"
    cuts = quantiles(waits, n=100)
    return f"median {cuts[49]:.3f} s, 90 % {cuts[89]:.3f} s, 99 % {cuts[98]:.3f} s, longest {waits[-1]:.3f} s"


def stormed(eye: Eye) -> list[str]:
    """Return where more was told than the outage leaves to tell (L2, C1, C2, N1)."""
    reminders = "SELECT id FROM notice WHERE kind = 'reminder'"
    higher = "SELECT id FROM occurrence WHERE outcome = 'raised' AND level > 0"
    twice = "SELECT deadline FROM occurrence WHERE outcome = 'raised' GROUP BY deadline HAVING count(*) > 1"
    a_day = (
        "SELECT campaign, unit, level, day FROM notice WHERE kind = 'overdue' GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
    )
    return [
        *stated("reminders of a day that was over", eye.rows(reminders)),
        *stated("levels raised beside the one below", eye.rows(higher)),
        *stated("deadlines that told more than once", eye.rows(twice)),
        *stated("recipients told more than once a day", eye.rows(a_day)),
    ]


def main(args: list[str], told: Told) -> list[str]:
    return run(options_from(args, Options(), __doc__), told)
