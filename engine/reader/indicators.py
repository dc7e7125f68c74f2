"""Indicator sets: from their keys to their records."""

from __future__ import annotations

from typing import cast

from engine.model import EvidenceSlot, Indicator, IndicatorSet
from engine.model.indicators import Recurrence
from engine.reader.ladders import whole
from engine.reader.names import Names, ids_of
from engine.reader.shape import Filled
from engine.reader.sources import read_source


def read_indicators(part: Filled, sha: str, names: Names) -> IndicatorSet:
    """Return the indicator set in `part`; `sha` is that of the file it stands in."""
    return IndicatorSet(
        id=part.text("id"),
        title=part.text("title"),
        version=part.text("version"),
        indicators=tuple(_indicator(row, names) for row in part.rows("items")),
        source=read_source(part),
        sha=sha,
        place=part.place,
    )


def _indicator(row: Filled, names: Names) -> Indicator:
    ids_of(row.rows("evidence"), names.problems)
    return Indicator(
        id=row.text("id"),
        title=row.text("title"),
        units=names.unit_list(row.leaves("units")),
        points=row.text("points"),
        veto=row.text("veto") == "true",
        section=row.text("section"),
        check=row.text("check"),
        period=cast(Recurrence, row.text("period", "campaign")),
        evidence=tuple(_slot(each) for each in row.rows("evidence")),
        source=read_source(row),
        place=row.place,
    )


def _slot(row: Filled) -> EvidenceSlot:
    return EvidenceSlot(
        id=row.text("id"),
        title=row.text("title"),
        per=cast(Recurrence, row.text("per", "campaign")),
        least=whole(row, "least") or 1,
    )
