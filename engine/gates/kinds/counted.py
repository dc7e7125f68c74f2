"""Of the periods of counted duties that are over, so many were met (docs/semantics.md, K4)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import cast

from engine.gates.facts import Count, Facts, Reads
from engine.gates.kinds.kind import (
    ConditionFinding,
    ConditionKind,
    Params,
    in_order,
    parts_in_order,
    title_of,
    units_in,
)
from engine.gates.params import SHARE, UNITS, Param, lines
from engine.model import VerdictPart, Workflow

DUTIES = lines(
    "duties",
    "a list of counted duties: [study.lectures]",
    "ids of counted duties: that of their task, a point, their own",
    "duty",
)


def duties_in(params: Params) -> tuple[str, ...]:
    """Return the ids of the duties that a condition names."""
    return cast(tuple[str, ...], params["duties"])


def _reads(params: Params) -> Reads:
    return Reads(duties=frozenset(duties_in(params)))


def _judge(params: Params, facts: Facts) -> ConditionFinding:
    over = [(duty, count) for duty in duties_in(params) for count in _over(duty, params, facts)]
    met = parts_in_order((_part(*each, facts.workflow) for each in over if each[1].met), facts.workflow)
    missing = parts_in_order((_part(*each, facts.workflow) for each in over if not each[1].met), facts.workflow)
    needed = ceil(len(over) * cast(Fraction, params.get("share", Fraction(1))))
    return ConditionFinding(
        holds=len(met) >= needed, counted=str(len(met)), needed=str(needed), missing=missing, met=met
    )


def _over(duty: str, params: Params, facts: Facts) -> list[Count]:
    """Return the counts of periods that are over or met: what is still open is not demanded."""
    units = units_in(params)
    found = facts.counts.get(duty, ())
    return [count for count in found if (count.over or count.met) and (not units or count.unit in units)]


def _part(duty: str, count: Count, workflow: Workflow) -> VerdictPart:
    target = workflow.task(duty).counted
    least = target.least if target else 0
    return VerdictPart(unit=count.unit, task=duty, period=count.period, have=str(count.done), need=str(least))


def _lacking(missing: tuple[VerdictPart, ...], params: Params, workflow: Workflow) -> tuple[str, ...]:
    short: dict[str, list[str]] = {}
    for part in missing:
        short.setdefault(part.unit, []).append(f"{part.period} {part.have}/{part.need}")
    return tuple(f"{unit} {'、'.join(short[unit])}" for unit in in_order(short, workflow))


def _sentence(params: Params, workflow: Workflow) -> str:
    titles = "、".join(f"“{title_of(duty, workflow)}”" for duty in duties_in(params))
    share = cast(Fraction, params.get("share", Fraction(1)))
    how_many = "全部" if share == 1 else f"{float(share * 100):g}%以上"
    return f"{titles}已结束的周期{how_many}达标"


KIND = ConditionKind(
    name="counted",
    params=(
        Param(name="duties", type=DUTIES, required=True),
        Param(name="share", type=SHARE),
        Param(name="units", type=UNITS),
    ),
    reads=_reads,
    judge=_judge,
    sentence=_sentence,
    lacking=_lacking,
)
