"""Transitions in batches of 500, each batch one commit, against the same rows written set-wise by hand.

Run: python -m bench.batches
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import byhand, county
from bench.durable import submission
from bench.harness import Ratio, compare, run
from engine.service.kernel.desk import Desk, perform_all

BATCH = 500


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield the ratio; RuntimeError where any cell of the two databases differs afterwards."""
    tasks, towns, rounds = (4, 250, 2) if small else (24, 250, 12)
    with tempfile.TemporaryDirectory() as folder:
        base, twin = Path(folder) / "ours.db", Path(folder) / "theirs.db"
        county.new(county.url_of(base), tasks, towns)
        shutil.copyfile(base, twin)
        desk, hand = county.desk_of(county.url_of(base)), byhand.opened(twin)
        ours, theirs = (iter(batches(county.owed(tasks, towns))) for _ in range(2))
        yield compare(
            f"transitions in batches of {BATCH}",
            "hand-written set-wise, same rows",
            lambda: submit_all(desk, next(ours)),
            lambda: byhand.submit_all(hand, next(theirs)),
            goal=2.5,
            rounds=rounds,
            mode=byhand.mode(hand),
        )
        byhand.require_same_rows(base, twin)


def batches(owed: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Return what is owed in parts of one batch each."""
    return [owed[i : i + BATCH] for i in range(0, len(owed), BATCH)]


def submit_all(desk: Desk, which: list[tuple[str, str]]) -> None:
    """Hand in for many in one transaction."""
    answers = perform_all(desk, county.KEY, [submission(task, unit) for task, unit in which])
    assert all(isinstance(answer, dict) for answer in answers)


if __name__ == "__main__":
    run(measure)
