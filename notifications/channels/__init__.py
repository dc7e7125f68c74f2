"""Channels: each file of this package is one, found by its name; a new channel touches one file.

A channel module has `open_channel(settings) -> Channel`; where there is something to set, `SETTINGS`, how
the names of its settings begin, and `wrong(settings)`, which yields everything that is wrong with them.
Settings are a mapping such as the environment; a channel reads no clock and makes no ids.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Literal, Protocol, runtime_checkable

from engine.records import field, record, replace
from notifications.notice import NoticeError
from notifications.settings import BadSetting as BadSetting
from notifications.settings import Secret

Outcome = Literal["accepted", "refused", "later", "wait"]
"""`wait`: the message was not taken, through no fault of its own; it costs no attempt."""

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class UnknownChannel(NoticeError):
    """A channel is not known."""

    code = "PG510"


class BadEnvelope(NoticeError):
    """Something of a message holds a line break or a control character."""

    code = "PG512"


@record
class Envelope:
    """One message as it goes out: the same `id` always means the same bytes.

    `id` is stable and safe as a file name; `message_id` is the Message-ID without angle brackets;
    `date` is aware; `tried_at` is when this attempt began. `footer` ends the body; a channel that
    carries the short text alone may lay it under that, for its recipient only. Neither subject,
    address nor header may hold a line break.
    """

    id: str
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    body: str
    short: str
    date: datetime
    headers: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    tried_at: datetime | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        for what, text in self._lines():
            if _BREAKS.search(text):
                raise BadEnvelope(what=what, found=text)
        if not self.id or not all(char.isalnum() or char in "-_" for char in self.id):
            raise BadEnvelope(what="id", found=self.id)
        if self.date.tzinfo is None:
            raise ValueError("an envelope's date must be aware")

    def _lines(self) -> Iterator[tuple[str, str]]:
        """Yield what must be one line each, with its name."""
        yield from (("subject", self.subject), ("sender", self.sender), ("message_id", self.message_id))
        yield from (("recipient", recipient) for recipient in self.recipients)
        yield from (("header", text) for header in self.headers for text in header)


@record
class ChannelResult:
    """What became of a message for one recipient.

    `whole` says that the channel itself failed and would fail for every other message;
    `after_in_seconds` is how long the other side asked us to wait.
    """

    recipient: str
    outcome: Outcome
    detail: str = ""
    whole: bool = False
    after_in_seconds: float = 0.0


@record
class Limit:
    """How many messages one recipient of a channel may be sent within any so many seconds."""

    count: int
    seconds: int


class Channel(Protocol):
    """Carries messages out."""

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        """Hand over one message and tell what became of it, one result for each recipient."""


@runtime_checkable
class Keeping(Protocol):
    """A channel that can keep a connection over several messages."""

    def session(self) -> AbstractContextManager[Channel]:
        """Return the channel with a connection that is kept until the block ends."""


@runtime_checkable
class Limited(Protocol):
    """A channel whose recipients may be sent only so many messages in a time."""

    def limits(self, recipient: str) -> tuple[Limit, ...]:
        """Return the limits that count for a recipient."""


Settings = Mapping[str, str]
Opener = Callable[[Settings], Channel]


def channel_names() -> tuple[str, ...]:
    """Return the names of all channels."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def open_channel(name: str, settings: Settings) -> Channel:
    """Return the channel `name`, set up from `settings`."""
    if name not in channel_names():
        raise UnknownChannel(name=name, known=[*channel_names()])
    opener: Opener = _module(name).open_channel
    return opener(settings)


def is_set_up(name: str, settings: Settings) -> bool:
    """Tell whether somebody wants a channel: one of its settings is given."""
    begins = getattr(_module(name), "SETTINGS", ())
    return any(text and setting.startswith(begins) for setting, text in settings.items())


def wrong_with(name: str, settings: Settings) -> list[BadSetting]:
    """Return everything that is wrong with the settings of a channel, whether it is wanted or not."""
    found: Iterable[BadSetting] = getattr(_module(name), "wrong", lambda _: ())(settings)
    return list(found)


def _module(name: str) -> ModuleType:
    return import_module(f"{__name__}.{name}")


@runtime_checkable
class Discreet(Protocol):
    """A channel that holds what must never be shown."""

    def secrets(self) -> tuple[Secret, ...]:
        """Return what must never be shown."""


def session(channel: Channel) -> AbstractContextManager[Channel]:
    """Return a channel for several messages, over one connection where it can keep one."""
    return channel.session() if isinstance(channel, Keeping) else nullcontext(channel)


def limits(channel: Channel, recipient: str) -> tuple[Limit, ...]:
    """Return the limits that a channel has for a recipient, if any."""
    return channel.limits(recipient) if isinstance(channel, Limited) else ()


def secrets(channel: Channel) -> tuple[Secret, ...]:
    """Return what a channel holds that must never be shown."""
    return channel.secrets() if isinstance(channel, Discreet) else ()


def all_alike(
    envelope: Envelope, outcome: Outcome, detail: str = "", *, whole: bool = False, after: float = 0.0
) -> tuple[ChannelResult, ...]:
    """Return the same result for every recipient."""
    alike = ChannelResult(recipient="", outcome=outcome, detail=detail, whole=whole, after_in_seconds=after)
    return tuple(replace(alike, recipient=one) for one in envelope.recipients)
