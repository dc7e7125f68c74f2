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
from typing import Any, Literal, Protocol

Direction = Literal["≤", "≥"]
Call = Callable[[], object]


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
    goal: float
    direction: Direction = "≤"
    mode: str = ""

    @property
    def reached(self) -> bool:
        return self.median <= self.goal if self.direction == "≤" else self.median >= self.goal

    @property
    def aim(self) -> str:
        return f"{self.direction} {self.goal:g}×"

    @property
    def measured(self) -> str:
        times = f"{_time(self.ours_ms)} against {_time(self.theirs_ms)}"
        return f"{self.median:.2f}× ({self.low:.2f}–{self.high:.2f}); {times}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One measured value, its unit and the limit it must stay below."""

    value: float
    unit: str
    limit: float

    @property
    def kept(self) -> bool:
        return self.value < self.limit


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
        return ", ".join(f"< {bound.limit:g} {bound.unit}" for bound in self.bounds)

    @property
    def measured(self) -> str:
        return ", ".join(f"{bound.value:.3g} {bound.unit}" for bound in self.bounds)


Row = Ratio | Absolute


class Measure(Protocol):
    """What each module of this package has: yields its rows, on a tenth of the work or less when `small`."""

    def __call__(self, *, small: bool = False) -> Iterator[Row]: ...


def nothing() -> None:
    """Do nothing."""


def compare(
    name: str,
    against: str,
    ours: Call,
    theirs: Call,
    *,
    goal: float,
    direction: Direction = "≤",
    rounds: int,
    each: int = 1,
    mode: str = "",
    before_ours: Call = nothing,
    before_theirs: Call = nothing,
) -> Ratio:
    """Run `each` calls of both, in alternating order, for `rounds` rounds; what runs `before_` a side is untimed."""
    sides = ((ours, before_ours), (theirs, before_theirs))
    gc.collect()
    pairs: list[tuple[float, float]] = []
    for number in range(rounds):
        spent = {i: _spent(*sides[i], each) for i in ((0, 1) if number % 2 else (1, 0))}
        pairs.append((spent[0], spent[1]))
    low, median, high = _quartiles([a / b if direction == "≤" else b / a for a, b in pairs])
    return Ratio(
        name=name,
        against=against,
        median=median,
        low=low,
        high=high,
        ours_ms=statistics.median(a for a, _ in pairs) * 1000,
        theirs_ms=statistics.median(b for _, b in pairs) * 1000,
        goal=goal,
        direction=direction,
        mode=mode,
    )


def _spent(call: Call, before: Call, each: int) -> float:
    before()
    start = time.perf_counter()
    for _ in range(each):
        call()
    return (time.perf_counter() - start) / each


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
    verdict = "reached" if row.reached else "MISSED"
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
        return Ratio(**told)
    return Absolute(**told | {"bounds": tuple(Bound(**bound) for bound in told["bounds"])})
