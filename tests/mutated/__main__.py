"""Shipped workflows, changed at random: `python -m tests.mutated [NAME…] [--seeds 0..200]`.

Of each change it must hold: it is read and checked without a traceback, within two seconds; and where the check
finds no error, the campaign can be run to its end.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1] / "acceptance"))

from player import Player

from engine import reader
from engine.calendar import load
from engine.check import check
from engine.errors import BadWorkflow
from tests.mutated.change import changed

LONGEST_SECONDS = 2.0


def came_to(bundle: Mapping[str, str], *, run: bool = True) -> str:
    """Return what became of a workflow: refused, found, sound, or run to its end; AssertionError where it failed."""
    began = perf_counter()
    try:
        workflow = reader.read(bundle, "changed")
        problems = check(workflow, calendar=load(workflow.calendar))
    except BadWorkflow:
        return "refused by the reader"
    finally:
        assert perf_counter() - began < LONGEST_SECONDS, f"{perf_counter() - began:.1f} s"
    if any(problem.severity == "error" for problem in problems):
        return "found by the check"
    if run:
        below = {nested.unit: reader.bundle_below(nested) for nested in workflow.nested}
        ended = Player(bundle, workflow, min, eager=False, below=below).play()
        assert ended == "completed", ended
    return "run to its end"


def main() -> int:
    """Change each workflow by each seed, and say what became of it."""
    asked = argparse.ArgumentParser()
    asked.add_argument("names", nargs="*", default=reader.shipped())
    asked.add_argument("--seeds", default="0..100")
    given = asked.parse_args()
    first, last = (int(number) for number in given.seeds.split(".."))
    failed = 0
    for name in given.names:
        bundle, counted = reader.shipped_bundle(name), Counter[str]()
        for seed in range(first, last):
            try:
                counted[came_to(changed(bundle, seed))] += 1
            except Exception as error:
                failed += 1
                print(f"{name} seed {seed}: {type(error).__name__}: {error}", flush=True)
        print(f"{name}: {', '.join(f'{number} {what}' for what, number in counted.most_common())}", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
