"""One durable transition on SQLite, each committed: its CPU time without a disk, and what it asks of one.

Run: python -m bench.durable

On a disk the disk decides; so CPU time is measured in memory (`/dev/shm`), and what the disk is asked is counted with
strace. By hand the same rows are written with sqlite3 in the same mode, and compared cell by cell afterwards.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import byhand, county
from bench.harness import Counted, Limit, Ratio, Row, compare, run
from engine.service.kernel.desk import Command, Desk, perform

MEMORY = Path("/dev/shm")
TASKS, TOWNS = 20, 50
SYSCALLS = {"write": "writes", "pwrite64": "writes", "fsync": "syncs", "fdatasync": "syncs"}
COUNTED, MARK = 20, "<phasegate>"
CALLED = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\(")


def measure(*, small: bool = False) -> Iterator[Row]:
    """Yield what it costs and what is counted; RuntimeError where any cell of the databases differs afterwards."""
    rounds, each = (4, 5) if small else (20, 40)
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        base, twin = _twins(Path(folder))
        yield _compared(base, twin, rounds, each)
        byhand.require_same_rows(base, twin)
    yield _counted()


def _twins(folder: Path) -> tuple[Path, Path]:
    base, twin = folder / "ours.db", folder / "theirs.db"
    county.new(county.url_of(base), TASKS, TOWNS)
    shutil.copyfile(base, twin)
    return base, twin


def _compared(base: Path, twin: Path, rounds: int, each: int) -> Ratio:
    desk, hand = county.desk_of(county.url_of(base)), byhand.opened(twin)
    ours, theirs = (iter(county.owed(TASKS, TOWNS)) for _ in range(2))
    return compare(
        "durable transition (submit), one commit each, SQLite without a disk",
        "hand-written sqlite3, same rows, same mode",
        lambda: submit(desk, *next(ours)),
        lambda: byhand.submit(hand, *next(theirs)),
        goal=None,
        rounds=rounds,
        each=each,
        mode=f"{byhand.mode(hand)}, in {MEMORY if MEMORY.is_dir() else 'the temporary folder'}",
        limit=Limit(1, 1.1, "ms CPU each"),
    )


# --- counted ---


def _counted() -> Counted:
    sides = [_asked_of_the_disk(side) for side in ("ours", "hand")]
    what = ("writes", "syncs")
    return Counted(
        name="durable transition (submit), one commit each, SQLite: what the disk is asked",
        against="hand-written sqlite3, same rows, same mode",
        what=what,
        ours=tuple(sides[0][each] for each in what),
        theirs=tuple(sides[1][each] for each in what),
        mode=f"strace, {COUNTED} transitions",
    )


def _asked_of_the_disk(side: str) -> dict[str, float]:
    """Return what one transition asks, counted between two marks that the traced process writes."""
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace"
        strace = ["strace", "-f", "-qq", "-e", f"trace={','.join(SYSCALLS)}", "-o", str(trace)]
        command = [sys.executable, "-m", "bench.durable", side]
        subprocess.run([*strace, *command], check=True, cwd=Path(__file__).parent.parent, stdout=subprocess.DEVNULL)
        lines = trace.read_text(errors="replace").split(MARK)[1].splitlines()[1:-1]
    called = Counter(SYSCALLS[found[1]] for line in lines if (found := CALLED.match(line)))
    return {name: number / COUNTED for name, number in called.items()}


def _submit_some(side: str) -> None:
    """Be the process that is traced."""
    with tempfile.TemporaryDirectory() as folder:
        base, twin = _twins(Path(folder))
        by_hand = partial(byhand.submit, byhand.opened(twin))
        one = partial(submit, county.desk_of(county.url_of(base))) if side == "ours" else by_hand
        owed = county.owed(TASKS, TOWNS)
        one(*owed.pop())  # the first also makes the journal beside the file
        os.write(1, MARK.encode())
        for task, unit in owed[:COUNTED]:
            one(task, unit)
        os.write(1, MARK.encode())


def submit(desk: Desk, task: str, unit: str) -> None:
    """Hand in for one task of one unit."""
    perform(desk, submission(task, unit))


def submission(task: str, unit: str) -> Command:
    """Return the command by which a unit hands in."""
    return Command("submit", county.KEY, {"task": task, "unit": unit, "note": byhand.NOTE}, actor=unit)


if __name__ == "__main__":
    if sys.argv[1:2] in (["ours"], ["hand"]):
        _submit_some(sys.argv[1])
    else:
        run(measure)
