"""The score by the indicators, of the whole or of each unit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import Finding, Kind, Params, in_order
from engine.gates.measured import NOUGHT, Whose, attainable, by_indicator, by_unit, points, said, total
from engine.gates.params import Param
from engine.model import IndicatorSet, Workflow
from engine.model.plain import Share

_WORDS = {"self": "自评", "checked": "复核"}


def _reads(params: Params) -> Reads:
    return Reads(indicators=True)


def _judge(params: Params, facts: Facts) -> Finding:
    found = facts.workflow.indicators
    if found is None:
        return Finding(holds=False, counted="0", needed="1", missing=("测评指标",))
    return (_judge_each if params.get("over") == "each" else _judge_total)(params, facts, found)


def _judge_total(params: Params, facts: Facts, found: IndicatorSet) -> Finding:
    whose = whose_in(params)
    reached, needed = total(found, facts.measured, whose), least_of(params, attainable(found, facts.measured))
    holds = reached >= needed
    missing = () if holds else (*_unscored(facts, found, whose), *_lost(facts, found, whose))
    return Finding(holds=holds, counted=said(reached), needed=said(needed), missing=missing)


def _judge_each(params: Params, facts: Facts, found: IndicatorSet) -> Finding:
    reached = by_unit(found, facts.measured, whose_in(params))
    needed = {unit: least_of(params, points_of(unit, facts, found)) for unit in reached}
    lacking = [unit for unit in in_order(reached, facts.workflow) if reached[unit] < needed[unit]]
    return Finding(
        holds=not lacking,
        counted=str(len(reached) - len(lacking)),
        needed=str(len(reached)),
        missing=tuple(f"{unit}({said(reached[unit])}/{said(needed[unit])})" for unit in lacking),
    )


def least_of(params: Params, attainable: Fraction) -> Fraction:
    """Return how many points a condition asks for, of so many that can be had."""
    least = params["least"]
    return least.of_all * attainable if isinstance(least, Share) else cast(Fraction, least)


def points_of(unit: str, facts: Facts, found: IndicatorSet) -> Fraction:
    """Return the points that can be had by the indicators that a unit is named for."""
    named = {mark.indicator for mark in facts.measured.marks if mark.unit == unit}
    return points(one for one in found.indicators if one.id in named)


def whose_in(params: Params) -> Whose:
    """Return whose score a condition reads."""
    return cast(Whose, params.get("of", "self"))


def _unscored(facts: Facts, found: IndicatorSet, whose: Whose) -> Iterator[str]:
    """Yield the indicators that somebody has not scored, with those units."""
    for one in found.indicators:
        marks = (m for m in facts.measured.marks if m.indicator == one.id and m.of(whose) is None)
        silent = in_order((mark.unit for mark in marks), facts.workflow)
        if silent and one.period != "none":
            yield f"{one.id} {_WORDS[whose]}:{'、'.join(silent)}"


def _lost(facts: Facts, found: IndicatorSet, whose: Whose) -> Iterator[str]:
    """Yield the indicators that were scored below their points."""
    scores = by_indicator(found, facts.measured, whose)
    for one in found.indicators:
        if NOUGHT < scores.get(one.id, NOUGHT) < Fraction(one.points or 0):
            yield f"{one.id} {one.title}({said(scores[one.id])}/{one.points})"


def _sentence(params: Params, workflow: Workflow) -> str:
    least = params["least"]
    asked = f"{said(least.of_all * 100)}%" if isinstance(least, Share) else f"{said(cast(Fraction, least))}分"
    who = "各单位" if params.get("over") == "each" else ""
    return f"测评指标{who}{_WORDS[whose_in(params)]}得分不低于{asked}"


KIND = Kind(
    name="indicator_score",
    params=(
        Param(name="least", type="mark", required=True),
        Param(name="over", type="reach"),
        Param(name="of", type="whose"),
    ),
    reads=_reads,
    judge=_judge,
    sentence=_sentence,
)
