"""Records of journals, found by what their columns say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from engine.model import Record
from engine.store.codec import milliseconds
from engine.store.work import UnitOfWork, marks

Link = tuple[int, int, bytes, str]
"""What the chain is made of: the journal, the number within it, the bytes, their hash."""
_LINK = 'SELECT journal, seq, data, hash FROM "journal"'


def page(
    work: UnitOfWork,
    journal: int,
    after: int,
    most: int,
    *,
    action: str = "",
    outcome: str = "",
    since: datetime | None = None,
    actor: str = "",
    subject: str = "",
) -> list[Record]:
    """Return the first records after a number that are as asked for; actor and subject may be a part of the text."""
    clauses: list[tuple[str, object]] = [("journal = ?", journal), ("seq > ?", after)]
    clauses += [(f"{column} = ?", text) for column, text in (("action", action), ("outcome", outcome)) if text]
    if since is not None:
        clauses.append(('"at" >= ?', milliseconds(since)))
    for column, part in (("actor", actor), ("subject", subject)):
        if part:
            clauses.append((f"{column} LIKE ? ESCAPE '!'", _containing(part)))
    where = " AND ".join(clause for clause, _ in clauses)
    return work.select(Record, where, [value for _, value in clauses], order="seq", limit=most)


def _containing(part: str) -> str:
    escaped = part.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


def about(work: UnitOfWork, journal: int, subjects: Collection[str]) -> list[Record]:
    """Return the records about some subjects, oldest first."""
    where = f"journal = ? AND subject IN ({marks(subjects)})"
    return work.select(Record, where, (journal, *subjects), order="seq")


def acts(work: UnitOfWork, journal: int, actions: Collection[str]) -> list[Record]:
    """Return the records of some actions that were done, oldest first."""
    where = f"journal = ? AND outcome = 'done' AND action IN ({marks(actions)})"
    return work.select(Record, where, (journal, *actions), order="seq")


def number_by_outcome(work: UnitOfWork, journal: int) -> dict[tuple[str, str], int]:
    """Return how often each action came out how."""
    sql = 'SELECT action, outcome, COUNT(*) FROM "journal" WHERE journal = ? GROUP BY action, outcome'
    return {(action, outcome): number for action, outcome, number in work.rows(sql, (journal,))}


# --- the chain ---


def links(work: UnitOfWork, after: tuple[int, int], most: int) -> Sequence[Link]:
    """Return the first links after a place, journal by journal."""
    return work.rows(f"{_LINK} WHERE (journal, seq) > (?, ?) ORDER BY journal, seq LIMIT {most}", after)


def links_of(work: UnitOfWork, journal: int, after: int) -> Sequence[Link]:
    """Return the links of one journal after a number."""
    return work.rows(f"{_LINK} WHERE journal = ? AND seq > ? ORDER BY seq", (journal, after))
