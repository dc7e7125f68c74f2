"""Real fires by real workers that are killed and frozen at random: `python -m tests.faults fires`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from pathlib import Path
from random import Random
from time import monotonic, sleep

from engine.service.audit.audit import verify_all
from engine.service.campaigns.founding import create_campaign
from engine.service.kernel.registry import new_desk
from engine.store.database import open_database
from engine.store.migrations import upgrade
from tests.faults import proof
from tests.faults.clocks import EPOCH, MILLISECOND, ToldClock
from tests.faults.county import ADOPTED, DAY, LADDER, ZONE, County, due_days, next_working_day
from tests.faults.crew import Crew
from tests.faults.options import options_from
from tests.faults.proof import Eye
from tests.faults.server import Server, running
from tests.faults.spawner import Place, Spawner
from tests.faults.told import Told

LOOK_IN_SECONDS = 0.02
STANDSTILL_IN_SECONDS = 2.0
CLERKS_OF_STRIKES = 0.1
LEAPS_OF_STEPS = 0.05
FIRST_DUE_ON = date(2022, 2, 15)
LEASES = timedelta(minutes=11)
"""Longer than a lease: what a dead worker had taken may be taken by another."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a run is told."""

    fires: int = 2000
    workers: int = 4
    seed: int = 1
    crashes: int = 0
    minutes: float = 20.0
    strike_every: int = 60
    beat: float = 0.4
    poll: float = 0.1
    freeze: float = 0.5
    acts: int = 50
    pause: float = 0.5
    sqlite: bool = False
    units: int = 6
    tasks: int = 8
    days: int = 1
    rungs: int = len(LADDER)


@dataclass
class Run:
    """A year that is stepped from quiet to quiet, while workers die."""

    options: Options
    eye: Eye
    clock: ToldClock
    crew: Crew
    told: Told
    counties: dict[str, County]
    server: Server | None
    random: Random
    crashes: list[float] = field(default_factory=list)
    steps: int = 0
    began: float = field(default_factory=monotonic)
    _struck: tuple[int, float] = field(default_factory=lambda: (0, monotonic()))

    def live(self) -> None:
        """Step through the year, then let the clerk finish and what that brings go out the next morning."""
        self.crew.fill()
        self.crew.hire({"seed": self.options.seed, "pause": self.options.pause, "owed": self._some_owed()})
        last = max(county.last_at() for county in self.counties.values())
        self._live_until(last + 30 * DAY)
        self.crew.thaw(all_of_them=True)
        self.crew.let_finish()
        morning = next_working_day(self.clock.now().date() + DAY)
        self._live_until(datetime.combine(morning, time(10, 30), ZONE).astimezone(UTC))

    def _live_until(self, end: datetime) -> None:
        """Step from quiet to quiet up to an instant; whoever does not come to rest in time has failed."""
        patience = self.began + 60 * self.options.minutes
        quiet_by = monotonic() + STANDSTILL_IN_SECONDS
        while (left := self._left()) or self.clock.now() < end:
            assert monotonic() < patience, f"it is not over after {self.options.minutes} minutes: {left}"
            if not left or monotonic() >= quiet_by:
                self._step(end, quiet=not left)
                quiet_by = monotonic() + STANDSTILL_IN_SECONDS
            self.crew.thaw()
            self._strike()
            self._crash()
            self._report()
            sleep(LOOK_IN_SECONDS)

    def _some_owed(self) -> list[tuple[str, str, str]]:
        """Return what the clerk is to hand in."""
        owed = [(key, task, unit) for key, county in self.counties.items() for task, unit, _ in county.owed()]
        return self.random.sample(owed, min(self.options.acts, len(owed)))

    def _left(self) -> str:
        """Tell what of the present instant is not worked off yet, if anything."""
        now = proof.ms_of(self.clock.now())
        moments = self.eye.one(f"SELECT count(*) FROM armed WHERE at <= {now}")
        mails = self.eye.one(f"SELECT count(*) FROM outbox WHERE state = 'queued' AND next_at <= {now}")
        return f"{moments} moments and {mails} messages wait" if moments or mails else ""

    def _step(self, end: datetime, *, quiet: bool) -> None:
        """Go on to the next moment, or some days further at once; where somebody holds things up, past its lease."""
        if not quiet:
            self.clock.move_to(self.clock.now() + LEASES)
            return
        [(first,)] = self.eye.rows("SELECT min(at) FROM armed")
        at = min(EPOCH + first * MILLISECOND, end) if first is not None else end
        if self.random.random() < LEAPS_OF_STEPS:
            at += self.random.randint(1, 4) * DAY
        self.clock.move_to(at + self.random.randint(0, 90) * timedelta(seconds=1))
        self.steps += 1

    def _strike(self) -> None:
        """Strike after so much work or, where nothing moves, after so long: the density is that of any machine."""
        done = self.eye.one("SELECT COALESCE(SUM(seq), 0) FROM campaign")
        number, at = self._struck
        if done - number >= self.options.strike_every or monotonic() - at > STANDSTILL_IN_SECONDS:
            self._struck = done, monotonic()
            self.crew.strike()
            if self.random.random() < CLERKS_OF_STRIKES:
                self.crew.strike_clerk()

    def _crash(self) -> None:
        if self.crashes and self.server and monotonic() >= self.crashes[0]:
            self.crashes.pop(0)
            self.server.crash()
            sleep(self.random.uniform(0.1, 1.5))
            self.server.start()
            self.crew.did["server crashes"] += 1

    def _report(self) -> None:
        self.told.now_and_then(
            lambda: f"{self.clock.now():%Y-%m-%d}, {proof.fires(self.eye)} fires, {dict(self.crew.did)}"
        )


