"""Those who take turns: servers that sweep and deliver, people who ask for something, an operator of the clock."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from greenlet import greenlet

from engine.bootstrap import Wired
from engine.calendar import Calendar
from engine.clock import DriftWatch
from engine.errors import ClockBehind, ClockJumped, DatabaseBusy, DatabaseProblem, PhasegateError, Refused
from engine.model import Worker as Seat
from engine.records import record
from engine.service.campaigns.founding import accept_clock, create_campaign
from engine.service.kernel.case import TimerKind
from engine.service.kernel.desk import Command, Desk, perform
from engine.service.kernel.plan import Library, Plan, blob, workflow_of
from engine.service.kernel.registry import new_desk
from engine.serving import Beat, Guard, Made, Rhythm, Stop
from engine.store.database import Database, open_database
from engine.store.work import UnitOfWork
from tests.simulation.acts import Act
from tests.simulation.post import SENDER
from tests.simulation.world import EPOCH, KEY, Crash, World

EVERY_IN_SECONDS = 30 * 24 * 3600.0
"""How often a server is seen: seldom, for each time costs a transaction and rests nothing on it."""


class SharedLibrary(Library):
    """Reads what a library reads from the database, but understands each text once for all runs."""

    __slots__ = ()

    def plan(self, work: UnitOfWork, workflow: str, calendar: str, extra: str = "") -> Plan:
        if extra or (workflow, calendar, extra) in self._plans:
            return Library.plan(self, work, workflow, calendar, extra)
        found = _understood(blob(work, workflow), blob(work, calendar))
        self._plans[workflow, calendar, extra] = found
        return found


@lru_cache(maxsize=8)
def _understood(workflow: bytes, calendar: bytes) -> Plan:
    return Plan(workflow=workflow_of(workflow), calendar=_calendar(calendar))


@lru_cache(maxsize=8)
def _calendar(text: bytes) -> Calendar:
    return Calendar.from_json(text.decode())


@dataclass(frozen=True)
class Watch:
    """The clock on a worker's wall, a little off that of the machine."""

    world: World
    off: timedelta

    def now(self) -> datetime:
        return self.world.clock.now() + self.off


_UNARMED = f"""SELECT id FROM "item" WHERE state = 'waiting' AND NOT EXISTS (SELECT 1 FROM "armed"
    WHERE armed.campaign = item.campaign AND armed.kind = {int(TimerKind.ITEMS)} AND armed."at" <= item.ready_at)"""


