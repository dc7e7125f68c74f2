"""The work contacts of units."""

from __future__ import annotations

from collections.abc import Collection

from engine.model import UnitContact
from engine.store.work import Asked, UnitOfWork, marks


def asked_of(campaign: int, units: Collection[str]) -> Asked:
    """Ask for the contacts of units of one campaign."""
    return UnitContact, f"campaign = ? AND unit IN ({marks(units)})", (campaign, *units)


def among(work: UnitOfWork, campaigns: Collection[int], units: Collection[str]) -> list[UnitContact]:
    """Return the contacts of units in campaigns, level by level."""
    if len(campaigns) == 1:
        return work.among(UnitContact, "unit", units, order="level, id", campaign=next(iter(campaigns)))
    where = f"campaign IN ({marks(campaigns)}) AND unit IN ({marks(units)})"
    return work.select(UnitContact, where, (*campaigns, *units), order="level, id")
