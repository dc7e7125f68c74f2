"""One worker process: the command `phasegate serve`, by a clock that a file tells."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from time import sleep

from engine.cli.main import PROGRAM, main
from engine.cli.root import root
from engine.cli.shell.context import Context
from engine.clock import Clock
from engine.errors import DatabaseProblem
from tests.faults.clocks import ToldClock
from tests.faults.spawner import Place

BETWEEN_STARTS_IN_SECONDS = 0.2


class Told(Context):
    """What a command is given, with another clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._told = clock

    @property
    def clock(self) -> Clock:
        return self._told


def work(place: Place) -> None:
    """Serve until SIGTERM; whatever is said goes to a file of the worker's own.

    Where the server is down it is started again and again, as by whoever supervises `serve`.
    """
    name = f"worker-{os.getpid()}"
    os.environ.update({**place.given, "PHASEGATE_WORKER": name})
    pace = ("--every", str(place.beat_in_seconds), "--poll", str(place.poll_in_seconds))
    with open(Path(place.logs) / f"{name}.log", "a", buffering=1) as book:
        sys.stderr = sys.stdout = book
        while True:
            try:
                with root.make_context(
                    PROGRAM, ["serve", "--db", place.url, *pace], obj=Told(ToldClock(Path(place.clock)))
                ) as ctx:
                    root.invoke(ctx)
                return
            except DatabaseProblem as error:
                print(error.line())
                sleep(BETWEEN_STARTS_IN_SECONDS)


def command(place: Place, words: Sequence[str]) -> int:
    """Run one command line as its own process would, with stdout and stderr in files."""
    os.environ.update({**place.given, "PHASEGATE_DB": place.url})
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(Path(place.logs) / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    return main(words)
