"""Leasing queued messages: a batch of one channel, under a token that is never given twice (SEMANTICS Y1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice

from engine import deadlines as rules
from engine.model import Blob, Campaign, Lane, Notice, Outgoing, System
from engine.model.plain import short
from engine.records import record, replace
from engine.service.delivery.lanes import Limits, allowance, fenced, hold_up, reserved
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import Desk, case_at
from engine.service.kernel.journal import SYSTEM_JOURNAL, settled_instant
from engine.service.kernel.plan import blob
from engine.service.notices.texts import content_from
from engine.service.signing import linking
from engine.service.signing.linking import Links
from engine.store.queries import outbox
from engine.store.work import UnitOfWork
from notifications.channels import Envelope
from notifications.notice import NoticeError, coded
from notifications.relay import LONGEST, Claimed, DeliveryMark, put_off, spoiled

LEASE = timedelta(minutes=10)
MARGIN = timedelta(minutes=4)
"""What must be left of a lease when a message is sent: longer than any channel may take for one."""
TURN = timedelta(seconds=30)
"""How long one channel sends before it is the others' turn, however slow it is; results are recorded as often."""
BATCH = 25
"""Few enough that the results of a batch are recorded soon."""
CANDIDATES = 4 * BATCH
LOOKS = 10
"""How many times a claim looks past recipients that are at their limit."""
DOMAIN = "phasegate.invalid"
"""The right-hand side of a Message-ID; it names no real host."""
FOLDER = "eml"
"""Where whatever a rehearsal sends goes, and nowhere else (SEMANTICS I3)."""
UNFIT = re.compile(r"[^\w-]")
"""What a campaign's key may hold and the name of a file may not."""


@record
class ClaimedBatch:
    """Messages of one channel leased at an instant under a token; `steady` is the stopwatch at the claim.

    `settled` is what became of messages without trying: they can never be sent as they are, or not now.
    `is_watched` where what becomes of the batch must be kept for its lanes; `has_more` where messages
    were left.
    """

    token: str
    lane: Lane
    at: datetime
    steady: float
    messages: Sequence[Claimed]
    settled: Sequence[DeliveryMark]
    is_watched: bool = False
    has_more: bool = False

    @property
    def ids(self) -> list[int]:
        """The numbers of the messages."""
        return [message.ref for message in self.messages]

    def covers(self, now: datetime, steady: float) -> bool:
        """Tell whether a batch may go on: its lease is long enough by the wall, its turn by the stopwatch."""
        return now < self.at + LEASE - MARGIN and steady - self.steady < TURN.total_seconds()


def waiting_channels(desk: Desk) -> list[str]:
    """Return the channels for which there is a message to claim."""
    now = desk.now()
    with desk.database.read() as work:
        return [name for name in outbox.queued_channels(work) if outbox.is_any_free(work, _free(name, now))]


def _free(channel: str, now: datetime) -> outbox.Free:
    return outbox.Free(channel, now, longest_lease=2 * LEASE, longest_pause=LONGEST)


@record
class _Look:
    """What one look at the oldest messages chose, and whether it left others."""

    ids: list[int]
    has_more: bool
    is_watched: bool


NOTHING = _Look(ids=[], has_more=False, is_watched=False)


@record
class Claimer:
    """Who claims: a worker with its sender, its stopwatch, the limits of each channel, and links to sign by (Z1)."""

    desk: Desk
    sender: str
    worker: str
    steady: Callable[[], float]
    limits: Callable[[str], Limits] = lambda channel: lambda recipient: ()
    links: Links | None = None

    def claim(self, channel: str) -> ClaimedBatch:
        """Lease due messages of a channel, oldest first; ClockBehind where results could not be recorded (C4)."""
        limits = self.limits(channel)
        with self.desk.database.write() as work:
            lane = fenced(work, channel)
            now = self.desk.now()
            looks = (self._look(work, lane, limits, now) for _ in range(LOOKS))
            look = next((look for look in looks if look.ids or not look.has_more), NOTHING)
            batch = self._leased(work, lane, now, look.ids, limits)
            return replace(batch, is_watched=look.is_watched, has_more=bool(look.ids) and look.has_more)

    def _look(self, work: UnitOfWork, lane: Lane, limits: Limits, now: datetime) -> _Look:
        """Choose what to lease among the oldest messages; whoever is at its limit is out of the next look."""
        rows = outbox.candidates(work, _free(lane.channel, now), CANDIDATES)
        allowed = allowance(work, lane.channel, [row[1] for row in rows], limits, now)
        ids = list(islice((row[0] for row in rows if allowed.take(row[1])), BATCH))
        hold_up(work, lane.channel, {one: at for one, at in allowed.full_until.items() if at > now})
        watched = lane.failures > 0 or any(allowed.watches(row[1]) for row in rows)
        return _Look(ids=ids, has_more=len(rows) > len(ids), is_watched=watched)

    def _leased(self, work: UnitOfWork, lane: Lane, now: datetime, ids: list[int], limits: Limits) -> ClaimedBatch:
        # The oldest first: what was tried last goes behind the others, or it would hold them up for ever.
        known = {one.id: one for one in work.among(Outgoing, "id", ids)}
        found = [known[id] for id in ids]
        made = self._made(work, found)
        messages = [one for one in made if isinstance(one, Claimed)]
        token = f"{self.worker}#{lane.fence}"
        until, tried = now + LEASE, {one.ref for one in messages}
        for one in found:
            work.put(replace(one, lease_until=until, lease=token))
            if one.id in tried and limits(one.recipient):
                work.add(reserved(lane, one, until))
        return ClaimedBatch(
            token=token,
            lane=lane,
            at=now,
            steady=self.steady(),
            messages=messages,
            settled=[one for one in made if isinstance(one, DeliveryMark)],
        )

    def _made(self, work: UnitOfWork, found: Sequence[Outgoing]) -> list[Claimed | DeliveryMark]:
        """Return what each message comes to: what is to be sent, with a link where one is asked for, or a mark."""
        _read_ahead(work, found)
        links = self.links
        asking = linking.asking(work, [one.notice for one in found]) if links else frozenset()
        return [_claimed(self.desk, work, one, self.sender, links if one.notice in asking else None) for one in found]


