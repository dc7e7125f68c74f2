"""`phasegate sweep`: one sweep, for a cron line or by hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.output import emit
from engine.cli.shell.verbs import Verb
from engine.records import asdict

if TYPE_CHECKING:
    from engine.bootstrap import Wired
    from engine.service.delivery.relaying import Delivered
    from engine.service.signing.linking import Links


@click.command(cls=Verb, example=("phasegate sweep", "phasegate sweep --now 2022-11-27T09:00 --no-deliver"))
@click.option("--no-deliver", is_flag=True, help="Leave the notices in the outbox.")
@pass_context
def sweep(ctx: Context, no_deliver: bool) -> None:
    """Work off every moment that is due now, write the notices, and deliver what is queued.

    It is the clock's work, and the operator's to start: no unit, leader or auditor does.
    """
    from engine.bootstrap import require_settings
    from engine.service.audit.installation import office, require_clock
    from engine.service.clock import sweep as sweeping
    from engine.service.delivery.relaying import Delivered

    require_settings(ctx.settings())
    may = partial(office, word=ctx.actor, action="sweep")
    wired = ctx.begun(may)
    may(wired.desk)
    links = wired.links()
    require_clock(wired.desk)
    failed: sweeping.CampaignsFailed | None = None
    try:
        swept = sweeping.sweep(wired.desk)
    except sweeping.CampaignsFailed as error:
        swept, failed = error.swept, error
    said = f"{swept.moments} moments of {swept.campaigns} campaigns, {swept.notices} notices written"
    delivered = Delivered() if no_deliver else _delivered(wired, links, said)
    emit(ctx, {"swept": asdict(swept), "delivered": asdict(delivered)}, f"{said}; {_told(delivered)}")
    if failed is not None:
        raise failed


def _delivered(wired: Wired, links: Links | None, said: str) -> Delivered:
    """Deliver what is queued; where that breaks off, say what is kept of what was swept."""
    from engine.errors import DatabaseProblem
    from engine.service.delivery import relaying

    try:
        return relaying.deliver(wired.desk, wired.channels, wired.sender, wired.worker, links=links)
    except DatabaseProblem:
        click.echo(f"{said}: that is kept; the delivery broke off, `phasegate outbox list` has what went", err=True)
        raise


def _told(delivered: Delivered) -> str:
    out = delivered.sent - delivered.rehearsed
    aside = f"; {delivered.rehearsed} laid into the folder of the rehearsal" if delivered.rehearsed else ""
    return f"{out} sent, {delivered.queued} to be tried again, {delivered.failed} failed{aside}"
