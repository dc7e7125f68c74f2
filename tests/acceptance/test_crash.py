"""A crash at every SQL statement of everything that writes leaves the state before or after, never between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from crashes import NEVER, Bench, Crash, Fault, exit_at_once, raise_crash
from small_county import SCRIPT, Step, desk_at, tick

from engine.service.clock import sweep
from engine.service.kernel.plan import Library
from engine.service.kernel.registry import ACTIONS
from engine.store.codec import KEPT, OPERATIONS
from engine.store.database import open_database

IDS = [f"{i:02d} {step.name}" for i, step in enumerate(SCRIPT)]


TICKS = ("a task opens on its day", "it is overdue", "the phase is left by itself")
"""The sweeps that differ: an opening, rungs with their notices, a gate that moves."""
FIRST = {step.deed: i for i, step in reversed([*enumerate(SCRIPT)])}
KINDS = [i for i, step in enumerate(SCRIPT) if FIRST[step.deed] == i or step.name in TICKS]
SOME = {i for n, i in enumerate(KINDS) if n % 4 == 0 or SCRIPT[i].name in TICKS}
"""What is tried with a process that ends, too, at every run of the tests; the rest is a long run."""


@pytest.fixture(scope="module", autouse=True)
def _batches_end_by_their_size_only() -> object:
    """A slow machine must not cut a batch where a fast one does not."""
    patch = pytest.MonkeyPatch()
    patch.setattr(sweep, "BATCH_SECONDS", 3600.0)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


@pytest.fixture(scope="module")
def bases(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, library: Library) -> list[Path]:
    """The script lived once: the database as it was before each of its steps, and after the last."""
    folder = tmp_path_factory.mktemp("bases")
    paths = [folder / f"{i}.db" for i in range(len(SCRIPT) + 1)]
    paths[0].write_bytes(sqlite_template.read_bytes())
    for step, path, following in zip(SCRIPT, paths, paths[1:], strict=False):
        following.write_bytes(path.read_bytes())
        database = open_database(f"sqlite:///{following}")
        step(desk_at(database, library=library))
        database.close()
    return paths


@pytest.fixture
def bench(request: pytest.FixtureRequest, bases: list[Path], library: Library, tmp_path: Path) -> Bench:
    bench = Bench(base=bases[request.node.callspec.params["i"]], path=tmp_path / "crashed.db", library=library)
    bench.restore()
    return bench


def raises(bench: Bench, step: Step, n: int) -> bool:
    try:
        bench.run(step, Fault(n, raise_crash))
    except Crash:
        return True
    return False


def exits(bench: Bench, step: Step, n: int) -> bool:
    return bench.run_in_child(step, Fault(n, exit_at_once))


def test_the_script_does_everything_that_can_be_done(bases: list[Path]) -> None:
    database = open_database(f"sqlite:///{bases[-1]}")
    with database.read() as work:
        done = {row[0] for row in work.rows("SELECT action FROM journal WHERE journal > 0 AND outcome = 'done'")}
        filled = {p.table for p in KEPT.values() if work.rows(f'SELECT 1 FROM "{p.table}" LIMIT 1')}
    database.close()
    assert done == set(ACTIONS)
    assert filled >= {KEPT[kind].table for kind in KEPT.keys() - OPERATIONS} - {"armed"}


@pytest.mark.parametrize("i", [pytest.param(i, id=IDS[i]) for i in KINDS])
def test_an_error_at_a_statement_leaves_a_state_that_a_commit_made(i: int, bench: Bench) -> None:
    crash_at_some(i, raises, bench)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("i", [pytest.param(i, id=IDS[i]) for i in sorted(SOME)])
def test_a_process_that_ends_at_a_statement_leaves_a_state_that_a_commit_made(i: int, bench: Bench) -> None:
    crash_at_some(i, exits, bench)


@pytest.mark.long
@pytest.mark.parametrize("i", range(len(IDS)), ids=IDS)
def test_an_error_at_any_statement_leaves_a_state_that_a_commit_made(i: int, bench: Bench) -> None:
    crash_everywhere(SCRIPT[i], raises, bench)


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("i", [pytest.param(i, id=IDS[i]) for i in KINDS])
def test_a_process_that_ends_at_any_statement_leaves_a_state_that_a_commit_made(i: int, bench: Bench) -> None:
    crash_everywhere(SCRIPT[i], exits, bench)


def crash_at_some(i: int, crash: Callable[[Bench, Step, int], bool], bench: Bench) -> None:
    """Crash a step before and after each commit and at every twelfth statement; which, differs from step to step."""
    crash_everywhere(SCRIPT[i], crash, bench, every=12, first=1 + i % 12)


def crash_everywhere(
    step: Step, crash: Callable[[Bench, Step, int], bool], bench: Bench, *, every: int = 1, first: int = 1
) -> None:
    """Crash a step before its first, second, third … statement until there is none, or at some of them."""
    statements, commits, allowed = bench.lived(step)
    near = {n for commit in commits for n in (commit, commit + 1)}
    tried = sorted(near & {*range(1, statements + 1)} | {*range(first, statements + 1, every)})
    assert bench.state() == allowed[-1]
    assert step.by_the_clock or len(allowed) == 2, "what a person does is one transaction"
    bench.require_proof(allowed[-1])
    bench.restore()
    bench.require_proof(allowed[0])
    met = [allowed[0]]
    for n in tried:
        assert crash(bench, step, n), f"there was no statement {n} of {statements}"
        left = bench.state()
        assert left in allowed, f"a crash before statement {n} of {statements} left a state between"
        if left not in met:
            met.append(left)
            bench.require_proof(left)
            _goes_on_where_it_stopped(bench, step, allowed[-1])
        if left != allowed[0]:
            bench.restore()
    assert not crash(bench, step, statements + 1)
    assert bench.state() == allowed[-1]


def _goes_on_where_it_stopped(bench: Bench, step: Step, end: object) -> None:
    """A sweep done again ends where an undisturbed one would; a relay waits for the lease of the dead one."""
    bench.run(step, Fault(NEVER))
    bench.require_proof(bench.state())
    if step.do is tick:
        assert bench.state() == end
