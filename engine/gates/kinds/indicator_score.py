"""The score by the indicators, of the whole or of each unit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import ConditionFinding, ConditionKind, Params, in_order
from engine.gates.measured import (
    NOUGHT,
    IndicatorMark,
    Whose,
    asked,
    attainable,
    by_indicator,
    by_unit,
    points,
    said,
    total,
)
from engine.gates.params import Param, ParamType, amount, choice, share
from engine.model import IndicatorSet, VerdictPart, Workflow
from engine.model.plain import MarkShare


def _mark(raw: object) -> Fraction | MarkShare:
    text = str(raw)
    if text.endswith("%"):
        return MarkShare(share(text))
    amount(raw)
    return Fraction(text)


MARK = ParamType(
    name="mark",
    form="word",
    read=_mark,
    example="points or a share of them: 85 or 85%",
    about="the least number of points, or the least share of those that can be had",
    pattern="[0-9]{1,12}(\\.[0-9]{1,6})?|[0-9]{1,3}(\\.[0-9]{1,3})?%",
    called="points or a share of them",
    sample="85 or 85%",
    whole=True,
)
REACH = choice("reach", ("total", "each"), "the `total` of the whole (if left out), or `each` unit")
WHOSE = choice(
    "whose", ("self", "checked"), "the `self`-score (if left out), or the score as `checked` by the office"
)
_WORDS = {"self": "自评", "checked": "复核"}


def _reads(params: Params) -> Reads:
    return Reads(indicators=True)


def _judge(params: Params, facts: Facts) -> ConditionFinding:
    found = facts.workflow.indicators
    if found is None:
        return ConditionFinding(holds=False, counted="0", needed="1", missing=(VerdictPart(code="no_indicators"),))
    return (_judge_each if params.get("over") == "each" else _judge_total)(params, facts, found)


def _judge_total(params: Params, facts: Facts, found: IndicatorSet) -> ConditionFinding:
    whose = whose_in(params)
    reached, needed = total(found, facts.measured, whose), least_of(params, attainable(found, facts.measured))
    return ConditionFinding(
        holds=reached >= needed,
        counted=said(reached),
        needed=said(needed),
        missing=(*_unscored(facts, found, whose), *_lost(facts, found, whose)),
        met=tuple(_part(mark, whose) for mark in facts.measured.marks if mark.of(whose) is not None),
    )


def _judge_each(params: Params, facts: Facts, found: IndicatorSet) -> ConditionFinding:
    reached = by_unit(found, facts.measured, whose_in(params))
    needed = {unit: least_of(params, points_of(unit, facts, found)) for unit in reached}
    units = in_order(reached, facts.workflow)
    parts = {unit: VerdictPart(unit=unit, have=said(reached[unit]), need=said(needed[unit])) for unit in units}
    missing = tuple(parts[unit] for unit in units if reached[unit] < needed[unit])
    met = tuple(parts[unit] for unit in units if reached[unit] >= needed[unit])
    return ConditionFinding(
        holds=not missing, counted=str(len(met)), needed=str(len(reached)), missing=missing, met=met
    )


def least_of(params: Params, attainable: Fraction) -> Fraction:
    """Return how many points a condition asks for, of so many that can be had."""
    least = params["least"]
    return least.of_all * attainable if isinstance(least, MarkShare) else cast(Fraction, least)


def points_of(unit: str, facts: Facts, found: IndicatorSet) -> Fraction:
    """Return the points that can be had by the indicators that a unit is named for."""
    named = {mark.indicator for mark in facts.measured.marks if mark.unit == unit}
    return points(one for one in found.indicators if one.id in named)


def whose_in(params: Params) -> Whose:
    """Return whose score a condition reads."""
    return cast(Whose, params.get("of", "self"))


def _part(mark: IndicatorMark, whose: Whose) -> VerdictPart:
    given = mark.of(whose)
    have = "" if given is None else said(given)
    return VerdictPart(
        name=mark.indicator, unit=mark.unit, period=mark.period, code="" if have else "unscored", have=have
    )


def _unscored(facts: Facts, found: IndicatorSet, whose: Whose) -> Iterator[VerdictPart]:
    """Yield the scores that are asked for and that nobody gave; those of no period are asked of nobody."""
    for mark in asked(found, facts.measured):
        if mark.of(whose) is None:
            yield _part(mark, whose)


def _lost(facts: Facts, found: IndicatorSet, whose: Whose) -> Iterator[VerdictPart]:
    """Yield the indicators that were scored below their points."""
    scores = by_indicator(found, facts.measured, whose)
    for one in found.indicators:
        if NOUGHT < scores.get(one.id, NOUGHT) < Fraction(one.points or 0):
            yield VerdictPart(name=one.id, code="lost", have=said(scores[one.id]), need=one.points)


def _lacking(missing: tuple[VerdictPart, ...], params: Params, workflow: Workflow) -> tuple[str, ...]:
    found = workflow.indicators
    if found is None:
        return ("测评指标",)
    if params.get("over") == "each":
        return tuple(f"{part.unit}({part.have}/{part.need})" for part in missing)
    silent: dict[str, list[str]] = {}
    for part in missing:
        if part.code == "unscored":
            silent.setdefault(part.name, []).append(part.unit)
    whose = _WORDS[whose_in(params)]
    unscored = (f"{name} {whose}:{'、'.join(in_order(units, workflow))}" for name, units in silent.items())
    titles = {one.id: one.title for one in found.indicators}
    lost = (part for part in missing if part.code == "lost")
    return (*unscored, *(f"{p.name} {titles.get(p.name, '')}({p.have}/{p.need})" for p in lost))


def _sentence(params: Params, workflow: Workflow) -> str:
    least = params["least"]
    needed = f"{said(least.of_all * 100)}%" if isinstance(least, MarkShare) else f"{said(cast(Fraction, least))}分"
    who = "各单位" if params.get("over") == "each" else ""
    return f"测评指标{who}{_WORDS[whose_in(params)]}得分不低于{needed}"


def _measure(params: Params) -> str:
    return "个单位" if params.get("over") == "each" else "分"


KIND = ConditionKind(
    name="indicator_score",
    params=(
        Param(name="least", type=MARK, required=True),
        Param(name="over", type=REACH),
        Param(name="of", type=WHOSE),
    ),
    reads=_reads,
    judge=_judge,
    sentence=_sentence,
    lacking=_lacking,
    measure=_measure,
)
