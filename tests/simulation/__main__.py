"""Runs with faults drawn from a seed: `python -m tests.simulation --seeds 0..5000 [--jobs 2]`, `--replay SEED`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.simulation import planted, twins
from tests.simulation.run import lived


def main(arguments: list[str] | None = None) -> int:
    """Live the seeds asked for, or one of them again; tell whether anything was wrong."""
    given = _parsed(arguments)
    if given.mutants is not None:
        return planted.main(given.mutants, jobs=given.jobs)
    if given.twins is not None:
        return twins.main(given.twins)
    if given.replay is not None:
        return _replayed(given)
    first, last = (int(number) for number in given.seeds.split(".."))
    began, failed = time.perf_counter(), 0
    for seed, wrong in _lived(range(first, last), given.jobs):
        if wrong:
            failed += 1
            print(f"seed {seed}: {wrong[0]}\n  python -m tests.simulation --replay {seed}", flush=True)
        if (seed - first + 1) % 500 == 0:
            print(f"{seed + 1 - first} seeds, {failed} failed, {time.perf_counter() - began:.0f} s", flush=True)
    seconds = time.perf_counter() - began
    print(
        f"{last - first} seeds, {failed} failed, {seconds:.0f} s, {seconds * given.jobs / (last - first):.3f} s each"
    )
    return 1 if failed or last <= first else 0


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    asked.add_argument("--seeds", default="0..300", help="from the first up to, but without, the last")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    asked.add_argument("--replay", type=int, metavar="SEED", help="print every step of one seed")
    asked.add_argument("--without", nargs="*", default=(), help="kinds of faults to leave out of a replay")
    asked.add_argument("--most", type=int, default=10**9, help="let no more than so many faults strike in a replay")
    asked.add_argument("--mutants", nargs="*", metavar="ID", help="plant bugs, all or those named, and find them")
    asked.add_argument(
        "--twins", metavar="A..B", help="live seeds on SQLite and on PostgreSQL and compare their journals"
    )
    return asked.parse_args(arguments)


def _lived(seeds: range, jobs: int) -> Iterator[tuple[int, list[str]]]:
    if jobs == 1:
        yield from map(_wrong, seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_wrong, seeds, chunksize=10)


def _wrong(seed: int) -> tuple[int, list[str]]:
    return seed, lived(seed).wrong


def _replayed(given: argparse.Namespace) -> int:
    world = lived(given.replay, without=given.without, most=given.most)
    print("\n".join(world.trace))
    print("\n".join([f"{world.steps} steps, {world.faults.struck} faults, {len(world.wrong)} wrong", *world.wrong]))
    return 1 if world.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
