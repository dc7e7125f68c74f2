"""`phasegate serve`: the heartbeat as a process."""

from __future__ import annotations

import signal

import click

from engine.cli.context import Context, pass_context
from engine.cli.output import say
from engine.cli.verbs import Verb

EVERY_IN_SECONDS = 30.0


@click.command(cls=Verb, example=("phasegate serve", "phasegate serve --every 60"))
@click.option(
    "--every",
    type=click.FloatRange(0.05, 86400),
    default=EVERY_IN_SECONDS,
    metavar="SECONDS",
    help="How often it beats; 30 seconds by default.",
)
@pass_context
def serve(ctx: Context, every: float) -> None:
    """Sweep and deliver at every beat until SIGTERM or Ctrl-C; the batch at hand is finished first.

    A beat that fails (a busy database) is told on stderr and tried again. Where wall time runs ahead
    by more than 5 minutes at once nothing is swept until `phasegate clock accept` (SEMANTICS C4).
    """
    from engine.errors import BadInput
    from engine.scheduler import Beat, Stop, heartbeat

    if ctx.has_own_now:
        raise BadInput(what="serve runs by the clock of the machine", found="--now", cure="leave --now out")
    stop = Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop.tell)
    wired = ctx.wired()
    say(f"serving {wired.desk.database.url} as {wired.worker}, a beat every {every:g} s")
    heartbeat(Beat(wired=wired, stop=stop, say=say), every, stop)
    say("stopped")
