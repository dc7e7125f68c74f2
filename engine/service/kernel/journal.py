"""Appending to a journal, and the clock that each append is held against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.errors import ClockBehind
from engine.history import GENESIS, digest, link, parse
from engine.model import Record, System
from engine.model.plain import instant, made, plain
from engine.records import field, is_record, record, replace
from engine.service.kernel.actor import Actor, Door
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.rules import RULES
from engine.store.codec import EPOCH, Unreadable
from engine.store.work import UnitOfWork

TOLERANCE = timedelta(minutes=5)
SYSTEM_JOURNAL = 0
UID = 16
"""How many letters of a token name a campaign or an installation: 64 bits."""


@record(kw_only=False)
class Once:
    """An idempotency key, and what was asked for under it (SEMANTICS P5)."""

    key: str
    fingerprint: str


@record(kw_only=False)
class Entry:
    """One thing that happened, as its record tells it.

    `workflow` begins the hash of the version it was decided under. `facts` are those that its action declares, or as
    the bytes have them where a record was only read. `ids` are the first number that its rows were given, and how
    many: given with the decision, so that a row that is added later never shifts another (SEMANTICS H1).
    """

    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    outcome: str = "done"
    reason: str = ""
    on_behalf: str = ""
    facts: Any = field(default_factory=dict)
    account: str = ""
    door: Door = Door()
    rules: int = RULES
    workflow: str = ""
    ids: tuple[int, int] = (0, 0)
    once: Once | None = None


def settled_instant(work: UnitOfWork, now: datetime, last_at: datetime) -> datetime:
    """Return the instant that counts as now, or refuse a clock that runs behind (SEMANTICS C4)."""
    if now >= last_at:
        return now
    if last_at - now <= TOLERANCE:
        return last_at
    system = work.get(System, SYSTEM_JOURNAL)
    if system and last_at <= system.clock_to and now >= system.clock_from - TOLERANCE:
        return now
    raise ClockBehind(now=now.isoformat(), last=last_at.isoformat())


def append(case: CampaignSession, entry: Entry) -> None:
    """Append an entry to a campaign's journal and move its head."""
    head = case.head
    record = _record(head.id, head.uid, head.seq + 1, head.head, entry)
    case.work.add(record)
    case.recorded(record.seq, record.hash, entry.at)


def append_system(work: UnitOfWork, entry: Entry) -> None:
    """Append an entry to the journal of the installation, whose row is there."""
    system = work.must(System, SYSTEM_JOURNAL)
    record = _record(SYSTEM_JOURNAL, system.uid, system.seq + 1, system.head, entry)
    work.add(record)
    work.put(replace(system, seq=record.seq, head=record.hash, last_at=entry.at))


def new_system(uid: str, installation: str, *, rehearsal: bool) -> System:
    """Return the row of an installation before its first record."""
    return System(
        id=SYSTEM_JOURNAL,
        uid=uid,
        installation=installation,
        rehearsal=rehearsal,
        seq=0,
        head=GENESIS,
        last_at=EPOCH,
        campaigns=0,
        clock_from=EPOCH,
        clock_to=EPOCH,
    )


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


def entry_from(at: datetime, told: Mapping[str, Any], facts: Any = None) -> Entry:
    """Return what the parsed bytes of a record tell; its facts as they are written, or as they were read."""
    first, count = told["ids"] or (0, 0)
    return Entry(
        at=at,
        actor=told["actor"],
        role=told["role"],
        action=told["action"],
        subject=told["subject"],
        outcome=told["outcome"],
        reason=told["reason"],
        on_behalf=told["on_behalf"],
        facts=told["facts"] if facts is None else facts,
        account=told["account"],
        door=made(Door, told["door"]),
        rules=told["rules"],
        workflow=told["workflow"],
        ids=(first, count),
        once=made(Once, told["once"]) if told["once"] else None,
    )


def actor_fields(actor: Actor) -> dict[str, Any]:
    """Return the fields of an entry that say who acted."""
    return {"actor": actor.name, "role": actor.role, "account": actor.account, "door": actor.door}


def _record(journal: int, uid: str, seq: int, prev: str, entry: Entry) -> Record:
    told = {
        "campaign": uid,
        "at": instant(entry.at),
        "rules": entry.rules,
        "account": entry.account,
        "actor": entry.actor,
        "role": entry.role,
        "on_behalf": entry.on_behalf,
        "door": plain(entry.door),
        "action": entry.action,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "subject": entry.subject,
        "workflow": entry.workflow,
        "facts": plain(entry.facts) if is_record(entry.facts) else dict(entry.facts),
        "ids": [*entry.ids] if entry.ids[1] else [],
        "once": plain(entry.once) if entry.once else {},
    }
    return link(journal, seq, prev, told)
