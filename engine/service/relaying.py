"""Taking queued notices to their channels: claimed with a lease, delivered, recorded (SEMANTICS N3, Y1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from engine import deadlines as rules
from engine.clock import stopwatch
from engine.history import instant
from engine.model import Campaign
from engine.service.case import Case
from engine.service.claiming import BATCH, LEASE, Batch, claim, held, release, waiting_channels
from engine.service.desk import Desk, open_case, system_act
from engine.service.linking import Links
from notifications.channels import Channel
from notifications.relay import Mark, relay

__all__ = ["LEASE", "Channels", "Delivered", "deliver"]

Channels = Callable[[str], Channel]


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many messages were sent, are to be tried again, and failed for good."""

    sent: int = 0
    queued: int = 0
    failed: int = 0


def deliver(
    desk: Desk,
    channels: Channels,
    sender: str,
    worker: str,
    stop: Callable[[], bool] = lambda: False,
    steady: Callable[[], float] = stopwatch,
    links: Links | None = None,
) -> Delivered:
    """Deliver everything that is queued and due, one batch of each channel in turn, until `stop` says so.

    With `links`, messages that ask for a receipt carry one to sign by (Z1).
    """
    relaying = _Relaying(
        desk=desk, channels=channels, sender=sender, worker=worker, stop=stop, steady=steady, links=links
    )
    waiting = waiting_channels(desk)
    while waiting and not stop():
        waiting = [name for name in waiting if not stop() and relaying.has_moved(name)]
    return Delivered(**relaying.counts)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Relaying:
    """One delivery: whose name it bears, what stops it, and how many messages came to what."""

    desk: Desk
    channels: Channels
    sender: str
    worker: str
    stop: Callable[[], bool]
    steady: Callable[[], float]
    links: Links | None
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def has_moved(self, channel: str) -> bool:
        """Claim, carry out and record one batch of a channel; tell whether more may wait."""
        batch = claim(self.desk, channel, self.sender, self.worker, self.steady, self.links)
        marks = list(relay(batch.messages, self.channels, self.desk.now, lambda: self._may_send(batch)))
        for campaign, found in groupby(marks, key=lambda mark: mark.ref >> 32):
            record(self.desk, batch, campaign, list(found))
        tried = {mark.ref for mark in marks}
        release(self.desk, batch, [ref for ref in batch.ids if ref not in tried])
        for mark in marks:
            self.counts[mark.state] += 1
        return len(batch.messages) == BATCH

    def _may_send(self, batch: Batch) -> bool:
        """Tell whether one more message may be sent: nobody asked for the end, and the lease covers it (Y1)."""
        return not self.stop() and batch.covers(self.desk.now(), self.steady())


def record(desk: Desk, batch: Batch, campaign: int, marks: Sequence[Mark]) -> None:
    """Record what became of messages; a result whose lease another has taken meanwhile is left out (Y1)."""
    with desk.database.write() as work:
        case = open_case(desk, work, work.must(Campaign, campaign))
        ours = held(work, batch, [mark.ref for mark in marks])
        results = [_result(case, mark) for mark in marks if mark.ref in ours]
        if results:
            sent = sum(result["state"] == "sent" for result in results)
            system_act(case, "deliver", {"results": results, "subject": f"{sent} of {len(results)} sent"})


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
