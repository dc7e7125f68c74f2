"""Worker processes that are killed and frozen at random, by a seed."""

from __future__ import annotations

import json
import os
import re
import signal
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Any

from tests.faults.spawner import Place, Spawner

LONGEST_FREEZE_IN_SECONDS = 5.0
ENDED = (0, -signal.SIGTERM)
"""In order, or before it could listen."""
UNHEARD_OF = ("this beat failed", "Traceback")
NUMBERS = re.compile(r"\d+")


@dataclass(kw_only=True)
class Crew:
    """So many workers on one database; whoever is killed is replaced."""

    size: int
    place: Place
    random: Random
    spawner: Spawner
    usual_freeze_in_seconds: float = 0.5
    did: Counter[str] = field(default_factory=Counter)
    _clerk: int = 0
    _told: dict[str, Any] = field(default_factory=dict)
    _able: list[int] = field(default_factory=list)
    _frozen: dict[int, float] = field(default_factory=dict)

    def fill(self) -> None:
        """Start workers until there are enough."""
        self.place.logs.mkdir(parents=True, exist_ok=True)
        while len(self._able) + len(self._frozen) < self.size:
            self._able.append(self.spawner.start(self.place))
            self.did["started"] += 1

    def strike(self) -> None:
        """Kill a worker and start another, or freeze it for a while, as the seed says."""
        if not self._able:
            return
        pid = self._able.pop(self.random.randrange(len(self._able)))
        if self.random.random() < 0.5:
            self._kill(pid)
            self.fill()
        else:
            os.kill(pid, signal.SIGSTOP)
            span = self.random.expovariate(1 / self.usual_freeze_in_seconds)
            self._frozen[pid] = monotonic() + min(span, LONGEST_FREEZE_IN_SECONDS)
            self.did["frozen"] += 1

    # --- a person beside them ---

    def hire(self, told: Mapping[str, Any]) -> None:
        """Start a clerk."""
        self.place.logs.mkdir(parents=True, exist_ok=True)
        self._told = dict(told)
        self._clerk = self.spawner.start(self.place, told)

    def strike_clerk(self) -> None:
        """Kill the clerk between two words or in the middle of one, and start another with what is left to do."""
        with suppress(ProcessLookupError):  # Who has done everything is gone.
            os.kill(self._clerk, signal.SIGKILL)
        code = self.spawner.wait(self._clerk)
        assert code in (0, -signal.SIGKILL), f"the clerk ended with {code}"
        begun = {(note["campaign"], note["key"].partition("-")[2]) for note in self.acts()}
        left = [owed for owed in self._told["owed"] if (owed[0], f"{owed[1]}-{owed[2]}") not in begun]
        self.did["clerks killed"] += 1
        self.hire({**self._told, "owed": left})

    def end_clerk(self) -> None:
        """Send the clerk home, in the middle of whatever it does."""
        with suppress(ProcessLookupError):
            os.kill(self._clerk, signal.SIGTERM)
        self.spawner.wait(self._clerk)

    def let_finish(self) -> None:
        """Wait until the clerk has done everything."""
        code = self.spawner.wait(self._clerk)
        assert code == 0, f"the clerk ended with {code}"

    def acts(self) -> list[dict[str, Any]]:
        """Return what the clerk noted."""
        return [json.loads(line) for log in self.place.logs.glob("*.acts") for line in log.read_text().splitlines()]

    # --- frozen workers ---

    def thaw(self, *, all_of_them: bool = False) -> None:
        """Let those go on whose time is over; some are killed instead, while they stand still."""
        for pid, until in list(self._frozen.items()):
            if not all_of_them and monotonic() < until:
                continue
            del self._frozen[pid]
            if self.random.random() < 0.2:
                self._kill(pid)
            else:
                os.kill(pid, signal.SIGCONT)
                self._able.append(pid)
        self.fill()

    def _kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        code = self.spawner.wait(pid)
        assert code == -signal.SIGKILL, f"worker {pid} had ended by itself with {code}"
        self.did["killed"] += 1

    def dismiss(self) -> list[str]:
        """Ask all to stop in order, and tell who did not."""
        self.thaw(all_of_them=True)
        for pid in self._able:
            os.kill(pid, signal.SIGTERM)
        ended = {pid: self.spawner.wait(pid) for pid in self._able}
        self._able.clear()
        return [f"worker {pid} ended with {code}" for pid, code in ended.items() if code not in ENDED]

    # --- what they said ---

    def said(self) -> Counter[str]:
        """Return what the workers said, without its numbers, and how often."""
        lines = (line for log in self.place.logs.glob("*.log") for line in log.read_text().splitlines())
        return Counter(NUMBERS.sub("…", line) for line in lines)

    def complaints(self) -> list[str]:
        """Return what none of them should ever have said."""
        return [
            f"{times} times said: {line}"
            for line, times in self.said().items()
            if any(word in line for word in UNHEARD_OF)
        ]
