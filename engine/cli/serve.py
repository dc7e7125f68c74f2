"""`phasegate serve`: the heartbeat as a process."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import click

from engine.cli.context import Context, pass_context
from engine.cli.verbs import Verb

if TYPE_CHECKING:
    from engine.serving import Stop

EVERY_IN_SECONDS = 30.0
POLL_IN_SECONDS = 1.0
SIGNALS = (signal.SIGTERM, signal.SIGINT)


@click.command(cls=Verb, example=("phasegate serve", "phasegate serve --every 60 --log json"))
@click.option(
    "--every",
    type=click.FloatRange(0.05, 86400),
    default=EVERY_IN_SECONDS,
    metavar="SECONDS",
    help="How often it beats in any case, and is seen; 30 seconds by default.",
)
@click.option(
    "--poll",
    type=click.FloatRange(0.05, 86400),
    default=POLL_IN_SECONDS,
    metavar="SECONDS",
    help="How often it looks whether something is due; 1 second by default.",
)
@click.option("--log", "form", type=click.Choice(["text", "json"]), default="text", help="How it logs, on stderr.")
@pass_context
def serve(ctx: Context, every: float, poll: float, form: str) -> None:
    """Sweep and deliver until SIGTERM or Ctrl-C; the batch at hand is finished first, a second signal ends at once.

    As many may serve one database as you like: they share the work (`phasegate status` lists them).
    A beat that fails (a busy database) is told on stderr and tried again. Where wall time runs ahead
    by more than 5 minutes at once nothing is swept until `phasegate clock accept` (SEMANTICS C4).
    """
    from engine.bootstrap import newcomer
    from engine.cli.log import logger
    from engine.errors import BadInput
    from engine.scheduler import heartbeat
    from engine.serving import BREATH_IN_SECONDS, Beat, Pace, Stop, phase

    if ctx.has_own_now:
        raise BadInput(what="serve runs by the clock of the machine", found="--now", cure="leave --now out")
    wired = ctx.wired()
    wired.links()
    stop = Stop(rest_in_seconds=0.0 if wired.desk.database.is_postgres else BREATH_IN_SECONDS)
    _obey(stop)
    worker = newcomer(wired.worker, every)
    poll = min(poll, every)
    beat = Beat(wired=wired, worker=worker, stop=stop, pace=Pace(every=every, poll=poll), say=logger(form))
    beat.greet()
    try:
        heartbeat(
            beat, poll, stop, later=poll * phase(f"{worker.name} {worker.host} {worker.pid}"), told=beat.wind_up
        )
    finally:
        beat.sign_off()


def _obey(stop: Stop) -> None:
    """Let the first signal ask for the end, and any further one end at once."""

    def asked(*_: object) -> None:
        stop.tell()
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)

    for number in SIGNALS:
        signal.signal(number, asked)
