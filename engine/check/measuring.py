"""What a condition on indicators can come to at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import cast

from engine.check.sight import Sight
from engine.gates.measured import points
from engine.gates.params import Share
from engine.model import Condition, Indicator
from engine.units import Groups, expand, resolve

KINDS = ("indicator_score", "evidence", "no_veto")
"""The kinds of condition that read the indicators."""


def obstacle(leaf: Condition, sight: Sight) -> str:
    """Return what keeps a condition on indicators from ever holding, or nothing."""
    if sight.workflow.indicators is None:
        return "the workflow has no indicators"
    return too_high(leaf, sight) if leaf.kind == "indicator_score" else ""


def too_high(leaf: Condition, sight: Sight) -> str:
    """Return by whom a score is never reached, and of how many points, or nothing."""
    least = leaf.params.get("least")
    if isinstance(least, Share) or least is None:
        return ""
    if leaf.params.get("over") != "each":
        most = points(counted(sight), extra=True)
        return f"{float(cast(Fraction, least)):g} of {float(most):g} points" if cast(Fraction, least) > most else ""
    short = [unit for unit, most in points_by_unit(sight).items() if cast(Fraction, least) > most]
    return f"{'、'.join(short[:6])} can have less than {float(cast(Fraction, least)):g}" if short else ""


def counted(sight: Sight) -> list[Indicator]:
    """Return the indicators that give points and are for somebody."""
    groups = resolve(sight.workflow.directory)
    return [one for one in indicators(sight) if not one.veto and units_of(one, sight, groups)]


def indicators(sight: Sight) -> Iterable[Indicator]:
    """Return the indicators of the workflow."""
    return sight.workflow.indicators.indicators if sight.workflow.indicators else ()


def units_of(one: Indicator, sight: Sight, groups: Groups) -> tuple[str, ...]:
    """Return the units that an indicator is for at some time from adoption on."""
    known = sight.workflow.directory.units
    named = expand(sight.workflow.directory, one.units, groups=groups)
    return tuple(name for name in named if known[name].valid_to >= sight.adopted)


def points_by_unit(sight: Sight) -> Mapping[str, Fraction]:
    """Return the points that each unit can have."""
    groups = resolve(sight.workflow.directory)
    named: dict[str, list[Indicator]] = {}
    for one in counted(sight):
        for unit in units_of(one, sight, groups):
            named.setdefault(unit, []).append(one)
    return {unit: points(found, extra=True) for unit, found in named.items()}
