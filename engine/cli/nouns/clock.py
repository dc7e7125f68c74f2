"""`phasegate clock`: what a person says about the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.output import emit
from engine.cli.shell.verbs import Noun

if TYPE_CHECKING:
    from engine.service.kernel.desk import Desk


@click.group(cls=Noun)
def clock() -> None:
    """Accept the clock after it was set."""


@clock.command(example='phasegate clock accept --reason "the server\'s clock was an hour ahead and was set right"')
@click.option("--reason", required=True, help="Why the clock is right now; it is recorded.")
@pass_context
def accept(ctx: Context, reason: str) -> None:
    """Accept the clock as it stands, although records of a later instant exist or it jumped ahead.

    Sweeps and writing commands go on again, and a `serve` that refuses does, too (SEMANTICS C4).
    """
    from engine.service.audit.installation import office
    from engine.service.campaigns.founding import accept_clock

    def accept_by(desk: Desk) -> dict[str, Any]:
        return accept_clock(desk, reason, actor=office(desk, ctx.actor, "clock"))

    told = accept_by(ctx.begun(accept_by).desk)
    emit(ctx, told, f"the clock is accepted at {told['now']} (last record: {told['latest']})")
