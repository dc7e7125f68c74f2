"""The ways out: how many messages a recipient may be sent, and what waits because a way fails (SEMANTICS Y2, Y3).

A lane is a channel, or one recipient of it. Lanes and sendings are operations: no history follows them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from engine.model import Lane, Outgoing, Sending
from engine.model.plain import coded
from engine.records import record, replace
from engine.service.kernel.desk import Desk
from engine.store.queries import lanes as queries
from engine.store.work import UnitOfWork
from notifications.channels import Limit
from notifications.relay import LONGEST, WAIT, DeliveryMark

PAUSES = (
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
)
"""How long nothing is sent on a lane that failed once, twice … in a row."""
PATIENCE = 2
"""How often in a row a recipient may fail before everything for it waits; a whole channel waits at once."""
LONGEST_WINDOW = timedelta(hours=1)
Limits = Callable[[str], tuple[Limit, ...]]


def fenced(work: UnitOfWork, channel: str) -> Lane:
    """Return a channel's lane with its number raised; whoever else wants it waits until this ends."""
    lane = queries.own(work, channel)
    lane = replace(lane, fence=lane.fence + 1)
    work.put(lane)
    return lane


def is_paused(lane: Lane, now: datetime) -> bool:
    """Tell whether nothing goes out on a lane; a pause that the clock left far behind counts for nothing."""
    return lane.until is not None and now < lane.until <= now + LONGEST


# --- what a recipient may be sent (Y2) ---


@record(frozen=False, kw_only=False)
class Allowance:
    """How many messages each of some recipients may be sent now."""

    left: dict[str, int]
    full_until: dict[str, datetime]

    def take(self, recipient: str) -> bool:
        """Count one message, unless its recipient may be sent none."""
        known = counted(recipient)
        if self.left.get(known, 1) <= 0:
            return False
        if known in self.left:
            self.left[known] -= 1
        return True

    def watches(self, recipient: str) -> bool:
        """Tell whether what becomes of a recipient's messages counts for the next ones."""
        return counted(recipient) in self.left


def counted(recipient: str) -> str:
    """Return a recipient as its messages are counted: an address is the same in capitals."""
    return recipient.lower()


def allowance(work: UnitOfWork, channel: str, recipients: Iterable[str], limits: Limits, now: datetime) -> Allowance:
    """Return what recipients may be sent: what their limits leave, and one message where the last one failed."""
    wanted = list(dict.fromkeys(recipients))
    found = Allowance(left={}, full_until={})
    for lane in queries.of_recipients(work, channel, wanted):
        if lane.failures:
            found.left[counted(lane.recipient)] = 1
    limited = {one: limits(one) for one in wanted if limits(one)}
    sent = _sent(work, channel, map(counted, limited), now)
    for recipient, all_limits in limited.items():
        for limit in all_limits:
            _hold_to(found, recipient, limit, sent[counted(recipient)], now)
    return found


def reserved(lane: Lane, outgoing: Outgoing, until: datetime) -> Sending:
    """Return a message as it counts from its claim on: as if it were sent at the last moment at which it may be."""
    known = counted(outgoing.recipient)
    return Sending(ref=outgoing.id, fence=lane.fence, channel=lane.channel, recipient=known, at=until)


def _hold_to(found: Allowance, recipient: str, limit: Limit, sent: Sequence[datetime], now: datetime) -> None:
    """Lower what a recipient may be sent to what one limit leaves; `sent` holds the newest first."""
    window = timedelta(seconds=limit.seconds)
    used = sum(at > now - window for at in sent)
    known = counted(recipient)
    found.left[known] = min(found.left.get(known, limit.count), limit.count - used)
    if used >= limit.count:
        free_at = sent[limit.count - 1] + window
        found.full_until[recipient] = max(found.full_until.get(recipient, free_at), free_at)


def _sent(work: UnitOfWork, channel: str, recipients: Iterable[str], now: datetime) -> Mapping[str, list[datetime]]:
    """Return when each was sent something within the longest window, the newest first; the rest is forgotten."""
    if not (wanted := dict.fromkeys(recipients)):
        return {}
    queries.forget_sendings(work, channel, now - LONGEST_WINDOW, now + LONGEST_WINDOW)
    found: dict[str, list[datetime]] = {one: [] for one in wanted}
    for recipient, at in queries.sendings(work, channel, found):
        found[recipient].append(at)
    return found


def hold_up(work: UnitOfWork, channel: str, full_until: Mapping[str, datetime]) -> None:
    """Let what is for recipients at their limit wait until it is below it again."""
    known = {lane.recipient: lane for lane in queries.of_recipients(work, channel, full_until)}
    for recipient, until in full_until.items():
        lane = known.get(recipient) or Lane(channel=channel, recipient=recipient)
        keep = work.put if recipient in known else work.add
        keep(replace(lane, until=until, reason=lane.reason or coded("at_limit")))


def lift(desk: Desk, channel: str, recipients: Iterable[str] = ()) -> None:
    """Let a channel, and recipients of it, be tried again at once; what its limits allow stays as it is (Y2)."""
    with desk.database.write() as work:
        work.put(replace(queries.own(work, channel), failures=0, until=None, reason=""))
        for lane in queries.of_recipients(work, channel, dict.fromkeys(recipients)):
            work.drop(Lane, lane.channel, lane.recipient)


# --- what was learned from sending (Y3) ---


def learn(work: UnitOfWork, lane: Lane, marks: Sequence[DeliveryMark], now: datetime) -> None:
    """Keep how the lane of a channel and those of its recipients fared in a batch."""
    work.put(_after(lane, [mark for mark in marks if mark.whole], marks, now, patience=0))
    single: dict[str, list[DeliveryMark]] = defaultdict(list)
    for mark in marks:
        if not mark.whole:
            single[mark.recipient].append(mark)
    known = {one.recipient: one for one in queries.of_recipients(work, lane.channel, single)}
    for recipient, found in single.items():
        before = known.get(recipient, Lane(channel=lane.channel, recipient=recipient))
        after = _after(before, [mark for mark in found if mark.state == "queued"], found, now, patience=PATIENCE)
        _keep(work, after, was_kept=recipient in known)


def _keep(work: UnitOfWork, lane: Lane, *, was_kept: bool) -> None:
    """Keep the lane of a recipient that is left alone or failed; of any other nothing is kept."""
    if lane.failures or lane.until:
        (work.put if was_kept else work.add)(lane)
    elif was_kept:
        work.drop(Lane, lane.channel, lane.recipient)


def _after(
    lane: Lane, failed: Sequence[DeliveryMark], marks: Sequence[DeliveryMark], now: datetime, *, patience: int
) -> Lane:
    """Return a lane after a batch: free again once something got through, else paused for longer and longer."""
    if not failed:
        return replace(lane, failures=0, until=None, reason="") if marks else lane
    failures = 1 + (lane.failures if len(failed) == len(marks) else 0)
    until = now + max(_pause(failures - patience), *map(_asked, failed))
    return replace(lane, failures=failures, until=until if until > now else None, reason=failed[-1].detail)


def _pause(failures: int) -> timedelta:
    return PAUSES[min(failures, len(PAUSES)) - 1] if failures > 0 else timedelta()


def _asked(mark: DeliveryMark) -> timedelta:
    """Return how long the other side wants to be left alone."""
    return max(mark.after, WAIT) if mark.outcome == "wait" else mark.after
