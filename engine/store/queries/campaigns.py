"""The heads of campaigns: found, counted, and locked one after the other (SEMANTICS W4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from engine.model import Campaign
from engine.store.codec import mapping, milliseconds
from engine.store.work import Asked, UnitOfWork, marks

_AHEAD = """last_at > ?
    AND (state = 'running' OR EXISTS (SELECT 1 FROM "armed" WHERE armed.campaign = "campaign".id))"""
_WITH_SYSTEM = 'SELECT id, {columns} FROM "campaign" UNION ALL SELECT id, {columns} FROM "system"'


def keys(work: UnitOfWork) -> list[str]:
    """Return the keys of all campaigns."""
    return [row[0] for row in work.rows('SELECT "key" FROM "campaign"')]


def number(work: UnitOfWork, state: str = "") -> int:
    """Return how many campaigns there are, or how many in one state."""
    where, values = (" WHERE state = ?", (state,)) if state else ("", ())
    return int(work.rows(f'SELECT COUNT(*) FROM "campaign"{where}', values)[0][0])


def ahead_of(work: UnitOfWork, now: datetime) -> list[Campaign]:
    """Return the campaigns with a record of a later instant in which more is to come, the latest first (C4)."""
    return work.select(Campaign, _AHEAD, (milliseconds(now),), order="last_at DESC")


def workflows(work: UnitOfWork) -> list[str]:
    """Return the hash of each edition that a campaign runs."""
    return [row[0] for row in work.rows('SELECT DISTINCT workflow FROM "campaign"')]


# --- of all journals, that of the installation among them ---


def heads(work: UnitOfWork) -> dict[int, tuple[int, str]]:
    """Return for each journal the number and the hash of its last record."""
    return {row[0]: (row[1], row[2]) for row in work.rows(_WITH_SYSTEM.format(columns="seq, head"))}


def names(work: UnitOfWork) -> dict[int, str]:
    """Return what each journal calls itself in its records."""
    return dict(map(tuple, work.rows(_WITH_SYSTEM.format(columns="uid"))))


# --- locked (only PostgreSQL needs it: a SQLite file has one writer) ---


def head_of(key: str) -> Asked:
    """Ask for the head of a campaign that is not nested, and lock it, on PostgreSQL."""
    return (Campaign, '"key" = ? AND parent = 0 FOR UPDATE', (key,))


def locked_of(work: UnitOfWork, key: str) -> Campaign | None:
    """Return the head of a campaign that is not nested, found and locked in one; None where that cannot be."""
    found: list[Campaign] = work.select(*head_of(key)) if work.is_postgres else []
    return found[0] if found else None


def locked(work: UnitOfWork, campaign: int, *, skip: bool = False) -> Campaign | None:
    """Lock a head and return it fresh; with `skip` None where another holds it."""
    if not work.is_postgres:
        return work.get(Campaign, campaign)
    work.forget(Campaign)
    found = work.select(Campaign, f"id = ? FOR UPDATE {'SKIP LOCKED' if skip else ''}", (campaign,))
    return found[0] if found else None


def locked_all(work: UnitOfWork, campaigns: Sequence[int]) -> list[Campaign]:
    """Lock the heads that nobody else holds and return them fresh, by number."""
    free = sorted(campaigns)
    if free and work.is_postgres:
        sql = f'SELECT id FROM "campaign" WHERE id IN ({marks(free)}) ORDER BY id FOR UPDATE SKIP LOCKED'
        free = [row[0] for row in work.rows(sql, free)]
        work.forget(Campaign)
    return work.among(Campaign, "id", free, order="id")


def hold_below(work: UnitOfWork, parent: int) -> None:
    """Lock the heads of the campaigns below one, in the order of their numbers."""
    work.hold("campaign", "parent = ?", (parent,))


def hold_all(work: UnitOfWork) -> None:
    """Lock the heads of all campaigns, in the order of their numbers."""
    work.hold("campaign", "id > ?", (0,))


# --- the rows of a campaign ---


def records_of(work: UnitOfWork, kind: type, campaign: int) -> Iterator[Any]:
    """Yield the records of a kind that are of one campaign, without keeping them."""
    return work.stream(kind, "campaign = ?", (campaign,))


def rows_between(work: UnitOfWork, kind: type, first: int | None, end: int | None) -> Iterator[Sequence[Any]]:
    """Yield the rows of a kind that bear the number of a journal from `first` up to `end`."""
    of_rows = mapping(kind).key == ("id",)
    column, bits = ("id", 0 if kind is Campaign else 32) if of_rows else ("campaign", 0)
    bounds = [(sign, bound << bits) for sign, bound in ((">=", first), ("<", end)) if bound is not None]
    return work.each(kind, " AND ".join(f'"{column}" {sign} ?' for sign, _ in bounds), [bound for _, bound in bounds])


def rows_but(work: UnitOfWork, kind: type, number: int) -> Iterator[Sequence[Any]]:
    """Yield the rows of a kind but for the one of a number."""
    return work.each(kind, '"id" <> ?', (number,))
