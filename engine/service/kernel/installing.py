"""The installation: how it is founded, and what its own journal tells (SEMANTICS H1, I3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine.errors import ClockFixed
from engine.model import System
from engine.records import record, replace
from engine.service.kernel.actor import SYSTEM, Actor
from engine.service.kernel.desk import Desk
from engine.service.kernel.journal import (
    SYSTEM_JOURNAL,
    Entry,
    actor_fields,
    append_system,
    new_system,
    settled_instant,
)
from engine.store.codec import EPOCH
from engine.store.work import UnitOfWork

# --- what its records tell ---


@record
class Installed:
    """A database was founded; `installation` is what its messages bear, and the clock of a rehearsal may be moved."""

    installation: str
    rehearsal: bool


@record
class Created:
    """A campaign was founded, the next by number."""

    campaign: str
    workflow: str
    calendar: str


@record
class YearLoaded:
    """An official year of a working calendar was loaded; `year` is the hash of its text (D6)."""

    name: str
    year: str
    number: int
    notice: str


@record
class ClockAccepted:
    """A person accepted the clock as it stood at `since`, although there were records up to `until` (C4)."""

    since: datetime
    until: datetime


@record
class Restored:
    """The database was restored: what goes out bears another `installation`, and it may be a rehearsal now."""

    installation: str
    rehearsal: bool


@record
class Rebuilt:
    """Rows of the state that were not what the history says were made anew from it."""

    rows: int


FACTS: dict[str, type] = {
    "install": Installed,
    "restore": Restored,
    "rebuild": Rebuilt,
    "create": Created,
    "calendar": YearLoaded,
    "clock": ClockAccepted,
}
"""What the records of the installation's journal tell, by action."""


# --- founding ---


def locked_system(desk: Desk, work: UnitOfWork, actor: Actor = SYSTEM) -> System:
    """Return the row of the installation fresh, with everybody else kept from its journal until this ends.

    A database that nobody has founded yet is founded now, as one that is no rehearsal.
    """
    work.alone()
    work.forget(System)
    return work.get(System, SYSTEM_JOURNAL) or found(desk, work, actor, rehearsal=False)


def found(desk: Desk, work: UnitOfWork, actor: Actor, *, rehearsal: bool) -> System:
    """Found the installation: its row, and the first record of its journal, which says whether it is a rehearsal."""
    system = new_system(desk.uid(), desk.uid(), rehearsal=rehearsal)
    work.add(system)
    facts = Installed(installation=system.installation, rehearsal=rehearsal)
    at = desk.now()
    append_system(work, Entry(at=at, action="install", subject="", facts=facts, **actor_fields(actor)))
    work.put(replace(work.must(System, SYSTEM_JOURNAL), last_at=clock_after(facts, at)))
    return work.must(System, SYSTEM_JOURNAL)


def establish(desk: Desk, *, rehearsal: bool, actor: Actor = SYSTEM) -> System:
    """Found the installation of a new database and return its row; one that was founded stays as it is."""
    with desk.database.write() as work:
        work.alone()
        return established(desk, work, actor, rehearsal=rehearsal)


def established(desk: Desk, work: UnitOfWork, actor: Actor, *, rehearsal: bool) -> System:
    """Do so within a transaction that keeps everybody else out."""
    return work.get(System, SYSTEM_JOURNAL) or found(desk, work, actor, rehearsal=rehearsal)


def rehearsals_only(url: str) -> Callable[[UnitOfWork], None]:
    """Return what refuses to keep anything in a database that is no rehearsal: there nobody sets the clock (I3)."""

    def vouch(work: UnitOfWork) -> None:
        system = work.get(System, SYSTEM_JOURNAL)
        if system is None or not system.rehearsal:
            raise ClockFixed(url=url)

    return vouch


def system_instant(desk: Desk, work: UnitOfWork, system: System) -> datetime:
    """Return the instant of an act of the installation, unless the clock runs behind (C4)."""
    return settled_instant(work, desk.now(), system.last_at)


def clock_after(facts: object, at: datetime) -> datetime:
    """Return how far the clock of an installation is known to have come with a record; a rehearsal's begins anew."""
    return EPOCH if isinstance(facts, Installed) and facts.rehearsal else at


def told_by(system: System | None, entry: Entry, uid: str) -> System:
    """Return the row of the installation after a record whose facts are read; what replay does with its journal."""
    facts = entry.facts
    if isinstance(facts, Installed):
        return new_system(uid, facts.installation, rehearsal=facts.rehearsal)
    if system is None:
        raise ValueError("nothing was founded before it")
    if isinstance(facts, Restored):
        return replace(system, installation=facts.installation, rehearsal=facts.rehearsal)
    if isinstance(facts, Created):
        return replace(system, campaigns=system.campaigns + 1)
    if isinstance(facts, ClockAccepted):
        return replace(system, clock_from=facts.since, clock_to=facts.until)
    return system
