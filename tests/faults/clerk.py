"""A person at a desk: one process that issues commands all the time, each under a key, until it is acknowledged.

What it meant to do and what was acknowledged goes to a log line by line, so that it may be killed at any moment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any, TextIO

from engine.errors import DatabaseProblem, Refused
from engine.service.kernel.desk import Command, Desk, perform
from engine.service.kernel.registry import new_desk
from engine.store.database import open_database
from tests.faults.clocks import ToldClock
from tests.faults.spawner import Place

LONGEST_IN_SECONDS = 300.0
BETWEEN_TRIES_IN_SECONDS = 0.1


def act(place: Place, told: Mapping[str, Any]) -> None:
    """Hand in what `told` names, and have every other accepted, with pauses; then end."""
    random = Random(told["seed"])
    with open(Path(place.logs) / "clerk.acts", "a", buffering=1) as book:
        clerk = Clerk(place, book)
        for number, (key, task, unit) in enumerate(told["owed"]):
            sleep(random.uniform(0, 2 * told["pause"]))
            clerk.does(f"submit-{task}-{unit}", Command("submit", key, {"task": task, "note": "材料"}, unit))
            if number % 2:
                clerk.does(f"accept-{task}-{unit}", Command("accept", key, {"task": task, "unit": unit}))


@dataclass
class Clerk:
    """A desk that is opened anew where its database was gone, and a book of what was done."""

    place: Place
    book: TextIO
    _desk: Desk | None = None

    def does(self, key: str, command: Command) -> None:
        """Do it until it is acknowledged or refused; under its key it is done once however often it is tried."""
        self._note("means", command, key)
        began = monotonic()
        while monotonic() - began < LONGEST_IN_SECONDS:
            try:
                perform(self._at_desk(), Command(command.action, command.campaign, command.given, command.actor, key))
            except DatabaseProblem:
                sleep(BETWEEN_TRIES_IN_SECONDS)
                continue
            except Refused as refusal:
                self._note("refused", command, key, why=refusal.code)
                return
            self._note("done", command, key, seconds=monotonic() - began)
            return
        self._note("gave up", command, key)

    def _at_desk(self) -> Desk:
        if self._desk is None:
            self._desk = new_desk(open_database(self.place.url), ToldClock(Path(self.place.clock)))
        return self._desk

    def _note(self, word: str, command: Command, key: str, **more: object) -> None:
        told = {"word": word, "action": command.action, "campaign": command.campaign, "key": key, **more}
        print(json.dumps(told, ensure_ascii=False), file=self.book)
