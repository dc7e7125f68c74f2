"""What units owe, counted and found by what it is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from engine.model import Assignment, Deadline, Objection
from engine.store.codec import day
from engine.store.work import Asked, UnitOfWork, marks

_LAST_DUE = (
    '(SELECT MAX(d.due_on) FROM "deadline" d WHERE d.assignment = a.id AND d.kind = '
    "'{kind}' AND d.state NOT IN ('met', 'cancelled'))"
)


class Owing(NamedTuple):
    """What is open and nobody objects to, with the days on which its receipt and itself are due, where they are."""

    id: int
    task: str
    unit: str
    state: str
    phase: str
    issued_on: date
    receipt_on: date | None
    due_on: date | None


def owed(campaign: int, tasks: Collection[str], units: Collection[str]) -> tuple[Asked, Asked, Asked]:
    """Ask for what units owe for tasks, for the deadlines of that and for the objections to it."""
    where = f"campaign = ? AND task IN ({marks(tasks)}) AND unit IN ({marks(units)})"
    of_these = f'assignment IN (SELECT id FROM "assignment" WHERE {where})'
    values = (campaign, *tasks, *units)
    return (Assignment, where, values), (Deadline, of_these, values), (Objection, of_these, values)


def issued_of(work: UnitOfWork, campaign: int, tasks: Collection[str]) -> list[Assignment]:
    """Return what is issued of some tasks and not settled, oldest first."""
    where = f"campaign = ? AND state = 'issued' AND task IN ({marks(tasks)})"
    return work.select(Assignment, where, (campaign, *tasks), order="id")


def since(work: UnitOfWork, campaign: int, last: int) -> list[Assignment]:
    """Return what was issued in a campaign after an assignment."""
    return work.select(Assignment, "campaign = ? AND id > ?", (campaign, last))


def by_state(work: UnitOfWork) -> list[tuple[int, str, int]]:
    """Return each campaign with each state of what is owed in it and how much that is."""
    sql = 'SELECT campaign, state, COUNT(*) FROM "assignment" GROUP BY campaign, state ORDER BY campaign, state'
    return [(campaign, state, number) for campaign, state, number in work.rows(sql)]


def states_of(work: UnitOfWork, campaign: int, unit: str) -> list[tuple[str, int]]:
    """Return each state of what a unit owes in a campaign and how much that is."""
    sql = 'SELECT state, COUNT(*) FROM "assignment" WHERE campaign = ? AND unit = ? GROUP BY state ORDER BY state'
    return [(state, number) for state, number in work.rows(sql, (campaign, unit))]


def open_by_unit(work: UnitOfWork, campaign: int, settled: Collection[str]) -> dict[str, int]:
    """Return how much each unit owes that is in none of the settled states."""
    where = f"campaign = ? AND state NOT IN ({marks(settled)})"
    sql = f'SELECT unit, COUNT(*) FROM "assignment" WHERE {where} GROUP BY unit'
    return dict(map(tuple, work.rows(sql, (campaign, *settled))))


def open_with_days(work: UnitOfWork, campaign: int, settled: Collection[str]) -> list[Owing]:
    """Return what is in none of the settled states and nobody objects to, oldest first."""
    receipt, due = (_LAST_DUE.format(kind=kind) for kind in ("receipt", "due"))
    sql = f"""SELECT a.id, a.task, a.unit, a.state, a.phase, a.issued_on, {receipt}, {due} FROM "assignment" a
        WHERE a.campaign = ? AND a.state NOT IN ({marks(settled)}) AND NOT EXISTS
        (SELECT 1 FROM "objection" o WHERE o.assignment = a.id AND o.state = 'open') ORDER BY a.id"""
    rows = work.rows(sql, (campaign, *settled))
    return [Owing(*row[:5], *(on and day(on) for on in row[5:])) for row in rows]


def units_reached_by_nobody(work: UnitOfWork, campaign: int, today: date, settled: Collection[str]) -> list[str]:
    """Return the units that owe something and have no contact of the first level today, by what they owe first."""
    reached = 'SELECT unit FROM "contact" WHERE campaign = ? AND level = 0 AND valid_from <= ? AND valid_to >= ?'
    where = f"campaign = ? AND unit NOT IN ({reached}) AND state NOT IN ({marks(settled)})"
    sql = f'SELECT unit, MIN(id) AS first FROM "assignment" WHERE {where} GROUP BY unit ORDER BY first'
    on = today.isoformat()
    return [row[0] for row in work.rows(sql, (campaign, campaign, on, on, *settled))]
