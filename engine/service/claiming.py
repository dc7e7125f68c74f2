"""Leasing queued messages: a batch of one channel, under a token that is never given twice (SEMANTICS Y1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.model import Blob, Campaign, Lane, Notice, Outgoing
from engine.service import linking
from engine.service.binding import content_from
from engine.service.case import Case
from engine.service.desk import Desk, case_at
from engine.service.journal import settled_instant, system_row
from engine.service.linking import Links
from engine.service.plan import blob
from engine.store.codec import milliseconds
from engine.store.work import Work
from notifications.channels import Envelope
from notifications.relay import Claimed

LEASE = timedelta(minutes=10)
MARGIN = timedelta(minutes=3)
"""What must be left of a lease when a message is sent: longer than any channel may take for one."""
BATCH = 25
"""Few enough that the results of a batch are recorded soon."""
DOMAIN = "phasegate.invalid"
"""The right-hand side of a Message-ID; it names no real host."""
FREE = "state = 'queued' AND next_at <= ? AND (lease_until IS NULL OR lease_until <= ?)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Messages of one channel leased at an instant under a token; `steady` is the stopwatch at the claim."""

    token: str
    at: datetime
    steady: float
    messages: Sequence[Claimed]

    @property
    def ids(self) -> list[int]:
        """The numbers of the messages."""
        return [message.ref for message in self.messages]

    def covers(self, now: datetime, steady: float) -> bool:
        """Tell whether the lease is still long enough to send by, whichever of both clocks ran faster."""
        held = LEASE - MARGIN
        return now < self.at + held and steady - self.steady < held.total_seconds()


def waiting_channels(desk: Desk) -> list[str]:
    """Return the channels for which a message is due that nobody has leased."""
    now = milliseconds(desk.now())
    where = f"channel = ? AND {FREE}"
    with desk.database.read() as work:
        found = _queued_channels(work)
        return [
            name for name in found if work.rows(f'SELECT 1 FROM "outbox" WHERE {where} LIMIT 1', (name, now, now))
        ]


def _queued_channels(work: Work) -> list[str]:
    """Return the channels of queued messages, each found by one step through the index."""
    found: list[str] = []
    sql = "SELECT MIN(channel) FROM \"outbox\" WHERE state = 'queued' AND channel > ?"
    while (name := work.rows(sql, (found[-1] if found else "",))[0][0]) is not None:
        found.append(name)
    return found


def claim(
    desk: Desk,
    channel: str,
    sender: str,
    worker: str,
    steady: Callable[[], float],
    links: Links | None = None,
) -> Batch:
    """Lease due messages of a channel, oldest first; ClockBehind where the results could not be recorded (C4)."""
    skip = "FOR UPDATE SKIP LOCKED" if desk.database.is_postgres else ""
    with desk.database.write() as work:
        lane = _fenced(desk, work, channel)
        now = desk.now()
        due = (channel, milliseconds(now), milliseconds(now))
        where = f"channel = ? AND {FREE} ORDER BY next_at, id LIMIT {BATCH} {skip}"
        ids = [row[0] for row in work.rows(f'SELECT id FROM "outbox" WHERE {where}', due)]
        found = work.among(Outgoing, "id", ids, order="id")
        _read_ahead(work, found)
        asking = linking.asking(work, [outgoing.notice for outgoing in found]) if links else frozenset()
        messages = [_claimed(desk, work, o, sender, links if o.notice in asking else None) for o in found]
        token = f"{worker}#{lane.fence}"
        for outgoing in found:
            work.put(replace(outgoing, lease_until=now + LEASE, lease=token))
    return Batch(token=token, at=now, steady=steady(), messages=messages)


def _fenced(desk: Desk, work: Work, channel: str) -> Lane:
    """Return a channel's lane with its number raised, locked until this ends."""
    known = 'INSERT INTO "lane" (channel, fence) VALUES (?, 0) ON CONFLICT (channel) DO NOTHING RETURNING channel'
    work.rows(known, (channel,))
    if desk.database.is_postgres:
        work.rows('SELECT 1 FROM "lane" WHERE channel = ? FOR UPDATE', (channel,))
    lane = work.must(Lane, channel)
    lane = replace(lane, fence=lane.fence + 1)
    work.put(lane)
    return lane


def held(work: Work, batch: Batch, ids: Iterable[int]) -> dict[int, Outgoing]:
    """Lock messages and return those that this batch still has, by their numbers."""
    wanted = list(ids)
    marks = ", ".join("?" * len(wanted))
    work.hold("outbox", f"id IN ({marks})", wanted)
    found = work.among(Outgoing, "id", wanted)
    return {one.id: one for one in found if one.lease == batch.token and one.state == "queued"}


def release(desk: Desk, batch: Batch, ids: Sequence[int]) -> None:
    """Give messages back that were not tried, to whoever claims next."""
    if not ids:
        return
    with desk.database.write() as work:
        for outgoing in held(work, batch, ids).values():
            work.put(replace(outgoing, lease_until=None, lease=""))


# --- what is sent ---


def _read_ahead(work: Work, found: Sequence[Outgoing]) -> None:
    """Read the notices of messages and their texts, set-wise."""
    notices = work.among(Notice, "id", sorted({outgoing.notice for outgoing in found}))
    work.among(Blob, "sha", sorted({notice.content for notice in notices}))


def _claimed(desk: Desk, work: Work, outgoing: Outgoing, sender: str, links: Links | None) -> Claimed:
    notice, head = work.must(Notice, outgoing.notice), work.must(Campaign, outgoing.campaign)
    settled_instant(desk.now(), head.last_at, system_row(work))
    case = case_at(desk, work, head, head.last_at)
    return Claimed(
        ref=outgoing.id,
        channel=outgoing.channel,
        attempts=outgoing.attempts,
        envelope=_envelope(case, notice, outgoing, sender, links),
    )


def _envelope(case: Case, notice: Notice, outgoing: Outgoing, sender: str, links: Links | None) -> Envelope:
    """Return a message as it goes out; with `links`, one to sign by is laid under its text (Z1)."""
    content = content_from(blob(case.work, notice.content))
    name = f"{case.head.key}-{notice.id & 0xFFFFFFFF:06d}-{outgoing.id & 0xFFFFFFFF:06d}"
    return Envelope(
        id=name,
        message_id=f"{notice.campaign}.{notice.id & 0xFFFFFFFF}.{outgoing.id & 0xFFFFFFFF}@{DOMAIN}",
        sender=sender,
        recipients=(outgoing.recipient,),
        subject=content.subject,
        body=content.body + (linking.line(case, links, notice, outgoing) if links else ""),
        short=content.short,
        date=_dated(case, notice),
    )


def _dated(case: Case, notice: Notice) -> datetime:
    """Return the instant a message bears: that of its writing, or for a draft on the day of its signature."""
    written = notice.created_at.astimezone(case.plan.zone)
    return written.replace(year=notice.day.year, month=notice.day.month, day=notice.day.day)
