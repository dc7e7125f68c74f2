"""So much of the evidence that the indicators ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import groupby
from math import ceil
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.kinds.kind import Finding, Kind, Params, in_order
from engine.gates.measured import Filling
from engine.gates.params import Param
from engine.model import Workflow


def _reads(params: Params) -> Reads:
    return Reads(indicators=True)


def _judge(params: Params, facts: Facts) -> Finding:
    wanted = indicators_in(params)
    asked = [each for each in facts.measured.fillings if not wanted or each.indicator in wanted]
    lacking = [each for each in asked if not each.is_full]
    needed = ceil(len(asked) * _share(params))
    holds = facts.workflow.indicators is not None and len(asked) - len(lacking) >= needed
    return Finding(
        holds=holds,
        counted=str(len(asked) - len(lacking)),
        needed=str(needed),
        missing=() if holds else tuple(_missing(lacking, facts.workflow)),
    )


def indicators_in(params: Params) -> tuple[str, ...]:
    """Return the indicators that a condition names; none where it reads all."""
    return cast(tuple[str, ...], params.get("indicators", ()))


def _share(params: Params) -> Fraction:
    return cast(Fraction, params.get("share", Fraction(1)))


def _missing(lacking: Iterable[Filling], workflow: Workflow) -> Iterator[str]:
    """Yield what is missing, one line for each slot and period, with the units in order."""
    for (indicator, title, when), found in groupby(lacking, key=lambda f: (f.indicator, f.title, f.when)):
        units = "、".join(in_order((each.unit for each in found), workflow))
        yield f"{indicator} {title}:{units} {when}".rstrip()


def _sentence(params: Params, workflow: Workflow) -> str:
    which = "、".join(indicators_in(params)) or "各项"
    share = _share(params)
    return f"测评指标{which}印证材料{'齐全' if share == 1 else f'齐备{float(share * 100):g}%以上'}"


KIND = Kind(
    name="evidence",
    params=(Param(name="share", type="share"), Param(name="indicators", type="indicators")),
    reads=_reads,
    judge=_judge,
    sentence=_sentence,
)
