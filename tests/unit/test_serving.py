"""Serving: looks and beats follow each other, a worker is seen, stops at once, and refuses a clock that jumped."""

from __future__ import annotations

import json
import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import serving
from engine.bootstrap import Wired, newcomer
from engine.cli.nouns.serve import SIGNALS, _stop
from engine.cli.shell.log import Json, logger
from engine.clock import DriftWatch, SteppedClock, sleep
from engine.errors import DatabaseBusy
from engine.model import Armed, Worker
from engine.scheduler import heartbeat
from engine.service.clock.sweep import CampaignsFailed, Swept, WorkShare
from engine.service.delivery.relaying import Delivered
from engine.service.delivery.standing import standing
from engine.service.kernel.desk import new_head
from engine.service.kernel.registry import new_desk
from engine.serving import Beat, Guard, Rhythm, ServingEvent, Stop, Stopped, phase
from engine.store.migrations import in_memory

START = datetime(2022, 10, 9, 1, tzinfo=UTC)
BUSY = DatabaseBusy(url="x", why="locked")


@dataclass
class Clocks:
    """Wall time and monotonic time, and when a person accepted the clock."""

    wall: float = START.timestamp()
    steady: float = 0.0
    accepted_at: datetime = START

    def guard(self) -> Guard:
        found = Guard(watch=DriftWatch(wall=lambda: self.wall, steady=lambda: self.steady))
        assert self.asked(found) == 0
        return found

    def run(self, steady: float, wall: float) -> None:
        self.steady += steady
        self.wall += wall

    def asked(self, guard: Guard) -> int:
        return guard.minutes_ahead(lambda: self.accepted_at)


def test_a_clock_that_runs_evenly_is_trusted() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    for wall in (30, 330, 29, -4000):
        clocks.run(30, wall)
        assert clocks.asked(guard) == 0


def test_a_jump_of_more_than_five_minutes_stops_the_beat_until_it_is_accepted() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.run(30, 30 + 301)
    assert clocks.asked(guard) == 5
    clocks.run(30, 30)
    assert clocks.asked(guard) == 5
    clocks.accepted_at += timedelta(minutes=6)
    assert clocks.asked(guard) == 0
    clocks.run(30, 30)
    assert clocks.asked(guard) == 0


def test_an_acceptance_from_before_the_jump_does_not_count() -> None:
    clocks = Clocks(accepted_at=START - timedelta(days=1))
    guard = clocks.guard()
    clocks.run(30, 3630)
    assert clocks.asked(guard) != 0
    assert clocks.asked(guard) != 0


def test_what_was_accepted_before_the_jump_was_noticed_in_a_long_beat_counts() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.run(90, 90 + 3600)
    clocks.accepted_at = START + timedelta(seconds=3660)
    assert clocks.asked(guard) == 0


def test_what_was_accepted_in_a_long_beat_before_the_clock_jumped_does_not_count() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.run(90, 90 + 3600)
    clocks.accepted_at = START + timedelta(seconds=60)
    assert clocks.asked(guard) == 60


def test_a_clock_that_is_set_right_again_is_trusted() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.run(30, 3630)
    assert clocks.asked(guard) != 0
    clocks.run(30, 30 - 3600)
    assert clocks.asked(guard) == 0


def test_a_jump_is_not_forgotten_where_the_database_is_busy_at_that_moment() -> None:
    clocks = Clocks()
    guard = clocks.guard()
    clocks.run(30, 3630)

    def busy() -> datetime:
        raise BUSY

    with pytest.raises(DatabaseBusy):
        guard.minutes_ahead(busy)
    clocks.run(30, 30)
    assert clocks.asked(guard) != 0


