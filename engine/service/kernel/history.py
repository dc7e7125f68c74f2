"""Records of a journal as plain values, whole or one page after another (SEMANTICS H)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from engine.model import Record
from engine.model.plain import plain as written
from engine.model.plain import short
from engine.records import record, replace
from engine.service.kernel.actor import SYSTEM, Actor
from engine.service.kernel.case import Case
from engine.service.kernel.desk import Desk
from engine.service.kernel.journal import Entry, entry_of, told_by, whole
from engine.service.kernel.plain import Row, local
from engine.service.kernel.sight import without_addresses
from engine.store.queries import journal as queries
from engine.store.work import Work

PAGE = 500
LADDERS = ("due", "receipt", "review", "objection")
FOR_ALL = ("date", "reschedule", "adjust")
"""Actions that move dates of many units at once; their record names each deadline that moved."""


@record
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
            page = [*map(whole, _page(work, journal, after, wanted or Wanted()))]
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].seq


def _page(work: Work, journal: int, after: int, wanted: Wanted) -> list[Record]:
    return queries.page(
        work,
        journal,
        after,
        PAGE,
        action=wanted.action,
        outcome=wanted.outcome,
        since=wanted.since,
        actor=wanted.actor,
        subject=wanted.subject,
    )


def plain(record: Record, reader: Actor = SYSTEM) -> Row:
    """Return a record as its bytes tell it, what people ask for first; addresses to whom they concern."""
    told = told_by(record)
    first = ("seq", "at", "actor", "action", "outcome", "subject", "reason", "on_behalf", "role", "door")
    return (
        {name: told[name] for name in first}
        | {name: without_addresses(reader, told[name]) for name in ("workflow", "door", "facts")}
        | {
            "prev": told["prev"],
            "hash": record.hash,
        }
    )


def entries_about(case: Case, subject: str) -> list[tuple[int, Entry]]:
    """Return the records of a campaign that name an assignment or one of its ladders, oldest first."""
    named = [subject, *(f"{subject} {kind}" for kind in LADDERS)]
    return [(record.seq, entry_of(record)) for record in queries.about(case.work, case.id, named)]


def entries_for_all(case: Case, task: str, deadlines: Iterable[int]) -> list[tuple[int, Entry]]:
    """Return the records that moved one of these deadlines for everybody, each with the days of that one."""
    found = queries.acts(case.work, case.id, FOR_ALL)
    entries = ((record.seq, entry_of(record)) for record in found)
    named = set(map(short, deadlines))
    return [(seq, one) for seq, entry in entries if (one := _of_one(entry, task, named))]


def _of_one(entry: Entry, task: str, deadlines: set[int]) -> Entry | None:
    """Return a record as one unit's history tells it, or nothing where it did not concern it.

    `deadlines` are its deadlines by their numbers within the campaign.
    """
    facts = entry.facts
    moved = [told for told in facts.get("moved", ()) if told["deadline"] in deadlines]
    if not moved and facts.get("task") != task:
        return None
    days = {name: moved[0][name] for name in ("before", "to")} if moved else {"to": facts["to"]}
    return replace(entry, facts={**days, "document": facts["document"]})


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
        "door": written(entry.door),
        "facts": without_addresses(case.reader, dict(entry.facts)),
    }
