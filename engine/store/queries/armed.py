"""Armed moments: which come next, which are due, and where they disagree with what they are armed for (F2)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from engine.model import Armed
from engine.store.codec import instant, milliseconds
from engine.store.work import UnitOfWork, marks

Place = tuple[int, int, int]
"""Where a moment stands in the order of all: its instant in milliseconds, its kind, what it is armed for."""
START: Place = (0, 0, 0)
_DUE = """
SELECT a."at", a.kind, a.ref, a.campaign, c.parent FROM "armed" a JOIN "campaign" c ON c.id = a.campaign
WHERE (a."at", a.kind, a.ref) > (?, ?, ?) AND a."at" <= ? ORDER BY a."at", a.kind, a.ref LIMIT ?
"""
_NOT_ARMED = """
SELECT id, campaign FROM "deadline" WHERE next_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM "armed" WHERE "armed"."at" = "deadline".next_at AND "armed".kind = ?
    AND "armed".ref = "deadline".id AND "armed".campaign = "deadline".campaign
) ORDER BY id LIMIT ?
"""
_ASTRAY = """
SELECT ref, campaign FROM "armed" WHERE kind = ? AND NOT EXISTS (
    SELECT 1 FROM "deadline" WHERE "deadline".id = "armed".ref AND "deadline".next_at = "armed"."at"
    AND "deadline".state = 'armed'
) ORDER BY ref LIMIT ?
"""


class DueMoment(NamedTuple):
    """A moment that is due: its place, its campaign, and the number of the one above that, 0 for none."""

    at: int
    kind: int
    ref: int
    campaign: int
    parent: int

    @property
    def place(self) -> Place:
        """Where it stands in the order of all."""
        return self.at, self.kind, self.ref


# --- of the whole installation ---


def first_at(work: UnitOfWork, after: datetime | None = None) -> datetime | None:
    """Return the earliest armed moment, or the earliest after an instant; None where nothing is armed."""
    sql = 'SELECT MIN("at") FROM "armed"'
    where, values = (' WHERE "at" > ?', (milliseconds(after),)) if after else ("", ())
    found = work.rows(sql + where, values)[0][0]
    return None if found is None else instant(found)


def number_due(work: UnitOfWork, now: datetime) -> int:
    """Return how many moments are due."""
    return int(work.rows('SELECT COUNT(*) FROM "armed" WHERE "at" <= ?', (milliseconds(now),))[0][0])


def is_any_due(work: UnitOfWork, now: datetime) -> bool:
    """Tell whether a moment is due, by a look at the first."""
    return bool(work.rows('SELECT 1 FROM "armed" WHERE "at" <= ? LIMIT 1', (milliseconds(now),)))


def page_due(work: UnitOfWork, now: datetime, after: Place, most: int) -> list[DueMoment]:
    """Return the first moments after a place that are due, oldest first."""
    return [DueMoment(*row) for row in work.rows(_DUE, (*after, milliseconds(now), most))]


def due_in(work: UnitOfWork, campaigns: Collection[int], now: datetime) -> dict[int, int]:
    """Return how many moments are due in each of some campaigns where there are any."""
    if not campaigns:
        return {}
    sql = f'SELECT campaign, COUNT(*) FROM "armed" WHERE campaign IN ({marks(campaigns)}) AND "at" <= ? GROUP BY 1'
    return dict(map(tuple, work.rows(sql, (*campaigns, milliseconds(now)))))


# --- of campaigns that are open ---


def due(work: UnitOfWork, campaigns: Collection[int], until: datetime, below: int, most: int) -> list[Armed]:
    """Return the first due moments of the kinds `below` one, campaign by campaign, in their order."""
    where = f'campaign IN ({marks(campaigns)}) AND "at" <= ? AND kind < ?'
    values = (*campaigns, milliseconds(until), int(below))
    return work.select(Armed, where, values, order='campaign, "at", kind, ref', limit=most)


def busy(work: UnitOfWork, campaigns: Collection[int], until: datetime, below: int) -> set[int]:
    """Return the campaigns in which a moment of the kinds `below` one is due."""
    where = f'campaign IN ({marks(campaigns)}) AND "at" <= ? AND kind < ?'
    sql = f'SELECT DISTINCT campaign FROM "armed" WHERE {where}'
    return {row[0] for row in work.rows(sql, (*campaigns, milliseconds(until), int(below)))}


def due_of_kind(work: UnitOfWork, campaigns: Collection[int], until: datetime, kind: int) -> list[Armed]:
    """Return the due moments of one kind, campaign by campaign, oldest first."""
    where = f'campaign IN ({marks(campaigns)}) AND "at" <= ? AND kind = ?'
    return work.select(Armed, where, (*campaigns, milliseconds(until), int(kind)), order='campaign, "at"')


# --- of one campaign ---


def of_kind_until(work: UnitOfWork, campaign: int, kind: int, until: datetime) -> list[Armed]:
    """Return a campaign's moments of one kind up to an instant, in their order."""
    where = 'campaign = ? AND kind = ? AND "at" <= ?'
    return work.select(Armed, where, (campaign, int(kind), milliseconds(until)), order='"at", ref')


def of_kind_between(work: UnitOfWork, campaign: int, kind: int, first: int, last: int) -> list[Armed]:
    """Return a campaign's moments of one kind from one instant to another, both in milliseconds."""
    where = 'campaign = ? AND kind = ? AND "at" BETWEEN ? AND ?'
    return work.select(Armed, where, (campaign, int(kind), first, last))


def of_kind_at(work: UnitOfWork, campaign: int, kind: int, at: int) -> list[Armed]:
    """Return a campaign's moments of one kind at one instant, given in milliseconds."""
    return work.select(Armed, 'campaign = ? AND kind = ? AND "at" = ?', (campaign, int(kind), at), order="ref")


def next_groups(work: UnitOfWork, campaign: int, most: int) -> list[tuple[int, int, int]]:
    """Return the instants at which something comes, in milliseconds, with its kind and how much it is."""
    sql = 'SELECT "at", kind, COUNT(*) FROM "armed" WHERE campaign = ? GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ?'
    return [(at, kind, number) for at, kind, number in work.rows(sql, (campaign, most))]


# --- what does not hold (H8) ---


def not_armed(work: UnitOfWork, rung: int, most: int) -> list[tuple[int, int]]:
    """Return the number and the campaign of each deadline whose next moment is not armed as a rung."""
    return [(number, campaign) for number, campaign in work.rows(_NOT_ARMED, (int(rung), most))]


def astray(work: UnitOfWork, rung: int, most: int) -> list[tuple[int, int]]:
    """Return what each rung is armed for that no deadline waits for, and its campaign."""
    return [(ref, campaign) for ref, campaign in work.rows(_ASTRAY, (int(rung), most))]