@dataclass
class Worker:
    """A process of its own: its connection, its place in the code, and when it goes on (None: when there is work)."""

    world: World
    seat: str
    off: timedelta = timedelta(0)
    until: datetime | None = None
    life_number: int = 1
    database: Database | None = None
    lines: list[Any] = field(default_factory=list)
    place: str = ""
    began_at: datetime = EPOCH
    takes_acts = False
    _has_told: bool = False
    _runs: greenlet | None = None

    @property
    def name(self) -> str:
        return f"{self.seat}.{self.life_number}"

    @property
    def sleeps(self) -> bool:
        """Tell whether it waits for work to come due."""
        return False

    def go(self) -> None:
        """Go on from where it handed over, or begin."""
        if self._runs is None:
            self._runs = greenlet(self._lived, parent=self.world.main)
        self._runs.switch()

    def _lived(self) -> None:
        try:
            self.live(self._open())
        except Crash:
            pass
        except DatabaseProblem as problem:
            self.world.note(self.name, f"cannot begin: {problem.code}")
        except Exception as error:
            self.world.blame(f"internal: {self.seat} met {type(error).__name__}: {error}\n{_place_of(error)}")
        self._end()

    def _open(self) -> Desk:
        store = self.world.store
        database = open_database(store.url, busy_seconds=1.0 if store.twin else 0.0, durable=False)
        if not store.twin:
            database.pool.on_lend.append(self._lent)
        self.database = replace(
            database, watch=self.watch, pause=self._wait_a_moment, stopwatch=self.world.clock.steady
        )
        self.place = "begins"
        clock = Watch(self.world, self.off)
        return new_desk(self.database, clock, SharedLibrary(), self.world.clock.steady, self.world.token)

    def _lent(self, connection: Any) -> None:
        if self.lines != [connection] or self.world.faults.full_until:
            self.lines = [connection]
            self.world.faults.fill(connection)

    def live(self, desk: Desk) -> None:
        """Do what this worker does, to the end of its process."""
        raise NotImplementedError

    def watch(self, statement: str) -> None:
        self.place = statement if statement.isalpha() else _short(statement)
        if statement == "COMMITTED":
            self.world.post.look_at_leases(self)
            self._look_at_what_waits()
        self._has_told = self._has_told or statement.startswith('UPDATE "item"')
        self.world.hand_over(self, self.place)
        if statement == "BEGIN":
            self.began_at = self.shown()

    def _look_at_what_waits(self) -> None:
        """Look, where a commit changed what is to be told, whether the clock will come to all that still waits."""
        unarmed = self.world.store.rows(_UNARMED) if self._has_told and not self.world.store.twin else []
        self._has_told = False
        for (number,) in unarmed:
            self.world.blame(f"what_waits_is_armed: {self.name} leaves item {number} waiting, with no moment for it")

    def _wait_a_moment(self, seconds: float) -> None:
        self.world.clock.true += timedelta(seconds=seconds)
        self.world.hand_over(self, "PAUSE")

    def shown(self) -> datetime:
        """Return what the clock on its wall shows."""
        return self.world.clock.now() + self.off

    def rest(self, until: datetime | None) -> None:
        """Do nothing until then."""
        self.until = until
        self.world.main.switch()

    def die(self) -> None:
        """End as a process does that is killed, from outside."""
        if self._runs is not None and self._runs:
            self._runs.throw(Crash)

    def _end(self) -> None:
        """Be gone; another process takes the seat after a while."""
        self._runs, self.place = None, ""
        self.end_database()
        self.world.note(self.name, "is gone")
        self.until = self.world.faults.back_at()
        self.gone()
        self.life_number += 1

    def gone(self) -> None:
        """Remember what its end leaves open."""

    def end_database(self) -> None:
        if self.database is not None:
            self.database.close()
            self.database = None
        self.lines = []

    def end(self) -> None:
        """End for good, when the run is over."""
        self.die()
        self.end_database()

    def calm_down(self) -> None:
        """Go on, wherever it was frozen."""


