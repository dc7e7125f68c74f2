"""What waits to be told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from engine.store.codec import milliseconds
from engine.store.work import UnitOfWork, marks

_ASIDE = """
SELECT SUM((SELECT COUNT(*) FROM "item" WHERE "item".campaign = "campaign".id AND "item".state = 'aside'))
FROM "campaign"
"""
"""Counted by campaign, so that the index of items is used; one look over all of them takes a second at a million."""
_UNTOLD = """
SELECT campaign, COUNT(*) FROM "item" WHERE state = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM "armed" WHERE "armed".campaign = "item".campaign AND "armed".kind = ?
) GROUP BY campaign ORDER BY campaign LIMIT ?
"""


class Waiting(NamedTuple):
    """An item that may be told now: its campaign, its number, its kind, and the unit that it is for."""

    campaign: int
    id: int
    kind: str
    unit: str


def ready(work: UnitOfWork, campaigns: Collection[int], until: datetime) -> list[Waiting]:
    """Return what waits in campaigns and may be told, oldest first."""
    if not campaigns:
        return []
    where = f"campaign IN ({marks(campaigns)}) AND state = 'waiting' AND ready_at <= ?"
    sql = f'SELECT campaign, id, kind, unit FROM "item" WHERE {where} ORDER BY id'
    return [Waiting(*row) for row in work.rows(sql, (*campaigns, milliseconds(until)))]


def riding(work: UnitOfWork, campaign: int, units: Collection[str]) -> list[int]:
    """Return what is told to units beside something else, oldest first."""
    sql = f"SELECT id FROM \"item\" WHERE campaign = ? AND state = 'riding' AND unit IN ({marks(units)}) ORDER BY id"
    return [int(number) for (number,) in work.rows(sql, (campaign, *units))]


def number_waiting(work: UnitOfWork, campaign: int) -> int:
    """Return how many items of a campaign wait."""
    sql = "SELECT COUNT(*) FROM \"item\" WHERE campaign = ? AND state = 'waiting'"
    return int(work.rows(sql, (campaign,))[0][0])


def number_aside(work: UnitOfWork) -> int:
    """Return how many items of all campaigns could not be told."""
    return int(work.rows(_ASIDE)[0][0] or 0)


def without_moment(work: UnitOfWork, kind: int, most: int) -> list[tuple[int, int]]:
    """Return the campaigns in which items wait and no moment of their kind is armed, with how many wait (H8)."""
    return [(campaign, count) for campaign, count in work.rows(_UNTOLD, (int(kind), most))]
