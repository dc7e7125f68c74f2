"""What goes wrong in a run: drawn from the seed, kind by kind, until it is told to stop."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.errors import DatabaseProblem
from notifications.channels import Envelope
from tests.simulation.draw import Draw

if TYPE_CHECKING:
    from tests.simulation.workers import Worker
    from tests.simulation.world import World

KINDS = ("crash", "power", "lost", "broken", "busy", "full", "freeze", "jump", "downtime", "channel")
BY_LOCKS = frozenset({"busy", "full", "power"})
"""Kinds that mean nothing, or something else, on PostgreSQL."""
RATES: dict[str, dict[str, float]] = {
    "BEGIN": {"crash": 0.006, "busy": 0.02, "freeze": 0.01},
    "READ": {"crash": 0.002, "broken": 0.002, "stall": 0.001},
    "WRITE": {"crash": 0.003, "broken": 0.003, "stall": 0.001, "full": 0.003, "power": 0.0006},
    "COMMIT": {"crash": 0.012, "broken": 0.006, "busy": 0.006, "power": 0.003},
    "COMMITTED": {"crash": 0.015, "lost": 0.02, "freeze": 0.01, "power": 0.003},
    "SEND": {"crash": 0.015, "freeze": 0.03},
    "SENT": {"crash": 0.04, "freeze": 0.02},
    "BREATH": {"crash": 0.01, "freeze": 0.02},
    "PAUSE": {"crash": 0.01},
}
JUMPS = (
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=3653),
    timedelta(minutes=-2),
    timedelta(hours=-1),
    timedelta(days=-3),
)
NEVER_FULL = 1073741823


def kind_of(place: str) -> str:
    """Return of which kind a place is at which a worker hands over."""
    if place in RATES:
        return place
    return "READ" if place.startswith("SELECT") else "WRITE"


@dataclass
class Faults:
    """The faults of a run: how often each kind strikes, and what is broken at present."""

    world: World
    draw: Draw
    without: Collection[str] = ()
    most: int = 10**9
    struck: int = 0
    on: bool = True
    weights: dict[str, float] = field(init=False)
    full_until: datetime | None = None
    right_at: datetime | None = None
    moved_at: datetime | None = None
    power_off: bool = False

    def __post_init__(self) -> None:
        drawn = self.draw.of("kinds")
        self.weights = {kind: drawn.pick((0.0, 0.0, 1.0, 1.0, 4.0)) for kind in KINDS}
        self.weights |= dict.fromkeys(self.without, 0.0)
        self.weights |= dict.fromkeys(BY_LOCKS, 0.0) if self.world.store.twin else {}
        self.weights["stall"] = self.weights["freeze"]
        self.bad = drawn.whole(0, 40)
        self._at, self._time, self._channel = (self.draw.of(name) for name in ("at", "time", "channel"))

    # --- at a place ---

    def strike(self, worker: Worker, place: str) -> None:
        """Break something at a place, or not; what ends the worker's process is raised."""
        if not self.on:
            return
        at = self._at.between(0.0, 1.0)
        for kind, rate in RATES[kind_of(place)].items():
            at -= rate * self.weights[kind]
            if at < 0:
                if self._counts():
                    self.world.note(worker.name, f"FAULT {kind} at {place}")
                    getattr(self, f"_{kind}")(worker)
                return

    def _counts(self) -> bool:
        self.struck += 1
        return self.struck <= self.most

    def _crash(self, worker: Worker) -> None:
        from tests.simulation.world import Crash

        raise Crash

    def _power(self, worker: Worker) -> None:
        """Take everybody down at once, the file as it lies."""
        self.power_off = True
        self.world.main.switch()

    def _lost(self, worker: Worker) -> None:
        raise DatabaseProblem(url=self.world.store.shown, why="the connection was lost", cure="try again")

    def _broken(self, worker: Worker) -> None:
        if self.world.store.twin:
            raise DatabaseProblem(url=self.world.store.shown, why="disk I/O error", cure="try again")
        raise sqlite3.OperationalError("disk I/O error")

    def _busy(self, worker: Worker) -> None:
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error

    def _freeze(self, worker: Worker) -> None:
        """Stop a process that holds no lock: for a minute, past its lease, for hours or days."""
        worker.until = self.world.clock.true + timedelta(minutes=self._at.pick((1, 8, 10, 25, 200, 3000)))
        self.world.main.switch()

    def _stall(self, worker: Worker) -> None:
        """Stop a process for a moment in the midst of a transaction."""
        worker.until = self.world.clock.true + timedelta(seconds=self._at.pick((1, 7, 40)))
        self.world.main.switch()

    def _full(self, worker: Worker) -> None:
        self.full_until = self.world.clock.true + timedelta(minutes=self._at.whole(1, 40))
        for each in self.world.workers:
            for connection in each.lines:
                self.fill(connection)

    def fill(self, connection: Any) -> None:
        """Leave the file as many pages as it has where the disk is full, else as many as it wants."""
        # A connection that met an error may have been closed by its pool.
        with suppress(sqlite3.ProgrammingError):
            pages = connection.execute("PRAGMA page_count").fetchone()[0] if self.full_until else NEVER_FULL
            connection.execute(f"PRAGMA max_page_count = {pages}")

    # --- between turns ---

    def pass_time(self) -> None:
        """Let what is broken be mended, or something new go wrong, as time goes by."""
        now = self.world.clock.true
        if self.full_until is not None and self.full_until <= now:
            self._empty()
        if self.right_at is not None and self.right_at <= now:
            self._set(timedelta(0))
        if not self.on:
            return
        if self.right_at is None and self._time.chance(0.01 * self.weights["jump"]) and self._counts():
            self._set(self._time.pick(JUMPS))
            self.right_at = now + timedelta(minutes=self._time.pick((3, 20, 120, 2000)))
        if self._time.chance(0.008 * self.weights["downtime"]) and self._counts():
            self._down()

    def _down(self) -> None:
        until = self.world.clock.true + timedelta(days=self._time.whole(3, 30))
        self.world.note("world", f"FAULT downtime until {until}")
        for worker in self.world.workers:
            if worker.sleeps:
                worker.until = until

    def _empty(self) -> None:
        self.full_until = None
        for worker in self.world.workers:
            for connection in worker.lines:
                self.fill(connection)

    def _set(self, shift: timedelta) -> None:
        clock = self.world.clock
        self.world.note("world", f"FAULT clock is off by {shift}" if shift else "the clock is set right")
        clock.shift, self.moved_at = shift, clock.true
        if not shift:
            self.right_at = None

    def has_moved_lately(self) -> bool:
        """Tell whether the clock was moved within the time of a lease."""
        return self.moved_at is not None and self.world.clock.true - self.moved_at < timedelta(hours=4)

    def has_moved_since(self, at: datetime) -> bool:
        """Tell whether the clock was moved since an instant, or within the time of a lease before it."""
        return self.moved_at is not None and at - self.moved_at < timedelta(hours=4)

    # --- the channel ---

    def outcome(self, worker: Worker, envelope: Envelope) -> str:
        """Return what a channel does with a message."""
        world = self.world
        world.clock.true += timedelta(milliseconds=self._channel.whole(50, 2500))
        if not self.on or not self.weights["channel"]:
            return "accepted"
        outcome = self._channel.pick(("accepted",) * 12 + ("later", "refused", "broken", "lost", "hang", "hang"))
        if outcome == "accepted" or not self._counts():
            return "accepted"
        if outcome == "hang":
            world.note(worker.name, "FAULT the channel hangs")
            worker.until = world.clock.true + timedelta(minutes=self._channel.pick((2, 9, 10, 40)))
            world.main.switch()
            return self._channel.pick(("accepted", "lost", "broken"))
        return outcome

    # --- people and processes ---

    def back_at(self) -> datetime:
        """Return when a process that ended is there again."""
        seconds = self._time.pick((1, 20, 400, 9000)) if self.on else 1
        return self.world.clock.true + timedelta(seconds=seconds)

    def hesitation(self) -> int:
        """Return for how many milliseconds somebody hesitates."""
        return self._time.pick((0, 0, 1, 40, 2000))

    def stop(self) -> None:
        """Let nothing go wrong any more, and mend what did."""
        self.on = False
        self._empty()
        if self.world.clock.shift:
            self._set(timedelta(0))
