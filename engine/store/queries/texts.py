"""Texts that are kept under their hash."""

from __future__ import annotations

from engine.store.work import UnitOfWork

_MISSING = """
SELECT workflow FROM "campaign" UNION SELECT calendar FROM "campaign" UNION SELECT content FROM "notice"
UNION SELECT extra FROM "campaign" WHERE extra <> '' EXCEPT SELECT sha FROM "blob"
"""


def missing(work: UnitOfWork) -> list[str]:
    """Return the hash of each text that the state names and that is not there."""
    return [str(row[0]) for row in work.rows(_MISSING)]


def beginning(work: UnitOfWork, letters: str) -> list[str]:
    """Return the hashes that begin with some letters."""
    return [str(row[0]) for row in work.rows('SELECT sha FROM "blob" WHERE sha LIKE ?', (f"{letters}%",))]
