"""Plants each bug into a scratch copy of the sources and lives seeds there until an invariant is violated.

What counts as caught: an invariant of a run whose campaign was founded, on a seed on which nothing is wrong without
the bug. A copy that cannot be imported, that founds nothing, or of which a process merely ends with an error, is not.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutants.room import ROOT, copied
from tests.simulation.mutants import PLANTED, Planted

PARTS = ("engine", "notifications", "workflows", "tests", "pyproject.toml")
AT_ONCE = 2
SEEDS = 1000
WHILE_IT_LASTS = {
    "sent_under_lease": "A message is sent only by who holds a lease on it that has not run out.",
    "nothing comes to rest": "Once no more faults strike, everything comes to rest.",
}
"""What is seen while a run lasts, beside the invariants that are looked at when it is over."""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a planted bug: the seed, the invariant and what it said; or why it was not caught."""

    bug: Planted
    seconds: float
    seed: int | None = None
    invariant: str = ""
    sentence: str = ""
    what: str = ""
    why_not: str = ""

    def __str__(self) -> str:
        if self.seed is None:
            return f"{self.bug.id:26} {self.seconds:6.0f} s  NOT CAUGHT — {self.why_not}"
        caught = f"{self.bug.id:26} {self.seconds:6.0f} s  seed {self.seed:3}  {self.invariant}"
        return f"{caught} — {self.sentence}\n{'':29}{self.what[:200]}"


def main(wanted: list[str], seeds: int = SEEDS) -> int:
    """Try the bugs named, or all; print what became of each and tell whether any was not caught."""
    chosen = [bug for bug in PLANTED if not wanted or bug.id in wanted]
    strange = sorted(set(wanted) - {bug.id for bug in PLANTED})
    if strange:
        print(f"no such planted bug: {', '.join(strange)}; there are {', '.join(bug.id for bug in PLANTED)}")
        return 2
    with tempfile.TemporaryDirectory(prefix="phasegate-planted-") as folder:
        found = list(_printed(_tried(chosen, Path(folder), seeds)))
    caught = [each for each in found if each.seed is not None]
    slowest = max((each.seed for each in found if each.seed is not None), default=0)
    print(
        f"\n{len(found)} planted bugs, {len(caught)} caught, the last by seed {slowest}, {len(found) - len(caught)} not"
    )
    return 1 if len(caught) < len(found) else 0


def _printed(found: Iterable[Found]) -> Iterator[Found]:
    for each in found:
        print(each, flush=True)
        yield each


def _tried(bugs: list[Planted], folder: Path, seeds: int) -> Iterator[Found]:
    clean = copied(folder / "clean", PARTS)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda bug: _try(bug, folder / bug.id, clean, seeds), bugs)


def _try(bug: Planted, room: Path, clean: Path, seeds: int) -> Found:
    """Plant a bug in a room of its own and live seeds there; what is caught must be so by the bug alone."""
    began = time.monotonic()
    copied(room, PARTS)
    for edit in bug.edits:
        text = (room / edit.file).read_text(encoding="utf-8")
        if text.count(edit.old) != 1:
            return Found(bug, 0.0, why_not=f"its text stands {text.count(edit.old)} times in {edit.file}")
        (room / edit.file).write_text(text.replace(edit.old, edit.new), encoding="utf-8")
    first = 0
    while first < seeds:
        told = _lived(room, first, seeds)
        if told.get("seed") is None or not _lived(clean, told["seed"], told["seed"] + 1).get("invariant"):
            return Found(bug, time.monotonic() - began, **told)
        first = told["seed"] + 1
    return Found(bug, time.monotonic() - began, why_not="every seed that caught it fails without it, too")


def _lived(room: Path, first: int, last: int) -> dict[str, Any]:
    """Live seeds in a room, in a process of its own, up to the first on which an invariant is violated."""
    environment = os.environ | {"PYTHONPATH": str(room), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "tests.simulation.planted", str(first), str(last)]
    done = subprocess.run(command, cwd=room, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last_words = (done.stderr.strip().splitlines() or ["no word"])[-1]
        return {"why_not": f"it does not run: {last_words}"}
    return dict(json.loads(done.stdout))


# --- in the room ---


def _in_room(seeds: range) -> dict[str, Any]:
    """Return which seed violates which invariant first, or why none does."""
    import engine
    from tests.simulation.invariants import INVARIANTS
    from tests.simulation.run import lived

    assert Path(str(engine.__file__)).is_relative_to(ROOT), engine.__file__
    words = {each.__name__: str(each.__doc__).strip().splitlines()[0] for each in INVARIANTS} | WHILE_IT_LASTS
    founded, last_words = 0, ""
    for seed in seeds:
        try:
            world = lived(seed)
        except Exception as error:
            last_words = f"; seed {seed}: {type(error).__name__}: {error}"
            continue
        if world.acts[0].outcome != "done" or len(world.journals) < 2:
            continue
        founded += 1
        for wrong in world.wrong:
            name, _, what = wrong.partition(": ")
            if name != "internal":
                return {"seed": seed, "invariant": name, "sentence": words.get(name, ""), "what": what}
            last_words = f"; seed {seed}: {what.splitlines()[0]}"
    return {"why_not": f"{len(seeds)} seeds, {founded} with a campaign, no invariant violated{last_words}"}


if __name__ == "__main__":
    print(json.dumps(_in_room(range(int(sys.argv[1]), int(sys.argv[2]))), ensure_ascii=False))
