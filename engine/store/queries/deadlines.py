"""Deadlines, and what is recorded of their rungs."""

from __future__ import annotations

from collections.abc import Collection

from engine.model import Deadline, Occurrence
from engine.store.work import UnitOfWork, marks


def in_states(work: UnitOfWork, campaign: int, states: Collection[str]) -> list[Deadline]:
    """Return a campaign's deadlines in some states."""
    return work.select(Deadline, f"campaign = ? AND state IN ({marks(states)})", (campaign, *states))


def with_outcome(work: UnitOfWork, campaign: int, outcome: str) -> set[tuple[int, int]]:
    """Return the deadlines of which a rung came out so, each with the epoch in which it did."""
    sql = 'SELECT deadline, epoch FROM "occurrence" WHERE campaign = ? AND outcome = ?'
    return {(row[0], row[1]) for row in work.rows(sql, (campaign, outcome))}


def occurrences_since(work: UnitOfWork, campaign: int, last: int) -> list[Occurrence]:
    """Return what was recorded of rungs after an occurrence, level by level."""
    return work.select(Occurrence, "campaign = ? AND id > ?", (campaign, last), order="level, id")


def told_since(work: UnitOfWork, campaign: int, last: int) -> list[Occurrence]:
    """Return what was raised or answered after an occurrence, oldest first."""
    where = "campaign = ? AND id > ? AND outcome IN ('raised', 'answered')"
    return work.select(Occurrence, where, (campaign, last), order="id")
