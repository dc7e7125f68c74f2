"""`phasegate status`: who serves, what is due, and what is on its way, at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.listing import as_table
from engine.cli.shell.output import emit
from engine.cli.shell.verbs import Verb

if TYPE_CHECKING:
    from datetime import datetime

    from engine.service.delivery.standing import WorkStanding


@click.command(cls=Verb, example=("phasegate status", "phasegate status --json"))
@pass_context
def status(ctx: Context) -> None:
    """Show the workers (alive, late, dead), the lag, and what waits in the outbox or was put aside.

    It costs little at any size; `phasegate doctor` looks closer and says what to do.
    """
    from engine.service.delivery.standing import standing
    from engine.service.delivery.views.status import WORKERS, shown

    ctx.require_sight("installation")
    found = standing(ctx.desk())
    data = shown(found)
    emit(ctx, data, lambda: [*_lines(found), as_table(WORKERS.of(data["workers"]), ctx.lang)])


def _lines(found: WorkStanding) -> list[str]:
    oldest = f", the oldest since {_since(found.oldest_due, found.at)}" if found.oldest_due else ""
    upcoming = f"; the next at {found.next_moment.isoformat(timespec='seconds')}" if found.next_moment else ""
    waiting = f", the oldest since {_since(found.oldest_queued, found.at)}" if found.waiting_in_seconds else ""
    return [
        f"campaigns  {found.running} running of {found.campaigns}",
        f"due        {found.due} moments{oldest}{upcoming}",
        f"outbox     {found.queued} queued ({found.leased} in hand{waiting}), {found.failed} failed",
        f"aside      {found.aside} that could not be written",
    ]


def _since(then: datetime | None, now: datetime) -> str:
    """Return how long ago an instant was."""
    from engine.service.delivery.views.status import span

    number, unit = span((now - then).total_seconds() if then else 0)
    return f"{number} {unit}"
