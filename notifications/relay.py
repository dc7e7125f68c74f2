"""Takes claimed messages to their channels and tells what became of each; is given the clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Final, Literal

from engine.records import record, replace
from notifications.channels import Channel, ChannelResult, Envelope, Outcome, all_alike, secrets, session
from notifications.notice import NoticeError, coded, is_coded
from notifications.settings import masked

PAUSES: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    *(timedelta(hours=24),) * 4,
)
"""How long to wait after the first, second … attempt; after the last, within five days, a message has failed.

RFC 5321 (4.5.4.1) has no sender give up before four or five days.
"""
WAIT: Final = timedelta(minutes=1)
"""How long a message waits that its channel could not take yet and that says nothing of when it can."""
LONGEST: Final = timedelta(hours=24)
"""The most that a server may ask us to wait."""
SPREAD: Final = 0.25
"""By how much of itself a pause grows at the most, so that what failed together does not come back together."""


LONGEST_DETAIL: Final = 400
BREAKS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
"""What could begin a line, move a cursor or turn the direction of writing where a record is read."""


@record
class Claimed:
    """A message in the outbox that this worker has leased; `attempts` were made before.

    It is not sent after `until`.
    """

    ref: int
    channel: str
    attempts: int
    envelope: Envelope
    until: datetime | None = None


@record
class DeliveryMark:
    """What became of a claimed message for one recipient; `next_at` where it stays queued.

    `outcome` is what the channel said, at the instant `at`; `whole` where it was the channel that
    failed, not this recipient; `after` is how long the other side asked us to wait.
    """

    ref: int
    recipient: str
    state: Literal["sent", "queued", "failed"]
    attempts: int
    outcome: Outcome
    at: datetime
    detail: str = ""
    next_at: datetime | None = None
    whole: bool = False
    after: timedelta = timedelta()


def relay(
    claimed: Iterable[Claimed],
    channel: Callable[[str], Channel],
    now: Callable[[], datetime],
    may_send: Callable[[], bool] = lambda: True,
) -> Iterator[DeliveryMark]:
    """Deliver each message once and yield the marks of its recipients, until no more may be sent.

    Messages of one channel that follow each other share its session. Once it fails as a whole the
    rest of them stays untried, and what else goes to a recipient who must be tried again. The clock
    is read after each attempt: pauses count from its end.
    """
    for name, messages in groupby(claimed, key=lambda message: message.channel):
        with ExitStack() as open_things:
            yield from _carried(messages, _opened(open_things, channel, name), now, may_send)


def _opened(open_things: ExitStack, channel: Callable[[str], Channel], name: str) -> Channel:
    """Return a session of a channel; one that cannot be opened fails every message as a whole."""
    try:
        return open_things.enter_context(session(channel(name)))
    except Exception as error:
        return _Broken(error)


def _carried(
    messages: Iterable[Claimed], channel: Channel, now: Callable[[], datetime], may_send: Callable[[], bool]
) -> Iterator[DeliveryMark]:
    silent: set[str] = set()
    for message in messages:
        if not may_send():
            return
        is_over = message.until is not None and now() > message.until
        if not is_over and silent.isdisjoint(message.envelope.recipients):
            marks = attempt(message, channel, now)
            yield from marks
            if any(mark.whole for mark in marks):
                return
            silent |= {mark.recipient for mark in marks if mark.state == "queued"}


def attempt(message: Claimed, channel: Channel, now: Callable[[], datetime]) -> list[DeliveryMark]:
    """Return the marks of one attempt; whatever a channel raises is a result to try again later."""
    envelope = replace(message.envelope, tried_at=now())
    try:
        results = channel.deliver(envelope)
    except Exception as error:
        results = all_alike(envelope, "later", _broke(error), whole=True)
    answered = {result.recipient: result for result in results}
    silent = ChannelResult(recipient="", outcome="later", detail=coded("no_result"))
    known = secrets(channel)
    found = [answered.get(one) or replace(silent, recipient=one) for one in envelope.recipients]
    return [marked(message, replace(one, detail=masked(one.detail, known)), now()) for one in found]


def marked(message: Claimed, result: ChannelResult, now: datetime) -> DeliveryMark:
    """Return the mark for one result: sent, failed, or queued after a growing pause (SEMANTICS Y3)."""
    waits = result.outcome == "wait"
    attempts = message.attempts + (not waits)
    made = DeliveryMark(
        ref=message.ref,
        recipient=result.recipient,
        state="failed",
        attempts=attempts,
        outcome=result.outcome,
        at=now,
        detail=one_line(result.detail),
        whole=result.whole,
        after=min(timedelta(seconds=result.after_in_seconds), LONGEST),
    )
    if result.outcome == "accepted":
        return replace(made, state="sent")
    if result.outcome == "refused" or attempts > len(PAUSES):
        return made
    pause = spread(WAIT if waits else PAUSES[attempts - 1], message.ref, attempts)
    return replace(made, state="queued", next_at=now + max(pause, made.after))


def spoiled(ref: int, recipient: str, attempts: int, at: datetime, why: str) -> DeliveryMark:
    """Return the mark of a message that can never be sent as it is."""
    return DeliveryMark(
        ref=ref,
        recipient=recipient,
        state="failed",
        attempts=attempts,
        outcome="refused",
        at=at,
        detail=one_line(why),
    )


def put_off(ref: int, recipient: str, attempts: int, at: datetime, until: datetime) -> DeliveryMark:
    """Return the mark of a message that is not tried before `until`, since nothing goes out before."""
    return DeliveryMark(
        ref=ref,
        recipient=recipient,
        state="queued",
        attempts=attempts,
        outcome="wait",
        at=at,
        detail=coded("outside_hours"),
        next_at=until,
    )


def spread(pause: timedelta, ref: int, attempt: int) -> timedelta:
    """Return a pause that is longer by a part of itself; it follows from message and attempt, so a run repeats."""
    part = int.from_bytes(sha256(f"{ref}:{attempt}".encode()).digest()[:4], "big") / 2**32
    return timedelta(milliseconds=int(pause.total_seconds() * 1000 * (1 + SPREAD * part)))


def one_line(detail: str) -> str:
    """Return what a channel said as one line of bounded length; what is told by a code is bounded by its facts."""
    line = BREAKS.sub(" ", detail)
    return line if is_coded(line) else line[:LONGEST_DETAIL]


def _broke(error: Exception) -> str:
    """Return what a channel raised, as `coded` has it."""
    if isinstance(error, NoticeError):
        return error.coded()
    return coded("broke", error=type(error).__name__, said=str(error))


@record(kw_only=False)
class _Broken:
    """A channel that could not be opened, and why; no message is to blame for that."""

    why: Exception

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        """Let every message wait for the channel to be mended."""
        return all_alike(envelope, "wait", _broke(self.why), whole=True)
