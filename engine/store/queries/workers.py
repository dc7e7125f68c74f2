"""The roll of workers (SEMANTICS X1)."""

from __future__ import annotations

from datetime import datetime

from engine.model import Worker
from engine.store.codec import milliseconds
from engine.store.work import UnitOfWork


def last_number(work: UnitOfWork) -> int:
    """Return the highest number on the roll; 0 where it is empty."""
    return int(work.rows('SELECT MAX(id) FROM "worker"')[0][0] or 0)


def not_seen_since(work: UnitOfWork, at: datetime, before: int) -> list[Worker]:
    """Return who was last seen before an instant, of those with a lower number than `before`."""
    return work.select(Worker, "seen_at < ? AND id < ?", (milliseconds(at), before), order="id")
