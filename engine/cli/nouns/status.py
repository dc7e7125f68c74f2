"""`phasegate status`: who serves, what is due, and what is on its way, at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.output import Table, emit
from engine.cli.shell.verbs import Verb

if TYPE_CHECKING:
    from datetime import datetime

    from engine.service.delivery.standing import Present, WorkStanding

HEADS = (
    "worker",
    "is",
    "host",
    "pid",
    "version",
    "seen",
    "beats",
    "moments",
    "sent",
    "errors",
    "last beat",
    "last error",
)
NUMBERS = frozenset({"pid", "beats", "moments", "sent", "errors", "last beat"})


@click.command(cls=Verb, example=("phasegate status", "phasegate status --json"))
@pass_context
def status(ctx: Context) -> None:
    """Show the workers (alive, late, dead), the lag, and what waits in the outbox or was put aside.

    It costs little at any size; `phasegate doctor` looks closer and says what to do.
    """
    from engine.service.delivery.standing import standing

    ctx.require_sight("installation")
    found = standing(ctx.desk())
    emit(ctx, data_of(found), lambda: [*_lines(found), _workers(found)])


def data_of(found: WorkStanding) -> dict[str, Any]:
    """Return how the work stands as plain values."""
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


def _row(found: WorkStanding, one: Present) -> dict[str, Any]:
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


def _lines(found: WorkStanding) -> list[str]:
    oldest = f", the oldest since {since(found.oldest_due, found.at)}" if found.oldest_due else ""
    upcoming = f"; the next at {found.next_moment.isoformat(timespec='seconds')}" if found.next_moment else ""
    waiting = f", the oldest since {since(found.oldest_queued, found.at)}" if found.waiting_in_seconds else ""
    return [
        f"campaigns  {found.running} running of {found.campaigns}",
        f"due        {found.due} moments{oldest}{upcoming}",
        f"outbox     {found.queued} queued ({found.leased} in hand{waiting}), {found.failed} failed",
        f"aside      {found.aside} that could not be written",
    ]


def _workers(found: WorkStanding) -> Table:
    rows = [_cells(found, one) for one in found.workers]
    return Table(HEADS, rows, right=NUMBERS, empty="nobody serves — `phasegate serve`")


def _cells(found: WorkStanding, one: Present) -> list[object]:
    worker = one.worker
    seen = f"{since(worker.seen_at, found.at)} ago"
    numbers = (worker.beats, worker.moments, worker.sent, worker.errors, f"{worker.last_beat / 1000:.2f} s")
    return [worker.identity, one.stands, worker.host, worker.pid, worker.version, seen, *numbers, worker.last_error]


def since(then: datetime | None, now: datetime) -> str:
    """Return how long ago an instant was, in the largest unit that says something."""
    seconds = int((now - then).total_seconds()) if then else 0
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if abs(seconds) >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
