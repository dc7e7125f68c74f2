"""Takes claimed messages to their channels and tells what became of each; is given the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from notifications.channels import Channel, Envelope, Result
from notifications.notice import NoticeError

PAUSES: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""How long to wait after the first, second … attempt; after the last a message has failed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A message in the outbox that this worker has leased; `attempts` were made before."""

    ref: int
    channel: str
    attempts: int
    envelope: Envelope


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What became of a claimed message for one recipient; `next_at` where it stays queued."""

    ref: int
    recipient: str
    state: Literal["sent", "queued", "failed"]
    attempts: int
    detail: str = ""
    next_at: datetime | None = None


def relay(
    claimed: Iterable[Claimed],
    channel: Callable[[str], Channel],
    now: Callable[[], datetime],
    may_send: Callable[[], bool] = lambda: True,
) -> Iterator[Mark]:
    """Deliver each message once and yield the marks of its recipients, until no more may be sent.

    The clock is read after each attempt: pauses count from its end.
    """
    for message in claimed:
        if not may_send():
            return
        yield from attempt(message, channel, now)


def attempt(message: Claimed, channel: Callable[[str], Channel], now: Callable[[], datetime]) -> Iterator[Mark]:
    """Return the marks of one attempt; whatever a channel raises is a result to try again later."""
    try:
        results = channel(message.channel).deliver(message.envelope)
    except NoticeError as error:
        results = tuple(_later(one, error.line()) for one in message.envelope.recipients)
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        results = tuple(_later(one, why) for one in message.envelope.recipients)
    answered = {result.recipient: result for result in results}
    for one in message.envelope.recipients:
        result = answered.get(one) or _later(one, "the channel gave no result")
        yield marked(message, result, now())


def marked(message: Claimed, result: Result, now: datetime) -> Mark:
    """Return the mark for one result: sent, failed, or queued after a growing pause."""
    attempts = message.attempts + 1
    made = Mark(
        ref=message.ref,
        recipient=result.recipient,
        state="failed",
        attempts=attempts,
        detail=result.detail,
    )
    if result.outcome == "accepted":
        return replace(made, state="sent")
    if result.outcome == "refused" or attempts > len(PAUSES):
        return made
    return replace(made, state="queued", next_at=now + PAUSES[attempts - 1])


def _later(recipient: str, detail: str) -> Result:
    return Result(recipient=recipient, outcome="later", detail=detail)
