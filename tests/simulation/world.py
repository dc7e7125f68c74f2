"""The world of one run: a file, a clock, workers that take turns one statement at a time, and what is seen of them.

Everything runs in one thread. A worker is a greenlet that hands over the baton before each statement, after each
commit and at each message; who goes on is drawn from the seed. Nothing else decides, so a run repeats byte for byte.
"""

from __future__ import annotations

import atexit
import shutil
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from greenlet import greenlet

from engine.clock import whole_milliseconds
from engine.service.delivery.relaying import LEASE
from tests.simulation.draw import Draw
from tests.simulation.workflows import ZONE, Made

if TYPE_CHECKING:
    from tests.simulation.acts import Act
    from tests.simulation.faults import Faults
    from tests.simulation.post import Post
    from tests.simulation.workers import Worker

TICK = timedelta(milliseconds=3)
"""How long a statement takes."""
MOST_STEPS = 6_000
"""So many steps a run has with faults, and as many to come to rest after them; few have half of that in all."""
REST = timedelta(days=21)
TOLERANCE = timedelta(minutes=5)
KEY = "county"
FIRST = 1
"""The number of the only campaign of a run."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BETWEEN = ("BEGIN", "COMMITTED", "SEND", "SENT", "BREATH", "PAUSE")
"""The places between transactions; where histories of two databases are compared, hands change here only."""


class Crash(BaseException):
    """The end of a process in the midst of its work; nothing of ours catches it."""


@dataclass
class Clock:
    """The clock of the machine: what time it is, and by how much what it shows is wrong."""

    true: datetime
    shift: timedelta = timedelta(0)

    def now(self) -> datetime:
        return whole_milliseconds(self.true + self.shift)

    def steady(self) -> float:
        return (self.true - EPOCH).total_seconds()


@dataclass
class World:
    """A run of one seed."""

    seed: int
    draw: Draw
    made: Made
    clock: Clock
    store: Store
    post: Post = field(init=False)
    faults: Faults = field(init=False)
    workers: list[Worker] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    operator: Any = None
    acting: Draw = field(init=False)
    acts_drawn: int = 0
    notes: list[tuple[int, datetime, str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    journals: list[bytes] = field(default_factory=list)
    sticks: float = 0.8
    steps: int = 0
    acts_left: int = 0
    act_at: datetime | None = None
    quiet: bool = False
    tokens: int = 0

    # --- the baton ---

    def hand_over(self, worker: Worker, place: str) -> None:
        """Say where a worker is, let a fault strike there, and give others their turn."""
        if self.store.twin and place not in BETWEEN:
            if place == "COMMIT":
                self.faults.strike(worker, place)
            return
        self.steps += 1
        self.clock.true += TICK
        self.note(worker.name, place)
        self.faults.strike(worker, place)
        if not self._turn.chance(self.sticks) or worker.until is None or worker.until > self.clock.true:
            self.main.switch()

    def token(self) -> str:
        """Return letters that come again with the seed."""
        self.tokens += 1
        return sha256(f"{self.seed}/{self.tokens}".encode()).hexdigest()[:32]

    def note(self, who: str, what: str) -> None:
        self.notes.append((self.steps, self.clock.true + self.clock.shift, who, what))

    @property
    def trace(self) -> list[str]:
        """What happened, step by step, each with what the machine's clock showed."""
        return [
            f"{step} {whole_milliseconds(at):%Y-%m-%d %H:%M:%S.%f} {who} {what}" for step, at, who, what in self.notes
        ]

    def blame(self, what: str) -> None:
        """Note what must not be."""
        self.wrong.append(what)
        self.note("world", f"WRONG {what}")

    # --- the course of time ---

    def run(self) -> None:
        """Live the run: first with all its faults, then without, until everything is at rest."""
        self.main = greenlet.getcurrent()
        self._turn, self._time, self.acting = (self.draw.of(name) for name in ("turns", "time", "acts"))
        while (self.acts_left or self.act_at) and self.steps < MOST_STEPS:
            self._one_turn() or self._let_time_pass()
        self._calm_down()
        until = self._rest_at()
        while self.steps < 2 * MOST_STEPS and (self._one_turn() or self._let_time_pass(until)):
            pass
        if self.steps >= 2 * MOST_STEPS:
            self.blame("nothing comes to rest: steps without end")
        for worker in self.workers:
            worker.end()

    def _one_turn(self) -> bool:
        """Let one of those that are ready go on; tell whether there was one."""
        now = self.clock.true
        ready = [worker for worker in self.workers if worker.until is not None and worker.until <= now]
        if not ready:
            return False
        (ready[0] if len(ready) == 1 else self._turn.pick(ready)).go()
        if self.faults.power_off:
            self._lose_power()
        return True

    def _lose_power(self) -> None:
        """Take the file as it lies on the disk, end everybody, and go on from there."""
        self.store.keep_what_lies_there()
        for worker in self.workers:
            worker.die()
        self.store.move_on()
        self.post.leases.clear()
        self.faults.power_off = False

    def _let_time_pass(self, until: datetime | None = None) -> bool:
        """Go on to the next thing that happens; tell whether there is one."""
        due = self._due_at()
        if not self.quiet and self.acts_left and self.act_at is None:
            self.act_at = self._next_act(due)
        coming = [worker.until for worker in self.workers if worker.until is not None]
        coming += [at for at in (due, self.act_at) if at is not None]
        if not coming or (until is not None and min(coming) > until):
            return False
        self.clock.true = max(self.clock.true, min(coming))
        self.faults.pass_time()
        if due is not None and due <= self.clock.true:
            self._wake()
        if self.act_at is not None and self.act_at <= self.clock.true:
            self._act()
        return True

    def _due_at(self) -> datetime | None:
        """Return when the clock will have work, as far as somebody is awake to see it."""
        if not any(worker.sleeps for worker in self.workers):
            return None
        shown = self.store.next_due(self.clock.now())
        return None if shown is None else max(shown - self.clock.shift, self.clock.true)

    def _wake(self) -> None:
        for n, worker in enumerate(self.workers):
            if worker.sleeps and (n == 0 or self._time.chance(0.5)):
                worker.until = self.clock.true + timedelta(milliseconds=self._time.whole(0, 50 if n == 0 else 4000))

    def _next_act(self, due: datetime | None) -> datetime:
        """Return when somebody acts next: often just when the clock has work, so that both meet."""
        if due is not None and self._time.chance(0.6) and due - self.clock.true < timedelta(days=20):
            return due + timedelta(milliseconds=self._time.whole(0, 3000))
        return self.clock.true + timedelta(minutes=self._time.whole(1, 4 * 24 * 60))

    def _act(self) -> None:
        from tests.simulation.acts import drawn_acts

        self.act_at = None
        self.acts_left -= 1
        for act in drawn_acts(self):
            seat = next((w for w in self.workers if w.takes_acts and w.until is None), None)
            if seat is None:
                return
            self.acts.append(act)
            seat.take(act)

    def refuse_clock(self) -> None:
        """Have the operator look at the clock after a while, since somebody refused to work by it."""
        from tests.simulation.acts import Act

        if self.operator.act is None:
            self.operator.take(Act("accept clock", {}))
            minutes = 0 if self.quiet else self._time.pick((1, 30, 700))
            self.operator.until = self.clock.true + timedelta(minutes=minutes)

    def _calm_down(self) -> None:
        """End all faults: the clock is right, everybody awake, the channels work."""
        self.quiet = True
        self.acts_left, self.act_at = 0, None
        self.note("world", "CALM")
        self.faults.stop()
        for worker in self.workers:
            worker.calm_down()
        if self.store.last_record() > self.clock.now() + TOLERANCE:
            self.refuse_clock()

    def _rest_at(self) -> datetime:
        """Return noon of a working day some weeks on, when everything up to then must be settled."""
        from tests.simulation.days import working

        day = (self.clock.now() + REST).astimezone(ZONE).date()
        while not working(day):
            day += timedelta(days=1)
        return datetime.combine(day, time(12), ZONE).astimezone(UTC)


