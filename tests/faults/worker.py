"""One worker process: what `phasegate serve` does, by a clock that a file tells."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from time import sleep

from engine.bootstrap import Settings, Wired, settings_from, wire
from engine.errors import DatabaseProblem
from engine.scheduler import Beat, Stop, heartbeat
from tests.faults.clocks import ToldClock
from tests.faults.spawner import Place


def work(place: Place) -> None:
    """Serve until SIGTERM; whatever is said goes to a file of the worker's own."""
    stop = Stop()
    signal.signal(signal.SIGTERM, stop.tell)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    name = f"worker-{os.getpid()}"
    with open(Path(place.logs) / f"{name}.log", "a", buffering=1) as book:
        sys.stderr = sys.stdout = book
        settings = settings_from({**place.given, "PHASEGATE_WORKER": name}, db=place.url)
        wired = _wired(settings, ToldClock(Path(place.clock)), stop)
        beat = Beat(wired=wired, stop=stop, say=lambda line: print(line, file=book))
        heartbeat(beat, place.beat_in_seconds, stop)
        print("stopped", file=book)


def _wired(settings: Settings, clock: ToldClock, stop: Stop) -> Wired:
    """Open the database, again and again where its server is down: as whoever supervises `serve` starts it again."""
    while not stop.told:
        try:
            return wire(settings, clock)
        except DatabaseProblem as error:
            print(error.line())
            sleep(0.2)
    sys.exit(0)
