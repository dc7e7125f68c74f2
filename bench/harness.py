"""Measures two ways of doing the same work side by side in one run, and tells their ratio against a goal."""

from __future__ import annotations

import gc
import json
import os
import platform
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from bench.workloads import cpu

Direction = Literal["≤", "≥"]
Call = Callable[[], object]
NO_GOAL = "—"
"""Of a row that is only told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One measured value, its unit and the limit it must keep to."""

    value: float
    unit: str
    limit: float

    @property
    def kept(self) -> bool:
        return self.value <= self.limit

    @property
    def aim(self) -> str:
        return f"≤ {self.limit:g} {self.unit}"

    @property
    def measured(self) -> str:
        return f"{self.value:.3g} {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How long ours took as a multiple of theirs (`≤`), or theirs of ours (`≥`): median and quartiles of rounds."""

    name: str
    against: str
    median: float
    low: float
    high: float
    ours_ms: float
    theirs_ms: float
    goal: float | None
    direction: Direction = "≤"
    mode: str = ""
    clock: str = ""
    bound: Bound | None = None

    @property
    def reached(self) -> bool:
        is_kept = self.bound is None or self.bound.kept
        if self.goal is None:
            return is_kept
        return is_kept and (self.median <= self.goal if self.direction == "≤" else self.median >= self.goal)

    @property
    def aim(self) -> str:
        ratio = [] if self.goal is None else [f"{self.direction} {self.goal:g}×"]
        return ", ".join([*ratio, *([self.bound.aim] if self.bound else [])]) or NO_GOAL

    @property
    def measured(self) -> str:
        times = f"{_time(self.ours_ms)} against {_time(self.theirs_ms)}{self.clock and f' of {self.clock}'}"
        ratio = f"{self.median:.2f}× ({self.low:.2f}–{self.high:.2f}); {times}"
        return "; ".join([ratio, *([self.bound.measured] if self.bound else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Absolute:
    """What one run took, in one or more measures, each with its limit."""

    name: str
    bounds: tuple[Bound, ...]
    against: str = "—"
    mode: str = ""

    @property
    def reached(self) -> bool:
        return all(bound.kept for bound in self.bounds)

    @property
    def aim(self) -> str:
        return ", ".join(bound.aim for bound in self.bounds)

    @property
    def measured(self) -> str:
        return ", ".join(bound.measured for bound in self.bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How often ours did something for one operation, which may be no oftener than theirs."""

    name: str
    against: str
    what: tuple[str, ...]
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    mode: str = ""

    @property
    def reached(self) -> bool:
        return all(a <= b for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def aim(self) -> str:
        return "no more"

    @property
    def measured(self) -> str:
        counts = zip(self.ours, self.what, self.theirs, strict=True)
        return ", ".join(f"{a:g} {what} against {b:g}" for a, what, b in counts)


Row = Ratio | Absolute | Counted


class Measure(Protocol):
    """What each module of this package has: yields its rows, on a tenth of the work or less when `small`."""

    def __call__(self, *, small: bool = False) -> Iterator[Row]: ...


class Limit(NamedTuple):
    """How much CPU time ours may take for one of so many operations that a call does."""

    of: int
    ms: float
    unit: str


def nothing() -> None:
    """Do nothing."""


def compare(
    name: str,
    against: str,
    ours: Call,
    theirs: Call,
    *,
    goal: float | None,
    direction: Direction = "≤",
    rounds: int,
    each: int = 1,
    mode: str = "",
    before_ours: Call = nothing,
    before_theirs: Call = nothing,
    limit: Limit | None = None,
    by_cpu: bool = False,
) -> Ratio:
    """Run `each` calls of both, in alternating order, for `rounds` rounds; what runs `before_` a side is untimed.

    Time is that of the wall, or `by_cpu` user and system of this process, which is what a `limit` is held against.
    """
    meter = cpu if by_cpu or limit else time.perf_counter
    sides = ((ours, before_ours), (theirs, before_theirs))
    gc.collect()
    pairs: list[tuple[float, float]] = []
    for number in range(rounds):
        spent = {i: _spent(*sides[i], each, meter) for i in ((0, 1) if number % 2 else (1, 0))}
        pairs.append((spent[0], spent[1]))
    ours_ms, theirs_ms = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
    low, median, high = _quartiles([a / b if direction == "≤" else b / a for a, b in pairs])
    return Ratio(
        name=name,
        against=against,
        median=median,
        low=low,
        high=high,
        ours_ms=ours_ms,
        theirs_ms=theirs_ms,
        goal=goal,
        direction=direction,
        mode=mode,
        clock="CPU" if meter is cpu else "",
        bound=limit and Bound(value=ours_ms / limit.of, unit=limit.unit, limit=limit.ms),
    )


def _spent(call: Call, before: Call, each: int, meter: Callable[[], float]) -> float:
    before()
    start = meter()
    for _ in range(each):
        call()
    return (meter() - start) / each


def _quartiles(ratios: list[float]) -> tuple[float, float, float]:
    if len(ratios) < 2:
        return (ratios[0],) * 3
    low, median, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return low, median, high


def _time(ms: float) -> str:
    return f"{ms:.3g} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def machine() -> str:
    """Return what this is measured on."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{python}, {platform.machine()}, {platform.system()}, {os.cpu_count()} cores"


def line(row: Row) -> str:
    """Return a row of the table as one line of text."""
    verdict = "told" if row.aim == NO_GOAL else "reached" if row.reached else "MISSED"
    mode = f" [{row.mode}]" if row.mode else ""
    return f"{row.name} | against {row.against}: {row.measured}; goal {row.aim}: {verdict}{mode}"


def run(measure: Measure) -> None:
    """Measure one module by itself: print each row as it comes, and keep them in a file where one is named."""
    options = _options().parse_args()
    print(machine(), flush=True)
    rows: list[Row] = []
    for row in measure(small=options.small):
        print(line(row), flush=True)
        rows.append(row)
        if options.json:
            write(options.json, rows)


def _options() -> ArgumentParser:
    parser = ArgumentParser()
    parser.add_argument("--small", action="store_true", help="a tenth of the work or less: to see that it runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to a file as well")
    return parser


def write(path: Path, rows: Iterable[Row]) -> None:
    """Keep rows in a file, so that they can be read again."""
    told = [{"kind": type(row).__name__, **asdict(row), "reached": row.reached} for row in rows]
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> list[Row]:
    """Return the rows that `write` kept in a file."""
    return [_row(told) for told in json.loads(path.read_text(encoding="utf-8"))]


def _row(told: dict[str, Any]) -> Row:
    kind, _ = told.pop("kind"), told.pop("reached")
    if kind == "Ratio":
        return Ratio(**told | {"bound": Bound(**told["bound"]) if told["bound"] else None})
    if kind == "Counted":
        return Counted(**told | {name: tuple(told[name]) for name in ("what", "ours", "theirs")})
    return Absolute(**told | {"bounds": tuple(Bound(**bound) for bound in told["bounds"])})
