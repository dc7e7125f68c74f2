"""What a command is given: the service, the actor, the clock, and how to print."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from engine import words
from engine.cli.shell.typed import require_texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from engine.bootstrap import Settings, Wired
    from engine.clock import Clock
    from engine.service.kernel.actor import Actor
    from engine.service.kernel.case import CampaignSession
    from engine.service.kernel.desk import Desk
    from engine.service.kernel.sight import Kind
    from notifications.settings import Secret

ZONE = "Asia/Shanghai"


class Context:
    """The shared options of one command line, and the service that they call for.

    `actor` is the word after `--as`, empty for the office; `lang` is the language of what is printed. The
    database is opened when it is first asked for, and given back when the command ends.
    """

    def __init__(self) -> None:
        self.lang = language(os.environ)
        self.json = False
        self.actor = ""
        self._db = ""
        self._now: datetime | None = None
        self._wired: Wired | None = None

    def take(self, field: str, value: Any) -> None:
        """Keep one given option."""
        if field == "now":
            self._now = instant_from(value)
        elif field == "db":
            self._db = value
        elif field == "actor":
            require_texts("as", value)
            self.actor = value
        else:
            setattr(self, field, value)

    def settings(self) -> Settings:
        """Return the settings of the environment and of this command line."""
        from engine.bootstrap import settings_from

        return settings_from(os.environ, db=self._db)

    def hidden(self) -> tuple[Secret, ...]:
        """Return what no error, log or answer of this command may show."""
        from notifications.settings import secrets_of

        return secrets_of(os.environ, self._db)

    def has_database(self) -> bool:
        """Tell, without opening it, whether there is a database to look into."""
        from pathlib import Path

        kind, _, path = self.settings().db.partition("://")
        return kind.partition("+")[0] != "sqlite" or (len(path) > 1 and Path(path[1:].partition("?")[0]).exists())

    @property
    def clock(self) -> Clock:
        """The clock of the machine, or one that stands at `--now`."""
        from engine.clock import SteppedClock, SystemClock

        return SystemClock() if self._now is None else SteppedClock(self._now)

    @property
    def now(self) -> datetime:
        """The present instant of this command."""
        return self.clock.now()

    @property
    def has_own_now(self) -> bool:
        """Tell whether `--now` was given."""
        return self._now is not None

    def wired(self) -> Wired:
        """Return the service on the database, opened once."""
        if self._wired is None:
            from engine.bootstrap import here, wire

            self._wired = wire(self.settings(), self.clock, door=here())
            click.get_current_context().find_root().call_on_close(self._wired.close)
        return self._wired

    def begun(self, first: Callable[[Desk], object]) -> Wired:
        """Return the service for a command that may be the first to write: a file that is not there yet is made.

        What the command will do `first` is tried in memory before: one that is refused leaves no file behind.
        """
        from engine.store.database import is_missing

        if self._wired is None and is_missing(self.settings().db):
            self._try_in_memory(first)
            self._make_database()
        return self.wired()

    def _try_in_memory(self, command: Callable[[Desk], object]) -> None:
        from engine.bootstrap import here, tried_in_memory

        tried_in_memory(self.settings(), self.clock, here(), command)

    def _make_database(self) -> None:
        from engine.bootstrap import founded, here, masked
        from engine.cli.shell.output import say

        settings = self.settings()
        system = founded(settings, self.clock, here())
        kind = "shell.made_rehearsal" if system.rehearsal else "shell.made"
        say(words.said(kind, {"url": masked(settings.db)}, self.lang))

    @property
    def opened(self) -> Wired | None:
        """The service, where this command has asked for it."""
        return self._wired

    def desk(self) -> Desk:
        """Return the desk that use cases are given."""
        return self.wired().desk

    def reading(self, key: str) -> AbstractContextManager[CampaignSession]:
        """Open a campaign for the actor of this command to look at it."""
        from engine.service.kernel.desk import reading

        return reading(self.desk(), key, self.actor)

    def require_sight(self, kind: Kind) -> Actor:
        """Return the actor of this command; refuse one who may not see this of the installation."""
        from engine.service.kernel.sight import require_here

        return require_here(self.desk(), self.actor, kind)


def language(given: Mapping[str, str]) -> str:
    """Return the language of a locale: Chinese for one that begins with `zh`, else English."""
    locale = next(filter(None, (given.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return words.CHINESE if locale.startswith(words.CHINESE) else words.ENGLISH


pass_context = click.make_pass_decorator(Context, ensure=True)


def instant_from(text: str) -> datetime:
    """Return the instant that a person writes; without an offset it is local to Asia/Shanghai.

    A date alone means its first instant.
    """
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from engine.clock import whole_milliseconds
    from engine.errors import BadInput

    try:
        at = datetime.fromisoformat(text)
        return whole_milliseconds(at if at.tzinfo else at.replace(tzinfo=ZoneInfo(ZONE)))
    except (ValueError, OverflowError):
        raise BadInput("no_instant", found=text) from None


def day_from(text: str) -> Any:
    """Return the ISO date that a person writes; BadInput for anything else."""
    import re
    from datetime import date

    from engine.errors import BadInput

    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadInput("no_date", found=text)
