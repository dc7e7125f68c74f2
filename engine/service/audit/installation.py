"""What concerns the installation as a whole: who may change it, its clock, its calendar, its health."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine import calendar as calendars
from engine.calendar import Calendar
from engine.errors import ClockBehind, NotAllowed
from engine.model import Campaign, System
from engine.records import record
from engine.service.campaigns.founding import loaded_years
from engine.service.delivery.standing import WorkStanding, standing
from engine.service.kernel.actor import WORDS, Actor
from engine.service.kernel.case import SETTLED
from engine.service.kernel.desk import Desk, case_at
from engine.service.kernel.installing import locked_system, system_instant
from engine.service.kernel.journal import (
    SYSTEM_JOURNAL,
    Entry,
    actor_fields,
    append_system,
    new_system,
    settled_instant,
)
from engine.service.kernel.plan import blob
from engine.store.database import revision
from engine.store.queries import assignments, campaigns
from engine.store.work import UnitOfWork


@record
class Contactless:
    """A unit that owes something in a running campaign and has no liaison today (SEMANTICS L3)."""

    campaign: str
    unit: str


@record
class Health:
    """How a database stands: its revision and journal mode, how the work stands, what is in the way."""

    revision: str
    journal_mode: str
    standing: WorkStanding
    clock_behind: bool
    without_contact: tuple[Contactless, ...]


# --- who may ---


def office(desk: Desk, word: str, action: str) -> str:
    """Return the office's word, or record and raise the refusal of anybody else (SEMANTICS G10)."""
    actor = Actor(name=word or "office", role=WORDS.get(word, "unit"), door=desk.door)
    try:
        actor.require(action, frozenset({"office"}))
    except NotAllowed as refusal:
        _record_refusal(desk, actor, action, refusal)
        raise
    return actor.name


def _record_refusal(desk: Desk, actor: Actor, action: str, refusal: NotAllowed) -> None:
    with desk.database.write() as work:
        at = system_instant(desk, work, locked_system(desk, work, actor))
        entry = Entry(
            at=at, action=action, subject="", outcome="refused", facts=refusal.plain(), **actor_fields(actor)
        )
        append_system(work, entry)


# --- the clock (C4) ---


def require_clock(desk: Desk) -> None:
    """Refuse a clock that is too far behind a campaign's last record, where more is to come (SEMANTICS C4)."""
    with desk.database.read() as work:
        for head in campaigns.ahead_of(work, desk.now()):
            settled_instant(work, desk.now(), head.last_at)


def clock_behind(desk: Desk) -> ClockBehind | None:
    """Return what refuses the clock, or None where it may be trusted (SEMANTICS C4)."""
    try:
        require_clock(desk)
    except ClockBehind as behind:
        return behind
    return None


def accepted_clock(desk: Desk) -> datetime:
    """Return the instant at which a person last accepted the clock; the epoch where nobody did."""
    with desk.database.read() as work:
        return _system(work).clock_from


def _system(work: UnitOfWork) -> System:
    """Return the row of the installation without making it: this only reads."""
    return work.get(System, SYSTEM_JOURNAL) or new_system("", "", rehearsal=False)


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
    """Look at the database as a doctor would, campaign by campaign, so that nobody waits; nothing is changed."""
    found, stands = revision(desk.database) or "", standing(desk)
    with desk.database.read() as work:
        running = work.find(Campaign, state="running", order="id")
    return Health(
        revision=found,
        journal_mode=desk.database.journal_mode,
        standing=stands,
        clock_behind=clock_behind(desk) is not None,
        without_contact=tuple(one for head in running for one in _contactless(desk, head)),
    )


def _contactless(desk: Desk, head: Campaign) -> Iterator[Contactless]:
    with desk.database.read() as work:
        case = case_at(desk, work, head, max(desk.now(), head.last_at))
        lacking = assignments.units_reached_by_nobody(work, head.id, case.today, SETTLED)
    for unit in lacking:
        if case.relation(unit) != "superior":
            yield Contactless(campaign=head.key, unit=unit)
