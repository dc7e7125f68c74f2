"""How the work stands, by queries that cost what is due and not what is open (SEMANTICS F2)."""

from __future__ import annotations

from datetime import datetime

from engine.model import Worker
from engine.records import record
from engine.service.delivery.claiming import waiting_channels
from engine.service.delivery.workers import Liveliness, liveliness, roll
from engine.service.kernel.desk import Desk
from engine.store.codec import instant, milliseconds
from engine.store.work import Work

QUEUED = "state = 'queued'"
ASIDE = """SELECT SUM((SELECT COUNT(*) FROM "item" WHERE "item".campaign = "campaign".id AND "item".state = 'aside'))
    FROM "campaign" """
"""Counted by campaign, so that the index of items is used; one look over all of them takes a second at a million."""


@record(kw_only=False)
class Present:
    """A worker of the roll and how it stands."""

    worker: Worker
    stands: Liveliness


@record
class Standing:
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


def standing(desk: Desk) -> Standing:
    """Look at the whole installation; nothing is changed."""
    now = desk.now()
    with desk.database.read() as work:
        first = _instant(work, 'SELECT MIN("at") FROM "armed"')
        return Standing(
            at=now,
            workers=tuple(Present(one, liveliness(one, now)) for one in roll(work)),
            campaigns=_count(work, '"campaign"'),
            running=_count(work, "\"campaign\" WHERE state = 'running'"),
            due=_count(work, '"armed" WHERE "at" <= ?', now),
            oldest_due=first if first and first <= now else None,
            next_moment=first
            if first and first > now
            else _instant(work, 'SELECT MIN("at") FROM "armed" WHERE "at" > ?', now),
            queued=_count(work, f'"outbox" WHERE {QUEUED}'),
            leased=_count(work, f'"outbox" WHERE {QUEUED} AND lease_until > ?', now),
            oldest_queued=_instant(work, f'SELECT MIN(next_at) FROM "outbox" WHERE {QUEUED}'),
            failed=_count(work, "\"outbox\" WHERE state = 'failed'"),
            aside=int(work.rows(ASIDE)[0][0] or 0),
        )


def anything_due(desk: Desk) -> bool:
    """Tell whether a sweep or a delivery would find something now; a look that may be made every second."""
    with desk.database.read() as work:
        moment = work.rows('SELECT 1 FROM "armed" WHERE "at" <= ? LIMIT 1', (milliseconds(desk.now()),))
    return bool(moment or waiting_channels(desk))


def _count(work: Work, what: str, *at: datetime) -> int:
    return int(work.rows(f"SELECT COUNT(*) FROM {what}", tuple(map(milliseconds, at)))[0][0])


def _instant(work: Work, sql: str, *at: datetime) -> datetime | None:
    found = work.rows(sql, tuple(map(milliseconds, at)))[0][0]
    return None if found is None else instant(found)
