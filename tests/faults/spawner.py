"""A process that has imported everything and forks workers on request, so that a new one costs no start of Python.

It is spoken to in lines of JSON: `["start", …]` answers a process id, `["wait", pid]` its exit code once it has
ended. `multiprocessing`'s own fork server would import the main module of the parent again for every worker.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Place:
    """Where workers work: the database, the file of the clock, a folder for what they say, the pace, the settings."""

    url: str
    clock: Path
    logs: Path
    beat_in_seconds: float
    poll_in_seconds: float
    given: Mapping[str, str]


@dataclass
class Spawner:
    """The parent's end of it; used as a context."""

    _process: subprocess.Popen[str]

    @classmethod
    def opened(cls) -> Spawner:
        """Start it."""
        command = [sys.executable, "-m", "tests.faults.spawner"]
        pipe = subprocess.PIPE
        return cls(subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, start_new_session=True))

    def start(self, place: Place, told: Mapping[str, Any] | None = None) -> int:
        """Start a worker, a clerk who is told what to do, or a command, and return its process id."""
        return self._asked("start", asdict(place), told)

    def command(self, place: Place, *words: str) -> tuple[int, str, str]:
        """Run one command line and return its exit code and what it printed."""
        code = self.wait(self.start(place, {"words": words}))
        out, err = ((place.logs / name).read_text() for name in ("out", "err"))
        return code, out, err

    def wait(self, pid: int) -> int:
        """Return the exit code of a worker that was told to end, or killed."""
        return self._asked("wait", pid)

    def _asked(self, *what: object) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(what, default=str), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it, and with it whatever workers are left."""
        self._process.communicate()

    def __enter__(self) -> Spawner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _forked(place: dict[str, Any], told: dict[str, Any] | None) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        sys.stdin.close()
        _work(Place(**place), told)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _work(place: Place, told: dict[str, Any] | None) -> None:
    from tests.faults.clerk import act
    from tests.faults.worker import command, work

    if told is None:
        work(place)
    elif "words" in told:
        sys.exit(command(place, told["words"]))
    else:
        act(place, told)


def _serve() -> None:
    for module in (
        "psycopg",
        "notifications.render",
        "engine.cli.nouns.serve",
        "engine.scheduler",
        "engine.serving",
        "tests.faults.worker",
        "tests.faults.clerk",
    ):
        __import__(module)
    alive: set[int] = set()
    for line in sys.stdin:
        word, *args = json.loads(line)
        print(_started(args, alive) if word == "start" else _ended(args[0], alive), flush=True)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def _started(args: list[Any], alive: set[int]) -> int:
    pid = _forked(*args)
    alive.add(pid)
    return pid


def _ended(pid: int, alive: set[int]) -> int:
    alive.discard(pid)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    _serve()
