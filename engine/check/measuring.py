"""What a condition on indicators can come to at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import cast

from engine.check.sight import GateSight, leaves
from engine.gates.measured import points
from engine.model import Condition, Indicator
from engine.model.plain import MarkShare
from engine.units import Groups, expand, resolve

KINDS = ("indicator_score", "evidence", "no_veto")
"""The kinds of condition that read the indicators."""


def obstacle(leaf: Condition, sight: GateSight) -> str:
    """Return what keeps a condition on indicators from ever holding, or nothing."""
    if sight.workflow.indicators is None:
        return "the workflow has no indicators"
    least = leaf.params.get("least")
    if leaf.kind != "indicator_score" or least is None or isinstance(least, MarkShare):
        return ""
    return _too_high(cast(Fraction, least), leaf, sight)


def _too_high(least: Fraction, leaf: Condition, sight: GateSight) -> str:
    """Return by whom a score is never reached, and of how many points, or nothing."""
    by = _tried_by(leaf, sight)
    if leaf.params.get("over") != "each":
        most = points(_counted(by, sight), extra=True)
        return f"{float(least):g} of {float(most):g} points" if least > most else ""
    short = [unit for unit, most in _points_by_unit(by, sight).items() if least > most]
    return f"{'、'.join(short[:6])} can have less than {float(least):g}" if short else ""


def _tried_by(leaf: Condition, sight: GateSight) -> date:
    """Return the day by which a condition should hold: the last of its phase."""
    phase = next(phase for phase in sight.workflow.phases if leaf in leaves(phase.gate))
    return max(sight.adopted, phase.window.last_day)


def indicators(sight: GateSight) -> Iterable[Indicator]:
    """Return the indicators of the workflow."""
    return sight.workflow.indicators.indicators if sight.workflow.indicators else ()


def _counted(by: date, sight: GateSight) -> list[Indicator]:
    """Return the indicators that give points to somebody by a day."""
    groups = resolve(sight.workflow.directory)
    given = (one for one in indicators(sight) if not one.veto and units_of(one, sight, groups, by))
    return [one for one in given if one.period != "term" or _has_term(by, sight)]


def _has_term(by: date, sight: GateSight) -> bool:
    return any(term.first_day <= by and term.last_day >= sight.adopted for term in sight.workflow.terms)


def units_of(one: Indicator, sight: GateSight, groups: Groups, by: date | None = None) -> tuple[str, ...]:
    """Return the units that an indicator is for on a day, or at any time from adoption on."""
    known = sight.workflow.directory.units
    named = expand(sight.workflow.directory, one.units, by, groups)
    return tuple(name for name in named if known[name].valid_to >= sight.adopted)


def _points_by_unit(by: date, sight: GateSight) -> Mapping[str, Fraction]:
    groups = resolve(sight.workflow.directory)
    named: dict[str, list[Indicator]] = {}
    for one in _counted(by, sight):
        for unit in units_of(one, sight, groups, by):
            named.setdefault(unit, []).append(one)
    # Who is only named for extra points is not asked for a score.
    return {unit: points(found, extra=True) for unit, found in named.items() if points(found)}
