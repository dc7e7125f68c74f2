"""What must hold of every run, each a function that yields what does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256

from engine.clock import SteppedClock
from engine.service.audit import verify_all
from engine.service.desk import Desk
from engine.store.database import open_database
from tests.simulation.oracle import Seen, instant

Invariant = Callable[[Seen], Iterator[str]]


def state_is_replayed_history(seen: Seen) -> Iterator[str]:
    """The state is what the history says, cell by cell, and the engine's own proof finds nothing."""
    database = open_database(seen.world.store.url)
    try:
        yield from (
            f"{found.place}: {found.what}" for found in verify_all(Desk(database, SteppedClock(seen.now))).findings
        )
    finally:
        database.close()


def chain_is_whole(seen: Seen) -> Iterator[str]:
    """Each journal is numbered without gaps and each record holds the hash of the one before."""
    last: dict[int, tuple[int, str]] = {}
    for told in seen.records:
        seq, prev = last.get(told.journal, (0, "0" * 64))
        if (told.seq, told.facts["prev"]) != (seq + 1, prev):
            yield f"record {told.journal}:{told.seq} does not follow {seq}"
        if sha256(told.data).hexdigest() != told.hash:
            yield f"record {told.journal}:{told.seq} has another hash"
        last[told.journal] = (told.seq, told.hash)


def each_act_once(seen: Seen) -> Iterator[str]:
    """What was acknowledged is in the history once, what was refused is not, what is unknown at most once."""
    kept = Counter(told.key for told in seen.history if told.done and told.key)
    allowed = {"done": (1, 1), "refused": (0, 0), "nothing": (0, 0), "unknown": (0, 1)}
    for act in seen.world.acts:
        if act.key:
            least, most = allowed[act.outcome or "unknown"]
            if not least <= kept[act.key] <= most:
                yield f"{act} was {act.outcome}, the history has it {kept[act.key]} times"
    strange = set(kept) - {act.key for act in seen.world.acts}
    yield from (f"nobody asked for {key}" for key in sorted(strange))


def rungs_once_and_never_early(seen: Seen) -> Iterator[str]:
    """Each point of each rung is recorded once in its epoch, and not before its instant."""
    counted: Counter[tuple[int, int, str, int]] = Counter()
    for row in seen.occurrences:
        counted.update((row["deadline"], row["epoch"], row["rung"], n) for n in range(row["n_from"], row["n_to"] + 1))
        if row["recorded_at"] < row["scheduled_at"]:
            yield f"{row['rung']} of {row['deadline']} was recorded {instant(row['recorded_at'])}, early"
    yield from (f"{point} was recorded {times} times" for point, times in counted.items() if times > 1)


INVARIANTS: tuple[Invariant, ...] = (
    state_is_replayed_history,
    chain_is_whole,
    each_act_once,
    rungs_once_and_never_early,
)
