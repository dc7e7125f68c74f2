"""Plants each bug into a scratch copy of the sources and lives seeds there until an invariant is violated.

What counts as caught: an invariant of a run whose campaign was founded, on a seed on which nothing is wrong without
the bug. A copy that cannot be imported, that founds nothing, or of which a process merely ends with an error, is not.
Each bug has so many seeds and so much time of the processor; what was caught is looked for on a second seed, too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from tests.mutants.room import ROOT, copied
from tests.simulation.mutants import PLANTED, Planted

PARTS = ("engine", "notifications", "workflows", "tests", "pyproject.toml")
SEEDS = 1000
SECONDS = 240.0
"""How many seeds, and how many seconds of the processor, a bug has to be found in."""
AFTER = 40
"""Another seed that catches a bug is looked for so long: thrice as far as the first, and so many seeds more."""
WHILE_IT_LASTS = {
    "leases_are_kept": "Nobody ends a lease that another has, before its time; nor records what became of what it has.",
    "sent_under_lease": "A message is sent only by who holds a lease on it that has not run out.",
    "what_waits_is_armed": "For whatever waits to be told a moment is armed.",
    "nothing comes to rest": "Once no more faults strike, everything comes to rest.",
}
"""What is seen while a run lasts, beside the invariants that are looked at when it is over."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A seed on which invariants are violated: their names, and what the first of them said."""

    seed: int
    invariants: tuple[str, ...]
    what: str

    @property
    def invariant(self) -> str:
        return self.invariants[0]


@dataclass(slots=True)
class Found:
    """What became of a planted bug: on which seeds it was caught, by what; or how far it was looked for."""

    bug: Planted
    caught: list[Wrong] = field(default_factory=list)
    seeds: int = 0
    seconds: float = 0.0
    last_words: str = ""

    @property
    def why_not(self) -> str:
        return "" if self.caught else f"{self.seeds} seeds, {self.seconds:.0f} s{self.last_words}"

    def __str__(self) -> str:
        if not self.caught:
            return f"{self.bug.id:26} NOT CAUGHT — {self.why_not}"
        first = self.caught[0]
        others = ", ".join(str(each.seed) for each in self.caught[1:]) or "no other"
        return (
            f"{self.bug.id:26} seed {first.seed:3}, then {others:8}  {self.seconds:4.0f} s  {first.invariant}\n"
            f"{'':27}{first.what[:200]}"
        )


def main(wanted: list[str], seeds: int = SEEDS, seconds: float = SECONDS, jobs: int = 2) -> int:
    """Try the bugs named, or all; print what became of each, then a table, and tell whether any was not caught."""
    strange = sorted(set(wanted) - {bug.id for bug in PLANTED})
    if strange:
        print(f"no such planted bug: {', '.join(strange)}; there are {', '.join(bug.id for bug in PLANTED)}")
        return 2
    chosen = [bug for bug in PLANTED if not wanted or bug.id in wanted]
    with (
        tempfile.TemporaryDirectory(prefix="phasegate-planted-") as folder,
        closing(Search(Path(folder), seeds, seconds)) as search,
        ThreadPoolExecutor(jobs) as pool,
    ):
        found = list(_printed(pool.map(search.look_for, chosen)))
    print("\n".join(["", *table(found)]))
    return 1 if any(not each.caught for each in found) else 0


def _printed(found: Iterable[Found]) -> Iterator[Found]:
    for each in found:
        print(each, flush=True)
        yield each


def table(found: list[Found]) -> Iterator[str]:
    """Yield the lines of a table of what became of each bug, and how many were caught."""
    words = sentences()
    yield from ("| bug | what is wrong | seed | again at | invariant |", "|---|---|---|---|---|")
    for each in found:
        if not each.caught:
            yield f"| {each.bug.id} | {each.bug.sentence} | not caught | | {each.why_not} |"
            continue
        first, again = each.caught[0], ", ".join(str(wrong.seed) for wrong in each.caught[1:]) or "—"
        sentence = words.get(first.invariant, first.invariant)
        yield f"| {each.bug.id} | {each.bug.sentence} | {first.seed} | {again} | {sentence} |"
    caught = [each.caught[0].seed for each in found if each.caught]
    yield f"\n{len(caught)} of {len(found)} caught, the latest at seed {max(caught, default=0)}"


def sentences() -> dict[str, str]:
    """Return what each invariant says, by its name."""
    from tests.simulation.invariants import INVARIANTS

    return {each.__name__: str(each.__doc__).strip().splitlines()[0] for each in INVARIANTS} | WHILE_IT_LASTS


