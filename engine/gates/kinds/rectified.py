"""So much of what was found is put right (SEMANTICS V3)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.found import WAYS, CountedFinding
from engine.gates.kinds.kind import ConditionFinding, ConditionKind, Params, parts_in_order
from engine.gates.params import SHARE, Param, choice
from engine.model import VerdictPart, Workflow

WAY = choice(
    "way",
    WAYS,
    "where it was found: in a `spot` check, a `mutual` inspection, a `self`-check, or any `other` way",
)
_SAID = {"spot": "抽查", "mutual": "互检", "self": "自查", "other": "其他检查"}


def _reads(params: Params) -> Reads:
    return Reads(findings=True)


def _judge(params: Params, facts: Facts) -> ConditionFinding:
    """Judge the rectifications; what was reported and not yet decided counts as open, so that nothing is lost."""
    source = params.get("source")
    asked = [found for found in facts.findings if source in (None, found.way)]
    needed = ceil(len(asked) * _share(params))
    met = parts_in_order((_part(found) for found in asked if found.closed), facts.workflow)
    missing = parts_in_order((_part(found) for found in asked if not found.closed), facts.workflow)
    return ConditionFinding(
        holds=len(met) >= needed, counted=str(len(met)), needed=str(needed), missing=missing, met=met
    )


def _part(found: CountedFinding) -> VerdictPart:
    return VerdictPart(unit=found.unit, name=str(found.number), code=found.way)


def _share(params: Params) -> Fraction:
    return cast(Fraction, params.get("share", Fraction(1)))


def _sentence(params: Params, workflow: Workflow) -> str:
    share = _share(params)
    how_many = "全部" if share == 1 else f"{float(share * 100):g}%以上"
    return f"{_SAID.get(str(params.get('source')), '检查')}发现的问题{how_many}整改销号"


KIND = ConditionKind(
    name="rectified",
    params=(Param(name="share", type=SHARE), Param(name="source", type=WAY)),
    reads=_reads,
    judge=_judge,
    sentence=_sentence,
)
