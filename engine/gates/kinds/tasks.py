"""So many assignments have come at least so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import (
    ConditionFinding,
    ConditionKind,
    Params,
    before_adoption,
    owed,
    parts_in_order,
    tasks_in,
    title_of,
    to_be_asked,
    units_in,
)
from engine.gates.params import SHARE, TASKS, UNITS, Param, choice, count
from engine.model import Assignment, VerdictPart, Workflow

STATE = choice(
    "state",
    ("received", "submitted", "accepted"),
    "how far the tasks must have come (accepted if left out)",
)
COUNT = count("count", "the number of assignments that must have come so far")
_PROGRESS = {"issued": 0, "received": 1, "returned": 1, "submitted": 2, "accepted": 3, "waived": 9}
_REACHED = {"received": "签收", "submitted": "报送", "accepted": "审核通过"}


def _tasks_reads(params: Params) -> Reads:
    return Reads(tasks=frozenset(tasks_in(params)))


def _tasks_judge(params: Params, facts: Facts) -> ConditionFinding:
    asked = [task for task in tasks_in(params) if not before_adoption(task, facts)]
    unopened = [task for task in asked if not facts.assignments.get(task)]
    known = list(owed(asked, params, facts))
    least = _PROGRESS[str(params.get("state", "accepted"))]
    met = parts_in_order((_part(a) for a in known if _PROGRESS[a.state] >= least), facts.workflow)
    below = (_part(a) for a in known if _PROGRESS[a.state] < least)
    ungiven = (*_ungiven(asked, params, facts), *to_be_asked(unopened, params, facts))
    missing = parts_in_order((*below, *ungiven), facts.workflow)
    needed = _needed(len(met) + len(missing), params)
    holds = not unopened and len(met) >= needed
    return ConditionFinding(holds=holds, counted=str(len(met)), needed=str(needed), missing=missing, met=met)


def _part(owed: Assignment) -> VerdictPart:
    """Return what is owed as a verdict names it; how far it came only where it is waived, lest each step be news."""
    code = "waived" if owed.state == "waived" else ""
    return VerdictPart(unit=owed.unit, task=owed.task, period=owed.period, code=code)


def _tasks_sentence(params: Params, workflow: Workflow) -> str:
    titles = "、".join(f"“{title_of(task, workflow)}”" for task in tasks_in(params))
    how_many = f"{params['count']}项" if "count" in params else _percent(params)
    return f"{titles}{how_many}{_REACHED[str(params.get('state', 'accepted'))]}"


def _ungiven(asked: Iterable[str], params: Params, facts: Facts) -> Iterator[VerdictPart]:
    """Yield the units that the condition names and that a task, though opened, was never given to."""
    for task in asked:
        given = {a.unit for a in facts.assignments.get(task, ())}
        if given:
            stand_in = facts.workflow.directory.lines()
            left_out = (unit for unit in units_in(params) if not given & stand_in.get(unit, {unit}))
            yield from (VerdictPart(unit=unit, task=task, code="not_given") for unit in left_out)


def _needed(total: int, params: Params) -> int:
    if "count" in params:
        return cast(int, params["count"])
    return ceil(total * cast(Fraction, params.get("share", Fraction(1))))


def _percent(params: Params) -> str:
    share = cast(Fraction, params.get("share", Fraction(1)))
    return "全部" if share == 1 else f"{float(share * 100):g}%以上"


KIND = ConditionKind(
    name="tasks",
    params=(
        Param(name="tasks", type=TASKS, required=True),
        Param(name="state", type=STATE),
        Param(name="share", type=SHARE),
        Param(name="count", type=COUNT),
        Param(name="units", type=UNITS),
    ),
    reads=_tasks_reads,
    judge=_tasks_judge,
    sentence=_tasks_sentence,
)
