"""Switch every rule off in turn and see that its test fails: `python -m tests.mutants [ID …]`.

Each mutant is applied to a scratch copy of the sources (their compiled forms come along, and none is written
there); the working tree is never touched. The libraries are imported once and each run is a fork.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import Mutant
from tests.mutants.room import copied

LIBRARIES = (
    "alembic.command",
    "apscheduler.schedulers.background",
    "hypothesis",
    "jinja2",
    "psycopg",
    "sqlmodel",
    "yaml",
)
QUIET = "ignore::pytest.PytestAssertRewriteWarning"  # the libraries were imported before
OPTIONS = ("-n", "0", "-x", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=no", "-W", QUIET)
SECONDS = 120


@dataclass(frozen=True, slots=True)
class Run:
    """A mutant under test in a room of its own, by the process that tries it."""

    mutant: Mutant
    room: Path
    text: str
    began: float


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a mutant: which test killed it, or why none did."""

    mutant: Mutant
    killed_by: str
    seconds: float = 0.0
    why_not: str = ""


def main(wanted: list[str]) -> int:
    """Try the mutants named, or all; print a line for each and tell whether any survived."""
    chosen = [m for m in MUTANTS if not wanted or m.id in wanted or m.rule in wanted]
    for library in LIBRARIES:
        import_module(library)
    with tempfile.TemporaryDirectory(prefix="phasegate-mutants-") as folder:
        told = list(_printed(_tried(chosen, [copied(Path(folder) / str(n)) for n in range(os.cpu_count() or 1)])))
    survived = [each.mutant.id for each in told if not each.killed_by]
    rules = len({each.mutant.rule for each in told})
    print(f"\n{len(told)} mutants of {rules} rules, {len(told) - len(survived)} killed, {len(survived)} not")
    return 1 if survived or not told else 0


def _printed(told: Iterator[Told]) -> Iterator[Told]:
    print(f"{'rule':5} {'mutant':7} {'seconds':>7}  killed by")
    for each in told:
        end = each.killed_by or f"NOT KILLED — {each.why_not}"
        print(f"{each.mutant.rule:5} {each.mutant.id:7} {each.seconds:7.1f}  {end}", flush=True)
        yield each


def _tried(mutants: list[Mutant], rooms: list[Path]) -> Iterator[Told]:
    """Yield what became of each mutant, as many at once as there are rooms."""
    running: dict[int, Run] = {}
    for mutant in mutants:
        while not rooms:
            yield _ended(running, rooms)
        text = (rooms[-1] / mutant.file).read_text(encoding="utf-8")
        if text.count(mutant.old) != 1:
            yield Told(mutant, "", why_not=f"its text stands {text.count(mutant.old)} times in {mutant.file}")
            continue
        run = Run(mutant, rooms.pop(), text, time.monotonic())
        (run.room / mutant.file).write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        running[_forked(run)] = run
    while running:
        yield _ended(running, rooms)


def _ended(running: dict[int, Run], rooms: list[Path]) -> Told:
    """Wait for a run to end, put its room in order and say what became of its mutant."""
    process, status = os.wait()
    run = running.pop(process)
    (run.room / run.mutant.file).write_text(run.text, encoding="utf-8")
    rooms.append(run.room)
    seconds = time.monotonic() - run.began
    if os.WIFSIGNALED(status):
        return Told(run.mutant, f"time ({SECONDS} s)", seconds)
    said = (run.room / "said.txt").read_text(encoding="utf-8").strip().splitlines()
    failed = [line.split()[1] for line in said if line.startswith("FAILED")]
    # Pytest's 1 means that a test failed; anything else, such as a test that cannot be found, kills nothing.
    if os.WEXITSTATUS(status) == 1 and failed:
        return Told(run.mutant, failed[0].rpartition("::")[2], seconds)
    return Told(run.mutant, "", seconds, f"pytest ended with {os.WEXITSTATUS(status)}: {said[-1] if said else ''}")


def _forked(run: Run) -> int:
    sys.stdout.flush()
    process = os.fork()
    if process:
        return process
    code = 70
    try:
        code = _in_child(run)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _in_child(run: Run) -> int:
    """Run the tests of a mutant in its room, the alarm set; the room's sources go before an installation's."""
    signal.alarm(SECONDS)
    said = os.open(run.room / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.chdir(run.room)
    sys.dont_write_bytecode = True
    sys.meta_path[:] = [each for each in sys.meta_path if "Redirecting" not in getattr(each, "__name__", "")]
    sys.path[:0] = [str(run.room)]
    engine = import_module("engine")
    assert str(engine.__file__).startswith(str(run.room)), engine.__file__
    code = int(pytest.main([*OPTIONS, *run.mutant.node_ids]))
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
