"""So many assignments have come at least so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import (
    Finding,
    Kind,
    Params,
    before_adoption,
    in_order,
    owed,
    tasks_in,
    to_be_asked,
    units_in,
)
from engine.gates.params import Param
from engine.model import Workflow

_PROGRESS = {"issued": 0, "received": 1, "returned": 1, "submitted": 2, "accepted": 3, "waived": 9}
_REACHED = {"received": "签收", "submitted": "报送", "accepted": "审核通过"}


def _tasks_reads(params: Params) -> Reads:
    return Reads(tasks=frozenset(tasks_in(params)))


def _tasks_judge(params: Params, facts: Facts) -> Finding:
    asked = [task for task in tasks_in(params) if not before_adoption(task, facts)]
    unopened = [task for task in asked if not facts.assignments.get(task)]
    known = list(owed(asked, params, facts))
    least = _PROGRESS[str(params.get("state", "accepted"))]
    behind = [a for a in known if _PROGRESS[a.state] < least]
    ungiven = [*_ungiven(asked, params, facts), *to_be_asked(unopened, params, facts)]
    nobody = _of_nobody(unopened, facts)
    lacking = {a.unit for a in behind}.union(ungiven)
    needed = _needed(len(known) + len(ungiven) + len(nobody), params)
    done = len(known) - len(behind)
    holds = not unopened and done >= needed
    missing = () if holds else (*in_order(lacking, facts.workflow), *nobody)
    return Finding(holds=holds, counted=str(done), needed=str(needed), missing=missing)


def _of_nobody(unopened: Iterable[str], facts: Facts) -> list[str]:
    """Return the titles of tasks that were not opened and that nobody is to be asked for yet."""
    return [facts.workflow.task(task).title for task in unopened if not facts.to_be_asked.get(task)]


def _tasks_sentence(params: Params, workflow: Workflow) -> str:
    titles = "、".join(f"“{workflow.task(task).title}”" for task in tasks_in(params))
    how_many = f"{params['count']}项" if "count" in params else _percent(params)
    return f"{titles}{how_many}{_REACHED[str(params.get('state', 'accepted'))]}"


def _ungiven(asked: Iterable[str], params: Params, facts: Facts) -> Iterator[str]:
    """Yield the units that the condition names and that a task, though opened, was never given to."""
    for task in asked:
        given = {a.unit for a in facts.assignments.get(task, ())}
        if given:
            stand_in = facts.workflow.directory.lines()
            yield from (unit for unit in units_in(params) if not given & stand_in.get(unit, {unit}))


def _needed(total: int, params: Params) -> int:
    if "count" in params:
        return cast(int, params["count"])
    return ceil(total * cast(Fraction, params.get("share", Fraction(1))))


def _percent(params: Params) -> str:
    share = cast(Fraction, params.get("share", Fraction(1)))
    return "全部" if share == 1 else f"{float(share * 100):g}%以上"


KIND = Kind(
    name="tasks",
    params=(
        Param(name="tasks", type="tasks", required=True),
        Param(name="state", type="state"),
        Param(name="share", type="share"),
        Param(name="count", type="count"),
        Param(name="units", type="units"),
    ),
    reads=_tasks_reads,
    judge=_tasks_judge,
    sentence=_tasks_sentence,
)
