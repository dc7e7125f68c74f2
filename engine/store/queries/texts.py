"""Texts that are kept under their hash."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model import Blob
from engine.store.codec import mapping
from engine.store.work import CHUNK, UnitOfWork, marks

_MISSING = """
SELECT workflow FROM "campaign" UNION SELECT calendar FROM "campaign" UNION SELECT content FROM "notice"
UNION SELECT extra FROM "campaign" WHERE extra <> '' EXCEPT SELECT sha FROM "blob"
"""


def missing(work: UnitOfWork) -> list[str]:
    """Return the hash of each text that the state names and that is not there."""
    return [str(row[0]) for row in work.rows(_MISSING)]


def under(work: UnitOfWork, hashes: Sequence[str]) -> list[Blob]:
    """Return the texts that are kept under some hashes."""
    found: list[Blob] = []
    for start in range(0, len(hashes), CHUNK):
        part = hashes[start : start + CHUNK]
        rows = work.rows(f'SELECT sha, data FROM "blob" WHERE sha IN ({marks(part)})', part)
        found += map(mapping(Blob).decode, rows)
    return found


def beginning(work: UnitOfWork, letters: str) -> list[str]:
    """Return the hashes that begin with some letters."""
    return [str(row[0]) for row in work.rows('SELECT sha FROM "blob" WHERE sha LIKE ?', (f"{letters}%",))]
