"""One durable transition on SQLite, each committed, against hand-written sqlite3 writing the same rows.

Run: python -m bench.durable
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import byhand, county
from bench.harness import Ratio, compare, run
from engine.service.kernel.desk import Command, Desk, perform


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield the ratio; RuntimeError where any cell of the two databases differs afterwards."""
    rounds, each = (4, 5) if small else (20, 40)
    with tempfile.TemporaryDirectory() as folder:
        base, twin = Path(folder) / "ours.db", Path(folder) / "theirs.db"
        county.new(county.url_of(base), tasks=20, towns=50)
        shutil.copyfile(base, twin)
        desk, hand = county.desk_of(county.url_of(base)), byhand.opened(twin)
        ours, theirs = (iter(county.owed(20, 50)) for _ in range(2))
        yield compare(
            "durable transition (submit), one commit each, SQLite",
            "hand-written sqlite3, same rows, same mode",
            lambda: submit(desk, *next(ours)),
            lambda: byhand.submit(hand, *next(theirs)),
            goal=1.5,
            rounds=rounds,
            each=each,
            mode=byhand.mode(hand),
        )
        byhand.require_same_rows(base, twin)


def submit(desk: Desk, task: str, unit: str) -> None:
    """Hand in for one task of one unit."""
    perform(desk, submission(task, unit))


def submission(task: str, unit: str) -> Command:
    """Return the command by which a unit hands in."""
    return Command("submit", county.KEY, {"task": task, "unit": unit, "note": byhand.NOTE}, actor=unit)


if __name__ == "__main__":
    run(measure)
