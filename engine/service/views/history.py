"""Records of a journal as plain values, whole or one page after another (SEMANTICS H)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.history import parse
from engine.model import Record
from engine.service.case import Case
from engine.service.desk import Desk
from engine.service.journal import Entry, entry_of
from engine.service.views.plain import Row, local
from engine.store.codec import milliseconds
from engine.store.work import Work

PAGE = 500
LADDERS = ("due", "receipt", "review", "objection")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which records of a journal are asked for; `subject` and `actor` may be a part of the text."""

    action: str = ""
    actor: str = ""
    subject: str = ""
    outcome: str = ""
    since: datetime | None = None


def records(desk: Desk, journal: int, wanted: Wanted | None = None) -> Iterator[Record]:
    """Yield records in the order of their seq; each page is a transaction of its own."""
    after = 0
    while True:
        with desk.database.read() as work:
            page = _page(work, journal, after, wanted or Wanted())
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].seq


def _page(work: Work, journal: int, after: int, wanted: Wanted) -> list[Record]:
    clauses: list[tuple[str, object]] = [("journal = ?", journal), ("seq > ?", after)]
    if wanted.action:
        clauses.append(("action = ?", wanted.action))
    if wanted.outcome:
        clauses.append(("outcome = ?", wanted.outcome))
    if wanted.since is not None:
        clauses.append(('"at" >= ?', milliseconds(wanted.since)))
    for column, part in (("actor", wanted.actor), ("subject", wanted.subject)):
        if part:
            clauses.append((f"{column} LIKE ? ESCAPE '!'", _containing(part)))
    where = " AND ".join(clause for clause, _ in clauses)
    return work.select(Record, where, [value for _, value in clauses], order="seq", limit=PAGE)


def _containing(part: str) -> str:
    escaped = part.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


def plain(record: Record) -> Row:
    """Return a record as its bytes tell it, what people ask for first."""
    told = parse(record.data)
    first = ("seq", "at", "actor", "action", "outcome", "subject", "reason", "on_behalf", "role")
    return (
        {name: told[name] for name in first}
        | {name: told[name] for name in ("workflow", "facts")}
        | {
            "prev": told["prev"],
            "hash": record.hash,
        }
    )


def entries_about(case: Case, subject: str) -> list[tuple[int, Entry]]:
    """Return the records of a campaign that name an assignment or one of its ladders, oldest first."""
    named = [subject, *(f"{subject} {kind}" for kind in LADDERS)]
    marks = ", ".join("?" for _ in named)
    found = case.work.select(Record, f"journal = ? AND subject IN ({marks})", [case.id, *named], order="seq")
    return [(record.seq, entry_of(record)) for record in found]


def told(case: Case, seq: int, entry: Entry) -> Row:
    """Return one record of a campaign with its time as people read it."""
    return {
        "seq": seq,
        "at": local(entry.at, case.plan.zone),
        "actor": entry.actor,
        "on_behalf": entry.on_behalf,
        "action": entry.action,
        "outcome": entry.outcome,
        "subject": entry.subject,
        "reason": entry.reason,
        "facts": dict(entry.facts),
    }
