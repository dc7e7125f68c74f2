"""Frozen records of an indicator set: what a title is measured by, and what proves it."""

from __future__ import annotations

from typing import Literal

from engine.model.source import Place, Source
from engine.records import field, record

Recurrence = Literal["campaign", "year", "term", "none"]
"""How often something is given: once, for each calendar year or school term, or if there is something to give."""


@record
class EvidenceSlot:
    """A place for files or notes that prove an indicator: at least `least` of them for each period."""

    id: str
    title: str
    per: Recurrence = "campaign"
    least: int = 1


@record
class Indicator:
    """A numbered criterion: scored up to `points`, or a veto (一票否决), which has none.

    `points` are written in decimals, empty where none are given; `units` are as printed.
    """

    id: str
    title: str
    units: tuple[str, ...]
    points: str = ""
    veto: bool = False
    section: str = ""
    check: str = ""
    period: Recurrence = "campaign"
    evidence: tuple[EvidenceSlot, ...] = ()
    source: Source = field(default_factory=Source)
    place: Place = field(default_factory=Place)


@record
class IndicatorSet:
    """The indicators of a workflow, with their own version; `sha` is that of the file they stand in."""

    id: str
    title: str
    version: str
    indicators: tuple[Indicator, ...]
    source: Source = field(default_factory=Source)
    sha: str = ""
    place: Place = field(default_factory=Place)

    def indicator(self, indicator_id: str) -> Indicator | None:
        """Return the indicator of an id, or None."""
        return next((one for one in self.indicators if one.id == indicator_id), None)
