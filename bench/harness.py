"""Measures two ways of doing the same work side by side in one run, and prints their ratio."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """How long ours took as a multiple of theirs: the median of the rounds, and their quartiles."""

    name: str
    median: float
    low: float
    high: float
    ours_ms: float
    theirs_ms: float
    goal: float

    def line(self) -> str:
        verdict = "reached" if self.median <= self.goal else "MISSED"
        return (
            f"{self.name}: {self.median:.2f}x (quartiles {self.low:.2f}-{self.high:.2f}); "
            f"ours {self.ours_ms:.3f} ms, theirs {self.theirs_ms:.3f} ms; goal <= {self.goal}x: {verdict}"
        )


def compare(
    name: str, ours: Callable[[], None], theirs: Callable[[], None], *, goal: float, rounds: int, each: int
) -> Ratio:
    """Run `each` calls of both in alternating order for `rounds` rounds."""
    pairs: list[tuple[float, float]] = []
    for number in range(rounds):
        order = (ours, theirs) if number % 2 else (theirs, ours)
        spent = {call: _spent(call, each) for call in order}
        pairs.append((spent[ours], spent[theirs]))
    ratios = sorted(a / b for a, b in pairs)
    low, median, high = statistics.quantiles(ratios, n=4)
    return Ratio(
        name=name,
        median=median,
        low=low,
        high=high,
        ours_ms=statistics.median(a for a, _ in pairs) * 1000,
        theirs_ms=statistics.median(b for _, b in pairs) * 1000,
        goal=goal,
    )


def _spent(call: Callable[[], None], each: int) -> float:
    start = time.perf_counter()
    for _ in range(each):
        call()
    return (time.perf_counter() - start) / each


def machine() -> str:
    """Return what this was measured on."""
    return (
        f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}, {platform.system()}"
    )