def counties_for(options: Options) -> dict[str, County]:
    """Return as many counties as the wished number of fires takes, each with days of its own."""
    counties = [_county(options, number) for number in range(options.fires)]
    return {f"county-{n + 1}": county for n, county in enumerate(counties[: ceil(options.fires / counties[0].fires)])}


def _county(options: Options, number: int) -> County:
    days = due_days(options.days, first=FIRST_DUE_ON + number % 5 * 7 * DAY, apart=47)
    return County(units=options.units, tasks=options.tasks, due=days, ladder=LADDER[: options.rungs])


def founded(url: str, counties: dict[str, County], clock: ToldClock) -> None:
    """Begin a campaign in each county."""
    desk = new_desk(open_database(url), clock)
    for key, county in counties.items():
        create_campaign(desk, key, county.files(), {"adopted": f"{ADOPTED:%Y-%m-%d}"})
    desk.database.close()


def found_wrong(run: Run, folder: Path) -> list[str]:
    """Return everything that does not hold now that the run is over."""
    eye, now = run.eye, run.clock.now()
    checks = [
        proof.settled(lambda: proof.locks(eye), _patience),
        proof.rungs(eye, run.counties, now),
        proof.acts(eye, run.crew.acts()),
        proof.chains(eye),
        proof.notices(eye),
        proof.messages(eye, now),
        proof.letters(eye, folder),
    ]
    return [finding for found in checks for finding in found] + audited(eye.url, run.clock)


def audited(url: str, clock: ToldClock) -> list[str]:
    """Return what the engine's own proof of the history finds."""
    desk = new_desk(open_database(url), clock)
    found = [f"audit: {each.place} {each.what}" for each in verify_all(desk).findings]
    desk.database.close()
    return found[:5]


def _patience() -> Iterator[None]:
    for _ in range(50):
        sleep(0.1)
        yield


def run(options: Options, told: Told) -> list[str]:
    """Live through the year on a database of its own, and return what is wrong at its end."""
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="phasegate-fires-")))
        server = None if options.sqlite else kept.enter_context(running(durable=options.crashes > 0))
        url = server.uri if server else f"sqlite:///{folder / 'phasegate.db'}"
        upgrade(url).close()
        spawner = kept.enter_context(Spawner.opened())
        return lived(options, url, folder, spawner, told, server)


def lived(
    options: Options, url: str, folder: Path, spawner: Spawner, told: Told, server: Server | None = None
) -> list[str]:
    """Live through the year on a database without campaigns, and return what is wrong at its end."""
    random = Random(options.seed)
    clock = ToldClock(folder / "clock")
    clock.move_to(ADOPTED.astimezone(UTC))
    counties = counties_for(options)
    founded(url, counties, clock)
    told(f"{len(counties)} campaigns, {sum(len(list(c.owed())) for c in counties.values())} assignments")
    given = {"PHASEGATE_EML_DIR": str(folder / "eml")}
    crew = Crew(
        size=options.workers,
        place=Place(url, clock.path, folder / "logs", options.beat, options.poll, given),
        random=random,
        spawner=spawner,
        usual_freeze_in_seconds=options.freeze,
    )
    run = Run(options, Eye(url, crew.thaw), clock, crew, told, counties, server, random)
    run.crashes = [monotonic() + 5 + n * 10 for n in range(options.crashes)]
    run.live()
    wrong = crew.dismiss()
    number, took = proof.fires(run.eye), monotonic() - run.began
    told(f"{number} fires in {took:.0f} s ({number / took:.0f}/s), {run.steps} steps, {dict(crew.did)}")
    for line, times in crew.said().most_common(12):
        told(f"{times:7} times: {line}")
    wrong += [*crew.complaints(), *found_wrong(run, folder / "eml")]
    run.eye.close()
    return wrong


def main(args: list[str], told: Told) -> list[str]:
    return run(options_from(args, Options(), __doc__), told)
