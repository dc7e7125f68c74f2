"""What concerns the installation as a whole: who may change it, its clock, its calendar, its health."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine import calendar as calendars
from engine.calendar import Calendar
from engine.errors import ClockBehind, NotAllowed
from engine.model import Assignment, Campaign, Item, Notice, Outgoing, System
from engine.service.actor import WORDS, Actor
from engine.service.case import SETTLED
from engine.service.desk import Desk, case_at
from engine.service.founding import loaded_years
from engine.service.journal import SYSTEM_JOURNAL, Entry, append_system, settled_instant, system_row
from engine.service.plan import blob
from engine.service.sweep import oldest_due
from engine.store.codec import EPOCH
from engine.store.database import revision
from engine.store.work import Work


@dataclass(frozen=True, kw_only=True, slots=True)
class Contactless:
    """A unit that owes something in a running campaign and has no liaison today (SEMANTICS L3)."""

    campaign: str
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """How a database stands: its revision and journal mode, how far sweeping lags, what is stuck."""

    revision: str
    journal_mode: str
    campaigns: int
    running: int
    oldest_due: datetime | None
    clock_behind: bool
    notices_aside: int
    notices_failed: int
    messages_queued: int
    without_contact: tuple[Contactless, ...]


# --- who may ---


def office(desk: Desk, word: str, action: str) -> str:
    """Return the office's word, or record and raise the refusal of anybody else (SEMANTICS G10)."""
    actor = Actor(name=word or "office", role=WORDS.get(word, "unit"))
    try:
        actor.require(action, frozenset({"office"}))
    except NotAllowed as refusal:
        _record_refusal(desk, actor, action, refusal)
        raise
    return actor.name


def _record_refusal(desk: Desk, actor: Actor, action: str, refusal: NotAllowed) -> None:
    with desk.database.write() as work:
        at = settled_instant(desk.now(), system_row(work).last_at, system_row(work))
        entry = Entry(
            at=at,
            actor=actor.name,
            role=actor.role,
            action="refuse",
            subject=action,
            outcome="refused",
            reason=refusal.line(),
        )
        append_system(work, entry)


# --- the clock (C4) ---


def require_clock(desk: Desk) -> None:
    """Refuse a clock that is too far behind the last record of a running campaign (SEMANTICS C4)."""
    with desk.database.read() as work:
        for head in work.find(Campaign, state="running"):
            _at_hand(desk, work, head.last_at)


def accepted_clock(desk: Desk) -> datetime:
    """Return the instant at which a person last accepted the clock; the epoch where nobody did."""
    with desk.database.read() as work:
        return _system(work).clock_from


def _at_hand(desk: Desk, work: Work, last_at: datetime) -> datetime:
    return settled_instant(desk.now(), last_at, _system(work))


def _system(work: Work) -> System:
    """Return the row of the installation without making it: this only reads."""
    empty = System(id=0, seq=0, head="", last_at=EPOCH, campaigns=0, clock_from=EPOCH, clock_to=EPOCH)
    return work.get(System, SYSTEM_JOURNAL) or empty


# --- the calendar (D6) ---


def calendar_here(desk: Desk, name: str) -> Calendar:
    """Return a calendar with the years that were applied to this installation."""
    found = calendars.load(name)
    with desk.database.read() as work:
        for facts in loaded_years(work):
            if facts["name"] == name:
                found = calendars.with_year(found, calendars.year_from_json(blob(work, facts["year"]).decode()))
    return found


# --- health ---


def health(desk: Desk) -> Health:
    """Look at the database as a doctor would; nothing is changed."""
    found = revision(desk.database) or ""
    oldest = oldest_due(desk)
    with desk.database.read() as work:
        heads = work.find(Campaign, order="id")
        running = [head for head in heads if head.state == "running"]
        return Health(
            revision=found,
            journal_mode="" if desk.database.is_postgres else str(work.rows("PRAGMA journal_mode")[0][0]),
            campaigns=len(heads),
            running=len(running),
            oldest_due=oldest,
            clock_behind=any(_is_behind(desk, work, head) for head in running),
            notices_aside=len(work.find(Item, state="aside")),
            notices_failed=len(work.find(Notice, state="failed")),
            messages_queued=len(work.find(Outgoing, state="queued")),
            without_contact=tuple(one for head in running for one in _contactless(desk, work, head)),
        )


def _is_behind(desk: Desk, work: Work, head: Campaign) -> bool:
    try:
        _at_hand(desk, work, head.last_at)
    except ClockBehind:
        return True
    return False


def _contactless(desk: Desk, work: Work, head: Campaign) -> Iterator[Contactless]:
    case = case_at(desk, work, head, max(desk.now(), head.last_at))
    case.know_contacts()
    marks = ", ".join("?" for _ in SETTLED)
    owing = work.select(Assignment, f"campaign = ? AND state NOT IN ({marks})", (head.id, *SETTLED), order="id")
    for unit in dict.fromkeys(one.unit for one in owing):
        if case.relation(unit) != "superior" and not any(c.level == 0 for c in case.contacts(unit)):
            yield Contactless(campaign=head.key, unit=unit)
