"""Switch every rule off in turn and see that its test fails: `python -m tests.mutants [ID …]`.

Each mutant is applied to a scratch copy of the sources; the working tree is never touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import Mutant

ROOT = Path(__file__).parents[2]
PARTS = ("engine", "notifications", "workflows", "tests", "docs", "pyproject.toml")
SECONDS = 180
# An editable installation would lead imports back to the working tree.
PYTEST = """
import sys
sys.meta_path[:] = [each for each in sys.meta_path if "Redirecting" not in getattr(each, "__name__", type(each).__name__)]
sys.path.insert(0, sys.argv[1])
import engine
assert engine.__file__.startswith(sys.argv[1]), engine.__file__
import pytest
sys.exit(pytest.main(["-n", "0", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *sys.argv[2:]]))
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a mutant: which test killed it, or why none did."""

    mutant: Mutant
    killed_by: str
    seconds: float
    why_not: str = ""


def main(wanted: list[str]) -> int:
    """Try the mutants named, or all; print a line for each and tell whether any survived."""
    chosen = [m for m in MUTANTS if not wanted or m.id in wanted or m.rule in wanted]
    with tempfile.TemporaryDirectory(prefix="phasegate-mutants-") as folder:
        rooms: Queue[Path] = Queue()
        for number in range(min(os.cpu_count() or 1, 4)):
            rooms.put(_copied(Path(folder) / str(number)))
        with ThreadPoolExecutor(max_workers=rooms.qsize()) as pool:
            told = list(_printed(pool.map(lambda mutant: _tried(mutant, rooms), chosen)))
    survived = [each.mutant.id for each in told if not each.killed_by]
    rules = len({each.mutant.rule for each in told})
    print(f"\n{len(told)} mutants of {rules} rules, {len(told) - len(survived)} killed, {len(survived)} not")
    return 1 if survived else 0


def _printed(told: Iterator[Told]) -> Iterator[Told]:
    print(f"{'rule':5} {'mutant':7} {'seconds':>7}  killed by")
    for each in told:
        end = each.killed_by or f"NOT KILLED — {each.why_not}"
        print(f"{each.mutant.rule:5} {each.mutant.id:7} {each.seconds:7.1f}  {end}", flush=True)
        yield each


def _copied(room: Path) -> Path:
    room.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, room / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, room / part)
    return room


def _tried(mutant: Mutant, rooms: Queue[Path]) -> Told:
    room = rooms.get()
    path = room / mutant.file
    text = path.read_text(encoding="utf-8")
    began = time.monotonic()
    try:
        if text.count(mutant.old) != 1:
            return Told(mutant, "", 0.0, f"its text stands {text.count(mutant.old)} times in {mutant.file}")
        path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        return _run(mutant, room, began)
    finally:
        path.write_text(text, encoding="utf-8")
        rooms.put(room)


def _run(mutant: Mutant, room: Path, began: float) -> Told:
    """Run the tests of a mutant; pytest's 1 means that a test failed, anything else kills nothing."""
    command = [sys.executable, "-B", "-c", PYTEST, str(room), *mutant.node_ids]
    try:
        done = subprocess.run(command, cwd=room, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Told(mutant, f"time ({SECONDS} s)", time.monotonic() - began)
    seconds = time.monotonic() - began
    failed = [line.split()[1] for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if done.returncode == 1 and failed:
        return Told(mutant, failed[0].rpartition("::")[2], seconds)
    said = (done.stdout + done.stderr).strip().splitlines()
    return Told(mutant, "", seconds, f"pytest ended with {done.returncode}: {said[-1] if said else ''}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
