"""A sweep of 1,000 due among 1,000,000 open, against APScheduler 3 and against the same sweep among 10,000.

Run: python -m bench.sweeping

Ours records 1,000 rungs, their history and their next moments, and writes 100 notices of ten lines each into
the outbox; every round is another day of the same campaign, the other campaigns owe the same a year later.
The peer runs as many empty jobs, one shot each, out of its SQLAlchemyJobStore in the same journal mode: its rows
are pickled by itself and inserted in bulk; its executor calls the job in place, without a thread.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from apscheduler.executors.debug import DebugExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import create_engine, event

from bench import crowd
from bench.harness import Limit, Ratio, compare, run
from engine.clock import SteppedClock
from engine.service.clock.sweep import Swept, sweep
from engine.service.kernel.desk import Desk
from engine.service.kernel.registry import new_desk
from engine.store.database import open_database
from engine.store.migrations import upgrade
from engine.store.sqlite import durable_pragmas

UNITS, TASKS, A_DAY = 100, 100, 10
ROUNDS, A_ROUND = TASKS // A_DAY, UNITS * A_DAY
PAST = datetime(2022, 11, 1, tzinfo=UTC)
FIRST_DUE = date(2022, 11, 2)
LATER = date(2023, 11, 1)
LADDER = "{id: 提前三日, at: -3wd, level: 0, notice: reminder}, {id: 催办, at: 250wd, level: 0, notice: overdue}"


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield both ratios; RuntimeError where a round did not do all of its work."""
    campaigns, open_ = (10, 100_000) if small else (100, 1_000_000)
    many, few = _office(campaigns), _office(1)
    peer = Peer.opened(open_)
    mode = crowd.mode(peer.path)
    days, days_again = iter(_days()), iter(_days())
    work = f"sweep of {A_ROUND:,} due among {open_:,} open"
    yield compare(
        f"{work}: record, history, digest, outbox",
        f"APScheduler 3 SQLAlchemyJobStore, as many empty jobs among {open_:,}",
        lambda: _swept(many, next(days)),
        peer.round,
        before_theirs=peer.make_due,
        goal=5,
        direction="≥",
        rounds=ROUNDS // 2,
        mode=mode,
        limit=Limit(A_ROUND, 0.25, "ms CPU a due item"),
    )
    yield compare(
        work,
        f"the same sweep among {UNITS * TASKS:,}",
        lambda: _swept(many, next(days)),
        lambda: _swept(few, next(days_again)),
        goal=1.5,
        rounds=ROUNDS // 2,
        mode=mode,
        by_cpu=True,
    )


# --- ours ---


def _office(campaigns: int) -> Desk:
    path = crowd.kept(f"sweep-{campaigns}", __file__, partial(_build, campaigns=campaigns))
    return new_desk(open_database(f"sqlite:///{path}"), SteppedClock(crowd.START))


def _build(path: Path, campaigns: int) -> None:
    database = upgrade(f"sqlite:///{path}")
    crowd.found(database, "county", crowd.plan(UNITS, dict(_dues()), LADDER))
    if campaigns > 1:
        later = crowd.found(database, "later", crowd.plan(UNITS, {f"t{n}": LATER for n in range(TASKS)}, LADDER))
        crowd.copy(database, later, campaigns - 2)
    database.close()


def _dues() -> Iterator[tuple[str, date]]:
    return ((f"t{n}", FIRST_DUE + timedelta(weeks=n // A_DAY)) for n in range(TASKS))


def _days() -> list[datetime]:
    """Return the morning of each round: the one three working days before what is then due."""
    first = datetime(2022, 10, 28, 9, 0, tzinfo=crowd.HERE)
    return [first + timedelta(weeks=n) for n in range(ROUNDS)]


def _swept(desk: Desk, at: datetime) -> None:
    desk.clock.move_to(at)  # type: ignore[attr-defined]
    found = sweep(desk)
    if found != Swept(campaigns=1, moments=A_ROUND, notices=UNITS):
        raise RuntimeError(f"this was no round: {found}")


# --- the peer ---


def _as_ours(connection: sqlite3.Connection, _: object) -> None:
    for pragma in durable_pragmas():
        connection.execute(f"PRAGMA {pragma}")


class Peer(BaseScheduler):  # type: ignore[misc]
    """APScheduler over many stored jobs, told to look by us instead of by a thread of its own."""

    def __init__(self, path: Path) -> None:
        engine = create_engine(f"sqlite:///{path}")
        event.listen(engine, "connect", _as_ours)
        super().__init__(
            jobstores={"default": SQLAlchemyJobStore(engine=engine)},
            executors={"default": DebugExecutor()},
            job_defaults={"misfire_grace_time": None},
            timezone=UTC,
        )
        self.path, self.rounds, self.due = path, 0, self._lookup_jobstore("default")
        self.start()
        job = self.add_job(empty, "date", run_date=PAST + timedelta(days=1), id="pattern")
        self.pattern: dict[str, Any] = job.__getstate__()
        job.remove()

    @classmethod
    def opened(cls, jobs: int) -> Peer:
        """Return one with so many jobs that lie in the far future."""
        return cls(crowd.kept(f"sweep-peer-{jobs}", __file__, partial(_build_jobs, jobs=jobs)))

    def wakeup(self) -> None: ...

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)

    def make_due(self) -> None:
        """Let the next thousand jobs be due."""
        low = self.rounds * A_ROUND
        _write(self.path, self.pattern, range(low, low + A_ROUND), PAST)
        self.rounds += 1

    def round(self) -> None:
        """Run everything that is due."""
        self._process_jobs()
        if left := len(self.due.get_due_jobs(PAST)):
            raise RuntimeError(f"the peer left {left} jobs")


def empty() -> None:
    """Do nothing: the peer's job."""


def _build_jobs(path: Path, jobs: int) -> None:
    scheduler = Peer(path)
    _write(path, scheduler.pattern, range(jobs), datetime(2199, 1, 1, tzinfo=UTC))
    scheduler.shutdown()


def _write(path: Path, pattern: dict[str, Any], numbers: Iterable[int], at: datetime) -> None:
    """Write the rows that the peer itself would have written for jobs at an instant."""
    trigger = DateTrigger(at)
    rows = (
        (name, at.timestamp(), pickle.dumps(pattern | {"id": name, "trigger": trigger, "next_run_time": at}, 5))
        for name in map("{:08}".format, numbers)
    )
    with sqlite3.connect(path) as connection:
        connection.executemany("INSERT OR REPLACE INTO apscheduler_jobs VALUES (?, ?, ?)", rows)
    connection.close()


if __name__ == "__main__":
    run(measure)
