"""`phasegate serve`: the heartbeat as a process."""

from __future__ import annotations

import signal
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.numbers import Seconds
from engine.cli.shell.verbs import Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.bootstrap import Wired
    from engine.serving import Made, Stop

EVERY_IN_SECONDS = 30.0
POLL_IN_SECONDS = 1.0
SIGNALS = (signal.SIGTERM, signal.SIGINT)
SECONDS = Seconds(0.05, 86400)
EXAMPLE = ("phasegate serve", "phasegate serve --log json --metrics 127.0.0.1:9464")


@click.command(cls=Verb, example=EXAMPLE)
@click.option(
    "--every",
    type=SECONDS,
    default=EVERY_IN_SECONDS,
    metavar="SECONDS",
    help="How often it beats in any case, and is seen; 30 seconds by default.",
)
@click.option(
    "--poll",
    type=SECONDS,
    default=POLL_IN_SECONDS,
    metavar="SECONDS",
    help="How often it looks whether something is due; 1 second by default.",
)
@click.option("--log", "form", type=click.Choice(["text", "json"]), default="text", help="How it logs, on stderr.")
@click.option("--metrics", "address", default="", metavar="HOST:PORT", help="Serve numbers for Prometheus there.")
@pass_context
def serve(ctx: Context, every: float, poll: float, form: str, address: str) -> None:
    """Sweep and deliver until SIGTERM or Ctrl-C; the batch at hand is finished first, a second signal ends at once.

    As many may serve one database as you like: they share the work (`phasegate status` lists them).
    A beat that fails (a busy database) is told on stderr and tried again. Where wall time runs ahead
    by more than 5 minutes at once nothing is swept until `phasegate clock accept` (SEMANTICS C4); time
    that the machine slept is no such jump. It is the operator's to start: no unit, leader or auditor does.
    """
    from engine.bootstrap import newcomer, require_settings
    from engine.cli.shell.log import logger
    from engine.errors import BadInput
    from engine.scheduler import heartbeat
    from engine.service.audit.installation import office
    from engine.serving import Beat, Rhythm, phase
    from engine.store.files import seen

    if ctx.has_own_now:
        raise BadInput("clock_of_machine", command="serve", found="--now")
    require_settings(ctx.settings())
    _require_address(address)
    may = partial(office, word=ctx.actor, action="serve")
    wired, poll = ctx.begun(may), min(poll, every)
    may(wired.desk)
    wired.links()
    worker, stop = newcomer(wired.worker, every), _stop()
    with _metered(wired, address) as meter:
        pace = Rhythm(every=every, poll=poll)
        file = seen(wired.desk.database.file)
        beat = Beat(
            wired=wired, worker=worker, stop=stop, pace=pace, say=logger(form, ctx.hidden()), meter=meter, file=file
        )
        beat.greet()
        try:
            later = poll * phase(f"{worker.name} {worker.host} {worker.pid}")
            heartbeat(beat, poll, stop, later=later, told=beat.wind_up)
        finally:
            beat.sign_off()
        if beat.gone:
            raise beat.gone


def _stop() -> Stop:
    """Return what the first signal tells to stop; any further one ends the process at once."""
    from engine.serving import Stop

    stop = Stop()

    def asked(*_: object) -> None:
        stop.tell()
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)

    for number in SIGNALS:
        signal.signal(number, asked)
    return stop


def _require_address(address: str) -> None:
    """Refuse what is no address before anything is made."""
    if address:
        from engine.cli.parts.counters import library

        library().address_from(address)


def _metered(wired: Wired, address: str) -> AbstractContextManager[Callable[[Made], Any]]:
    """Return what counts beats, and serves the counts where an address is given."""
    if not address:
        return nullcontext(lambda made: None)
    from engine.cli.parts.counters import library

    module = library()
    found: AbstractContextManager[Callable[[Made], Any]] = module.serving_metrics(
        wired.desk, module.address_from(address)
    )
    return found
