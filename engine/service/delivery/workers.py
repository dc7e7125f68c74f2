"""The roll of workers: each process that serves enters it, is seen at every beat, and signs off (SEMANTICS X1).

The roll is operation and not history: nothing that must be right rests on it. Two workers are kept apart by locks
and leases, never by what stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from engine.model import Worker
from engine.records import replace
from engine.service.clock.sweep import WorkShare
from engine.service.kernel.desk import Desk
from engine.store.queries import workers as queries
from engine.store.work import WORKERS, UnitOfWork

LATE_AFTER: Final = 2
DEAD_AFTER: Final = 5
"""Beats that a worker may miss before it is called late, and dead."""
LEAST_BEAT: Final = timedelta(seconds=10)
"""Whoever beats faster is given this much time all the same: a beat may be long."""
KEPT: Final = timedelta(days=1)

Liveliness = Literal["alive", "stopping", "late", "dead", "stopped"]


def liveliness(worker: Worker, now: datetime) -> Liveliness:
    """Return how a worker stands by when it was last seen."""
    if worker.state == "stopped":
        return "stopped"
    missed = (now - worker.seen_at) / max(timedelta(milliseconds=worker.every), LEAST_BEAT)
    if missed > DEAD_AFTER:
        return "dead"
    if missed > LATE_AFTER:
        return "late"
    return "stopping" if worker.state == "stopping" else "alive"


def enter(desk: Desk, newcomer: Worker) -> Worker:
    """Enter a process in the roll under a number that nobody had before, and return it as entered."""
    with desk.database.write() as work:
        work.alone(WORKERS)
        last = queries.last_number(work)
        now = desk.now()
        entered = replace(newcomer, id=last + 1, state="serving", started_at=now, seen_at=now)
        work.add(entered)
        _prune(work, entered)
    return entered


def renew(desk: Desk, worker: Worker) -> WorkShare:
    """Have a worker seen now, with what it has done so far, and return its share among those that live."""
    with desk.database.write() as work:
        # Or whoever prunes meanwhile takes away the row that is about to be written.
        work.alone(WORKERS)
        seen = replace(worker, seen_at=desk.now())
        # Whoever slept for more than a day has been taken off the roll meanwhile.
        keep = work.put if work.get(Worker, worker.id) else work.add
        keep(seen)
        _prune(work, seen)
        return _share(roll(work), seen)


def leave(desk: Desk, worker: Worker) -> None:
    """Sign a worker off."""
    renew(desk, replace(worker, state="stopped"))


def roll(work: UnitOfWork) -> list[Worker]:
    """Return every worker that is not forgotten yet, the newest last."""
    return work.find(Worker, order="id")


def _share(workers: Sequence[Worker], one: Worker) -> WorkShare:
    alive = [each.id for each in workers if each.id == one.id or liveliness(each, one.seen_at) == "alive"]
    return WorkShare(alive.index(one.id), len(alive))


def _prune(work: UnitOfWork, seen: Worker) -> None:
    """Forget who was not seen for a day; the newest stays, or its number would be given again."""
    for worker in queries.not_seen_since(work, seen.seen_at - KEPT, seen.id):
        work.drop(Worker, worker.id)
