"""Files that several units handed in, and points that were counted for quotas."""

from __future__ import annotations

from engine.store.work import UnitOfWork

_UNJUDGED = """
SELECT h.sha256 FROM (
  SELECT sha256, unit FROM "proof" WHERE campaign = ? AND kind = 'file' AND state = 'counts'
  UNION
  SELECT e.sha256, a.unit FROM "evidence" e JOIN "assignment" a ON a.id = e.assignment
  WHERE e.campaign = ? AND e.kind = 'file'
) h LEFT JOIN "judgement" j ON j.campaign = ? AND j.sha256 = h.sha256 AND j.unit = h.unit
GROUP BY h.sha256 HAVING COUNT(*) > 1 AND COUNT(j.id) < COUNT(*)
"""


def number_unjudged(work: UnitOfWork, campaign: int) -> int:
    """Return how many files from several units wait for a person's judgement."""
    return len(work.rows(_UNJUDGED, (campaign, campaign, campaign)))


def number_by_quota(work: UnitOfWork, campaign: int) -> dict[str, int]:
    """Return how many points are counted for each quota."""
    sql = 'SELECT quota, COUNT(*) FROM "tally" WHERE campaign = ? GROUP BY quota'
    return dict(map(tuple, work.rows(sql, (campaign,))))
