"""Records of a journal as plain values, whole or one page after another (SEMANTICS H)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.model import Record
from engine.model.plain import moment, short
from engine.model.plain import plain as written
from engine.records import record, replace
from engine.service.kernel.actor import SYSTEM, Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.desk import Desk
from engine.service.kernel.journal import Entry, entry_of, told_by, whole
from engine.service.kernel.plain import Row, local
from engine.service.kernel.sight import without_addresses
from engine.store.queries import journal as queries
from engine.store.work import UnitOfWork

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


def records(desk: Desk, journal: int, wanted: Wanted | None = None, after: int = 0) -> Iterator[Record]:
    """Yield records behind one in the order of their seq; each page is a transaction of its own."""
    while True:
        with desk.database.read() as work:
            page = [*map(whole, _page(work, journal, after, wanted or Wanted()))]
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].seq


def _page(work: UnitOfWork, journal: int, after: int, wanted: Wanted) -> list[Record]:
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


def log(zone: ZoneInfo) -> Listing:
    """Return how records are listed, with their times in a zone."""
    return Listing(
        name="history",
        key=("seq",),
        columns=(
            Column(key="seq", kind="number", width=8),
            Column(key="at", kind="instant", of=lambda row: local(moment(row["at"]), zone), width=16),
            Column(key="actor", width=18),
            Column(key="on_behalf", head="on behalf of", width=18, leads="unit"),
            Column(key="action", kind="code", family="action"),
            Column(key="outcome", kind="code", family="outcome", width=10),
            Column(key="subject", width=24),
            Column(key="reason", of=_why, width=40),
        ),
    )


def _why(row: Row) -> Row | str:
    """Return the reason that was typed, or why an act was refused; of a shut gate the code alone."""
    facts = row["facts"]
    if row["outcome"] != "refused" or "code" not in facts:
        return str(row["reason"])
    code = ".".join(filter(None, (facts["code"], facts["why"])))
    return code if "verdict" in facts["with"] else {**facts["with"], "code": code}


def entries_about(case: CampaignSession, subject: str) -> list[tuple[int, Entry]]:
    """Return the records of a campaign that name an assignment or one of its ladders, oldest first."""
    named = [subject, *(f"{subject} {kind}" for kind in LADDERS)]
    return [(record.seq, entry_of(record)) for record in queries.about(case.work, case.id, named)]


def entries_for_all(case: CampaignSession, task: str, deadlines: Iterable[int]) -> list[tuple[int, Entry]]:
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


def told(case: CampaignSession, seq: int, entry: Entry) -> Row:
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
        "door": without_addresses(case.reader, written(entry.door)),
        "facts": without_addresses(case.reader, dict(entry.facts)),
    }
