"""From settings to a wired service: a database, a clock, channels, a sender and a worker's name."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from engine.clock import Clock, SystemClock
from engine.model import Worker
from engine.records import field, record
from engine.service.desk import Desk
from engine.store.codec import EPOCH
from engine.store.database import open_database
from notifications.settings import secret

if TYPE_CHECKING:
    from engine.service.linking import Links
    from engine.service.relaying import Channels
    from notifications.channels import Channel

DEFAULT_DB = "sqlite:///phasegate.db"
DEFAULT_SENDER = "phasegate@example.org"


@record
class Settings:
    """What an installation is told from outside; `given` is what the channels read."""

    db: str = field(default=DEFAULT_DB, repr=False)
    sender: str = DEFAULT_SENDER
    worker: str = ""
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
        from engine.service.keys import links_from

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
        given=given,
    )


def wire(settings: Settings, clock: Clock | None = None, *, durable: bool = True) -> Wired:
    """Open the database and return the service; DatabaseProblem says why it cannot be used.

    What is not `durable` need not outlive a loss of power: a demonstration is played again.
    """
    return Wired(
        desk=Desk(database=open_database(settings.db, durable=durable), clock=clock or SystemClock()),
        channels=channels_of(settings.given),
        sender=settings.sender,
        worker=settings.worker,
        given=settings.given,
    )


def channels_of(given: Mapping[str, str]) -> Channels:
    """Return what opens a channel by its name, each only once."""

    @cache
    def opened(name: str) -> Channel:
        from notifications.channels import open_channel

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
