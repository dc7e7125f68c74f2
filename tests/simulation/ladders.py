"""What must hold of deadlines and their ladders."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.simulation.days import LATE, counted, forward, points
from tests.simulation.oracle import Seen, Told, full, instant
from tests.simulation.workflows import ZONE, Rung

TOLD = ("raised", "answered", "superfluous")


@dataclass(frozen=True)
class Mark:
    """What a record tells of a rung: what became of its points, and when."""

    told: Told
    deadline: int
    epoch: int
    rung: str
    n_from: int
    n_to: int
    level: int
    scheduled_at: datetime
    outcome: str


def marks(seen: Seen) -> Iterator[Mark]:
    """Yield what the history tells of rungs, in order."""
    for told in seen.history:
        if told.action == "occur" and told.done:
            facts = told.more
            for each in facts["marks"]:
                kept = {name: each[name] for name in ("rung", "n_from", "n_to", "level", "outcome")}
                at = datetime.fromisoformat(each["scheduled_at"])
                yield Mark(told, full(facts["deadline"]), facts["epoch"], scheduled_at=at, **kept)


def rungs_of(seen: Seen, deadline: dict[str, Any]) -> tuple[Rung, ...]:
    return seen.made.ladders.get(deadline["ladder"], ())


def grid(seen: Seen, deadline: dict[str, Any]) -> dict[tuple[str, int], datetime]:
    """Return when each point of a deadline's present epoch is scheduled, by our own reckoning."""
    return points(rungs_of(seen, deadline), date.fromisoformat(deadline["due_on"]))


def rungs_once_and_never_early(seen: Seen) -> Iterator[str]:
    """Each point of each rung is recorded once in its epoch, and not before its instant."""
    times: Counter[tuple[int, int, str, int]] = Counter()
    for row in seen.occurrences:
        times.update((row["deadline"], row["epoch"], row["rung"], n) for n in range(row["n_from"], row["n_to"] + 1))
        if row["recorded_at"] < row["scheduled_at"]:
            yield f"{row['rung']} of {row['deadline']} was recorded {instant(row['recorded_at'])}, early"
    yield from (f"{point} was recorded {count} times" for point, count in times.items() if count > 1)


def rungs_on_their_day(seen: Seen) -> Iterator[str]:
    """What is recorded of a rung names the instant that its due day and the working days come to."""
    for row in seen.occurrences:
        deadline = seen.deadlines[row["deadline"]]
        at = grid(seen, deadline).get((row["rung"], row["n_to"]))
        if at is not None and row["epoch"] == deadline["epoch"] and at != instant(row["scheduled_at"]):
            yield f"{row['rung']} ({row['n_to']}) of {deadline['id']} is kept for {instant(row['scheduled_at'])}, not {at}"


def every_due_moment_has_its_record(seen: Seen) -> Iterator[str]:
    """At rest each point that has come is recorded, unless a level below or its gap is still waited for."""
    done = {
        (row["deadline"], row["epoch"], row["rung"], n): row
        for row in seen.occurrences
        for n in range(row["n_from"], row["n_to"] + 1)
    }
    for deadline in seen.deadlines.values():
        if deadline["state"] == "armed":
            yield from _unrecorded(seen, deadline, done)


def _unrecorded(seen: Seen, deadline: dict[str, Any], done: dict[Any, dict[str, Any]]) -> Iterator[str]:
    rungs = {rung.id: rung for rung in rungs_of(seen, deadline)}
    found = grid(seen, deadline)
    missing = [key for key in found if (deadline["id"], deadline["epoch"], *key) not in done]
    for name, n in missing:
        rung = rungs[name]
        if found[name, n] > seen.now:
            continue
        waits = rung.at > 0 and (
            any(rungs[other].at > 0 and rungs[other].level < rung.level for other, _ in missing)
            or _gap_runs(seen, deadline, rung, done)
        )
        if not waits:
            yield f"{name} ({n}) of {deadline['id']} in epoch {deadline['epoch']} was due {found[name, n]} and has no record"


