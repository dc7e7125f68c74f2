"""The course a campaign can take when everybody does what is asked: where it cannot go on, and why.

This is the run in the abstract: time passes, every task that is issued is settled, every decision is
given. What stays shut then is shut for good (SEMANTICS G1, G7, G9).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import ceil
from typing import cast

from engine.check import measuring
from engine.check.sight import GateSight, is_before
from engine.model import Condition, Phase, Quota
from engine.records import record

MOST_STANDS = 500
"""After so many ways to stand in the phases a campaign is taken to go on: plans have a handful."""


@record(kw_only=False)
class Course:
    """The phases that are entered, what is settled once all have been, and the gates that stay shut."""

    entered: frozenset[str]
    settled: frozenset[str]
    shut: Mapping[str, frozenset[str]]
    """By phase, what can be settled while its gate is tried."""


def course_of(sight: GateSight) -> Course:
    """Return the course of a campaign adopted on the day of its plan, over every choice of ways."""
    shut: dict[str, frozenset[str]] = {}
    seen: set[str] = set()
    for phase, entered in _stands(sight):
        seen.add(phase.id)
        settled = settled_in(entered, sight)
        if not can_hold(phase.gate, settled, sight):
            shut.setdefault(phase.id, settled)
    return Course(frozenset(seen), settled_in(seen, sight), shut)


def _stands(sight: GateSight) -> Iterator[tuple[Phase, frozenset[str]]]:
    """Yield every phase in which a campaign can stand, with those entered on the way there that open by it."""
    opened_so = {duty.task.phase for duty in sight.duties.values() if duty.phase.opens == "entry"}
    first = [phase for phase in sight.workflow.phases if not is_before(phase, sight.adopted)][:1]
    ahead = [(phase.id, frozenset([phase.id]) & opened_so) for phase in first]
    seen = set(ahead)
    while ahead:
        here, entered = ahead.pop()
        phase = sight.phases[here]
        yield phase, entered
        if not can_hold(phase.gate, settled_in(entered, sight), sight):
            continue
        for name in phase.next:
            stand = (name, entered | ({name} & opened_so))
            if stand not in seen and len(seen) < MOST_STANDS:
                seen.add(stand)
                ahead.append(stand)


def settled_in(entered: Iterable[str], sight: GateSight) -> frozenset[str]:
    """Return the tasks that can be settled once these phases were entered, however long it takes."""
    opened = {*entered, *(phase.id for phase in sight.workflow.phases if phase.opens == "window")}
    settled = frozenset(name for name, duty in sight.duties.items() if not duty.asked)
    waits = {
        name: {*duty.task.opens.after} - settled
        for name, duty in sight.duties.items()
        if duty.task.phase in opened and duty.owing
    }
    return settled | _following(waits)


def _following(waits: Mapping[str, set[str]]) -> set[str]:
    """Return what comes about one after the other: first what waits for nothing, then what waited for that."""
    waiting: dict[str, list[str]] = {}
    for name, others in waits.items():
        for other in others:
            waiting.setdefault(other, []).append(name)
    found: set[str] = set()
    ready = [name for name, others in waits.items() if not others]
    while ready:
        done = ready.pop()
        found.add(done)
        for name in waiting.get(done, ()):
            waits[name].discard(done)
            if not waits[name]:
                ready.append(name)
    return found


def can_hold(condition: Condition, settled: frozenset[str], sight: GateSight) -> bool:
    """Tell whether a gate can open once `settled` is."""
    if condition.kind == "any":
        return any(can_hold(child, settled, sight) for child in condition.children)
    if condition.kind == "all":
        return all(can_hold(child, settled, sight) for child in condition.children)
    return not obstacle(condition, settled, sight)


def obstacle(leaf: Condition, settled: frozenset[str], sight: GateSight) -> str:
    """Return what keeps a condition from ever holding, or nothing."""
    if leaf.kind in measuring.KINDS:
        return measuring.obstacle(leaf, sight)
    if leaf.kind == "nested":
        return "" if nested_of(leaf, sight) else "no campaign is nested"
    asked = [name for name in tasks_of(leaf) if sight.duties[name].asked]
    if never := [name for name in asked if name not in settled]:
        return f"{'、'.join(never)} is never settled by then"
    if leaf.kind == "tasks":
        return _count_obstacle(leaf, asked, sight)
    return _score_obstacle(leaf, asked, sight) if leaf.kind == "score" else ""


def tasks_of(leaf: Condition) -> tuple[str, ...]:
    """Return the tasks that a condition reads."""
    return cast(tuple[str, ...], leaf.params.get("tasks", ()))


def units_of(leaf: Condition) -> tuple[str, ...]:
    """Return the units that a condition names."""
    return cast(tuple[str, ...], leaf.params.get("units", ()))


def nested_of(leaf: Condition, sight: GateSight) -> list[str]:
    """Return the units whose nested campaigns a condition counts."""
    named = units_of(leaf)
    return [each.unit for each in sight.workflow.nested if not named or each.unit in named]


def counted(leaf: Condition, asked: Iterable[str], sight: GateSight) -> int:
    """Return how many assignments a condition can ever count."""
    named = units_of(leaf)
    return sum(1 for name in asked for unit in sight.duties[name].owing if not named or unit in named)


def foreign(leaf: Condition, asked: Iterable[str], sight: GateSight) -> Mapping[str, list[str]]:
    """Return by task the units that a condition names and that do not owe it."""
    owing = {name: set(sight.duties[name].owing) for name in asked}
    found = {name: [unit for unit in units_of(leaf) if unit not in units] for name, units in owing.items()}
    return {name: units for name, units in found.items() if units}


def quota_of(leaf: Condition, sight: GateSight) -> Quota:
    """Return the quota that a condition reads."""
    return next(quota for quota in sight.workflow.quotas if quota.id == leaf.params["quota"])


def _count_obstacle(leaf: Condition, asked: Iterable[str], sight: GateSight) -> str:
    names = list(asked)
    there = counted(leaf, names, sight)
    if "count" in leaf.params:
        needed = cast(int, leaf.params["count"])
    else:
        owed = there + sum(map(len, foreign(leaf, names, sight).values()))
        needed = ceil(owed * cast(Fraction, leaf.params.get("share", Fraction(1))))
    return f"{needed} of {there}" if needed > there else ""


def _score_obstacle(leaf: Condition, asked: Iterable[str], sight: GateSight) -> str:
    number, named = str(leaf.params["number"]), units_of(leaf)
    giving = _giving(number, sight)
    wanted = dict.fromkeys(unit for name in asked for unit in sight.duties[name].owing if not named or unit in named)
    if leaf.params.get("over") == "sum":
        least = cast(float, leaf.params["least"])
        return "" if giving.intersection(wanted) or least <= 0 else f"nobody hands in {number}"
    silent = [unit for unit in wanted if unit not in giving]
    return f"{'、'.join(silent[:6])} never hand in {number}" if silent else ""


def _giving(number: str, sight: GateSight) -> set[str]:
    """Return the units that hand in a number for any task."""
    asked = (duty for duty in sight.duties.values() if duty.asked and number in duty.task.numbers)
    return {unit for duty in asked for unit in duty.owing}
