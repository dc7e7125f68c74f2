"""Appending to a journal, and the clock that each append is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from engine.errors import ClockBehind
from engine.history import GENESIS, digest, instant, link, parse
from engine.model import Record, System
from engine.service.actor import Actor
from engine.service.case import Case
from engine.store.codec import EPOCH, Unreadable
from engine.store.work import Work

TOLERANCE = timedelta(minutes=5)
SYSTEM_JOURNAL = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, as its record tells it."""

    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    outcome: str = "done"
    reason: str = ""
    on_behalf: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def settled_instant(work: Work, now: datetime, last_at: datetime) -> datetime:
    """Return the instant that counts as now, or refuse a clock that runs behind (SEMANTICS C4)."""
    if now >= last_at:
        return now
    if last_at - now <= TOLERANCE:
        return last_at
    system = system_row(work)
    if last_at <= system.clock_to and now >= system.clock_from - TOLERANCE:
        return now
    raise ClockBehind(now=now.isoformat(), last=last_at.isoformat())


def append(case: Case, entry: Entry) -> None:
    """Append an entry to a campaign's journal and move its head."""
    head = case.head
    record = _record(head.id, head.seq + 1, head.head, entry, workflow=head.workflow[:12])
    case.work.add(record)
    case.change(seq=record.seq, head=record.hash, last_at=entry.at)


def append_system(work: Work, entry: Entry) -> None:
    """Append an entry to the journal of the installation."""
    system = locked_system(work)
    record = _record(SYSTEM_JOURNAL, system.seq + 1, system.head, entry)
    work.add(record)
    work.put(replace(system, seq=record.seq, head=record.hash, last_at=entry.at))


def locked_system(work: Work) -> System:
    """Return the row of the installation fresh, with everybody else kept from its journal until this ends."""
    work.alone()
    work.forget(System)
    return system_row(work)


def system_row(work: Work) -> System:
    """Return the row of the installation, making it the first time."""
    found = work.get(System, SYSTEM_JOURNAL)
    if found is None:
        found = System(
            id=SYSTEM_JOURNAL,
            seq=0,
            head=GENESIS,
            last_at=EPOCH,
            campaigns=0,
            clock_from=EPOCH,
            clock_to=EPOCH,
        )
        work.add(found)
    return found


def entry_of(record: Record) -> Entry:
    """Return what a record's bytes tell; Unreadable where they are not those that were hashed."""
    return entry_from(record.at, told_by(whole(record)))


def told_by(record: Record) -> dict[str, Any]:
    """Return the facts in a record's bytes; Unreadable where they tell none."""
    try:
        return parse(record.data)
    except ValueError as error:
        raise Unreadable(f"journal[{record.journal}, {record.seq}] is no record: {error}") from error


def whole(record: Record) -> Record:
    """Return a record whose bytes are those that were hashed; Unreadable where they are not."""
    if digest(record.data) != record.hash:
        raise Unreadable(f"journal[{record.journal}, {record.seq}] is not what its hash says")
    return record


def entry_from(at: datetime, told: Mapping[str, Any]) -> Entry:
    """Return what the parsed bytes of a record tell."""
    return Entry(
        at=at,
        actor=told["actor"],
        role=told["role"],
        action=told["action"],
        subject=told["subject"],
        outcome=told["outcome"],
        reason=told["reason"],
        on_behalf=told["on_behalf"],
        facts=told["facts"],
    )


def actor_fields(actor: Actor) -> dict[str, str]:
    """Return the fields of an entry that say who acted."""
    return {"actor": actor.name, "role": actor.role}


def _record(journal: int, seq: int, prev: str, entry: Entry, workflow: str = "") -> Record:
    told = {
        "at": instant(entry.at),
        "actor": entry.actor,
        "role": entry.role,
        "on_behalf": entry.on_behalf,
        "action": entry.action,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "subject": entry.subject,
        "workflow": workflow,
        "facts": dict(entry.facts),
    }
    return link(journal, seq, prev, told)
