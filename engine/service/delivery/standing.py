"""How the work stands, by queries that cost what is due and not what is open (SEMANTICS F2)."""

from __future__ import annotations

from datetime import datetime

from engine.model import Worker
from engine.records import record
from engine.service.delivery.claiming import waiting_channels
from engine.service.delivery.workers import Liveliness, liveliness, roll
from engine.service.kernel.desk import Desk
from engine.store.queries import armed, campaigns, items, outbox


@record(kw_only=False)
class Present:
    """A worker of the roll and how it stands."""

    worker: Worker
    stands: Liveliness


@record
class WorkStanding:
    """Who serves, how far the work lags, and what is on its way, at one instant.

    `due` and `queued` count what waits; `leased` of the queued are in a worker's hands.
    """

    at: datetime
    workers: tuple[Present, ...]
    campaigns: int
    running: int
    due: int
    oldest_due: datetime | None
    next_moment: datetime | None
    queued: int
    leased: int
    oldest_queued: datetime | None
    failed: int
    aside: int

    @property
    def lag_in_seconds(self) -> float:
        """How long the oldest moment that is due has waited."""
        return (self.at - self.oldest_due).total_seconds() if self.oldest_due else 0.0

    @property
    def waiting_in_seconds(self) -> float:
        """How long the oldest message that could go has waited."""
        late = (self.at - self.oldest_queued).total_seconds() if self.oldest_queued else 0.0
        return max(late, 0.0)

    @property
    def serving(self) -> int:
        """How many workers are seen in time."""
        return sum(one.stands == "alive" for one in self.workers)


def standing(desk: Desk) -> WorkStanding:
    """Look at the whole installation; nothing is changed."""
    now = desk.now()
    with desk.database.read() as work:
        first, messages = armed.first_at(work), outbox.counts(work, now)
        return WorkStanding(
            at=now,
            workers=tuple(Present(one, liveliness(one, now)) for one in roll(work)),
            campaigns=campaigns.number(work),
            running=campaigns.number(work, "running"),
            due=armed.number_due(work, now),
            oldest_due=first if first and first <= now else None,
            next_moment=first if first and first > now else armed.first_at(work, after=now),
            queued=messages.queued,
            leased=messages.leased,
            oldest_queued=outbox.oldest_queued(work),
            failed=messages.failed,
            aside=items.number_aside(work),
        )


def anything_due(desk: Desk) -> bool:
    """Tell whether a sweep or a delivery would find something now; a look that may be made every second."""
    with desk.database.read() as work:
        moment = armed.is_any_due(work, desk.now())
    return moment or bool(waiting_channels(desk))