# --- the database as an onlooker sees it ---


@dataclass
class Store:
    """The file of a run, and an onlooker's own connection to it."""

    folder: Path
    twin: bool = False
    generation: int = 0
    _eye: Any = None

    @property
    def path(self) -> Path:
        return self.folder / f"{self.generation}.db"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    @property
    def shown(self) -> str:
        """What messages call it: the same in every run."""
        return "sqlite:///phasegate.db"

    def without_its_place(self, line: str) -> str:
        """Return what an error says, the same wherever the file lies."""
        return line.replace(self.url, self.shown)

    def begin(self) -> None:
        shutil.copyfile(template(), self.path)

    def keep_what_lies_there(self) -> None:
        """Copy the file and its journal as a loss of power would leave them."""
        for suffix in ("", "-journal"):
            if Path(f"{self.path}{suffix}").exists():
                shutil.copyfile(f"{self.path}{suffix}", self.folder / f"{self.generation + 1}.db{suffix}")

    def move_on(self) -> None:
        """Go on with what was kept."""
        self.close()
        self.generation += 1

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Look, without a word to anybody; nothing is seen while somebody commits."""
        if self._eye is None:
            self._eye = sqlite3.connect(self.path, timeout=0, isolation_level=None)
        try:
            return self._eye.execute(sql, values).fetchall()
        except sqlite3.OperationalError:
            return []

    def last_record(self) -> datetime:
        """Return the latest instant that a record bears, as `doctor` shows it to whoever looks after the clock."""
        found = self.rows('SELECT MAX(last_at) FROM "campaign"')
        return EPOCH + timedelta(milliseconds=found[0][0] or 0) if found else EPOCH

    def next_due(self, now: datetime) -> datetime | None:
        """Return the instant at which the clock has work next; no lease counts that lies further ahead than any does."""
        longest = (now + 2 * LEASE - EPOCH) // timedelta(milliseconds=1)
        found = [row[0] for row in self.rows(_NEXT, (longest,)) if row[0] is not None]
        return EPOCH + timedelta(milliseconds=min(found)) if found else None

    def close(self) -> None:
        if self._eye is not None:
            self._eye.close()
        self._eye = None


_NEXT = (
    'SELECT MIN("at") FROM "armed" UNION ALL'
    " SELECT MIN(CASE WHEN lease_until > next_at AND lease_until <= ? THEN lease_until ELSE next_at END)"
    " FROM \"outbox\" WHERE state = 'queued'"
)


@cache
def template() -> Path:
    """Return a file of the newest revision with nothing in it, made once."""
    from engine.store.migrations import upgrade

    path = new_folder() / "template.db"
    upgrade(f"sqlite:///{path}").close()
    return path


def new_folder() -> Path:
    """Return a new folder, in memory where there is a place for it, that is gone with this process."""
    room = "/dev/shm" if Path("/dev/shm").is_dir() else None
    folder = Path(mkdtemp(prefix="phasegate-simulation-", dir=room))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
