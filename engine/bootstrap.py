"""From settings to a wired service: a database, a clock, channels, a sender and a worker's name."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from functools import cache, partial
from typing import TYPE_CHECKING

from engine.clock import Clock, SteppedClock, SystemClock
from engine.errors import ClockFixed, DatabaseMissing, DatabaseProblem
from engine.model import System, Worker
from engine.records import field, record
from engine.service.kernel.actor import Actor, Door
from engine.service.kernel.desk import Desk
from engine.service.kernel.installing import establish, established
from engine.service.kernel.registry import new_desk
from engine.store.codec import EPOCH
from engine.store.database import is_empty, is_missing, open_database
from engine.store.migrations import in_memory, upgrade
from engine.store.sqlite import IN_MEMORY
from engine.store.sqlite import KINDS as SQLITE
from notifications.channels import channel_names, is_set_up, open_channel, wrong_with
from notifications.sender import sender_of
from notifications.settings import MASK, BadSetting, BadSettings, every, secret

if TYPE_CHECKING:
    from engine.service.delivery.relaying import Channels
    from engine.service.signing.linking import Links
    from engine.store.database import Database
    from engine.store.work import UnitOfWork
    from notifications.channels import Channel

DEFAULT_DB = "sqlite:///phasegate.db"
DEFAULT_SENDER = "phasegate@example.org"
LONGEST_NAME = 100
OWN = re.compile(r"PHASEGATE_(DB|DB_FILE|SENDER|WORKER|REHEARSAL|DEBUG|BENCH|LINK_\w+|WECOM_(URL|TIMEOUT|CA))")
"""The settings that are no channel's alone."""
SHOWN = re.compile(r"[a-z0-9+]+://(\*\*\*@)?[\w.\[\]-]*(:[0-9]+)?(/[\w.-]*)?")
"""Host, port and database, and nothing that might be a password."""


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
        return _links(self.given)

    def close(self) -> None:
        """Give the database back."""
        self.desk.database.close()


def settings_from(given: Mapping[str, str], *, db: str = "") -> Settings:
    """Return the settings of PHASEGATE_DB (or _DB_FILE), _SENDER and _WORKER; `db` goes before."""
    return Settings(
        db=_kept(db or secret(given, "PHASEGATE_DB").reveal() or DEFAULT_DB),
        sender=given.get("PHASEGATE_SENDER") or DEFAULT_SENDER,
        worker=given.get("PHASEGATE_WORKER") or f"{platform.node() or 'worker'}-{os.getpid()}",
        rehearsal=given.get("PHASEGATE_REHEARSAL", "") not in ("", "0"),
        given=given,
    )


def masked(url: str) -> str:
    """Return the URL of a database as it may be shown: without user, password and query, whatever stands in them."""
    if url.startswith("sqlite"):
        return url
    scheme, _, rest = url.partition("://")
    _, at, after = rest.rpartition("@")
    shown = f"{scheme}://{f'{MASK}@' if at else ''}{after.partition('?')[0]}"
    return shown if SHOWN.fullmatch(shown) else MASK


def require_settings(settings: Settings) -> None:
    """Refuse settings of which any is wrong, with all that is: nobody is there to see it at the first letter."""
    if found := wrong_settings(settings):
        raise BadSettings(found)


def wrong_settings(settings: Settings) -> list[BadSetting]:
    """Return everything that is wrong with the settings: our own, links, channels where they are set up."""
    given = settings.given
    wanted = [name for name in channel_names() if is_set_up(name, given)]
    found = [*wrong_with_own(settings), *every(partial(_links, given))]
    found += [problem for name in wanted for problem in wrong_with(name, given)]
    # Two channels may share a setting.
    return list({problem.coded(): problem for problem in found}.values())


def wrong_with_own(settings: Settings) -> list[BadSetting]:
    """Return what is wrong with the settings that are neither a channel's nor the links'."""
    sender = partial(sender_of, "PHASEGATE_SENDER", settings.sender)
    switch = partial(_require_switch, settings.given.get("PHASEGATE_REHEARSAL", ""))
    return list(every(sender, partial(_require_name, settings.worker), switch))


def unknown_settings(given: Mapping[str, str]) -> list[str]:
    """Return the names that look like settings of ours and are none: somebody wrote them wrongly."""
    ours = [name for name in given if name.startswith("PHASEGATE_")]
    return sorted(
        name
        for name in ours
        if not (OWN.fullmatch(name) or any(is_set_up(one, {name: "x"}) for one in channel_names()))
    )


def _require_name(worker: str) -> None:
    if not worker.isprintable() or len(worker) > LONGEST_NAME:
        raise BadSetting("no_worker", name="PHASEGATE_WORKER", most=LONGEST_NAME, found=worker)


def _require_switch(text: str) -> None:
    if text not in ("", "0", "1"):
        raise BadSetting("no_switch", name="PHASEGATE_REHEARSAL", found=text)


def _links(given: Mapping[str, str]) -> Links | None:
    from engine.service.signing.keys import links_from

    return links_from(given)


def _sender(text: str) -> str:
    """Return the sender as an e-mail takes it; what is none is refused where something is sent."""
    with suppress(BadSetting):
        return sender_of("PHASEGATE_SENDER", text)
    return text


def _kept(url: str) -> str:
    """Return the URL of a database; one that is gone when the command ends is refused."""
    kind, _, rest = url.partition("://")
    if kind in SQLITE and (rest in IN_MEMORY or ":memory:" in rest or "mode=memory" in rest):
        raise DatabaseProblem("keeps_nothing", url=url)
    return url


def founded(settings: Settings, clock: Clock | None = None, door: Door = Door()) -> System:
    """Make the database of the settings, or bring it to the newest revision, and return the row of its installation.

    A new one is a rehearsal where the settings say so; one that is there stays what it is (SEMANTICS I3).
    ClockFixed where one that would be none is to begin at an instant that somebody set.
    """
    if not settings.rehearsal and isinstance(clock, SteppedClock) and is_empty(settings.db):
        raise ClockFixed(url=masked(settings.db))
    actor, rehearsal = Actor("system", "system", door=door), settings.rehearsal

    def desk_of(database: Database) -> Desk:
        return new_desk(database=database, clock=clock or SystemClock(), door=door)

    def first(database: Database, work: UnitOfWork) -> None:
        established(desk_of(database), work, actor, rehearsal=rehearsal)

    database = upgrade(settings.db, first)
    try:
        return establish(desk_of(database), rehearsal=rehearsal, actor=actor)
    finally:
        database.close()


def tried_in_memory(settings: Settings, clock: Clock, door: Door, command: Callable[[Desk], object]) -> None:
    """Do what a first command does in a database in memory: where it is refused, no file need be made for it."""
    with closing(in_memory()) as database:
        desk = new_desk(database=database, clock=clock, door=door)
        establish(desk, rehearsal=settings.rehearsal)
        command(desk)


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
        sender=_sender(settings.sender),
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
