"""Taking queued notices to their channels: claimed with a lease, delivered, recorded (SEMANTICS N3, Y1–Y4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby

from engine import deadlines as rules
from engine.clock import stopwatch
from engine.errors import DatabaseBusy, PhasegateError
from engine.model import Campaign, Sending
from engine.records import field, record, replace
from engine.service.delivery.claiming import LEASE, ClaimedBatch, Claimer, held, waiting_channels
from engine.service.delivery.commands.delivering import Carried, DeliveryResult
from engine.service.delivery.lanes import Limits, learn
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import Desk, open_case, system_act
from engine.service.signing.linking import Links
from engine.store.queries import lanes
from engine.store.work import UnitOfWork
from notifications import channels as ways
from notifications.channels import Channel
from notifications.relay import DeliveryMark, relay

__all__ = ["LEASE", "Channels", "Delivered", "deliver"]

Channels = Callable[[str], Channel]
TRIES = 3
"""How often a result is recorded at the most while the database is busy; unrecorded, its message would go twice."""


@record(kw_only=False)
class Delivered:
    """How many messages were sent, are to be tried again, and failed for good.

    `rehearsed` of the sent only lie in the folder of a rehearsal, whatever their channel (SEMANTICS I3).
    """

    sent: int = 0
    queued: int = 0
    failed: int = 0
    rehearsed: int = 0


def deliver(
    desk: Desk,
    channels: Channels,
    sender: str,
    worker: str,
    stop: Callable[[], bool] = lambda: False,
    breathe: Callable[[], None] = lambda: None,
    steady: Callable[[], float] = stopwatch,
    links: Links | None = None,
) -> Delivered:
    """Deliver everything that is queued and due, one batch of each channel in turn, until `stop` says so.

    `breathe` is called between batches (F3); `steady` is a stopwatch. With `links`, messages that ask for
    a receipt carry one to sign by (Z1).
    """
    limits = partial(_limits, channels)
    claimer = Claimer(desk=desk, sender=sender, worker=worker, steady=steady, limits=limits, links=links)
    relaying = _Relaying(desk=desk, claimer=claimer, channels=channels, stop=stop, breathe=breathe)
    waiting = waiting_channels(desk)
    while waiting and not stop():
        waiting = [name for name in waiting if not stop() and relaying.has_more(name)]
    return Delivered(**relaying.counts)


def _limits(channels: Channels, name: str) -> Limits:
    """Return the limits of a channel; one that cannot be opened has none, and says why when it is sent to."""
    try:
        return partial(ways.limits, channels(name))
    except Exception:
        return lambda recipient: ()


@record
class _Relaying:
    """One delivery: who claims, what stops it, and how many messages came to what."""

    desk: Desk
    claimer: Claimer
    channels: Channels
    stop: Callable[[], bool]
    breathe: Callable[[], None]
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def has_more(self, channel: str) -> bool:
        """Claim, carry out and record one batch of a channel; tell whether messages were left."""
        batch = self.claimer.claim(channel)
        tried = [*relay(batch.messages, self.channels, self.desk.now, lambda: self._may_send(batch))]
        marks = [*batch.settled, *tried]
        failure = record_all(self.desk, batch, marks)
        patiently(partial(settle, self.desk, batch, tried))
        if failure is not None:
            raise failure
        aside = {one.ref for one in batch.messages if one.channel != channel}
        for mark in marks:
            self.counts[mark.state] += 1
            self.counts["rehearsed"] += mark.state == "sent" and mark.ref in aside
        self.breathe()
        return batch.has_more or 0 < len(tried) < len(batch.messages)

    def _may_send(self, batch: ClaimedBatch) -> bool:
        """Tell whether one more message may be sent: nobody asked for the end, and the lease covers it (Y1)."""
        return not self.stop() and batch.covers(self.desk.now(), self.claimer.steady())


def record_all(desk: Desk, batch: ClaimedBatch, marks: Sequence[DeliveryMark]) -> PhasegateError | None:
    """Record what became of a batch, campaign by campaign, and return what went wrong: it holds up no other."""
    failure: PhasegateError | None = None
    for campaign, found in groupby(sorted(marks, key=lambda mark: mark.ref), key=lambda mark: mark.ref >> 32):
        try:
            patiently(partial(record_those_of, desk, batch, campaign, list(found)))
        except PhasegateError as error:
            failure = error
    return failure


def patiently(act: Callable[[], None]) -> None:
    """Do something again while the database is busy, so often at the most."""
    for _ in range(TRIES - 1):
        try:
            return act()
        except DatabaseBusy:
            continue
    return act()


def record_those_of(desk: Desk, batch: ClaimedBatch, campaign: int, marks: Sequence[DeliveryMark]) -> None:
    """Record what became of messages; a result whose lease another has taken meanwhile is left out (Y1)."""
    with desk.database.write() as work:
        case = open_case(desk, work, work.must(Campaign, campaign))
        ours = held(work, batch, [mark.ref for mark in marks])
        results = [_result(case, mark) for mark in marks if mark.ref in ours]
        if results:
            sent = sum(result.state == "sent" for result in results)
            facts = Carried(results=tuple(results))
            system_act(case, "deliver", facts, f"{sent}/{len(results)}")


def _result(case: CampaignSession, mark: DeliveryMark) -> DeliveryResult:
    """Return what a record tells of a message; it is tried again within the hours of sending only (D5)."""
    later = rules.sending_time(_next_try(case, mark.at, mark.next_at), case.plan.times) if mark.next_at else None
    is_sent = mark.state == "sent"
    return DeliveryResult(
        message=mark.ref,
        state=mark.state,
        attempt=mark.attempts,
        error="" if is_sent else mark.detail,
        said=mark.detail if is_sent else "",
        next_at=later,
    )


def _next_try(case: CampaignSession, answered: datetime, next_at: datetime) -> datetime:
    """Return when a message is tried again; where the clock was set back since the answer, its pause counts (C4)."""
    return min(next_at, case.at + (next_at - answered))


def settle(desk: Desk, batch: ClaimedBatch, marks: Sequence[DeliveryMark]) -> None:
    """Give back what was not tried, and keep how the lanes fared and when their recipients were sent something."""
    answered = {mark.ref: mark.at for mark in marks}
    untried = [ref for ref in batch.ids if ref not in answered]
    if not untried and not batch.is_watched and all(mark.state != "queued" for mark in marks):
        return
    with desk.database.write() as work:
        lane = lanes.own(work, batch.lane.channel)
        if untried:
            _give_back(work, batch, untried)
        if batch.is_watched:
            _keep_times(work, batch, answered)
        learn(work, lane, marks, desk.now())


def _give_back(work: UnitOfWork, batch: ClaimedBatch, untried: Sequence[int]) -> None:
    for outgoing in held(work, batch, untried).values():
        work.put(replace(outgoing, lease_until=None, lease=""))


def _keep_times(work: UnitOfWork, batch: ClaimedBatch, answered: Mapping[int, datetime]) -> None:
    """Keep when the recipients of a batch were sent something; what was reserved and not tried counts no more."""
    for sending in work.among(Sending, "ref", batch.ids):
        if sending.fence != batch.lane.fence:
            continue
        if sending.ref in answered:
            work.put(replace(sending, at=answered[sending.ref]))
        else:
            work.drop(Sending, sending.ref, sending.fence)
