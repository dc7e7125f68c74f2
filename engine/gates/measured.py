"""What a campaign measures by its indicators: scores, evidence and vetoes as they stand, and their sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Literal

from engine.model import Indicator, IndicatorSet
from engine.records import record

Whose = Literal["self", "checked"]
NOUGHT = Fraction(0)


@record
class IndicatorMark:
    """What a unit has of an indicator in its newest period: by itself, and as the office checked it.

    `when` is the period in words, empty for what is given once.
    """

    indicator: str
    unit: str
    period: str
    when: str
    own: Fraction | None = None
    checked: Fraction | None = None

    def of(self, whose: Whose) -> Fraction | None:
        """Return the score of one kind, None where none was given."""
        return self.own if whose == "self" else self.checked


@record
class Filling:
    """How many pieces stand in an evidence slot for a unit and a period, of at least how many."""

    indicator: str
    slot: str
    title: str
    unit: str
    period: str
    when: str
    have: int
    least: int

    @property
    def is_full(self) -> bool:
        """Tell whether nothing is missing."""
        return self.have >= self.least


@record
class Measured:
    """Everything that conditions on indicators read; `vetoes` are those raised, by indicator and unit."""

    marks: tuple[IndicatorMark, ...] = ()
    fillings: tuple[Filling, ...] = ()
    vetoes: tuple[tuple[str, str], ...] = ()


def total(found: IndicatorSet, measured: Measured, whose: Whose) -> Fraction:
    """Return the score of the whole: of each indicator what its units have on the average (docs/semantics.md, M1)."""
    return sum(by_indicator(found, measured, whose).values(), NOUGHT)


def by_indicator(found: IndicatorSet, measured: Measured, whose: Whose) -> Mapping[str, Fraction]:
    """Return the score of each indicator that gives points: the mean of its units, nought for the silent."""
    scores: dict[str, list[Fraction]] = {one.id: [] for one in found.indicators if not one.veto}
    for mark in measured.marks:
        scores[mark.indicator].append(mark.of(whose) or NOUGHT)
    return {name: sum(each, NOUGHT) / max(1, len(each)) for name, each in scores.items()}


def asked(found: IndicatorSet, measured: Measured) -> tuple[IndicatorMark, ...]:
    """Return the marks that are asked for: those of no period are extra."""
    extra = {one.id for one in found.indicators if one.period == "none"}
    return tuple(mark for mark in measured.marks if mark.indicator not in extra)


def by_unit(found: IndicatorSet, measured: Measured, whose: Whose) -> Mapping[str, Fraction]:
    """Return what each unit of which a score is asked has over all indicators that it is named for."""
    scores = dict.fromkeys((mark.unit for mark in asked(found, measured)), NOUGHT)
    for mark in (mark for mark in measured.marks if mark.unit in scores):
        scores[mark.unit] += mark.of(whose) or NOUGHT
    return scores


def points(indicators: Iterable[Indicator], *, extra: bool = False) -> Fraction:
    """Return the points that indicators give in full; those of no period are extra, and asked of nobody."""
    counted = (one for one in indicators if not one.veto and (extra or one.period != "none"))
    return sum((Fraction(one.points or 0) for one in counted), NOUGHT)


def attainable(found: IndicatorSet, measured: Measured) -> Fraction:
    """Return the points that can be had where every indicator that is for somebody is scored in full."""
    asked = {mark.indicator for mark in measured.marks}
    return points(one for one in found.indicators if one.id in asked)


def said(number: Fraction) -> str:
    """Return a score as it is printed: at most two decimals."""
    return f"{float(number):.2f}".rstrip("0").rstrip(".")
