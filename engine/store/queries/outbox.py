"""Messages on their way: what may be claimed, and how much waits (SEMANTICS Y1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from engine.store.codec import instant, milliseconds
from engine.store.work import UnitOfWork, marks

_FREE = """channel = ? AND state = 'queued' AND next_at <= ?
    AND (lease_until IS NULL OR lease_until <= ? OR lease_until > ?)
    AND NOT EXISTS (SELECT 1 FROM "lane" WHERE lane.channel = outbox.channel
        AND lane.recipient IN ('', outbox.recipient) AND lane.until > ? AND lane.until <= ?)"""


class Free(NamedTuple):
    """What may be claimed of a channel: due, not leased, on no lane that waits.

    Leases and pauses further ahead than they are ever made (`longest_lease`, `longest_pause`) were made by a clock
    that has been set back since, and count for nothing.
    """

    channel: str
    now: datetime
    longest_lease: timedelta
    longest_pause: timedelta

    @property
    def values(self) -> tuple[str | int, ...]:
        """The values of the condition."""
        at = milliseconds(self.now)
        lease, pause = milliseconds(self.now + self.longest_lease), milliseconds(self.now + self.longest_pause)
        return self.channel, at, at, lease, at, pause


class Counts(NamedTuple):
    """How many messages wait, how many of them are in a worker's hands, and how many failed."""

    queued: int
    leased: int
    failed: int


def queued_channels(work: UnitOfWork) -> list[str]:
    """Return the channels of queued messages, each found by one step through the index."""
    found: list[str] = []
    sql = "SELECT MIN(channel) FROM \"outbox\" WHERE state = 'queued' AND channel > ?"
    while (name := work.rows(sql, (found[-1] if found else "",))[0][0]) is not None:
        found.append(name)
    return found


def is_any_free(work: UnitOfWork, free: Free) -> bool:
    """Tell whether there is a message to claim."""
    return bool(work.rows(f'SELECT 1 FROM "outbox" WHERE {_FREE} LIMIT 1', free.values))


def candidates(work: UnitOfWork, free: Free, most: int) -> list[tuple[int, str]]:
    """Return the oldest messages that may be claimed, with their recipients; what others hold is passed over."""
    skip = "FOR UPDATE SKIP LOCKED" if work.is_postgres else ""
    sql = f'SELECT id, recipient FROM "outbox" WHERE {_FREE} ORDER BY next_at, id LIMIT {most} {skip}'
    return [(number, recipient) for number, recipient in work.rows(sql, free.values)]


def hold(work: UnitOfWork, messages: Collection[int]) -> None:
    """Lock messages, in the order of their numbers."""
    work.hold("outbox", f"id IN ({marks(messages)})", [*messages])


def counts(work: UnitOfWork, now: datetime) -> Counts:
    """Return how much is on its way."""
    return Counts(
        queued=_number(work, "state = 'queued'"),
        leased=_number(work, "state = 'queued' AND lease_until > ?", milliseconds(now)),
        failed=_number(work, "state = 'failed'"),
    )


def _number(work: UnitOfWork, where: str, *values: int) -> int:
    return int(work.rows(f'SELECT COUNT(*) FROM "outbox" WHERE {where}', values)[0][0])


def oldest_queued(work: UnitOfWork) -> datetime | None:
    """Return since when the oldest queued message could go; None where none is queued."""
    found = work.rows("SELECT MIN(next_at) FROM \"outbox\" WHERE state = 'queued'")[0][0]
    return None if found is None else instant(found)


def queued_by_channel(work: UnitOfWork) -> dict[str, int]:
    """Return how many messages wait for each channel."""
    sql = "SELECT channel, COUNT(*) FROM \"outbox\" WHERE state = 'queued' GROUP BY channel"
    return dict(map(tuple, work.rows(sql)))
