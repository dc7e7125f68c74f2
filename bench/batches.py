"""Transitions in batches of 500, each batch one commit, against an ORM and against statements by hand.

Run: python -m bench.batches

All three leave the same rows, cell by cell. The ORM is what an application has that decides row by row: it reads what
is owed with its dates, changes and adds, and has it written at the end. The statements by hand know beforehand what
is the same for all; they are told for what they cost, no goal is held against them.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import byhand, byorm, county
from bench.durable import submission
from bench.harness import Limit, Ratio, compare, run
from engine.service.kernel.desk import Desk, perform_all

BATCH = 500


def measure(*, small: bool = False) -> Iterator[Ratio]:
    """Yield both ratios; RuntimeError where any cell of the databases differs afterwards."""
    tasks, towns, rounds = (8, 250, 2) if small else (24, 250, 6)
    with tempfile.TemporaryDirectory() as folder:
        base, twin, other = (Path(folder) / f"{name}.db" for name in ("ours", "hand", "orm"))
        county.new(county.url_of(base), tasks, towns)
        for copy in (twin, other):
            shutil.copyfile(base, copy)
        desk, hand, orm = county.desk_of(county.url_of(base)), byhand.opened(twin), byorm.opened(other)
        ours, by_hand, by_orm = (iter(batches(county.owed(tasks, towns))) for _ in range(3))
        yield compare(
            f"transitions in batches of {BATCH}",
            "SQLModel ORM that leaves the same rows",
            lambda: submit_all(desk, next(ours)),
            lambda: byorm.submit_all(orm, next(by_orm)),
            goal=1.0,
            rounds=rounds,
            mode=byhand.mode(hand),
            limit=Limit(BATCH, 0.28, "ms CPU a transition"),
        )
        for each in itertools.islice(by_hand, rounds):
            byhand.submit_all(hand, each)
        byhand.require_same_rows(base, twin)
        byhand.require_same_rows(base, other)
        yield compare(
            f"transitions in batches of {BATCH}",
            "hand-written set-wise, same rows",
            lambda: submit_all(desk, next(ours)),
            lambda: byhand.submit_all(hand, next(by_hand)),
            goal=None,
            rounds=rounds,
            mode=byhand.mode(hand),
            by_cpu=True,
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
