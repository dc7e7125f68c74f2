"""The only reader of the operating system's clock and the only source of ids and randomness."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from engine.records import field, record


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""


@record(kw_only=False)
class SystemClock:
    """The clock of the machine, cut to whole milliseconds (the store keeps no more)."""

    def now(self) -> datetime:
        """Return the present instant of the machine."""
        return whole_milliseconds(datetime.now(UTC))


@record(frozen=False, kw_only=False)
class SteppedClock:
    """A clock that stands still until it is told to move."""

    at: datetime

    def now(self) -> datetime:
        """Return the instant it was last set to."""
        return whole_milliseconds(self.at)

    def move_to(self, at: datetime) -> None:
        """Set the clock to `at`."""
        self.at = at


def time_passed() -> float:
    """Return a reading, in seconds, of a clock that nobody sets and that goes on while the machine sleeps (C4).

    Linux has one of its own for that; elsewhere the monotonic clock goes on, or there is none.
    """
    counting = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
    return time.monotonic() if counting is None else time.clock_gettime(counting)


@record(frozen=False, kw_only=False)
class DriftWatch:
    """Measures how far wall time has run ahead of the time that passed since the last look (SEMANTICS C4)."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time_passed
    _last: tuple[float, float] | None = field(default=None)

    @property
    def wall_seen(self) -> float:
        """Wall time as it was at the last look; 0 before the first."""
        return self._last[0] if self._last else 0.0

    def jump(self) -> float:
        """Return the seconds by which wall time moved more than time passed since the last call."""
        seen = (self.wall(), self.steady())
        last, self._last = self._last, seen
        return 0.0 if last is None else (seen[0] - last[0]) - (seen[1] - last[1])


def whole_milliseconds(at: datetime) -> datetime:
    """Return `at` in UTC without what is finer than a millisecond; refuses a naive instant."""
    if at.tzinfo is None:
        raise ValueError("an instant must be aware")
    at = at.astimezone(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


Luck = random.Random
"""A source of randomness, as those name it who may not make one."""


def seeded(seed: str | int) -> random.Random:
    """Return a source of randomness that repeats from `seed`."""
    return random.Random(seed)


def token() -> str:
    """Return 32 letters and digits that nobody can foresee."""
    return secrets.token_hex(16)


def sleep(seconds: float) -> None:
    """Wait for `seconds`."""
    time.sleep(seconds)


def stopwatch() -> float:
    """Return a reading of the monotonic clock, in seconds."""
    return time.monotonic()
