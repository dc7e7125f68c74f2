"""How the work stands as plain values: who serves, how far it lags, what is on its way."""

from __future__ import annotations

from typing import Final

from engine.service.delivery.standing import Present, WorkStanding
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row

SPANS: Final = ((86400, "d"), (3600, "h"), (60, "min"))
AGO: Final = {"d": "days_ago", "h": "hours_ago", "min": "minutes_ago", "s": "seconds_ago"}


def span(seconds: float) -> tuple[int, str]:
    """Return a span of time in the largest unit that says something, and that unit."""
    whole = int(seconds)
    for size, unit in SPANS:
        if abs(whole) >= 2 * size:
            return whole // size, unit
    return whole, "s"


def _seen(row: Row) -> Row:
    number, unit = span(row["seen_seconds_ago"])
    return {"code": AGO[unit], "number": number}


WORKERS: Final = Listing(
    name="workers",
    key=("worker",),
    empty="nobody serves — `phasegate serve`",
    columns=(
        Column(key="worker", width=30),
        Column(key="is", kind="code", family="worker", width=10),
        Column(key="host", width=18),
        Column(key="pid", kind="number", width=8),
        Column(key="version", width=10),
        Column(key="seen_at", head="seen", of=_seen, width=12),
        Column(key="beats", kind="number", width=8),
        Column(key="moments", kind="number", width=8),
        Column(key="sent", kind="number", width=8),
        Column(key="errors", kind="number", width=8),
        Column(
            key="last_beat_seconds",
            head="last beat",
            of=lambda row: f"{row['last_beat_seconds']:.2f} s",
            width=10,
            right=True,
        ),
        Column(key="last_error", head="last error", width=40),
    ),
)


def shown(found: WorkStanding) -> Row:
    """Return how the work stands."""
    return {
        "at": found.at,
        "campaigns": {"running": found.running, "all": found.campaigns},
        "due": {
            "moments": found.due,
            "oldest": found.oldest_due,
            "lag_seconds": found.lag_in_seconds,
            "next": found.next_moment,
        },
        "outbox": {
            "queued": found.queued,
            "leased": found.leased,
            "oldest_queued": found.oldest_queued,
            "waiting_seconds": found.waiting_in_seconds,
            "failed": found.failed,
        },
        "aside": found.aside,
        "workers": [_row(found, one) for one in found.workers],
    }


def _row(found: WorkStanding, one: Present) -> Row:
    worker = one.worker
    return {
        "worker": worker.identity,
        "is": one.stands,
        "host": worker.host,
        "pid": worker.pid,
        "version": worker.version,
        "started_at": worker.started_at,
        "seen_at": worker.seen_at,
        "seen_seconds_ago": (found.at - worker.seen_at).total_seconds(),
        "every_seconds": worker.every / 1000,
        "beats": worker.beats,
        "moments": worker.moments,
        "notices": worker.notices,
        "sent": worker.sent,
        "failed": worker.failed,
        "errors": worker.errors,
        "last_beat_seconds": worker.last_beat / 1000,
        "last_error": worker.last_error,
    }
