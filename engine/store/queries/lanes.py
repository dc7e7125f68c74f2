"""The ways out: channels and recipients that wait, and when limited ones were sent something (Y2, Y3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from engine.model import Lane
from engine.store.codec import instant, milliseconds
from engine.store.work import UnitOfWork, marks

_NEW = """
INSERT INTO "lane" (channel, recipient, fence, failures, until, reason) VALUES (?, '', 0, 0, NULL, '')
ON CONFLICT (channel, recipient) DO NOTHING RETURNING fence
"""


def own(work: UnitOfWork, channel: str) -> Lane:
    """Return the lane of a channel as a whole, made the first time, locked until this ends."""
    work.rows(_NEW, (channel,))
    if work.is_postgres:
        work.rows("SELECT 1 FROM \"lane\" WHERE channel = ? AND recipient = '' FOR UPDATE", (channel,))
    return work.must(Lane, channel, "")


def of_recipients(work: UnitOfWork, channel: str, recipients: Collection[str]) -> list[Lane]:
    """Return the lanes that there are of recipients of a channel."""
    if not recipients:
        return []
    where = f"channel = ? AND recipient IN ({marks(recipients)})"
    return work.select(Lane, where, (channel, *recipients))


def forget_sendings(work: UnitOfWork, channel: str, earliest: datetime, latest: datetime) -> None:
    """Forget what a channel sent up to an instant, and what a clock that was set back says of later ones."""
    sql = 'DELETE FROM "sending" WHERE channel = ? AND ("at" <= ? OR "at" > ?) RETURNING ref'
    work.rows(sql, (channel, milliseconds(earliest), milliseconds(latest)))


def sendings(work: UnitOfWork, channel: str, recipients: Collection[str]) -> list[tuple[str, datetime]]:
    """Return when each recipient was sent something, the newest first."""
    whose = f"channel = ? AND recipient IN ({marks(recipients)})"
    sql = f'SELECT recipient, "at" FROM "sending" WHERE {whose} ORDER BY "at" DESC'
    return [(recipient, instant(at)) for recipient, at in work.rows(sql, (channel, *recipients))]
