"""The heartbeat and its clocks: years that a clock leaves out are not listed, sleep is time that passed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from engine.clock import DriftWatch, time_passed
from engine.scheduler import Onward

START = datetime(2000, 1, 1, tzinfo=UTC)
HOUR = 3600.0


@pytest.mark.parametrize("missed", [0.4, 1.0, 59.5, 26 * 365 * 86400.0])
def test_of_what_a_clock_left_out_nothing_is_listed_however_long_it_was(missed: float) -> None:
    grid = Onward(seconds=1, timezone=UTC)
    now = START + timedelta(seconds=missed)
    found = grid.get_next_fire_time(START, now)
    assert found is not None and now < found <= now + timedelta(seconds=1)
    assert (found - START) % timedelta(seconds=1) == timedelta(0)


def test_the_grid_goes_on_where_nothing_was_left_out() -> None:
    grid = Onward(seconds=2, timezone=UTC)
    assert grid.get_next_fire_time(START, START) == START + timedelta(seconds=2)
    assert grid.get_next_fire_time(START, START - timedelta(days=1)) == START + timedelta(seconds=2)


def slept(monkeypatch: pytest.MonkeyPatch, counting: bool) -> float:
    """Return the jump that a watch sees when a machine slept an hour: with a clock that counts sleep, or none."""
    asleep = [0.0]
    awake = time.monotonic
    if counting:
        monkeypatch.setattr(time, "CLOCK_BOOTTIME", 7, raising=False)
    else:
        monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
        monkeypatch.delattr(time, "CLOCK_MONOTONIC", raising=False)
    monkeypatch.setattr(time, "clock_gettime", lambda which: awake() + asleep[0], raising=False)
    watch = DriftWatch(wall=lambda: awake() + asleep[0], steady=time_passed)
    assert watch.jump() == 0.0
    asleep[0] = HOUR
    return watch.jump()


def test_sleep_is_time_that_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert slept(monkeypatch, counting=True) == pytest.approx(0.0, abs=1.0)


def test_where_no_clock_counts_sleep_it_looks_like_a_jump(monkeypatch: pytest.MonkeyPatch) -> None:
    assert slept(monkeypatch, counting=False) == pytest.approx(HOUR, abs=1.0)


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="only Linux has a clock that counts sleep by itself")
def test_the_clock_that_is_watched_is_the_one_that_counts_sleep() -> None:
    assert DriftWatch().steady is time_passed
    assert time_passed() == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=1.0)