def held(work: UnitOfWork, batch: ClaimedBatch, ids: Iterable[int]) -> dict[int, Outgoing]:
    """Lock messages and return those that this batch still has, by their numbers."""
    wanted = list(ids)
    outbox.hold(work, wanted)
    found = work.among(Outgoing, "id", wanted)
    return {one.id: one for one in found if one.lease == batch.token and one.state == "queued"}


# --- what is sent ---


def _read_ahead(work: UnitOfWork, found: Sequence[Outgoing]) -> None:
    """Read the notices of messages and their texts, set-wise."""
    notices = work.among(Notice, "id", sorted({outgoing.notice for outgoing in found}))
    work.among(Blob, "sha", sorted({notice.content for notice in notices}))


def _claimed(
    desk: Desk, work: UnitOfWork, outgoing: Outgoing, sender: str, links: Links | None
) -> Claimed | DeliveryMark:
    """Return a message as it is to be sent, or what became of one that cannot be made, or not be sent now (D5)."""
    notice, head = work.must(Notice, outgoing.notice), work.must(Campaign, outgoing.campaign)
    at = settled_instant(work, desk.now(), head.last_at)
    case = case_at(desk, work, head, head.last_at)
    if outgoing.channel in case.plan.workflow.channels_off:
        why = coded("channel_off", channel=outgoing.channel)
        return spoiled(outgoing.id, outgoing.recipient, outgoing.attempts, at, why)
    opens = rules.sending_time(at, case.plan.times)
    if opens > at:
        return put_off(outgoing.id, outgoing.recipient, outgoing.attempts, at, opens)
    try:
        envelope = _envelope(case, notice, outgoing, sender, links)
    except NoticeError as error:
        return spoiled(outgoing.id, outgoing.recipient, outgoing.attempts + 1, at, error.coded())
    return Claimed(
        ref=outgoing.id,
        channel=FOLDER if head.rehearsal else outgoing.channel,
        attempts=outgoing.attempts,
        envelope=envelope,
        until=rules.sending_end(at, case.plan.times),
    )


def _envelope(
    case: CampaignSession, notice: Notice, outgoing: Outgoing, sender: str, links: Links | None
) -> Envelope:
    """Return a message as it goes out; with `links`, one to sign by is laid under its text (Z1).

    Its ids bear a random number of the installation, which a restore renews: no other has the same.
    """
    content = content_from(blob(case.work, notice.content))
    footer = linking.line(case, links, notice, outgoing) if links else ""
    installation = case.work.must(System, SYSTEM_JOURNAL).installation
    return Envelope(
        id=f"{_named(case.head)}-{installation[:8]}-{short(notice.id):06d}-{short(outgoing.id):06d}",
        message_id=f"{installation}.{case.head.uid}.{short(notice.id)}.{short(outgoing.id)}@{DOMAIN}",
        sender=sender,
        recipients=(outgoing.recipient,),
        subject=content.subject,
        body=content.body + footer,
        short=content.short,
        footer=footer,
        date=_dated(case, notice),
    )


def _named(head: Campaign) -> str:
    """Return a campaign's key as the name of a file may hold it; one that had to be changed bears its number."""
    fit = UNFIT.sub("-", head.key)
    return fit if fit == head.key else f"{fit}-{head.id}"


def _dated(case: CampaignSession, notice: Notice) -> datetime:
    """Return the instant a message bears: that of its writing, or for a draft on the day of its signature."""
    written = notice.created_at.astimezone(case.plan.zone)
    return written.replace(year=notice.day.year, month=notice.day.month, day=notice.day.day)
