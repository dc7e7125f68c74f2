"""So much of the evidence that the indicators ask for."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from math import ceil
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import ConditionFinding, ConditionKind, Params, in_order
from engine.gates.measured import Filling
from engine.gates.params import SHARE, Param, lines
from engine.model import EvidenceSlot, VerdictPart, Workflow

INDICATORS = lines(
    "indicators", "a list of indicators: [1.1, 1.2]", "ids of indicators; all if left out", "indicator"
)


def _reads(params: Params) -> Reads:
    return Reads(indicators=True)


def _judge(params: Params, facts: Facts) -> ConditionFinding:
    wanted = indicators_in(params)
    asked = [each for each in facts.measured.fillings if not wanted or each.indicator in wanted]
    lacking = tuple(_part(each) for each in asked if not each.is_full)
    needed = ceil(len(asked) * _share(params))
    holds = facts.workflow.indicators is not None and len(asked) - len(lacking) >= needed
    met = tuple(_part(each) for each in asked if each.is_full)
    return ConditionFinding(holds=holds, counted=str(len(met)), needed=str(needed), missing=lacking, met=met)


def _part(found: Filling) -> VerdictPart:
    return VerdictPart(
        name=found.indicator,
        slot=found.slot,
        unit=found.unit,
        period=found.period,
        have=str(found.have),
        need=str(found.least),
    )


def indicators_in(params: Params) -> tuple[str, ...]:
    """Return the indicators that a condition names; none where it reads all."""
    return cast(tuple[str, ...], params.get("indicators", ()))


def _share(params: Params) -> Fraction:
    return cast(Fraction, params.get("share", Fraction(1)))


def _lacking(missing: tuple[VerdictPart, ...], params: Params, workflow: Workflow) -> tuple[str, ...]:
    """Say what is missing, one line for each slot and period, with the units in order."""
    places = groupby(missing, key=lambda part: (part.name, part.slot, part.period))
    return tuple(
        _line(*place, in_order((part.unit for part in found), workflow), workflow) for place, found in places
    )


def _line(indicator: str, slot: str, period: str, units: tuple[str, ...], workflow: Workflow) -> str:
    there = workflow.indicators.indicator(indicator) if workflow.indicators else None
    found = next((each for each in (there.evidence if there else ()) if each.id == slot), None)
    title, when = (found.title, _when(period, found, workflow)) if found else (slot, period)
    return f"{indicator} {title}:{'、'.join(units)} {when}".rstrip()


def _when(period: str, slot: EvidenceSlot, workflow: Workflow) -> str:
    """Say for which term or year evidence is asked; nothing where it is given once."""
    terms = {term.id: term.title for term in workflow.terms}
    year = f"{period}年" if period else ""
    return terms.get(period, period) if slot.per == "term" else year


def _sentence(params: Params, workflow: Workflow) -> str:
    which = "、".join(indicators_in(params)) or "各项"
    share = _share(params)
    return f"测评指标{which}印证材料{'齐全' if share == 1 else f'齐备{float(share * 100):g}%以上'}"


KIND = ConditionKind(
    name="evidence",
    params=(Param(name="share", type=SHARE), Param(name="indicators", type=INDICATORS)),
    reads=_reads,
    judge=_judge,
    sentence=_sentence,
    lacking=_lacking,
)