class Search:
    """The rooms in which bugs are looked for, and one without any."""

    def __init__(self, folder: Path, seeds: int, seconds: float) -> None:
        self.folder, self.seeds, self.seconds = folder, seeds, seconds
        self._clean = _living(copied(folder / "clean", PARTS), seconds=10 * seconds)
        self._is_clean: dict[int, bool] = {}
        self._lock = Lock()

    def close(self) -> None:
        """End the process of the room without a bug."""
        self._clean.kill()
        self._clean.communicate()

    def look_for(self, bug: Planted) -> Found:
        """Plant a bug in a room of its own and live seeds there until two have caught it."""
        found, room = Found(bug), copied(self.folder / bug.id, PARTS)
        for edit in bug.edits:
            text = (room / edit.file).read_text(encoding="utf-8")
            if text.count(edit.old) != 1:
                found.last_words = f"; its text stands {text.count(edit.old)} times in {edit.file}"
                return found
            (room / edit.file).write_text(text.replace(edit.old, edit.new), encoding="utf-8")
        with _living(room, self.seconds, "0", str(self.seeds)) as process:
            for told in _told(process):
                self._take(found, told)
                if len(found.caught) > 1 or (found.caught and told["seed"] >= 3 * found.caught[0].seed + AFTER):
                    break
            else:
                if process.wait() and not found.caught:
                    found.last_words = f"; its process ended with {process.returncode}{found.last_words}"
            process.kill()
        return found

    def _take(self, found: Found, told: dict[str, Any]) -> None:
        found.seeds, found.seconds = told["seed"] + 1, told["seconds"]
        found.last_words = f"; seed {told['seed']}: {told['error']}" if told["error"] else found.last_words
        if told["invariants"]:
            if self._nothing_is_wrong_without(told["seed"]):
                found.caught.append(Wrong(told["seed"], tuple(told["invariants"]), told["what"]))
            else:
                found.last_words = f"; seed {told['seed']} fails without it, too"

    def _nothing_is_wrong_without(self, seed: int) -> bool:
        """Tell whether a seed is without violation where no bug is planted."""
        with self._lock:
            if seed not in self._is_clean:
                assert self._clean.stdin is not None
                print(seed, file=self._clean.stdin, flush=True)
                told = next(_told(self._clean), {"error": "its process ended"})
                self._is_clean[seed] = not told["error"] and not told["invariants"]
            return self._is_clean[seed]


def _living(room: Path, seconds: float, *seeds: str) -> subprocess.Popen[str]:
    """Live seeds in a room, in a process of its own that says what each came to; without any, those it is told."""
    environment = os.environ | {"PYTHONPATH": str(room), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "tests.simulation.planted", str(seconds), *seeds]
    return subprocess.Popen(
        command,
        cwd=room,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _told(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        yield dict(json.loads(line))


# --- in the room ---


def _in_room(seeds: Iterable[int], seconds: float) -> Iterator[dict[str, Any]]:
    """Yield what each seed came to, as long as there is time of the processor."""
    import resource

    import engine

    assert Path(str(engine.__file__)).is_relative_to(ROOT), engine.__file__
    # A seed that never hands over is ended from outside: the bug is then not caught.
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 30, int(seconds) + 40))
    for seed in seeds:
        yield _lived(seed) | {"seed": seed, "seconds": round(time.process_time(), 1)}
        if time.process_time() > seconds:
            return


def _lived(seed: int) -> dict[str, Any]:
    """Return which invariants a seed violates, if its campaign was founded."""
    from tests.simulation.run import lived

    try:
        world = lived(seed)
    except Exception as error:
        return {"invariants": [], "what": "", "error": f"{type(error).__name__}: {error}"}
    wrong = [each.partition(": ") for each in world.wrong]
    errors = [what.splitlines()[0] for name, _, what in wrong if name == "internal"]
    violated = [(name, what) for name, _, what in wrong if name != "internal"]
    if world.acts[0].outcome != "done" or len(world.journals) < 2:
        violated = []
    return {
        "invariants": list(dict.fromkeys(name for name, _ in violated)),
        "what": violated[0][1] if violated else "",
        "error": errors[0] if errors else "",
    }


if __name__ == "__main__":
    asked = range(*map(int, sys.argv[2:])) if sys.argv[2:] else (int(line) for line in sys.stdin)
    for came_to in _in_room(asked, float(sys.argv[1])):
        print(json.dumps(came_to, ensure_ascii=False), flush=True)
