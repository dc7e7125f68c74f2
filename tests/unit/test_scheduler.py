"""The heartbeat: beats follow each other, stop at once, and refuse a clock that jumped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from engine import scheduler
from engine.clock import DriftWatch, sleep, stopwatch
from engine.errors import DatabaseBusy
from engine.scheduler import Beat, Guard, Stop, Stopped, heartbeat
from engine.service.relaying import Delivered
from engine.service.sweep import Swept

START = datetime(2022, 10, 9, 1, tzinfo=UTC)


@dataclass
class Clocks:
    """Wall time and monotonic time, and when a person accepted the clock."""

    wall: float = 0.0
    steady: float = 0.0
    accepted_at: datetime = START

    def guard(self) -> Guard:
        found = Guard(watch=DriftWatch(wall=lambda: self.wall, steady=lambda: self.steady))
        assert self.asked(found) == ""
        return found

    def run(self, steady: float, wall: float) -> None:
        self.steady += steady
        self.wall += wall

    def asked(self, guard: Guard) -> str:
        return guard.why_not(lambda: self.accepted_at)


def test_a_clock_that_runs_evenly_is_trusted() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    for wall in (30, 330, 29, -4000):
        clocks.run(30, wall)
        assert clocks.asked(guard) == ""


def test_a_jump_of_more_than_five_minutes_stops_the_beat_until_it_is_accepted() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.run(30, 30 + 301)
    why = "the clock jumped ahead by 5 minutes at once"
    assert clocks.asked(guard) == why
    clocks.run(30, 30)
    assert clocks.asked(guard) == why
    clocks.accepted_at += timedelta(minutes=6)
    assert clocks.asked(guard) == ""
    clocks.run(30, 30)
    assert clocks.asked(guard) == ""


def test_an_acceptance_from_before_the_jump_does_not_count() -> None:
    clocks = Clocks(accepted_at=START + timedelta(days=1))
    guard = clocks.guard()
    clocks.run(30, 3630)
    assert clocks.asked(guard) != ""
    assert clocks.asked(guard) != ""


def test_a_clock_that_is_set_right_again_is_trusted() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.run(30, 3630)
    assert clocks.asked(guard) != ""
    clocks.run(30, 30 - 3600)
    assert clocks.asked(guard) == ""


def test_a_jump_is_not_forgotten_where_the_database_is_busy_at_that_moment() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.run(30, 3630)

    def busy() -> datetime:
        raise DatabaseBusy(url="x", why="locked", cure="try again")

    with pytest.raises(DatabaseBusy):
        guard.why_not(busy)
    clocks.run(30, 30)
    assert clocks.asked(guard) != ""


class Service:
    """Stands where sweep and deliver are looked up, and lets a test say what they do."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.said: list[str] = []
        self.sweeps: Callable[[Any], Swept] = lambda breathe: Swept()
        monkeypatch.setattr(scheduler, "sweep", self._sweep)
        monkeypatch.setattr(scheduler, "deliver", self._deliver)
        wired: Any = SimpleNamespace(desk=None, channels=None, sender="", worker="")
        self.stop = Stop()
        self.beat = Beat(wired=wired, stop=self.stop, say=self.said.append, guard=Clocks().guard())

    def _sweep(self, desk: object, breathe: Any) -> Swept:
        self.calls.append("sweep")
        return self.sweeps(breathe)

    def _deliver(self, *_: object) -> Delivered:
        self.calls.append("deliver")
        return Delivered(sent=2, failed=1)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    return Service(monkeypatch)


def test_a_beat_sweeps_then_delivers_and_says_what_it_did(service: Service) -> None:
    service.sweeps = lambda breathe: Swept(campaigns=1, moments=3, notices=2)
    service.beat()
    assert service.calls == ["sweep", "deliver"]
    assert service.said == ["3 moments, 2 notices written, 2 sent, 1 failed"]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (DatabaseBusy(url="x", why="locked", cure="try again"), "PG304  the database x is busy — locked — try again"),
        (RuntimeError("roof"), "PG999  this beat failed — RuntimeError: roof — it is tried again"),
    ],
)
def test_a_beat_that_fails_is_told_once_and_the_next_one_tries_again(
    service: Service, error: Exception, line: str
) -> None:
    def fails(breathe: Any) -> Swept:
        raise error

    service.sweeps = fails
    service.beat()
    service.beat()
    assert service.said == [line]
    service.sweeps = lambda breathe: Swept()
    service.beat()
    assert service.calls == ["sweep", "sweep", "sweep", "deliver"]


def test_a_clock_behind_the_records_is_told(service: Service) -> None:
    service.sweeps = lambda breathe: Swept(refused=2)
    service.beat()
    assert service.said == [
        "PG105  no sweep is made — the clock is behind the records of 2 campaigns — set the clock right, or "
        "`phasegate clock accept --reason …`"
    ]


def test_stopping_ends_a_sweep_after_the_batch_at_hand(service: Service) -> None:
    batches: list[int] = []

    def many(breathe: Any) -> Swept:
        for batch in range(100):
            batches.append(batch)
            if batch == 2:
                service.stop.tell()
            breathe()
        return Swept()

    service.sweeps = many
    service.beat()
    assert batches == [0, 1, 2]
    assert service.calls == ["sweep"]
    assert service.said == []


def test_between_batches_the_database_is_left_free_for_thirty_milliseconds() -> None:
    before = stopwatch()
    Stop().breathe()
    assert stopwatch() - before >= 0.03


def test_a_told_stop_interrupts_between_batches() -> None:
    stop = Stop()
    stop.tell(15, None)
    with pytest.raises(Stopped):
        stop.breathe()


def test_the_heart_beats_at_once_and_again_and_finishes_the_beat_at_hand() -> None:
    stop = Stop()
    done: list[int] = []
    running = threading.Lock()

    def beat() -> None:
        assert running.acquire(blocking=False), "two beats at once"
        sleep(0.08)
        done.append(len(done))
        if len(done) == 3:
            stop.tell()
            sleep(0.2)
            done.append(-1)
        running.release()

    heartbeat(beat, 0.05, stop)
    assert done[-1] == -1
    assert done[:3] == [0, 1, 2]
