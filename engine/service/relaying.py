"""Taking queued notices to their channels: claimed with a lease, delivered, recorded (SEMANTICS N3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from engine import deadlines as rules
from engine.history import instant
from engine.model import Blob, Campaign, Notice, Outgoing
from engine.service.binding import content_from
from engine.service.case import Case
from engine.service.desk import Desk, case_at, open_case, system_act
from engine.service.journal import settled_instant, system_row
from engine.service.plan import blob
from engine.store.codec import milliseconds
from engine.store.work import Work
from notifications.channels import Channel, Envelope
from notifications.relay import Claimed, Mark, relay

LEASE = timedelta(minutes=10)
BATCH = 25
"""Few enough that a slow mail server cannot outlast the lease of a batch."""
DOMAIN = "phasegate.invalid"
"""The right-hand side of a Message-ID; it names no real host."""

Channels = Callable[[str], Channel]


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many messages were sent, are to be tried again, and failed for good."""

    sent: int = 0
    queued: int = 0
    failed: int = 0


def deliver(
    desk: Desk, channels: Channels, sender: str, worker: str, stop: Callable[[], bool] = lambda: False
) -> Delivered:
    """Deliver everything that is queued and due, or as much as was claimed before `stop` says so."""
    counts: dict[str, int] = defaultdict(int)
    full = True
    while full and not stop() and (claimed := _claim(desk, sender, worker)):
        full = len(claimed) == BATCH
        marks = relay(claimed, channels, desk.now(), lambda mark: None)
        for campaign, found in groupby(marks, key=lambda mark: mark.ref >> 32):
            _record(desk, campaign, list(found), worker)
        for mark in marks:
            counts[mark.state] += 1
    return Delivered(**counts)


def _claim(desk: Desk, sender: str, worker: str) -> list[Claimed]:
    """Lease due messages to this worker, oldest first; ClockBehind where the results could not be recorded (C4)."""
    now = desk.now()
    if not _is_anything_due(desk, now):
        return []
    skip = "FOR UPDATE SKIP LOCKED" if desk.database.is_postgres else ""
    with desk.database.write() as work:
        where = "state = 'queued' AND next_at <= ? AND (lease_until IS NULL OR lease_until <= ?)"
        ids = work.rows(
            f'SELECT id FROM "outbox" WHERE {where} ORDER BY next_at, id LIMIT {BATCH} {skip}',
            (milliseconds(now), milliseconds(now)),
        )
        found = work.among(Outgoing, "id", [row[0] for row in ids], order="id")
        _read_ahead(work, found)
        claimed = [_claimed(desk, work, outgoing, sender) for outgoing in found]
        for outgoing in found:
            work.put(replace(outgoing, lease_until=now + LEASE, lease=worker))
    return claimed


def _read_ahead(work: Work, found: Sequence[Outgoing]) -> None:
    """Read the notices of messages and their texts, set-wise."""
    notices = work.among(Notice, "id", sorted({outgoing.notice for outgoing in found}))
    work.among(Blob, "sha", sorted({notice.content for notice in notices}))


def _is_anything_due(desk: Desk, now: datetime) -> bool:
    with desk.database.read() as work:
        where = "state = 'queued' AND next_at <= ?"
        return bool(work.rows(f'SELECT 1 FROM "outbox" WHERE {where} LIMIT 1', (milliseconds(now),)))


def _claimed(desk: Desk, work: Work, outgoing: Outgoing, sender: str) -> Claimed:
    notice = work.get(Notice, outgoing.notice)
    head = work.get(Campaign, outgoing.campaign)
    if notice is None or head is None:
        raise KeyError(outgoing.id)
    settled_instant(desk.now(), head.last_at, system_row(work))
    case = case_at(desk, work, head, head.last_at)
    return Claimed(
        ref=outgoing.id,
        channel=outgoing.channel,
        attempts=outgoing.attempts,
        envelope=_envelope(case, notice, outgoing, sender),
    )


def _envelope(case: Case, notice: Notice, outgoing: Outgoing, sender: str) -> Envelope:
    content = content_from(blob(case.work, notice.content))
    name = f"{case.head.key}-{notice.id & 0xFFFFFFFF:06d}-{outgoing.id & 0xFFFFFFFF:06d}"
    return Envelope(
        id=name,
        message_id=f"{notice.campaign}.{notice.id & 0xFFFFFFFF}.{outgoing.id & 0xFFFFFFFF}@{DOMAIN}",
        sender=sender,
        recipients=(outgoing.recipient,),
        subject=content.subject,
        body=content.body,
        short=content.short,
        date=_dated(case, notice),
    )


def _dated(case: Case, notice: Notice) -> datetime:
    """Return the instant a message bears: that of its writing, or for a draft on the day of its signature."""
    written = notice.created_at.astimezone(case.plan.zone)
    return written.replace(year=notice.day.year, month=notice.day.month, day=notice.day.day)


def _record(desk: Desk, campaign: int, marks: Sequence[Mark], worker: str) -> None:
    """Record what became of messages; a result of a lease that was lost meanwhile is left out."""
    with desk.database.write() as work:
        head = work.must(Campaign, campaign)
        case = open_case(desk, work, head)
        _lock(desk, work, marks)
        held = [mark for mark in marks if _holds(work, mark, worker)]
        if held:
            results = [_result(case, mark) for mark in held]
            sent = sum(mark.state == "sent" for mark in held)
            system_act(case, "deliver", {"results": results, "subject": f"{sent} of {len(held)} sent"})


def _lock(desk: Desk, work: Work, marks: Sequence[Mark]) -> None:
    """Read the messages and keep other workers from leasing them until this ends."""
    ids = [mark.ref for mark in marks]
    if desk.database.is_postgres:
        work.rows(f'SELECT id FROM "outbox" WHERE id IN ({", ".join("?" * len(ids))}) FOR UPDATE', ids)
    work.among(Outgoing, "id", ids)


def _holds(work: Work, mark: Mark, worker: str) -> bool:
    outgoing = work.get(Outgoing, mark.ref)
    return outgoing is not None and outgoing.lease == worker and outgoing.state == "queued"


def _result(case: Case, mark: Mark) -> dict[str, Any]:
    """Return what a record tells of a message; it is tried again within the hours of sending only (D5)."""
    later = rules.sending_time(mark.next_at, case.plan.times) if mark.next_at else None
    return {
        "id": mark.ref,
        "state": mark.state,
        "attempt": mark.attempts,
        "error": "" if mark.state == "sent" else mark.detail,
        "next_at": instant(later) if later else "",
    }