def _place_of(error: Exception) -> str:
    """Return where in our code an error came from."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join(f"    {Path(each.filename).name}:{each.lineno} {each.name}" for each in frames)


@lru_cache(maxsize=4096)
def _short(statement: str) -> str:
    """Return what a statement does to which table."""
    words = statement.replace('"', "").replace("(", " ").split()
    verb = words[0]
    tables = [after for word, after in pairwise(words) if word in ("FROM", "INTO", "UPDATE")]
    return f"{verb} {'+'.join(dict.fromkeys(tables))}" if tables else statement[:40]


@record(frozen=False, kw_only=False)
class Rest(Stop):
    """Leaves the database free between batches by handing over."""

    server: Server | None = None

    def rest(self) -> None:
        assert self.server is not None
        if self.server.world.store.twin:
            return
        self.server.world.clock.true += timedelta(milliseconds=30)
        self.server.world.hand_over(self.server, "BREATH")


class Server(Worker):
    """A process that serves: the heartbeat of production, beaten by hand."""

    beats_in_vain: int = 0

    @property
    def sleeps(self) -> bool:
        return self.until is None

    def live(self, desk: Desk) -> None:
        beat = self._beat(desk)
        while True:
            before = self.world.store.next_due(self.world.clock.now())
            beat()
            self.world.post.recorded(self)
            self._rest_after(before)

    def _beat(self, desk: Desk) -> Beat:
        clock = self.world.clock
        pace = Rhythm(every=EVERY_IN_SECONDS, poll=1.0, steady=clock.steady)
        return Beat(
            wired=Wired(desk=desk, channels=self.world.post.channels(self), sender=SENDER, worker=self.name),
            worker=serving(self.name),
            stop=Rest(server=self),
            pace=pace,
            say=lambda told: None,
            meter=self._met,
            guard=Guard(DriftWatch(wall=lambda: self.shown().timestamp(), steady=clock.steady)),
        )

    def _met(self, made: Made) -> None:
        """Look at what a beat came to: what went wrong, and what it is unsure of now."""
        if not made.line:
            return
        self.world.note(self.name, f"beat failed: {self.world.store.without_its_place(made.line)}")
        self.world.post.unsure(self)
        if made.code in (ClockJumped.code, ClockBehind.code):
            self.world.refuse_clock()
        if made.code == "PG999":
            self.world.blame(f"internal: {self.seat} met {made.line}")

    def _rest_after(self, before: datetime | None) -> None:
        """Wait for what is due next; where nothing moved, for longer each time."""
        world = self.world
        due = world.store.next_due(world.clock.now())
        if due is None or due > world.clock.now():
            self.beats_in_vain = 0
            self.rest(None)
            return
        self.beats_in_vain = self.beats_in_vain + 1 if due == before else 0
        self.rest(world.clock.true + timedelta(seconds=5 * 3 ** min(self.beats_in_vain, 8)))

    def gone(self) -> None:
        self.world.post.unsure(self)

    def calm_down(self) -> None:
        self.until = self.world.clock.true
        self.beats_in_vain = 0


def serving(name: str) -> Seat:
    """Return a process as the roll of workers knows it."""
    return Seat(
        id=0,
        name=name,
        host="host",
        pid=1,
        version="0",
        state="serving",
        started_at=EPOCH,
        seen_at=EPOCH,
        every=60_000,
    )


class Person(Worker):
    """Somebody who asks for something, and asks again with the same key where no answer came."""

    act: Act | None = None
    takes_acts = True

    def take(self, act: Act) -> None:
        self.act = act
        act.asked = self.world.steps
        self.until = self.world.clock.true + timedelta(milliseconds=self.world.faults.hesitation())

    def live(self, desk: Desk) -> None:
        while self.act is not None:
            self._ask(desk, self.act)
            if self.act.is_over:
                self.act = None
            self.rest(None if self.act is None else self.world.clock.true + timedelta(seconds=self.act.tries * 7))

    def _ask(self, desk: Desk, act: Act) -> None:
        act.tries += 1
        self.world.note(self.name, f"asks {act}")
        try:
            act.answer_with(self.world, "done", do(desk, act))
        except ClockBehind:
            self.world.refuse_clock()
            act.puts_off(self.world, "the clock is behind")
        except Refused as refusal:
            act.answer_with(self.world, "refused", {"why": refusal.line()})
        except DatabaseBusy as busy:
            self.world.note(self.name, f"is told: {busy.code}")
        except DatabaseProblem as problem:
            self.world.note(self.name, f"is told: {self.world.store.without_its_place(problem.line())}")
            act.lose_answer()
        except PhasegateError as error:
            act.puts_off(self.world, f"{error.code} {error}")

    def gone(self) -> None:
        if self.act is not None:
            self.act.lose_answer()
        if self.act is None or self.act.is_over:
            self.act, self.until = None, None

    def calm_down(self) -> None:
        if self.act is not None:
            self.until = self.world.clock.true


def do(desk: Desk, act: Act) -> Any:
    """Do what somebody asks of the service, as the command line does."""
    if act.action == "create":
        return create_campaign(desk, KEY, act.given["bundle"], {"adopted": act.given["adopted"]})
    if act.action == "accept clock":
        return accept_clock(desk, "时钟已核对")
    return perform(desk, Command(act.action, KEY, act.given, act.actor, act.key))