class Service:
    """A worker on a database in memory; a test says what sweeping does, and moves both clocks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.told: list[ServingEvent] = []
        self.shares: list[WorkShare] = []
        self.steady = 100.0
        self.sweeps: Callable[[Any], Swept] = lambda breathe: Swept()
        self.delivers: Callable[[Any], Delivered] = lambda stop: Delivered()
        monkeypatch.setattr(serving, "sweep", self._sweep)
        monkeypatch.setattr(serving, "deliver", self._deliver)
        self.clock = SteppedClock(START)
        self.desk = new_desk(database=in_memory(), clock=self.clock)
        self.stop = Stop(rest_in_seconds=0.0)
        self.beat = self.another("east")

    def another(self, name: str) -> Beat:
        return Beat(
            wired=Wired(desk=self.desk, channels=lambda _: None, sender="", worker=name),  # type: ignore[arg-type, return-value]
            worker=newcomer(name, 30),
            stop=self.stop,
            pace=Rhythm(every=30, poll=1, steady=lambda: self.steady),
            say=self.told.append,
            guard=Clocks().guard(),
        )

    def _sweep(self, desk: object, breathe: Any, *, share: WorkShare) -> Swept:
        self.calls.append("sweep")
        self.shares.append(share)
        return self.sweeps(breathe)

    def _deliver(self, desk: object, channels: object, sender: str, worker: str, stop: Any, *_: object) -> Delivered:
        self.calls.append(f"deliver as {worker}")
        return self.delivers(stop)

    def later(self, seconds: float) -> None:
        self.steady += seconds
        self.clock.at += timedelta(seconds=seconds)

    def arm(self, *after: int) -> None:
        with self.desk.database.write() as work:
            for ref, seconds in enumerate(after):
                work.add(Armed(at=START + timedelta(seconds=seconds), kind=0, ref=ref, campaign=1))

    def records_of(self, at: datetime, state: str = "running") -> None:
        """Keep a campaign whose last record is of an instant."""
        with self.desk.database.write() as work:
            work.add(replace(new_head(1, "0" * 16, "county", "", "", START), last_at=at, state=state))

    def lines(self, *leave_out: str) -> list[str]:
        return [told.line for told in self.told if told.event not in ("entered", *leave_out)]

    def roll(self) -> list[Worker]:
        return [one.worker for one in standing(self.desk).workers]

    def sweeps_at(self, seconds: int) -> list[int]:
        """Look every second for so long; return the seconds at which that led to a sweep."""
        found = []
        for second in range(seconds):
            self.calls.clear()
            self.beat()
            found += [second] if "sweep" in self.calls else []
            self.later(1)
        return found


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    return Service(monkeypatch)


# --- when it beats ---


def test_a_beat_sweeps_then_delivers_and_says_what_it_did(service: Service) -> None:
    service.sweeps = lambda breathe: Swept(campaigns=1, moments=3, notices=2)
    service.delivers = lambda stop: Delivered(sent=2, failed=1)
    service.beat()
    assert service.calls == ["sweep", "deliver as east#1"]
    assert service.lines() == ["3 moments, 2 notices written, 2 sent, 1 failed"]
    assert service.told[-1].facts == {
        "moments": 3,
        "notices": 2,
        "sent": 2,
        "retried": 0,
        "failed": 1,
        "seconds": 0.0,
    }


def test_where_nothing_is_due_it_sweeps_at_full_beats_only(service: Service) -> None:
    assert service.sweeps_at(65) == [0, 30, 60]
    assert service.lines() == []


def test_what_falls_due_between_beats_is_swept_within_a_second(service: Service) -> None:
    service.arm(12)
    service.sweeps = lambda breathe: self_swept(service)
    assert service.sweeps_at(20) == [0, 12]


def self_swept(service: Service) -> Swept:
    """Take what is due, as a sweep does."""
    with service.desk.database.write() as work:
        due = [armed for armed in work.find(Armed) if armed.at <= service.clock.at]
        for armed in due:
            work.drop(Armed, armed.at, armed.kind, armed.ref)
    return Swept(moments=len(due))


def test_what_cannot_be_moved_on_is_tried_ever_more_seldom_but_at_every_full_beat(service: Service) -> None:
    service.arm(0)
    assert service.sweeps_at(62) == [0, 1, 3, 7, 15, 30, 60]


def test_what_was_moved_on_is_looked_at_again_at_once(service: Service) -> None:
    service.arm(0)
    service.sweeps = lambda breathe: Swept(moments=1)
    assert service.sweeps_at(4) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (BUSY, "PG304", "PG304  the database x is busy — locked — try again in a moment"),
        (RuntimeError("roof"), "PG999", "PG999  this beat failed — RuntimeError: roof — it is tried again"),
    ],
)
def test_a_beat_that_fails_is_told_once_with_its_code_and_tried_again(
    service: Service, error: Exception, code: str, line: str
) -> None:
    def fails(breathe: Any) -> Swept:
        raise error

    service.sweeps = fails
    service.sweeps_at(40)
    assert service.lines() == [line]
    assert service.told[-1].code == code
    service.sweeps = lambda breathe: Swept()
    service.later(60)
    service.beat()
    assert service.lines() == [line, "goes on again"]
    service.later(30)
    service.beat()
    worker = service.roll()[0]
    assert (worker.errors, worker.last_error) == (2, line)


def test_an_error_that_nobody_expected_is_told_with_what_was_raised(service: Service) -> None:
    roof = RuntimeError("roof")

    def fails(breathe: Any) -> Swept:
        raise roof

    service.sweeps = fails
    service.beat()
    assert [told.error for told in service.told if told.code] == [roof]


@pytest.mark.parametrize("why", [RuntimeError("roof"), BUSY])
def test_of_a_campaign_that_fails_what_was_raised_is_told_unless_it_is_an_error_of_ours(
    service: Service, why: Exception
) -> None:
    def fails(breathe: Any) -> Swept:
        raise CampaignsFailed(Swept(), count=1, first="county", why=str(why)) from why

    service.sweeps = fails
    service.beat()
    assert [(told.code, told.error) for told in service.told if told.code] == [
        ("PG205", None if why is BUSY else why)
    ]


def test_a_clock_behind_the_records_is_told_and_what_was_done_all_the_same_is_counted(service: Service) -> None:
    service.sweeps = lambda breathe: Swept(refused=2, moments=1)
    service.records_of(START + timedelta(days=1))
    service.beat()
    assert service.lines() == [
        "1 moments, 0 notices written, 0 sent",
        "PG105  no sweep is made — the clock is behind the records of 2 campaigns — set the clock right, or "
        "`phasegate clock accept --reason …`",
    ]


def test_a_clock_behind_the_records_is_told_while_nothing_is_due_and_when_it_is_set_right(service: Service) -> None:
    service.records_of(START + timedelta(hours=1))
    service.beat()
    service.later(30)
    service.beat()
    assert service.lines() == [
        "PG104  the clock is behind — it says 2022-10-09T01:00:00+00:00, the last record is of "
        "2022-10-09T02:00:00+00:00 — set it, or `clock accept`"
    ]
    service.later(3600)
    service.beat()
    assert service.lines()[1:] == ["the clock stands behind no record any more"]


def test_a_clock_a_few_minutes_behind_the_records_is_nothing_to_tell_of(service: Service) -> None:
    service.records_of(START + timedelta(minutes=4))
    service.beat()
    assert service.lines() == []


def test_of_campaigns_that_ended_the_clock_is_behind_those_alone_in_which_something_is_to_come(
    service: Service,
) -> None:
    service.records_of(START + timedelta(hours=1), state="aborted")
    service.beat()
    assert service.lines() == []
    service.arm(3600)
    service.later(30)
    service.beat()
    assert [told.code for told in service.told if told.event == "error"] == ["PG104"]


def test_a_campaign_whose_records_the_clock_is_behind_holds_up_no_other(service: Service) -> None:
    service.records_of(START + timedelta(hours=1))
    service.arm(2, 3, 4)
    service.sweeps = lambda breathe: Swept(moments=1)
    assert service.sweeps_at(6) == [0, 2, 3, 4, 5]


def test_a_campaign_that_fails_is_told_though_the_clock_is_behind_another(service: Service) -> None:
    def fails(breathe: object) -> Swept:
        raise CampaignsFailed(Swept(refused=1), count=1, first="county", why="KeyError: 'x'")

    service.records_of(START + timedelta(hours=1))
    service.sweeps = fails
    service.beat()
    assert {"PG205", "PG104"} <= {told.code for told in service.told}


def test_where_nobody_can_look_at_the_records_what_was_done_is_counted(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: object) -> None:
        raise BUSY

    service.sweeps = lambda breathe: Swept(moments=7)
    monkeypatch.setattr(serving, "clock_behind", busy)
    service.beat()
    assert service.lines() == ["7 moments, 0 notices written, 0 sent"]


def test_a_clock_that_jumped_is_told_and_nothing_is_swept(service: Service) -> None:
    clocks = Clocks()
    service.beat.guard = clocks.guard()
    clocks.run(1, 3600)
    service.beat()
    assert service.calls == []
    assert service.lines()[0].startswith("PG105  no sweep is made — the clock jumped ahead by 60 minutes at once")


# --- being seen ---


def test_a_worker_is_entered_at_its_first_beat_and_seen_at_each(service: Service) -> None:
    service.sweeps = lambda breathe: Swept(moments=2)
    service.delivers = lambda stop: Delivered(sent=3)
    for _ in range(3):
        service.beat()
        service.later(30)
    (worker,) = service.roll()
    assert (worker.identity, worker.state, worker.started_at) == ("east#1", "serving", START)
    assert worker.seen_at == START + timedelta(seconds=60)
    assert (worker.beats, worker.moments, worker.sent) == (2, 4, 6)


def test_a_worker_is_seen_within_a_long_sweep_and_a_long_delivery(service: Service) -> None:
    seen = []

    def long(between: Callable[[], object]) -> None:
        for _ in range(4):
            service.later(20)
            between()
            seen.append((service.roll()[0].seen_at - START).total_seconds())

    def sweeps(breathe: Any) -> Swept:
        long(breathe)
        return Swept()

    def delivers(stop: Any) -> Delivered:
        long(stop)
        return Delivered()

    service.sweeps, service.delivers = sweeps, delivers
    service.beat()
    assert seen == [0, 40, 40, 80, 80, 120, 120, 160]


def test_a_long_sweep_goes_on_where_the_worker_cannot_be_seen_now(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise BUSY

    def sweeps(breathe: Any) -> Swept:
        service.later(40)
        monkeypatch.setattr(serving, "renew", busy)
        breathe()
        return Swept(moments=7)

    service.sweeps = sweeps
    service.beat()
    assert service.lines() == ["7 moments, 0 notices written, 0 sent"]


def test_two_workers_of_one_name_lease_under_different_identities_and_begin_in_different_places(
    service: Service,
) -> None:
    other = service.another("east")
    for beat in (service.beat, other):
        beat()
    service.later(30)
    service.beat()
    assert [call for call in service.calls if call != "sweep"] == [
        "deliver as east#1",
        "deliver as east#2",
        "deliver as east#1",
    ]
    assert service.shares == [WorkShare(0, 1), WorkShare(1, 2), WorkShare(0, 2)]


# --- stopping ---


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_asks_for_the_end_and_a_second_is_not_caught(number: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in SIGNALS}
    try:
        stop = _stop()
        signal.raise_signal(number)
        assert stop.told and stop.rest_in_seconds == 0.03
        assert [signal.getsignal(each) for each in SIGNALS] == [signal.SIG_DFL, signal.SIG_DFL]
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


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
    assert service.lines() == []


def test_a_worker_that_is_told_to_stop_says_so_and_signs_off(service: Service) -> None:
    service.beat()
    service.beat.wind_up()
    assert service.roll()[0].state == "stopping"
    service.beat.sign_off()
    assert service.roll()[0].state == "stopped"
    assert service.lines() == ["stopping: the batch at hand is finished first", "stopped"]


def test_a_worker_that_never_came_to_beat_has_nothing_to_sign(service: Service) -> None:
    service.beat.wind_up()
    service.beat.sign_off()
    assert service.roll() == []


def test_a_worker_that_cannot_sign_off_says_why_and_ends(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise BUSY

    service.beat()
    monkeypatch.setattr(serving, "leave", busy)
    service.beat.sign_off()
    assert service.lines() == [BUSY.line(), "stopped"]


# --- how it is logged ---


def logged(**extra: Any) -> dict[str, Any]:
    record = logging.LogRecord("x", logging.ERROR, "file", 1, "a %s", ("line",), None)
    record.created = START.timestamp()
    for name, value in extra.items():
        setattr(record, name, value)
    return dict(json.loads(Json().format(record)))


def test_what_a_worker_tells_is_one_json_object_with_its_code() -> None:
    told = ServingEvent(
        event="error", worker="east#1", line="PG304  忙", code="PG304", facts={"seconds": 0.5, "at": START}
    )
    assert logged(told=told) == {
        "time": "2022-10-09T01:00:00.000Z",
        "level": "error",
        "worker": "east#1",
        "event": "error",
        "seconds": 0.5,
        "at": "2022-10-09T01:00:00+00:00",
        "message": "PG304  忙",
        "code": "PG304",
    }


def test_what_a_library_logs_is_one_json_object_too() -> None:
    assert logged() == {
        "time": "2022-10-09T01:00:00.000Z",
        "level": "error",
        "event": "log",
        "logger": "x",
        "message": "a line",
    }


TOKEN = "AQAAAAEAAAQSC0S3B3J1FLgYY-W-iqoSdtXvh2K6HzgU"


def collapsed() -> RuntimeError:
    """Return an error that was really raised; its message holds a token."""
    try:
        raise RuntimeError(f"roof of {TOKEN}")
    except RuntimeError as error:
        return error


def told_on_stderr(form: str, capsys: pytest.CaptureFixture[str]) -> str:
    line = "PG999  this beat failed — RuntimeError: roof — it is tried again"
    kept = logging.getLogger().handlers[:]
    logger(form)(ServingEvent(event="error", worker="east#1", line=line, code="PG999", error=collapsed()))
    logging.getLogger().handlers[:] = kept
    return capsys.readouterr().err


def test_the_traceback_of_an_error_nobody_expected_stands_under_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    first, head, *rest, last = told_on_stderr("text", capsys).splitlines()
    assert (first[:5], head, last) == ("PG999", "Traceback (most recent call last):", "RuntimeError: roof of AQAAAA…")
    assert any("in collapsed" in line for line in rest)


def test_the_traceback_is_a_text_of_the_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = told_on_stderr("json", capsys).splitlines()
    found = json.loads(line)
    assert (found["event"], found["code"], found["message"][:5]) == ("error", "PG999", "PG999")
    assert found["traceback"].startswith("Traceback (most recent call last):\n")
    assert found["traceback"].endswith("\nRuntimeError: roof of AQAAAA…")


def test_what_a_library_raised_stands_in_the_log_too() -> None:
    error = collapsed()
    found = logged(exc_info=(type(error), error, error.__traceback__))
    assert found["event"] == "log" and "in collapsed" in found["traceback"]


# --- pace and stop ---


def test_between_batches_the_database_is_left_free_for_thirty_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(serving, "sleep", slept.append)
    Stop().breathe()
    assert slept == [0.03]


def test_a_told_stop_interrupts_between_batches() -> None:
    stop = Stop()
    stop.tell(15, None)
    with pytest.raises(Stopped):
        stop.breathe()


def test_workers_of_different_names_do_not_beat_in_step() -> None:
    found = [phase(f"worker-{n}") for n in range(100)]
    assert all(0 <= one < 1 for one in found)
    assert all(sum(n / 4 <= one < (n + 1) / 4 for one in found) > 10 for n in range(4))
    assert phase("worker-7") == found[7]


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
