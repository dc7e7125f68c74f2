"""From settings to a wired service: a database, a clock, channels, a sender and a worker's name."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from engine.clock import Clock, SteppedClock, SystemClock
from engine.errors import ClockFixed, DatabaseMissing
from engine.model import System, Worker
from engine.records import field, record
from engine.service.kernel.actor import Actor, Door
from engine.service.kernel.desk import Desk
from engine.service.kernel.installing import establish
from engine.service.kernel.registry import new_desk
from engine.store.codec import EPOCH
from engine.store.database import is_empty, is_missing, open_database
from engine.store.migrations import upgrade
from notifications.channels import open_channel
from notifications.settings import secret

if TYPE_CHECKING:
    from engine.service.delivery.relaying import Channels
    from engine.service.signing.linking import Links
    from notifications.channels import Channel

DEFAULT_DB = "sqlite:///phasegate.db"
DEFAULT_SENDER = "phasegate@example.org"


@record
class Settings:
    """What an installation is told from outside; `given` is what the channels read."""

    db: str = field(default=DEFAULT_DB, repr=False)
    sender: str = DEFAULT_SENDER
    worker: str = ""
    rehearsal: bool = False
    given: Mapping[str, str] = field(default_factory=dict, repr=False)


@record
class Wired:
    """A service ready for use."""

    desk: Desk
    channels: Channels
    sender: str
    worker: str
    given: Mapping[str, str] = field(default_factory=dict, repr=False)

    def links(self) -> Links | None:
        """Return how units sign by link, read anew each time so that a key is changed without a restart."""
        from engine.service.signing.keys import links_from

        return links_from(self.given)

    def close(self) -> None:
        """Give the database back."""
        self.desk.database.close()


def settings_from(given: Mapping[str, str], *, db: str = "") -> Settings:
    """Return the settings of PHASEGATE_DB (or _DB_FILE), _SENDER and _WORKER; `db` goes before."""
    return Settings(
        db=db or secret(given, "PHASEGATE_DB").reveal() or DEFAULT_DB,
        sender=given.get("PHASEGATE_SENDER") or DEFAULT_SENDER,
        worker=given.get("PHASEGATE_WORKER") or f"{platform.node() or 'worker'}-{os.getpid()}",
        rehearsal=given.get("PHASEGATE_REHEARSAL", "") not in ("", "0"),
        given=given,
    )


def masked(url: str) -> str:
    """Return the URL of a database as it may be shown: without user and password, whatever stands in them."""
    before, at, after = url.rpartition("@")
    return f"{before.partition('://')[0]}://***@{after}" if at else url


def founded(settings: Settings, clock: Clock | None = None, door: Door = Door()) -> System:
    """Make the database of the settings, or bring it to the newest revision, and return the row of its installation.

    A new one is a rehearsal where the settings say so; one that is there stays what it is (SEMANTICS I3).
    ClockFixed where one that would be none is to begin at an instant that somebody set.
    """
    if not settings.rehearsal and isinstance(clock, SteppedClock) and is_empty(settings.db):
        raise ClockFixed(url=masked(settings.db))
    database = upgrade(settings.db)
    try:
        desk = new_desk(database=database, clock=clock or SystemClock(), door=door)
        return establish(desk, rehearsal=settings.rehearsal, actor=Actor("system", "system", door=door))
    finally:
        database.close()


def upgraded(settings: Settings, door: Door = Door()) -> System:
    """Bring the database of the settings to the newest revision; DatabaseMissing where there is none yet."""
    if is_empty(settings.db):
        why = "no_file" if is_missing(settings.db) else "no_tables"
        raise DatabaseMissing(why, url=masked(settings.db))
    return founded(settings, door=door)


def here() -> Door:
    """Return the door of this command line: who runs it, on which machine (SEMANTICS I1)."""
    return Door(kind="command_line", user=_user(), host=platform.node())


def _user() -> str:
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return os.environ.get("USERNAME", "")


def wire(settings: Settings, clock: Clock | None = None, *, durable: bool = True, door: Door = Door()) -> Wired:
    """Open the database and return the service; DatabaseProblem says why it cannot be used.

    What is not `durable` need not outlive a loss of power: a demonstration is played again.
    """
    return Wired(
        desk=new_desk(database=open_database(settings.db, durable=durable), clock=clock or SystemClock(), door=door),
        channels=channels_of(settings.given),
        sender=settings.sender,
        worker=settings.worker,
        given=settings.given,
    )


def channels_of(given: Mapping[str, str]) -> Channels:
    """Return what opens a channel by its name, each only once."""

    @cache
    def opened(name: str) -> Channel:
        return open_channel(name, given)

    return opened


def newcomer(name: str, every_in_seconds: float) -> Worker:
    """Return this process as a worker that has not entered the roll yet."""
    from importlib.metadata import version

    return Worker(
        id=0,
        name=name,
        host=platform.node(),
        pid=os.getpid(),
        version=version("phasegate"),
        state="serving",
        started_at=EPOCH,
        seen_at=EPOCH,
        every=round(every_in_seconds * 1000),
    )
