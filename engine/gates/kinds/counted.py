"""Of the periods of counted duties that are over, so many were met (docs/semantics.md, K4)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import cast

from engine.gates.facts import Count, Facts, Reads
from engine.gates.kinds.kind import Finding, Kind, Params, in_order, units_in
from engine.gates.params import Param
from engine.model import Workflow


def duties_in(params: Params) -> tuple[str, ...]:
    """Return the ids of the duties that a condition names."""
    return cast(tuple[str, ...], params["duties"])


def _reads(params: Params) -> Reads:
    return Reads(duties=frozenset(duties_in(params)))


def _judge(params: Params, facts: Facts) -> Finding:
    over = [(duty, count) for duty in duties_in(params) for count in _over(duty, params, facts)]
    met = sum(count.met for _, count in over)
    needed = ceil(len(over) * cast(Fraction, params.get("share", Fraction(1))))
    holds = met >= needed
    missing = () if holds else _missing(over, facts.workflow)
    return Finding(holds=holds, counted=str(met), needed=str(needed), missing=missing)


def _over(duty: str, params: Params, facts: Facts) -> list[Count]:
    """Return the counts of periods that are over or met: what is still open is not demanded."""
    units = units_in(params)
    found = facts.counts.get(duty, ())
    return [count for count in found if (count.over or count.met) and (not units or count.unit in units)]


def _missing(over: list[tuple[str, Count]], workflow: Workflow) -> tuple[str, ...]:
    lacking: dict[str, list[str]] = {}
    for duty, count in over:
        if not count.met:
            target = workflow.task(duty).counted
            least = target.least if target else 0
            lacking.setdefault(count.unit, []).append(f"{count.period} {count.done}/{least}")
    return tuple(f"{unit} {'、'.join(lacking[unit])}" for unit in in_order(lacking, workflow))


def _sentence(params: Params, workflow: Workflow) -> str:
    titles = "、".join(f"“{workflow.task(duty).title}”" for duty in duties_in(params))
    share = cast(Fraction, params.get("share", Fraction(1)))
    how_many = "全部" if share == 1 else f"{float(share * 100):g}%以上"
    return f"{titles}已结束的周期{how_many}达标"


KIND = Kind(
    name="counted",
    params=(
        Param(name="duties", type="duties", required=True),
        Param(name="share", type="share"),
        Param(name="units", type="units"),
    ),
    reads=_reads,
    judge=_judge,
    sentence=_sentence,
)
