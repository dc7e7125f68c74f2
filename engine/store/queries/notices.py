"""Notices, and which of them ask for a receipt."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model import Notice
from engine.store.work import CHUNK, UnitOfWork, marks

_ASKING = """
    SELECT DISTINCT i.notice FROM "item" i JOIN "deadline" d
    ON d.assignment = i.assignment AND d.kind = 'receipt' AND d.id < i.notice
    WHERE i.notice IN ({marks}) AND (i.kind IN ({kinds}) OR i.deadline = d.id)"""


def asking_for_receipts(work: UnitOfWork, notices: Sequence[int], kinds: Sequence[str]) -> frozenset[int]:
    """Return which of some notices ask for a receipt: of a kind that does, or reminding of a receipt."""
    found: set[int] = set()
    for start in range(0, len(notices), CHUNK):
        part = notices[start : start + CHUNK]
        found |= {row[0] for row in work.rows(_ASKING.format(marks=marks(part), kinds=marks(kinds)), [*part, *kinds])}
    return frozenset(found)


def since(work: UnitOfWork, campaign: int, last: int) -> list[Notice]:
    """Return what was written in a campaign after a notice, oldest first."""
    return work.select(Notice, "campaign = ? AND id > ?", (campaign, last), order="id")


def by_state(work: UnitOfWork, campaign: int) -> dict[str, int]:
    """Return how many notices of a campaign are in each state."""
    sql = 'SELECT state, COUNT(*) FROM "notice" WHERE campaign = ? GROUP BY state'
    return dict(map(tuple, work.rows(sql, (campaign,))))


def contents(work: UnitOfWork, campaign: int) -> list[tuple[int, str]]:
    """Return each notice of a campaign with the hash of its text, oldest first."""
    sql = 'SELECT id, content FROM "notice" WHERE campaign = ? ORDER BY id'
    return [(number, sha) for number, sha in work.rows(sql, (campaign,))]