def _gap_runs(seen: Seen, deadline: dict[str, Any], rung: Rung, done: dict[Any, dict[str, Any]]) -> bool:
    mine = [
        row for (number, epoch, _, _), row in done.items() if (number, epoch) == (deadline["id"], deadline["epoch"])
    ]
    # What a clock that ran ahead recorded keeps the next one waiting from that instant (semantics, Deviations).
    lower = [
        row
        for row in mine
        if row["level"] < rung.level and (row["outcome"] in TOLD or instant(row["recorded_at"]) > seen.now)
    ]
    since = [instant(row["recorded_at"]) for row in lower]
    since += [instant(row["signed_at"]) for row in lower if row["signed_at"]]
    since += [instant(row["to_at"]) for row in seen.table("pause") if row["to_at"]]
    unsigned = rung.level == 4 and any(row["level"] == 3 and not row["signed_at"] for row in lower)
    return unsigned or any(gap_end(at, seen.made.gaps[deadline["ladder"]]) > seen.now for at in since)


def gap_end(at: datetime, gap: int) -> datetime:
    """Return when a gap of working days after an instant is over."""
    if not gap:
        return at
    return datetime.combine(forward(counted(at.astimezone(ZONE).date(), gap)), LATE, ZONE)


def levels_in_order(seen: Seen) -> Iterator[str]:
    """No level is told before the next lower one is recorded, nor within the least gap of what was due of it before."""
    final = {(row["deadline"], row["epoch"], row["rung"], row["n_from"]): row for row in seen.occurrences}
    before: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    everything = list(marks(seen))
    for place, mark in enumerate(everything):
        deadline = seen.deadlines[mark.deadline]
        levels = {rung.id: rung.level for rung in rungs_of(seen, deadline) if rung.at > 0}
        before[mark.deadline, mark.epoch].append(mark)
        below = max((level for level in levels.values() if level < mark.level), default=None)
        if mark.outcome != "raised" or mark.rung not in levels or below is None:
            continue
        same = [each for each in everything[place + 1 :] if each.told is mark.told]
        lower = [each for each in (*before[mark.deadline, mark.epoch], *same) if levels.get(each.rung) == below]
        if not lower:
            yield f"{mark.rung} of {mark.deadline} was raised before level {below} was recorded"
        for each in lower:
            row = final[each.deadline, each.epoch, each.rung, each.n_from]
            # What a leader signs is told from then on; by a clock set right that may be before it was recorded.
            since = instant(row["signed_at"]) if row["signed_at"] else each.told.at
            until = gap_end(since, seen.made.gaps[deadline["ladder"]])
            counts = each.outcome == "raised" and row["outcome"] in TOLD and each.scheduled_at < mark.scheduled_at
            if counts and mark.told.at < until:
                yield f"{mark.rung} of {mark.deadline} was raised {mark.told.at}, before {until}"


def one_catch_up(seen: Seen) -> Iterator[str]:
    """However much was missed, a level of a deadline is told once at a time, and no superior or peer too high."""
    times = Counter((mark.told.seq, mark.deadline, mark.level) for mark in marks(seen) if mark.outcome == "raised")
    yield from (
        f"record {seq} raises level {level} of {number} {n} times"
        for (seq, number, level), n in times.items()
        if n > 1
    )


def reminders_before_their_day_is_over(seen: Seen) -> Iterator[str]:
    """No reminder is raised once the day it speaks of has passed."""
    for mark in marks(seen):
        deadline = seen.deadlines[mark.deadline]
        rung = next((rung for rung in rungs_of(seen, deadline) if rung.id == mark.rung), None)
        if mark.outcome != "raised" or rung is None or rung.at > 0 or mark.epoch != deadline["epoch"]:
            continue
        if mark.told.day > date.fromisoformat(deadline["due_on"]):
            yield f"{mark.rung} of {mark.deadline} was raised {mark.told.day}, due {deadline['due_on']}"


