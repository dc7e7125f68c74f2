"""The channels of a run, which take, refuse, hang, or take and lose their answer; and every copy that went out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.service.delivery.relaying import LEASE
from notifications.channels import Channel, ChannelResult, Envelope, Limit
from tests.simulation.world import EPOCH, FIRST

if TYPE_CHECKING:
    from tests.simulation.workers import Worker
    from tests.simulation.world import World

SENDER = "office@xiaoxi.example.org"
SKEW = timedelta(minutes=3)
"""By so much the clocks of two workers may differ at the most."""


@dataclass
class Copy:
    """One copy of a message that a channel took; `excused` where nobody could record that it did.

    `looked` is when its worker, which may have been frozen since, looked whether it still has the lease.
    """

    ref: int
    body: str
    at: datetime
    by: str
    lease_ends: datetime
    looked: datetime
    excused: str = ""


@dataclass
class Post:
    """All that was sent in a run, by the number of its place in the outbox."""

    world: World
    copies: dict[int, list[Copy]] = field(default_factory=lambda: defaultdict(list))
    limits: tuple[Limit, ...] = ()
    begun: list[tuple[int, datetime]] = field(default_factory=list)
    tried: list[tuple[str, datetime]] = field(default_factory=list)
    in_hand: dict[str, list[Copy]] = field(default_factory=lambda: defaultdict(list))
    leases: dict[int, tuple[str, int]] = field(default_factory=dict)

    def channels(self, worker: Worker) -> Callable[[str], Channel]:
        """Return what opens a channel for a worker."""
        return lambda name: Line(self, worker)

    def take(self, worker: Worker, envelope: Envelope, lease_ends: datetime, looked: datetime) -> Copy:
        """Take a copy: from here on it has been sent."""
        ref = ref_of(envelope)
        copy = Copy(ref, repr(envelope), self.world.clock.now(), worker.name, lease_ends, looked)
        self.copies[ref].append(copy)
        self.in_hand[worker.name].append(copy)
        return copy

    def look_at_leases(self, worker: Worker) -> None:
        """Look who has leased what after a worker's commit: nobody ends a lease that another has, before its time.

        A clock may be set within its transaction: the lease was then neither over when that began nor when it ended.
        """
        if self.world.store.twin:
            return
        before, self.leases = self.leases, {ref: (who, until) for ref, who, until in self.world.store.rows(_LEASED)}
        times = [(at - EPOCH) // timedelta(milliseconds=1) for at in (worker.began_at, worker.shown())]
        for ref, (who, until) in before.items():
            is_live = all(now < until <= now + 2 * LEASE // timedelta(milliseconds=1) for now in times)
            if is_live and self.leases.get(ref) != (who, until) and not who.startswith(f"{worker.name}#"):
                now_to = self.leases.get(ref, ("nobody", 0))[0]
                self.world.blame(f"leases_are_kept: {worker.name} takes {ref} from {who}; it is leased to {now_to}")

    def unsure(self, worker: Worker) -> None:
        """Excuse the copies of a worker that could not record them."""
        for copy in self._let_go(worker):
            state = self.world.store.rows('SELECT state FROM "outbox" WHERE id = ?', (copy.ref,))
            if state != [("sent",)]:
                copy.excused = copy.excused or "no record"

    def recorded(self, worker: Worker) -> None:
        """Let go of the copies of a worker that is through."""
        self._let_go(worker)

    def _let_go(self, worker: Worker) -> list[Copy]:
        """Return the copies that a worker has in hand no more; those whose lease ran out are excused."""
        found = self.in_hand.pop(worker.name, [])
        for copy in found:
            if copy.lease_ends - SKEW <= self.world.clock.now() or self.world.faults.has_moved_since(copy.looked):
                copy.excused = copy.excused or "the lease ran out"
        return found


_LEASED = 'SELECT id, lease, lease_until FROM "outbox" WHERE lease_until IS NOT NULL'


@dataclass(frozen=True)
class Line:
    """A channel as one worker uses it."""

    post: Post
    worker: Worker

    def limits(self, recipient: str) -> tuple[Limit, ...]:
        return self.post.limits

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        world, worker = self.post.world, self.worker
        lease_ends, looked = self._looked_at(envelope), world.clock.true
        if not world.faults.has_moved_lately():
            self.post.begun.append((ref_of(envelope), worker.shown()))
        self.post.tried.append((envelope.recipients[0], worker.shown()))
        world.hand_over(worker, "SEND")
        outcome = world.faults.outcome(worker, envelope)
        world.note(worker.name, f"channel: {outcome} {envelope.id} {envelope.recipients[0]}")
        if outcome in ("refused", "later"):
            return tuple(
                ChannelResult(recipient=one, outcome=outcome, detail="so it said") for one in envelope.recipients
            )
        if outcome == "broken":
            raise ConnectionResetError("the line broke")
        copy = self.post.take(worker, envelope, lease_ends, looked)
        if outcome == "lost":
            copy.excused = "the answer was lost"
            raise TimeoutError("no answer")
        world.hand_over(worker, "SENT")
        return tuple(ChannelResult(recipient=one, outcome="accepted") for one in envelope.recipients)

    def _looked_at(self, envelope: Envelope) -> datetime:
        """Return when the lease ends under which a message is sent: this worker's, and one that has not run out."""
        world, now = self.post.world, self.post.world.clock.now()
        found = world.store.rows('SELECT state, lease, lease_until FROM "outbox" WHERE id = ?', (ref_of(envelope),))
        ends = now + LEASE
        for state, lease, until in found:
            ends = EPOCH + timedelta(milliseconds=until or 0)
            covered = state == "queued" and lease.startswith(f"{self.worker.name}#") and ends > now
            if not covered and not world.faults.has_moved_lately():
                sent = f"{self.worker.name} sends {envelope.id}, {state}, leased to {lease or 'nobody'}"
                world.blame(f"sent_under_lease: {sent}")
        return ends


def ref_of(envelope: Envelope) -> int:
    """Return the number of a message's place in the outbox."""
    _, _, _, short = envelope.message_id.partition("@")[0].split(".")
    return FIRST << 32 | int(short)