def nothing_from_before_is_raised(seen: Seen) -> Iterator[str]:
    """No rung is raised that lies before its task began or its date was set, and that was by a record."""
    instants = {told.at for told in seen.history}
    for deadline in seen.deadlines.values():
        if instant(deadline["began_at"]) not in instants:
            yield f"{deadline['id']} began {instant(deadline['began_at'])}, when nothing was recorded"
    for mark in marks(seen):
        deadline = seen.deadlines[mark.deadline]
        began = instant(deadline["began_at"])
        by_hand = mark.rung.startswith("manual")
        if mark.outcome == "raised" and mark.epoch == deadline["epoch"] and mark.scheduled_at < began and not by_hand:
            yield f"{mark.rung} of {mark.deadline}, for {mark.scheduled_at}, was raised in epoch {mark.epoch} of {began}"


def each_raise_is_told_once(seen: Seen) -> Iterator[str]:
    """What was raised waits to be told, or was told, as one item."""
    items = Counter(item["occurrence"] for item in seen.items if item["occurrence"])
    known = {(row["deadline"], row["epoch"], row["rung"], row["n_from"]): row["id"] for row in seen.occurrences}
    for mark in marks(seen):
        number = known.get((mark.deadline, mark.epoch, mark.rung, mark.n_from))
        if number is None:
            yield f"{mark.rung} ({mark.n_from}) of {mark.deadline} is in the history and nowhere else"
        elif items[number] != (mark.outcome == "raised"):
            yield f"{mark.rung} ({mark.n_from}) of {mark.deadline} was {mark.outcome} and is told {items[number]} times"


def next_moments_are_armed(seen: Seen) -> Iterator[str]:
    """Each deadline's next moment is armed, once, and nothing else; who has points to come has a next moment."""
    armed = Counter((row["ref"], row["at"]) for row in seen.table("armed") if row["kind"] == 1)
    wanted = Counter((row["id"], row["next_at"]) for row in seen.deadlines.values() if row["next_at"] is not None)
    for (number, at), times in (armed - wanted).items():
        yield f"{number} is armed for {instant(at)} {times} times too often"
    for (number, at), _ in (wanted - armed).items():
        yield f"{number} has its next moment {instant(at)}, which is not armed"
    for deadline in seen.deadlines.values():
        ahead = [at for at in grid(seen, deadline).values() if at > seen.now]
        first = min(ahead, default=None)
        if deadline["state"] == "armed" and first is not None and deadline["next_at"] is None:
            yield from _not_recorded(seen, deadline, first)
        if deadline["state"] != "armed" and deadline["next_at"] is not None:
            yield f"{deadline['id']} is {deadline['state']} and has a next moment"


def _not_recorded(seen: Seen, deadline: dict[str, Any], first: datetime) -> Iterator[str]:
    """Yield a deadline without a next moment though a point of the lowest level lies ahead."""
    rungs = {rung.id: rung for rung in rungs_of(seen, deadline)}
    lowest = min(rung.level for rung in rungs.values() if rung.at > 0) if any(r.at > 0 for r in rungs.values()) else 0
    done = {
        (row["rung"], n)
        for row in seen.occurrences
        if (row["deadline"], row["epoch"]) == (deadline["id"], deadline["epoch"])
        for n in range(row["n_from"], row["n_to"] + 1)
    }
    ahead = [
        key
        for key, at in grid(seen, deadline).items()
        if at > seen.now and key not in done and rungs[key[0]].level <= lowest
    ]
    if ahead:
        yield f"{deadline['id']} has {ahead[0]} ahead and no next moment"


INVARIANTS = (
    rungs_once_and_never_early,
    rungs_on_their_day,
    every_due_moment_has_its_record,
    levels_in_order,
    one_catch_up,
    reminders_before_their_day_is_over,
    nothing_from_before_is_raised,
    each_raise_is_told_once,
    next_moments_are_armed,
)
